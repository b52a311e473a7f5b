"""Intake settles every item of a batch on its own: accepted, duplicate, waiting or refused."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.intake.conftest import Intake, event, example


def drafted(subject: str = "QT-07", on: str = "2026-02-02", **more: object) -> dict[str, object]:
    return event("procedure.drafted", subject, {**example("procedure.drafted"), "code": subject}, on=on, **more)


def submitted(subject: str = "QT-07", on: str = "2026-02-03", **more: object) -> dict[str, object]:
    return event("procedure.submitted", subject, example("procedure.submitted"), on=on, **more)


def statuses(items: list) -> list[str]:
    return [item.status for item in items]


def test_a_batch_is_numbered_in_order(intake: Intake) -> None:
    items = intake.push(drafted("A"), drafted("B"), submitted("A"))
    assert [(item.status, item.position) for item in items] == [("accepted", 1), ("accepted", 2), ("accepted", 3)]
    assert [stored.stream_version for stored in intake.store.read(0, 10)] == [1, 1, 2]


def test_pushing_again_answers_with_the_first_position(intake: Intake) -> None:
    first = intake.push(drafted())
    again = intake.push(drafted(), drafted())
    assert first[0].position == 1
    assert [(item.status, item.position) for item in again] == [("duplicate", 1), ("duplicate", 1)]
    assert intake.store.head().position == 1


def test_twins_within_one_batch_are_one_event(intake: Intake) -> None:
    items = intake.push(drafted(), drafted())
    assert [(item.status, item.position) for item in items] == [("accepted", 1), ("duplicate", 1)]


def test_another_body_under_the_same_id_is_refused_and_kept(intake: Intake) -> None:
    intake.push(drafted())
    other = drafted()
    other["data"] = {**example("procedure.drafted"), "title": "Tên khác"}
    (item,) = intake.push(other)
    assert (item.status, item.refusal.code) == ("refused", "ID_REUSED")
    assert intake.store.head().position == 1


def test_an_event_waits_for_its_record_to_be_opened(intake: Intake) -> None:
    (item,) = intake.push(submitted())
    assert (item.status, item.refusal.code) == ("waiting", "PREDECESSOR_MISSING")
    (opening,) = intake.push(drafted())
    waiting = intake.store.transact(lambda tx: tx.waiting_on([opening.stream]))
    assert [entry.event_id for entry in waiting] == ["procedure.submitted:QT-07:2026-02-03"]


def test_an_event_of_an_unknown_agency_waits(intake: Intake) -> None:
    (item,) = intake.push(drafted(source="NEW"))
    assert (item.status, item.refusal.code) == ("waiting", "AGENCY_UNKNOWN")


def test_an_ended_agency_is_refused_with_its_successor(intake: Intake) -> None:
    late, after = intake.push(drafted("A", on="2025-06-20", source="OLD"), drafted("B", on="2025-08-01", source="OLD"))
    assert late.status == "accepted"
    assert after.refusal.code == "AGENCY_ENDED"
    assert "P" in after.refusal.hint.en


def test_a_key_pushes_for_itself_and_below_only(intake: Intake) -> None:
    assert statuses(intake.push(drafted("A"), asserter="P")) == ["accepted"]
    assert statuses(intake.push(drafted("B"), asserter="D")) == ["accepted"]
    (item,) = intake.push(drafted("C", source="P"), asserter="D")
    assert (item.status, item.refusal.code) == ("refused", "NOT_ENTITLED")


def test_the_future_is_refused(intake: Intake) -> None:
    (item,) = intake.push(drafted(on="2026-06-03"))
    assert item.refusal.code == "OCCURRED_IN_FUTURE"


def test_derived_types_are_not_accepted_from_outside(intake: Intake) -> None:
    intake.push(drafted())
    flag = event("procedure.flagged_stale", "QT-07", example("procedure.flagged_stale"), on="2026-03-01")
    assert intake.push(flag)[0].refusal.code == "SYSTEM_EVENT"


def test_an_impossible_transition_is_refused_and_the_rest_of_the_batch_accepted(intake: Intake) -> None:
    intake.push(drafted("A"))
    items = intake.push(event("procedure.issued", "A", example("procedure.issued"), on="2026-02-05"), drafted("B"))
    assert statuses(items) == ["refused", "accepted"]


def test_a_late_fact_is_decided_on_its_own_day(intake: Intake) -> None:
    intake.push(drafted(on="2026-02-02"), submitted(on="2026-02-10"))
    (early,) = intake.push(submitted(on="2026-02-05", event_id="late"))
    assert early.status == "accepted"
    flags = [stored for stored in intake.store.read(0, 10) if stored.name == "marked_inconsistent"]
    assert [flag.data["conflicting_event_ids"] for flag in flags] == [["procedure.submitted:QT-07:2026-02-10"]]


def test_a_fact_before_the_first_one_is_refused(intake: Intake) -> None:
    intake.push(drafted(on="2026-02-02"))
    (item,) = intake.push(submitted(on="2026-01-05"))
    assert item.refusal.code == "BEFORE_FIRST_EVENT"


def test_a_baseline_opens_a_record_once_and_only_as_import(intake: Intake) -> None:
    data = example("procedure.baselined")
    self_reported = event("procedure.baselined", "B", data, on="2026-01-05", event_id="b1")
    imported = {**self_reported, "provenance": "imported", "id": "b2"}
    items = intake.push(self_reported, imported, {**imported, "id": "b3"})
    assert [item.refusal.code if item.refusal else item.status for item in items] == [
        "BASELINE_NOT_IMPORTED",
        "accepted",
        "BASELINE_NOT_FIRST",
    ]


def test_an_accepted_event_settles_its_quarantine_entry(intake: Intake) -> None:
    (item,) = intake.push(submitted())
    intake.push(drafted())
    (again,) = intake.push(submitted())
    assert again.status == "accepted"
    assert intake.store.transact(lambda tx: tx.quarantined([item.key])) == {}


def test_a_rule_that_breaks_down_refuses_its_own_event_alone(intake: Intake, monkeypatch) -> None:
    aggregate = intake.acceptance.aggregates["procedure"]

    def broken(fact):
        if fact.subject == "B":
            raise KeyError("period")
        return ()

    for name in ("references", "sees"):
        with monkeypatch.context() as patch:
            patch.setitem(intake.acceptance.aggregates, "procedure", replace(aggregate, **{name: broken}))
            items = intake.push(drafted("A" + name), drafted("B", id=f"b-{name}"), drafted("C" + name))
        assert [item.status for item in items] == ["accepted", "refused", "accepted"]
        assert items[1].refusal.code == "DECISION_FAILED"
