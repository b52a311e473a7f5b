"""The indicators by id, in the order of their numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.inspection.indicators.definition import Indicator
from services.inspection.indicators.definitions_audit import AUDIT
from services.inspection.indicators.definitions_documents import DOCUMENTS
from services.inspection.indicators.definitions_inspection import INSPECTION

__all__ = ["INDICATORS", "Indicator"]


def _order(indicator: Indicator) -> tuple[int, str]:
    number, letter = re.fullmatch(r"I(\d+)([a-z]?)", indicator.id).groups()  # type: ignore[union-attr]
    return int(number), letter


INDICATORS: Mapping[str, Indicator] = {
    indicator.id: indicator for indicator in sorted((*DOCUMENTS, *AUDIT, *INSPECTION), key=_order)
}
