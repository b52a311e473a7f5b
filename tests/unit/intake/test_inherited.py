"""What an ended agency left open: its heir goes on with the record, nobody else does, and nothing new begins there."""

from __future__ import annotations

from shared import clock
from shared.intake.items import Item
from shared.registry.inheritance import Inheritance, Thing
from tests.unit.intake.conftest import Intake, event, example

REFORM = clock.day_of("2025-07-01")


def drafted(on: str, subject: str = "QT-07") -> dict[str, object]:
    data = {**example("procedure.drafted"), "code": subject}
    return event("procedure.drafted", subject, data, on=on, source="OLD")


def submitted(on: str) -> dict[str, object]:
    return event("procedure.submitted", "QT-07", example("procedure.submitted"), on=on, source="OLD")


def inherited(intake: Intake, taker: str = "D", giver: str = "OLD", effective: int = REFORM) -> None:
    """Put a decision into the registry's copy, as its projection would."""
    decisions = intake.registry.decided.setdefault(Thing("procedure", "OLD", "QT-07"), [])
    decisions.append(Inheritance(giver, taker, effective))


def code_of(item: Item) -> str:
    return item.refusal.code if item.refusal else str(item.status)


def test_the_heir_and_those_above_it_go_on_with_an_inherited_record(intake: Intake) -> None:
    intake.push(drafted("2025-06-01"))
    (before,) = intake.push(submitted("2025-08-01"), asserter="D")
    assert code_of(before) in {"AGENCY_ENDED", "NOT_ENTITLED"}
    inherited(intake)
    (after,) = intake.push({**submitted("2025-08-01"), "id": "lan-2"}, asserter="D")
    assert code_of(after) == "accepted"


def test_another_agency_than_the_heir_does_not(intake: Intake) -> None:
    intake.push(drafted("2025-06-01"))
    inherited(intake, taker="P")
    (item,) = intake.push(submitted("2025-08-01"), asserter="D")
    assert code_of(item) == "NOT_ENTITLED"


def test_what_was_not_inherited_stays_closed(intake: Intake) -> None:
    inherited(intake)
    (item,) = intake.push(drafted("2025-08-01", subject="QT-99"))
    assert code_of(item) == "AGENCY_ENDED"


def test_an_inheritance_begins_with_its_day(intake: Intake) -> None:
    inherited(intake, effective=clock.day_of("2025-09-01"))
    assert code_of(intake.push(drafted("2025-08-01"))[0]) == "AGENCY_ENDED"


def test_inheritances_are_followed_from_agency_to_agency(intake: Intake) -> None:
    intake.push(drafted("2025-06-01"))
    inherited(intake, taker="OLD-2")
    inherited(intake, taker="P", giver="OLD-2", effective=clock.day_of("2026-01-01"))
    assert code_of(intake.push(submitted("2026-02-01"), asserter="P")[0]) == "accepted"


def test_an_heir_says_no_more_than_an_agency_may_say(intake: Intake) -> None:
    intake.push(drafted("2025-06-01"))
    inherited(intake)
    flag = event("procedure.flagged_stale", "QT-07", example("procedure.flagged_stale"), on="2025-08-01", source="OLD")
    assert code_of(intake.push(flag, asserter="D")[0]) == "SYSTEM_EVENT"
