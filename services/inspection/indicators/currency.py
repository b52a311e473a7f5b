"""I3 and I6: whether every public procedure has a working procedure, and whether those keep up with the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from services.inspection.indicators.catalogue import TTHC, TTHC_OPT_OUT
from services.inspection.indicators.procedures import LEAD_TIME, PROCEDURE, PROCEDURE_TTHC
from services.inspection.indicators.statistics import counted, median, percentile, size
from services.inspection.indicators.sums import Counted, Need, Question
from services.inspection.read_models import Figure

COVERAGE_NEEDS = (
    Need(PROCEDURE_TTHC, broken=True),
    Need(TTHC, broken=True, reported_only=True, everywhere=True),
    Need(TTHC_OPT_OUT, broken=True, reported_only=True),
)
STALENESS_NEEDS = (Need(PROCEDURE), Need(LEAD_TIME, broken=True, within="days", rest=True))


def _live(parts: Mapping[str, tuple[int, ...]]) -> set[str]:
    return {dimension for dimension, amounts in parts.items() if amounts[0] > 0}


class _Duties:
    """Which public procedures an agency of a level carries out; agencies with the same publishers share the set."""

    def __init__(self, question: Question) -> None:
        # Not the question itself: it is kept with the sums, and such a ring holds all of them until somebody looks for it.
        self._hierarchy = question.hierarchy
        self._opted_out = question.sums.parts.get(TTHC_OPT_OUT, {})
        published = question.sums.parts.get(TTHC, {})
        self._published = {agency_id: _live(parts) for agency_id, parts in published.items()}
        self._sets: dict[tuple[frozenset[str], str], frozenset[str]] = {}
        self._own = question.sums.parts.get(PROCEDURE_TTHC, {})
        self._met: dict[str, tuple[int, int]] = {}

    def met(self, member: Counted) -> tuple[int, int]:
        """Return how many of them have a working procedure in force, and how many there are."""
        # An agency is in its province and in the whole country.
        found = self._met.get(member.agency_id)
        if found is None:
            codes, own = self.of(member), self._own.get(member.agency_id, {})
            done = sum([1 for code, amounts in own.items() if amounts[0] > 0 and code in codes]) if codes else 0
            found = self._met[member.agency_id] = (done, len(codes))
        return found

    def of(self, member: Counted) -> frozenset[str] | set[str]:
        """Return the codes: live entries of the agency and of those above it for its level, less those opted out of."""
        above = self._hierarchy.above(member.agency_id)
        publishers = frozenset(above & self._published.keys())
        key = (publishers, member.level)
        if key not in self._sets:
            self._sets[key] = self._codes(publishers, member.level)
        opted_out = _live(self._opted_out.get(member.agency_id, {}))
        return self._sets[key] - opted_out if opted_out else self._sets[key]

    def _codes(self, publishers: Iterable[str], level: str) -> frozenset[str]:
        prefix = f"{level}:"
        return frozenset(
            entry.removeprefix(prefix)
            for publisher in publishers
            for entry in self._published[publisher]
            if entry.startswith(prefix)
        )


def procedure_coverage(question: Question) -> Figure:
    """Return I3: public procedures with a working procedure in force; agencies without any are left out."""
    duties = question.sums.worked_out.get(TTHC)
    if duties is None:
        # The hierarchy is that of the whole answer, so that every group of agencies may share them.
        duties = question.sums.worked_out[TTHC] = _Duties(question)
    done = owed = without = 0
    for member in question.members:
        having, all_of_them = duties.met(member)
        done += having
        owed += all_of_them
        without += not all_of_them
    return Figure(done, owed, {"agencies_without_tthc": without})


def staleness(question: Question) -> Figure:
    """Return I6: stale among in-force procedures, with the time that updates took in the period."""
    in_force, stale, over_grace, since = question.sums.group(PROCEDURE, question.members)
    days = lead_times(question)
    values = {
        "stale_over_grace": over_grace,
        "stale_days_mean": (stale * question.day - since) / stale if stale else None,
        "updates": size(days),
        "lead_time_median": median(days),
        "lead_time_p90": percentile(days, 90),
    }
    return Figure(stale, in_force, values)


def lead_times(question: Question) -> list[tuple[int, int]]:
    """Return (days of lead, how often) of the updates of the period, ascending."""
    by_agency = question.sums.parts.get(LEAD_TIME, {})
    counts: dict[str, int] = {}
    for member in question.members:
        # Most agencies have none in a period.
        if parts := by_agency.get(member.agency_id):
            for days, amounts in parts.items():
                counts[days] = counts.get(days, 0) + amounts[0]
    return counted({int(days): count} for days, count in counts.items())
