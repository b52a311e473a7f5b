"""What facts of several services contradict: each condition with what makes it, ends it, and leaves it alone."""

from __future__ import annotations

from typing import Any

import pytest

from services.inspection.inconsistencies.conditions import Finding, Owed, findings, next_day
from services.inspection.inconsistencies.facts import Known, known, standing
from services.inspection.inconsistencies.telling import Told, tell
from shared import clock
from shared.testing.recorded import RecordedLogs

TODAY = clock.day_of("2026-12-31")
T = "1.001612"
APPLIED = ("declaration.applied", "iso", "2025-06-01", {})
DECLARED = ("declaration.declared", "iso", "2026-03-20", {"declared_on": "2026-03-20"})
AUDIT = ("audit.completed", "DG-1", "2026-01-15", {"completed_on": "2026-01-15"})
REVIEW = ("management_review.held", "XX-1", "2026-02-10", {"held_on": "2026-02-10"})
DRAFTED = ("procedure.drafted", "QT-1", "2020-01-01", {"tthc_code": T})
WITHDRAWN = ("procedure.withdrawn", "QT-1", "2026-05-10", {})
ENDED = ("agency.ended", "xa-1", "2026-06-15", {"how": "dissolved", "effective": "2026-07-01", "successors": []})
Event = tuple[str, str, str, dict[str, Any]]


def major(name: str, on: str, **data: Any) -> Event:
    given = {"class": "major_nc", "raised_on": on} if name == "raised" else {}
    return (f"nonconformity.{name}", "KPH-1", on, {**given, **data})


def stats(month: str, pending: int, on: str, channel: str = "one_stop") -> Event:
    data = {"period": month, "tthc_code": T, "channel": channel, "pending_in_time": pending, "pending_overdue": 0}
    return ("dossier_stats.submitted", f"{month}:{T}:{channel}", on, data)


def facts(*events: Event, **more: Any) -> list[Known]:
    logs = RecordedLogs()
    return standing(known(logs.add(kind, "xa-1", subject, data, on=on, **more)) for kind, subject, on, data in events)


def said(found: list[Finding]) -> list[tuple[str, str | None]]:
    return [
        (finding.kind, None if finding.ended_on is None else clock.to_date(finding.ended_on).isoformat())
        for finding in found
    ]


def judged(*events: Event, owed: tuple[Owed, ...] = (), **more: Any) -> list[tuple[str, str | None]]:
    return said(findings(facts(*events, **more), owed, today=TODAY))


NO_AUDIT, NO_REVIEW = "declared_without_audit", "declared_without_review"
OPEN_MAJOR, DOSSIERS = "declared_with_open_major", "withdrawn_with_open_dossiers"
LATE_AUDIT = ("audit.completed", "DG-2", "2026-04-15", {"completed_on": "2026-04-15"})
EARLY_AUDIT = ("audit.completed", "DG-0", "2025-05-20", {"completed_on": "2025-05-20"})
RESCINDED = ("declaration.rescinded", "iso", "2026-04-01", {})


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((APPLIED, AUDIT, REVIEW, DECLARED), []),
        ((APPLIED, DECLARED), [(NO_AUDIT, None), (NO_REVIEW, None)]),
        ((APPLIED, REVIEW, DECLARED, LATE_AUDIT), [(NO_AUDIT, "2026-04-15")]),
        # Held before the system was applied, it says nothing of how it is applied.
        ((EARLY_AUDIT, APPLIED, REVIEW, DECLARED), [(NO_AUDIT, None)]),
        # Where nobody said since when it is applied: a year.
        ((EARLY_AUDIT, REVIEW, DECLARED), []),
        ((APPLIED, AUDIT, DECLARED, RESCINDED), [(NO_REVIEW, "2026-04-01")]),
        ((APPLIED, AUDIT, REVIEW, major("raised", "2026-01-16"), DECLARED), [(OPEN_MAJOR, None)]),
        ((APPLIED, AUDIT, REVIEW, major("raised", "2026-03-21"), DECLARED), []),
        ((APPLIED, AUDIT, REVIEW, major("raised", "2026-01-16"), major("closed", "2026-03-20"), DECLARED), []),
        (
            (APPLIED, AUDIT, REVIEW, major("raised", "2026-01-16"), DECLARED, major("closed", "2026-04-02")),
            [(OPEN_MAJOR, "2026-04-02")],
        ),
        (
            (
                APPLIED,
                AUDIT,
                REVIEW,
                major("raised", "2026-01-16"),
                major("regraded", "2026-02-01", to="minor_nc"),
                DECLARED,
            ),
            [],
        ),
        ((DRAFTED, stats("2026-04", 0, "2026-05-03"), WITHDRAWN), []),
        ((DRAFTED, stats("2026-04", 3, "2026-05-03"), WITHDRAWN), [(DOSSIERS, None)]),
        (
            (DRAFTED, stats("2026-04", 3, "2026-05-03"), WITHDRAWN, stats("2026-05", 0, "2026-06-03")),
            [(DOSSIERS, "2026-05-31")],
        ),
        (
            (DRAFTED, stats("2026-04", 3, "2026-05-03"), (*WITHDRAWN[:3], {"replaced_by": "QT-2"})),
            [],
        ),
        # One channel is empty, the other is not.
        (
            (DRAFTED, stats("2026-04", 3, "2026-05-03", "online"), stats("2026-04", 0, "2026-05-03"), WITHDRAWN),
            [(DOSSIERS, None)],
        ),
    ],
)
def test_a_claim_is_held_against_what_other_services_know(events, expected):
    assert judged(*events) == expected


def test_a_claim_that_was_brought_along_is_not_judged():
    assert judged(APPLIED, DECLARED, provenance="imported") == []


def owed(first: str, last: str | None = None, decided: str | None = None) -> Owed:
    days = (clock.day_of(first), None if last is None else clock.day_of(last))
    return Owed(("xa-1", "KPH-9"), [days], None if decided is None else clock.day_of(decided))


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        ((), []),
        ((owed("2026-01-01", "2026-06-30"),), []),
        ((owed("2026-01-01", "2026-06-20"),), []),
        ((owed("2026-01-01"),), [("ended_with_open_obligations", None)]),
        ((owed("2026-01-01", decided="2026-07-01"),), []),
        ((owed("2026-01-01", decided="2026-08-01"),), [("ended_with_open_obligations", "2026-08-01")]),
        ((owed("2026-07-05"),), []),
    ],
)
def test_a_dissolved_agency_leaves_nothing_open_without_an_heir(left, expected):
    assert judged(ENDED, owed=left) == expected


def test_an_end_that_lies_ahead_is_judged_on_its_day():
    given = facts(ENDED)
    day = clock.day_of("2026-06-20")
    assert findings(given, (owed("2026-01-01"),), today=day) == []
    assert next_day(given, day) == clock.day_of("2026-07-01")
    assert next_day(given, TODAY) is None


def test_a_merged_agency_hands_over_as_a_whole():
    assert judged((*ENDED[:3], {"how": "merged", "effective": "2026-07-01"}), owed=(owed("2026-01-01"),)) == []


def test_what_is_said_follows_what_is_known():
    told: dict[str, Told] = {}
    history = []
    for events in (
        (APPLIED, REVIEW, DECLARED),
        (APPLIED, REVIEW, DECLARED),
        (APPLIED, REVIEW, DECLARED, LATE_AUDIT),
        (APPLIED, AUDIT, REVIEW, DECLARED, LATE_AUDIT),
        (APPLIED, REVIEW, DECLARED),
    ):
        found = findings(facts(*events), today=TODAY)
        new, changed = tell("xa-1", found, told, TODAY)
        told |= changed
        history.append([event.type.rpartition(".")[2] for event in new])
    assert history == [["found"], [], ["ended"], ["retracted", "retracted"], ["found"]]
    assert [one.standing for one in told.values()] == [True]
