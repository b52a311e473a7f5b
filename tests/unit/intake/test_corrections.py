"""A correction takes the place of the fact it names; a retraction leaves the place empty; the log keeps both."""

from __future__ import annotations

from shared.intake.folding import known_facts, standing
from tests.unit.intake.conftest import Intake, event, example


def drafted(title: str = "Tiếp nhận hồ sơ", on: str = "2026-02-02", **more: object) -> dict[str, object]:
    data = {**example("procedure.drafted"), "code": "QT-07", "title": title}
    return event("procedure.drafted", "QT-07", data, on=on, **{"event_id": "d1", **more})


def submitted(on: str = "2026-02-05", **more: object) -> dict[str, object]:
    return event("procedure.submitted", "QT-07", example("procedure.submitted"), on=on, **{"event_id": "s1", **more})


def retracted(named: object, on: str = "2026-03-01", **more: object) -> dict[str, object]:
    data = {"reason": "Nhập nhầm"}
    return event("procedure.retracted", "QT-07", data, on=on, corrects=named, **{"event_id": "r1", **more})


def state(intake: Intake) -> dict:
    import orjson

    from shared.ids import stream_key

    key = stream_key("procedure", "D/QT-07")
    return orjson.loads(intake.store.transact(lambda tx: tx.states([key]))[key].state)


def code(item: object) -> str:
    return item.refusal.code if item.refusal else item.status


def test_a_correction_of_the_opening_replaces_it(intake: Intake) -> None:
    intake.push(drafted("Sai tên"), submitted())
    (item,) = intake.push(drafted("Tên đúng", event_id="d2", corrects="d1"))
    assert item.status == "accepted"
    assert state(intake)["status"] == "in_review"
    assert intake.store.head().position == 3


def test_a_retracted_fact_no_longer_counts(intake: Intake) -> None:
    intake.push(drafted(), submitted())
    assert intake.push(retracted("s1"))[0].status == "accepted"
    assert state(intake)["status"] == "draft"
    assert intake.push(submitted("2026-03-02", event_id="s2"))[0].status == "accepted"


def test_a_record_without_facts_can_be_opened_again(intake: Intake) -> None:
    intake.push(drafted())
    assert intake.push(retracted("d1"))[0].status == "accepted"
    assert code(intake.push(submitted("2026-03-02"))[0]) == "PREDECESSOR_MISSING"
    assert intake.push(drafted("Mới", on="2026-03-03", event_id="d3"))[0].status == "accepted"


def test_the_opening_cannot_be_retracted_while_others_rest_on_it(intake: Intake) -> None:
    intake.push(drafted(), submitted())
    assert code(intake.push(retracted("d1"))[0]) == "OPENING_IS_NEEDED"


def test_a_correction_after_which_later_facts_no_longer_follow_flags_the_record(intake: Intake) -> None:
    approved = event("procedure.approved", "QT-07", example("procedure.approved"), on="2026-02-10", event_id="a1")
    intake.push(drafted(), submitted(), approved)
    intake.push(retracted("s1"))
    flags = [stored for stored in intake.store.read(0, 20) if stored.name == "marked_inconsistent"]
    assert [flag.data["conflicting_event_ids"] for flag in flags] == [["a1"]]
    intake.push(submitted("2026-02-06", event_id="s2"))
    assert [stored.name for stored in intake.store.read(0, 20)][-1] == "marked_consistent"


def test_a_correction_waits_for_the_event_it_names(intake: Intake) -> None:
    intake.push(drafted())
    (item,) = intake.push(retracted("s1"))
    assert (item.status, item.refusal.code) == ("waiting", "CORRECTED_EVENT_MISSING")


def test_what_may_not_be_corrected(intake: Intake) -> None:
    intake.push(drafted(), submitted())
    other = drafted(event_id="x1", corrects="s1")
    elsewhere = retracted({"source": "/agencies/P", "id": "s1"}, event_id="x2")
    nothing = event("procedure.retracted", "QT-07", {"reason": "Nhầm"}, on="2026-03-01", event_id="x3")
    intake.push(retracted("s1"))
    again = retracted("s1", event_id="x4")
    assert [code(item) for item in intake.push(other, elsewhere, nothing, again)] == [
        "ALREADY_CORRECTED",
        "CORRECTS_ANOTHER_RECORD",
        "RETRACTION_WITHOUT_TARGET",
        "ALREADY_CORRECTED",
    ]


def test_a_correction_has_the_type_of_what_it_corrects(intake: Intake) -> None:
    intake.push(drafted(), submitted())
    other = event(
        "procedure.returned", "QT-07", example("procedure.returned"), on="2026-02-06", event_id="x1", corrects="s1"
    )
    assert code(intake.push(other)[0]) == "CORRECTION_OF_OTHER_TYPE"


def test_a_correction_stands_where_the_corrected_fact_stood_among_those_of_its_day(intake: Intake) -> None:
    approved = event("procedure.approved", "QT-07", example("procedure.approved"), on="2026-02-05", event_id="a1")
    intake.push(drafted(on="2026-02-05"), submitted(), approved)
    assert intake.push(submitted(event_id="s2", corrects="s1"))[0].status == "accepted"
    assert state(intake)["status"] == "approved"
    assert not [stored for stored in intake.store.read(0, 20) if stored.name == "marked_inconsistent"]


def test_a_record_stays_flagged_until_all_of_it_follows_again(intake: Intake) -> None:
    approved = event("procedure.approved", "QT-07", example("procedure.approved"), on="2026-02-10", event_id="a1")
    issued = {"edition": 1, "revision": 0, "effective_from": "2026-02-20"}
    intake.push(drafted(), submitted(), approved, event("procedure.issued", "QT-07", issued, on="2026-02-15"))
    intake.push(retracted("s1"))
    told = {**example("procedure.published"), "edition": 1, "revision": 0}
    # A late fact behind the gap mends nothing.
    intake.push(event("procedure.published", "QT-07", told, on="2026-02-21"))
    names = [stored.name for stored in intake.store.read(0, 20)]
    assert "marked_inconsistent" in names
    assert "marked_consistent" not in names


def test_two_agencies_that_tell_of_one_national_text_may_use_the_same_ids(intake: Intake) -> None:
    key = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
    data = {"number": "61/2018/NĐ-CP", "issuer": "Chính phủ", "issued_on": "2018-04-23", "effective_from": "2018-06-21"}
    paused = {"effective_from": "2020-04-01"}
    intake.push(event("legal_text.registered", key, data, on="2026-02-02", event_id="1"))
    intake.push(event("legal_text.suspended", key, paused, on="2026-02-03", source="P", event_id="1"))
    withdrawn = {"reason": "Nhầm văn bản"}
    item = intake.push(
        event("legal_text.retracted", key, withdrawn, on="2026-02-04", source="P", event_id="2", corrects="1")
    )[0]
    assert item.status == "accepted"
    assert [fact.name for fact in standing(known_facts(intake.store.read(0, 9)), frozenset({"registered"}))] == [
        "registered"
    ]
