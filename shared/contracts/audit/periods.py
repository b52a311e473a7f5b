"""Fields for the year or period that a record of the audit service is about."""

from __future__ import annotations

from shared.contracts.fields import Integer, Text

#: A year, one of its quarters, or one of its months.
PERIOD_PATTERN = r"^[1-9][0-9]{3}(-Q[1-4]|-(0[1-9]|1[0-2]))?$"

#: The standard was first applied in agencies in its version of 2000.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def year() -> Integer:
    """Return the field with the calendar year."""
    return Integer("Year", "Năm", low=_FIRST_YEAR, high=_LAST_YEAR)


def late_reason() -> Text:
    """Return the field that a fact about a closed period needs."""
    return Text(
        "Why it comes after the period was closed (15 February of the next year)",
        "Lý do nộp sau khi kỳ báo cáo đã khóa sổ (ngày 15 tháng 02 năm sau)",
        longest=2000,
        required=False,
        source="Thông tư 15/2018/TT-BKHCN",
    )


def period() -> Text:
    """Return the field with the period: year, quarter or month."""
    return Text(
        "Period: a year 2026, a quarter 2026-Q1 or a month 2026-03",
        "Kỳ: năm 2026, quý 2026-Q1 hoặc tháng 2026-03",
        longest=7,
        pattern=PERIOD_PATTERN,
    )
