"""Medians, percentiles, intervals and shares of counted values; pure arithmetic.

Values are given counted, as (value, how often) in ascending order, since that is how contributions add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt
from typing import Any

from services.inspection.read_models import percent

Counted = Sequence[tuple[int, int]]

#: Standard deviations of a 95 % interval.
_Z = 1.959963984540054

#: Fewer answers than this say little (I17).
SMALL_SAMPLE = 30


def counted(parts: Iterable[Mapping[int, int]]) -> list[tuple[int, int]]:
    """Return the values of several histograms together, ascending, without those that count nothing."""
    counts: dict[int, int] = {}
    for part in parts:
        for value, count in part.items():
            counts[value] = counts.get(value, 0) + count
    return sorted((value, count) for value, count in counts.items() if count > 0)


def _at(values: Counted, index: int) -> int:
    """Return the value at an index (from 0) of the values written out."""
    for value, count in values:
        if index < count:
            return value
        index -= count
    raise IndexError


def size(values: Counted) -> int:
    """Return how many values there are."""
    return sum(count for _value, count in values)


def median(values: Counted) -> float | None:
    """Return the median; the mean of the middle two where their number is even."""
    number = size(values)
    if number == 0:
        return None
    return (_at(values, (number - 1) // 2) + _at(values, number // 2)) / 2


def percentile(values: Counted, percent: int) -> int | None:
    """Return the smallest value that so many percent of the values do not exceed (nearest rank)."""
    number = size(values)
    if number == 0:
        return None
    return _at(values, -(-number * percent // 100) - 1)


def ratio(numerator: int, denominator: int) -> dict[str, Any]:
    """Return a ratio among the values of another indicator."""
    return {
        "numerator": numerator,
        "denominator": denominator,
        "rate": numerator / denominator if denominator else None,
        "percent": percent(numerator, denominator),
    }


def wilson(successes: int, number: int) -> tuple[float, float] | None:
    """Return the 95 % interval of a share (Wilson's score interval); None without any value."""
    if number == 0:
        return None
    share, square = successes / number, _Z * _Z
    middle = share + square / (2 * number)
    spread = _Z * sqrt(share * (1 - share) / number + square / (4 * number * number))
    scale = 1 + square / number
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
