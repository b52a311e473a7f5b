"""What an indicator is: its names, its formula in words, its source, what it needs, how it is computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.inspection.indicators.sums import Formula, Need, Question

#: Units by key, Vietnamese and English.
UNITS: Mapping[str, tuple[str, str]] = {
    "ratio": ("tỷ lệ", "ratio"),
    "per_procedure": ("số điểm trên một quy trình", "findings per procedure"),
    "distribution": ("phân bố", "distribution"),
    "days": ("ngày", "days"),
    "points": ("điểm (0-100)", "points (0-100)"),
    "rank": ("thứ hạng", "rank"),
    "list": ("danh sách", "list"),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator."""

    id: str
    name_vi: str
    name_en: str
    formula_vi: str
    formula_en: str
    #: Law, decision or clause that asks for it.
    source: str
    needs: tuple[Need, ...]
    figure: Formula
    #: Whether it is a ratio, which rolls up by sums of numerators and denominators.
    ratio: bool = True
    #: Key of `UNITS`.
    unit: str = "ratio"
    #: Computed once for all agencies of a question, before the rows.
    shared: Callable[[Question], Any] | None = None

    @property
    def over_period(self) -> bool:
        """Return whether the parameters `from` and `to` matter."""
        return any(need.over_period for need in self.needs)
