"""I20: audits and inspections that keep an agency busy twice at almost the same time with the same matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from services.inspection.indicators.sums import Need, Question
from services.inspection.indicators.windows import HUNDREDTHS, VISIT_SAVED, VISIT_WINDOW, Window, share_scope, window_of
from services.inspection.read_models import Figure

OVERLAP_NEEDS = (Need(VISIT_WINDOW, broken=True, within="days"), Need(VISIT_SAVED, within="days"))

#: A visit that begins no later than so many days after another ended overlaps with it (G).
GAP = 30

#: Share of the smaller effort that combining saves (c), in percent.
SAVED_PERCENT = 40


class Overlap(NamedTuple):
    """What overlaps within one agency."""

    #: Visits in at least one pair, and pairs.
    visits: int
    pairs: int
    #: Hundredths of person-days: the smaller effort of every pair.
    smaller: int


def overlapping(windows: Sequence[Window]) -> Overlap:
    """Return what overlaps among an agency's visits."""
    ordered = sorted(windows, key=lambda window: (window.begins, window.ends))
    paired: set[int] = set()
    pairs = smaller = 0
    for first, one in enumerate(ordered):
        for second in range(first + 1, len(ordered)):
            other = ordered[second]
            if other.begins - one.ends <= GAP and share_scope(one, other):
                paired |= {first, second}
                pairs += 1
                smaller += min(one.effort, other.effort)
    return Overlap(len(paired), pairs, smaller)


def overlap(question: Question) -> Figure:
    """Return I20: visits of the period in at least one overlapping pair; days that combining would save, and saved."""
    visits = overlapped = pairs = smaller = 0
    for member in question.members:
        windows = [
            window_of(dimension)
            for dimension, amounts in question.sums.part(VISIT_WINDOW, member.agency_id).items()
            for _ in range(amounts[0])
        ]
        found = overlapping(windows)
        visits += len(windows)
        overlapped += found.visits
        pairs += found.pairs
        smaller += found.smaller
    saved, combined, _, _ = question.sums.group(VISIT_SAVED, question.members)
    values = {
        "pairs": pairs,
        "savable_person_days": smaller * SAVED_PERCENT / 100 / HUNDREDTHS,
        "saved_person_days": saved / HUNDREDTHS,
        "combined": combined,
    }
    return Figure(overlapped, visits, values)
