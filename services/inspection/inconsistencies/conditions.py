"""What is inconsistent: pure functions of one agency's facts from all services.

Each finding rests on a claim (a declaration, a withdrawal, a dissolution) that other facts do not bear out, and may have ended. A
claim that was brought along from before (imported) is not judged: its facts may have stayed behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inspection.inconsistencies.duties import Above, lists_procedures, omitted
from services.inspection.inconsistencies.facts import Known
from shared import clock

#: ISO 9001:2015 9.2 and 9.3 ask for planned intervals; a year where nobody said since when the system is applied.
_YEAR = 365
_MAJOR = "major_nc"
#: The kind that facts of agencies above can end.
OMITTING = "declared_omitting_tthc"
#: Dissolved: nobody takes over as a whole, so that each obligation needs an heir of its own.
_WITHOUT_HEIR = frozenset({"dissolved"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One inconsistency of an agency."""

    kind: str
    claim: Known
    #: What bears witness against the claim; empty where something is missing.
    against: tuple[tuple[str, str], ...] = ()
    #: Day from which it no longer holds; None: it holds.
    ended_on: int | None = None

    @property
    def key(self) -> str:
        """Return what tells it from others of the agency."""
        return f"{self.kind}:{self.claim.source}/{self.claim.event_id}"


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation of an ended agency: when it was open, and the day of the decision on it."""

    reference: tuple[str, str]
    spans: Sequence[tuple[int, int | None]]
    decided_on: int | None

    def open_on(self, day: int) -> bool:
        """Tell whether it was open on a day."""
        return any(first <= day and (last is None or day < last) for first, last in self.spans)

    def settled_on(self, day: int) -> int | None:
        """Return from when it was settled after a day; None while it is not."""
        ends = [last for first, last in self.spans if first <= day and last is not None and last > day]
        return min([*ends, *([] if self.decided_on is None else [max(day, self.decided_on)])], default=None)


def findings(
    facts: Sequence[Known], owed: Sequence[Owed] = (), above: Above | None = None, *, today: int
) -> list[Finding]:
    """Return the inconsistencies of one agency.

    Args:
        facts: Its facts that count, in business order.
        owed: What it owed, where it has ended.
        above: Facts of the registry and about public procedures of the agency and of those above it, by agency.
        today: Day up to which everything is known: an end that takes effect later is not judged yet (`next_day`).
    """
    return [*_of_declarations(facts, above or {}), *_of_withdrawals(facts), *_of_endings(facts, owed, today)]


def next_day(facts: Sequence[Known], today: int) -> int | None:
    """Return the day on which the agency has to be judged again if nothing happens."""
    ends = [_day(fact, "effective") for fact in facts if fact.kind == "agency.ended"]
    return min((day for day in ends if day > today), default=None)


# -- declarations ---------------------------------------------------------------------------------


def _of_declarations(facts: Sequence[Known], above: Above) -> Iterator[Finding]:
    audits = _days(facts, "audit", "completed_on")
    reviews = _days(facts, "management_review", "held_on")
    majors = _streams(facts, "nonconformity")
    for stream in _streams(facts, "declaration").values():
        since: int | None = None
        for place, fact in enumerate(stream):
            if fact.name in ("applied", "baselined"):
                since = _day(fact, "applied_from")
            if fact.name == "declared" and not fact.imported:
                on = _day(fact, "declared_on")
                ends = _superseded(stream[place + 1 :])
                begun = on - _YEAR if since is None else since
                yield from _missing("declared_without_audit", fact, (begun, on), audits, ends)
                yield from _missing("declared_without_review", fact, (begun, on), reviews, ends)
                yield from _open_majors(fact, on, majors.values(), ends)
                if lists_procedures(fact):
                    yield from _omitting(fact, on, facts, above, ends)


def _missing(
    kind: str, claim: Known, window: tuple[int, int], days: Iterable[int], superseded: int | None
) -> Iterator[Finding]:
    begun, on = window
    if any(begun <= day <= on for day in days):
        return
    made_up = [day for day in days if day > on]
    ends = [*made_up, *([] if superseded is None else [superseded])]
    yield Finding(kind, claim, ended_on=min(ends, default=None))


def _open_majors(
    claim: Known, on: int, streams: Iterable[Sequence[Known]], superseded: int | None
) -> Iterator[Finding]:
    against: list[tuple[str, str]] = []
    ends: list[int | None] = []
    for stream in streams:
        if _is_major(stream, on):
            against.append(stream[0].reference)
            later = [fact.day for fact in stream if fact.day > on and not _is_major(stream, fact.day)]
            ends.append(min(later, default=None))
    if not against:
        return
    settled = None if None in ends else max(day for day in ends if day is not None)
    known = [day for day in (settled, superseded) if day is not None]
    yield Finding("declared_with_open_major", claim, tuple(sorted(against)), min(known, default=None))


def _omitting(claim: Known, on: int, facts: Sequence[Known], above: Above, superseded: int | None) -> Iterator[Finding]:
    left = omitted(claim, on, facts, above)
    if not left:
        return
    gone = [one.gone_on for one in left]
    settled = None if None in gone else max(day for day in gone if day is not None)
    known = [day for day in (settled, superseded) if day is not None]
    yield Finding(OMITTING, claim, tuple(one.published for one in left), min(known, default=None))


def _is_major(stream: Sequence[Known], day: int) -> bool:
    """Tell whether a nonconformity was open and major at the end of a day."""
    grade, is_open = "", False
    for fact in stream:
        if (_day(fact, "raised_on") if fact.name in ("raised", "baselined") else fact.day) > day:
            continue
        data = fact.data
        if fact.name in ("raised", "baselined"):
            closed = data.get("closed_on")
            grade = data.get("class", "")
            is_open = (
                data.get("state") not in ("closed", "withdrawn") or (closed or "") > clock.to_date(day).isoformat()
            )
        elif fact.name == "regraded":
            grade = data["to"]
        elif fact.name in ("closed", "withdrawn"):
            is_open = False
        elif fact.name == "reopened":
            is_open = True
        elif fact.name == "dispute_resolved":
            is_open = is_open and data.get("outcome") != "withdrawn"
    return is_open and grade == _MAJOR


def _superseded(later: Sequence[Known]) -> int | None:
    """Return the day on which a declaration gave way to another one, or was rescinded."""
    fields = {"declared": "declared_on", "redeclared": "declared_on", "rescinded": "rescinded_on"}
    return next((_day(fact, fields[fact.name]) for fact in later if fact.name in fields), None)


# -- withdrawals ----------------------------------------------------------------------------------


def _of_withdrawals(facts: Sequence[Known]) -> Iterator[Finding]:
    pending = _pending(facts)
    for stream in _streams(facts, "procedure").values():
        code = ""
        for fact in stream:
            code = fact.data.get("tthc_code") or code
            if fact.name == "withdrawn" and not fact.data.get("replaced_by") and not fact.imported:
                yield from _open_dossiers(fact, pending.get(code, {}))


#: Pending dossiers of one procedure: by channel, the last day of each period with the count and the fact that says so.
_Pending = Mapping[str, Sequence[tuple[int, int, Known]]]


def _pending(facts: Sequence[Known]) -> dict[str, dict[str, list[tuple[int, int, Known]]]]:
    latest = {fact.subject: fact for fact in facts if fact.aggregate == "dossier_stats"}
    found: dict[str, dict[str, list[tuple[int, int, Known]]]] = defaultdict(lambda: defaultdict(list))
    for fact in latest.values():
        data = fact.data
        if data.get("tthc_code"):
            count = int(data["pending_in_time"]) + int(data["pending_overdue"])
            found[data["tthc_code"]][data["channel"]].append((_last_day(data["period"]), count, fact))
    return found


def _open_dossiers(claim: Known, channels: _Pending) -> Iterator[Finding]:
    against: list[tuple[str, str]] = []
    ends: list[int | None] = []
    for periods in channels.values():
        told = sorted(periods, key=lambda period: period[0])
        before = [period for period in told if period[0] <= claim.day]
        if before and before[-1][1]:
            against.append(before[-1][2].reference)
            ends.append(next((day for day, count, _ in told if day > claim.day and not count), None))
    if against:
        settled = None if None in ends else max(day for day in ends if day is not None)
        yield Finding("withdrawn_with_open_dossiers", claim, tuple(sorted(against)), settled)


def _last_day(month: str) -> int:
    year, number = int(month[:4]), int(month[5:7])
    following = f"{year + 1:04d}-01-01" if number == 12 else f"{year:04d}-{number + 1:02d}-01"  # noqa: PLR2004
    return clock.day_of(following) - 1


# -- endings --------------------------------------------------------------------------------------


def _of_endings(facts: Sequence[Known], owed: Sequence[Owed], today: int) -> Iterator[Finding]:
    for fact in facts:
        if fact.kind != "agency.ended" or fact.data.get("how") not in _WITHOUT_HEIR or fact.imported:
            continue
        # The last day of the agency is the one before its end takes effect.
        on = _day(fact, "effective") - 1
        if on >= today:
            continue
        left = [one for one in owed if one.open_on(on)]
        ends = [one.settled_on(on) for one in left]
        if any(end is None or end > on + 1 for end in ends):
            ended = None if None in ends else max(day for day in ends if day is not None)
            yield Finding("ended_with_open_obligations", fact, tuple(sorted(one.reference for one in left)), ended)


# -- facts ----------------------------------------------------------------------------------------


def _streams(facts: Iterable[Known], aggregate: str) -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = defaultdict(list)
    for fact in facts:
        if fact.aggregate == aggregate:
            found[f"{fact.source}/{fact.subject}"].append(fact)
    return found


def _days(facts: Iterable[Known], aggregate: str, field: str) -> list[int]:
    told = (fact for fact in facts if fact.aggregate == aggregate)
    return sorted(_day(fact, field) for fact in told if fact.name != "baselined" or field in fact.data)


def _day(fact: Known, field: str) -> int:
    text: Any = fact.data.get(field)
    return fact.day if text is None else clock.day_of(text)
