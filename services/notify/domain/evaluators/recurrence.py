"""Rule A8: the same clause is not met for the third time within 24 months, until a year passes without a new case.

Clauses of older versions count under their equivalent in :2015, so that 8.2.2 of :2008 and 9.2 count together.
"""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock
from shared.contracts.standard_clauses import clause_in_2015
from shared.contracts.standards import version_of

#: Days: three cases within the first make an alert, none within the second ends it.
WINDOW, QUIET = 730, 365
_CASES = 3
_COUNTED = ("major_nc", "minor_nc")


def key(seen: Seen) -> str | None:
    """Return agency and clause of a nonconformity that is raised."""
    fact = seen.fact
    if fact.aggregate != "nonconformity" or fact.name not in ("raised", "baselined") or not fact.data.get("clause"):
        return None
    return f"{fact.agency_id}|{_clause(seen)}"


def spread(seen: Seen) -> str | None:
    """Return the agency whose clauses a withdrawal or a new grade may concern: these events name no clause."""
    fact = seen.fact
    withdrawn = fact.name == "withdrawn" or (
        fact.name == "dispute_resolved" and fact.data.get("outcome") == "withdrawn"
    )
    lowered = fact.name == "regraded" and fact.data["to"] not in _COUNTED
    return fact.agency_id if fact.aggregate == "nonconformity" and (withdrawn or lowered) else None


def topic(seen: Seen) -> str | None:
    """Return the agency, under which all its clauses are found."""
    return seen.fact.agency_id


def _clause(seen: Seen) -> str:
    clause = str(seen.fact.data["clause"])
    version = version_of(str(seen.fact.data.get("standard_version", "")))
    return (clause_in_2015(version.year, clause) if version else None) or clause


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember the cases of the last years."""
    fact = seen.fact
    if fact.name not in ("raised", "baselined"):
        if memory is not None:
            memory["cases"] = [case for case in memory["cases"] if case[1] != fact.subject]
        return memory
    memory = memory or {"agency": fact.agency_id, "clause": _clause(seen), "cases": []}
    if fact.data["class"] not in _COUNTED or any(case[1] == fact.subject for case in memory["cases"]):
        return memory
    case = [clock.day_of(fact.data["raised_on"]), fact.subject, fact.source, fact.event_id]
    cases = sorted([*memory["cases"], case])
    memory["cases"] = [item for item in cases if cases[-1][0] - item[0] <= 2 * WINDOW]
    return memory


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert from the third case on."""
    opened: list[object] | None = None
    end = 0
    cases = memory["cases"]
    for index, case in enumerate(cases):
        if opened is not None and case[0] >= end:
            opened = None
        if opened is None and index >= _CASES - 1 and case[0] - cases[index - _CASES + 1][0] <= WINDOW:
            opened = case
        if opened is not None:
            end = case[0] + QUIET
    return None if opened is None else _ground(memory, opened, end)


def _ground(memory: Memory, opened: list[object], end: int) -> Standing:
    day, subject, source, event_id = opened
    last = memory["cases"][-1][0]
    recent = [case for case in memory["cases"] if last - case[0] <= WINDOW]
    return Standing(
        agency_id=memory["agency"],
        anchors={"third": int(str(day))},
        subject={"service": "audit", "aggregate": "nonconformity", "source": str(source), "id": str(subject)},
        facts={
            "clause": memory["clause"],
            "cases": str(len(recent)),
            "last_case_on": clock.to_date(last).isoformat(),
            "nonconformities": ", ".join(case[1] for case in recent[-20:]),
        },
        cause=(str(source), str(event_id)),
        count=len(recent),
        ends_on=end,
    )


EVALUATOR = Evaluator(
    frozenset({"audit"}),
    reads(*(f"nonconformity.{name}" for name in ("raised", "baselined", "regraded", "dispute_resolved"))),
    key,
    fold,
    standing,
    aggregates=frozenset({"nonconformity"}),
    topic=topic,
    spread=spread,
)
