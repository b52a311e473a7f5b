"""Numbers, percentages, dates and times as Vietnamese and English readers write them.

Vietnamese: `1.234,56`, `99,18 %`; English: `1,234.56`, `99.18%`. Days are dd/MM/yyyy in both, times 24 hours in
Viet Nam's zone. Rates are rounded half-up at display only.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from shared import clock

Language = Literal["vi", "en"]

#: Keeps a number and its unit on one line.
_NO_BREAK = "\u00a0"
#: A minus as texts have it; files for programs write numbers themselves.
MINUS = "\u2212"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def number(value: float | Decimal, language: Language, decimals: int | None = None) -> str:
    """Return a number with grouped thousands; `decimals` rounds half-up to so many places."""
    exact = Decimal(int(value)) if value == int(value) else Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{exact:,f}".replace("-", MINUS)
    return text.translate(_TO_VIETNAMESE) if language == "vi" else text


_TO_VIETNAMESE = str.maketrans(",.", ".,")


def percent(rate: str | Decimal, language: Language) -> str:
    """Return a percentage given in percent (`"99.18"`), with two decimals."""
    text = number(Decimal(rate), language, 2)
    return f"{text}{_NO_BREAK}%" if language == "vi" else f"{text}%"


def share(numerator: int, denominator: int, language: Language) -> str | None:
    """Return numerator / denominator as a percentage, None where the denominator is 0."""
    if denominator == 0:
        return None
    return percent(Decimal(numerator) * 100 / Decimal(denominator), language)


def day(day_number: int) -> str:
    """Return a day number as dd/MM/yyyy."""
    return clock.to_date(day_number).strftime("%d/%m/%Y")


def iso_day(day_number: int) -> str:
    """Return a day number as yyyy-MM-dd, for addresses and date fields."""
    return clock.to_date(day_number).isoformat()


def moment(instant: int) -> str:
    """Return an instant (microseconds) as `14:05 dd/MM/yyyy` in Viet Nam."""
    return _local(instant).strftime("%H:%M %d/%m/%Y")


def clock_time(instant: int) -> str:
    """Return an instant (microseconds) as `14:05:09` in Viet Nam."""
    return _local(instant).strftime("%H:%M:%S")


def entry(instant: int) -> str:
    """Return an instant as `31/12/2025 17:00:09` in Viet Nam, as people type it into a field."""
    return _local(instant).strftime("%d/%m/%Y %H:%M:%S")


def _local(instant: int) -> datetime:
    return (_EPOCH + timedelta(microseconds=instant)).astimezone(clock.VIETNAM)
