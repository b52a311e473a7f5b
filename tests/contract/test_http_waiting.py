"""What waits, what comes late, what a baseline is: told by receipts and by the quarantine."""

from __future__ import annotations

import json

import pytest

from shared.testing.running_system import STRUCTURED, RunningSystem, agency, event, province, unique

NC = {
    "source": "internal_audit",
    "class": "minor_nc",
    "clause": "7.5.3",
    "standard_version": "TCVN ISO 9001:2015",
    "statement": "Không lưu phiếu hẹn trả kết quả",
    "raised_on": "2026-02-02",
}


@pytest.fixture(scope="module")
def agency_id(system: RunningSystem) -> str:
    name = unique("cho")
    system.accept(province(name))
    return name


@pytest.fixture(scope="module")
def key(system: RunningSystem, agency_id: str) -> str:
    return system.key(agency_id)


def raised(agency_id: str, subject: str, on: str = "2026-02-02") -> dict:
    return event("nonconformity.raised", agency_id, subject, {**NC, "raised_on": on}, on=on)


def accepted(agency_id: str, subject: str, on: str = "2026-02-03") -> dict:
    return event("nonconformity.accepted", agency_id, subject, {"by": "truong-phong"}, on=on)


def status(system: RunningSystem, pushed: dict) -> str:
    answer = system.receipt(pushed)
    return answer.json["status"] if answer.status == 200 else str(answer.status)


def applied(system: RunningSystem, pushed: dict) -> None:
    system.eventually(lambda: status(system, pushed) == "accepted", 10)


def test_an_event_waits_for_its_predecessor_and_is_applied_when_that_comes(system, agency_id, key):
    subject = unique("kph")
    follower = accepted(agency_id, subject)
    (result,) = system.push([follower], key)
    assert (result["status"], result["code"], result["position"]) == ("waiting", "PREDECESSOR_MISSING", None)
    assert system.push([follower], key)[0]["status"] == "waiting"
    receipt = system.receipt(follower, key).json
    assert (receipt["status"], receipt["code"]) == ("waiting", "PREDECESSOR_MISSING")
    (opening,) = system.accept(raised(agency_id, subject), key=key)
    applied(system, follower)
    assert system.receipt(follower).json["position"] > opening["position"]
    (again,) = system.push([follower], key)
    assert (again["status"], again["position"]) == ("duplicate", system.receipt(follower).json["position"])


def test_a_waiting_event_may_be_corrected_under_its_id_until_it_is_applied(system, agency_id, key):
    subject = unique("kph")
    follower = accepted(agency_id, subject)
    better = {**follower, "data": {"by": "truong-phong-moi"}}
    for pushed in (follower, better):
        assert system.push([pushed], key)[0]["status"] in ("waiting", "refused")
    system.accept(raised(agency_id, subject), key=key)
    applied(system, follower)
    position = system.receipt(follower).json["position"]
    (stored,) = system.get("/v1/log/audit/feed", after=position - 1, limit=1).json["events"]
    assert stored["data"] in (follower["data"], better["data"])


def test_a_batch_in_the_wrong_order_ends_all_the_same(system, agency_id, key):
    subject = unique("kph")
    follower, opening = accepted(agency_id, subject), raised(agency_id, subject)
    first, second = system.push([follower, opening], key)
    assert (first["status"], second["status"]) == ("waiting", "accepted")
    applied(system, follower)


def test_events_of_an_agency_wait_for_its_registration_in_every_service(system):
    newcomer = unique("moi")
    events = [
        raised(newcomer, "kph-1"),
        event(
            "declaration.plan_approved",
            newcomer,
            newcomer,
            {"plan_no": "87/KH-UBND", "approved_by": "UBND tỉnh", "approved_on": "2026-01-05"},
        ),
    ]
    assert {result["code"] for result in system.push(events)} == {"AGENCY_UNKNOWN"}
    system.accept(province(newcomer))
    for pushed in events:
        applied(system, pushed)


def test_an_agency_above_may_push_before_the_registration_and_a_stranger_may_not(system, agency_id, key):
    newcomer, child = unique("xa"), unique("xa")
    mine, theirs = raised(child, "kph-1"), raised(newcomer, "kph-1")
    assert [result["status"] for result in system.push([mine, theirs], key)] == ["waiting", "waiting"]
    system.accept(agency(child, agency_id), province(newcomer))
    applied(system, mine)
    system.eventually(lambda: system.receipt(theirs).json.get("code") == "NOT_ENTITLED", 10)


def test_a_registration_and_what_follows_go_into_one_batch(system):
    newcomer = unique("moi")
    results = system.push([raised(newcomer, "kph-1"), province(newcomer)])
    assert [result["status"] for result in results] == ["accepted", "accepted"]


def test_children_registered_before_their_parent_wait_for_it(system):
    top, below = unique("tinh"), unique("xa")
    child = agency(below, top)
    assert system.push([child])[0]["code"] == "REFERENCE_MISSING"
    system.accept(province(top))
    applied(system, child)


def test_a_late_fact_is_decided_on_its_own_day_and_both_stay(system, agency_id, key):
    subject = unique("kph")
    opening = raised(agency_id, subject)
    withdrawn = event("nonconformity.withdrawn", agency_id, subject, {"reason": "Lập trùng"}, on="2026-02-10")
    system.accept(opening, accepted(agency_id, subject, on="2026-02-20"), key=key)
    (late,) = system.push([withdrawn], key)
    assert late["status"] == "accepted"
    page = system.get("/v1/log/audit/feed", after=late["position"], limit=5).json["events"]
    assert "qms.nonconformity.marked_inconsistent" in [one["type"] for one in page if one["subject"] == subject]
    (early,) = system.push([accepted(agency_id, subject, on="2026-01-15")], key)
    assert (early["status"], early["code"], early["pointer"]) == ("refused", "BEFORE_FIRST_EVENT", "/time")


def test_a_fact_of_the_old_agency_is_taken_after_its_end_and_a_newer_one_names_the_successor(system, agency_id):
    old, new = unique("cu"), unique("moi")
    ended = {"how": "merged", "effective": "2025-07-01", "successors": [new]}
    system.accept(
        agency(old, agency_id),
        agency(new, agency_id, valid_from="2025-07-01"),
        event("agency.ended", old, old, ended, on="2025-06-30"),
    )
    assert system.push([raised(old, "kph-1", on="2025-06-28")])[0]["status"] == "accepted"
    (after,) = system.push([raised(old, "kph-2", on="2025-07-02")])
    assert (after["status"], after["code"]) == ("refused", "AGENCY_ENDED")
    assert new in after["hint"]["vi"]


BASELINE = {**NC, "state": "raised", "state_since": "2026-02-02", "raised_on": "2025-10-14"}


def test_a_baseline_opens_a_record_once_and_only_as_imported(system, agency_id, key):
    subject = unique("kph")
    baseline = event("nonconformity.baselined", agency_id, subject, BASELINE)
    (result,) = system.push([baseline], key)
    assert (result["code"], result["pointer"]) == ("BASELINE_NOT_IMPORTED", "/provenance")
    imported = {**baseline, "id": unique("e"), "provenance": "imported"}
    assert system.push([imported], key)[0]["status"] == "accepted"
    assert system.push([{**imported, "id": unique("e")}], key)[0]["code"] == "BASELINE_NOT_FIRST"
    assert system.push([accepted(agency_id, subject, on="2026-03-05")], key)[0]["status"] == "accepted"


def test_receipts_tell_all_that_can_become_of_an_event(system, agency_id, key):
    stored, waits, wrong = (
        raised(agency_id, unique("k")),
        accepted(agency_id, unique("k")),
        raised(agency_id, unique("k")),
    )
    del wrong["data"]["raised_on"]
    system.push([stored, waits, wrong], key)
    receipts = [system.receipt(pushed, key).json for pushed in (stored, waits, wrong)]
    assert [receipt["status"] for receipt in receipts] == ["accepted", "waiting", "refused"]
    assert receipts[0]["position"] > 0
    assert receipts[0]["service"] == "audit"
    assert receipts[2]["pointer"] == "/data/raised_on"
    missing = system.receipt({"source": stored["source"], "id": "never"}, key)
    assert (missing.status, missing.json["code"]) == (404, "RECEIPT_NOT_FOUND")
    assert system.get("/v1/receipts", key=key, source=stored["source"]).status == 400
    assert system.receipt(stored, None).status == 401


def test_a_refused_item_is_listed_repaired_and_replayed(system, agency_id, key):
    wrong = raised(agency_id, unique("kph"))
    wrong["data"]["class"] = "no_such_class"
    answer = system.single(wrong, key)
    assert answer.status == 422
    (item,) = [one for one in _items(system, key) if one["event_id"] == wrong["id"]]
    assert (item["status"], item["code"], item["pointer"]) == ("refused", "SCHEMA_VIOLATION", "/data/class")
    assert item["event"] == wrong
    as_came = system.request("POST", f"/v1/quarantine/{item['id']}/replay", key=key)
    assert as_came.json["results"][0]["status"] == "refused"
    repaired = {**wrong, "data": {**wrong["data"], "class": "minor_nc"}}
    replayed = system.request(
        "POST",
        f"/v1/quarantine/{item['id']}/replay",
        body=json.dumps(repaired).encode(),
        headers={"Content-Type": STRUCTURED},
        key=key,
    )
    assert replayed.json["results"][0]["status"] == "accepted"
    assert status(system, wrong) == "accepted"
    assert wrong["id"] not in [one["event_id"] for one in _items(system, key)]
    gone = system.request("POST", f"/v1/quarantine/{item['id']}/replay", key=key)
    assert gone.status == 404


@pytest.mark.parametrize("sender", ["key", "staff", "above"])
def test_what_is_pushed_again_in_good_form_settles_what_was_refused_whatever_its_fields_were(system, sender):
    top, below = unique("tinh"), unique("xa")
    system.accept(province(top), agency(below, top))
    key = {"key": system.key(below), "staff": "staff", "above": system.key(top)}[sender]
    wrong = raised(below, unique("kph"))
    for number, word in enumerate(("no_such_class", "none_either"), 1):
        (refused,) = system.push([{**wrong, "data": {**wrong["data"], "class": word}}], key)
        assert refused["code"] == "SCHEMA_VIOLATION"
        (item,) = [one for one in _items(system, key) if one["event_id"] == wrong["id"]]
        assert (item["event"]["data"]["class"], item["attempts"]) == (word, number)
    assert system.push([wrong], key)[0]["status"] == "accepted"
    assert wrong["id"] not in [one["event_id"] for one in _items(system, key)]


def test_a_bad_event_of_who_has_no_right_replaces_nothing_of_the_agency(system, agency_id, key):
    stranger = unique("la")
    system.accept(province(stranger))
    wrong = raised(agency_id, unique("kph"))
    for sender, word in ((key, "own_fault"), (system.key(stranger), "foreign_fault")):
        system.push([{**wrong, "data": {**wrong["data"], "class": word}}], sender)
    kept = [one["event"]["data"]["class"] for one in _items(system, key) if one["event_id"] == wrong["id"]]
    assert "own_fault" in kept


def test_replaying_a_waiting_item_answers_waiting(system, agency_id, key):
    follower = accepted(agency_id, unique("kph"))
    system.push([follower], key)
    (item,) = [one for one in _items(system, key) if one["event_id"] == follower["id"]]
    replayed = system.request("POST", f"/v1/quarantine/{item['id']}/replay", key=key)
    assert replayed.json["results"][0]["status"] == "waiting"


def test_an_agency_sees_and_touches_only_its_own_quarantine(system, agency_id, key):
    stranger = unique("la")
    system.accept(province(stranger))
    theirs = system.key(stranger)
    wrong = {**raised(agency_id, unique("kph")), "specversion": "2.0"}
    system.push([wrong], key)
    (item,) = [one for one in _items(system, key) if one["event_id"] == wrong["id"]]
    assert wrong["id"] not in [one["event_id"] for one in _items(system, theirs)]
    assert system.request("POST", f"/v1/quarantine/{item['id']}/replay", key=theirs).status == 403
    assert system.receipt(wrong, theirs).status == 403
    assert system.get("/v1/quarantine", key=None).status == 401
    assert wrong["id"] in [one["event_id"] for one in _items(system, "staff")]


def test_the_quarantine_is_asked_by_status_and_in_pages(system, agency_id, key):
    system.push([accepted(agency_id, unique("k")), {**raised(agency_id, unique("k")), "specversion": "2"}], key)
    for wanted in ("waiting", "refused"):
        found = system.get("/v1/quarantine", key=key, status=wanted, limit=5).json["items"]
        assert {item["status"] for item in found} == {wanted}
        assert len(found) <= 5
    for wrong in ({"limit": 0}, {"limit": "x"}, {"limit": 501}, {"status": "open"}):
        answer = system.get("/v1/quarantine", key=key, **wrong)
        assert (answer.status, answer.json["code"]) == (400, "BAD_PARAMETER"), wrong


def _items(system: RunningSystem, key: str) -> list[dict]:
    return system.get("/v1/quarantine", key=key, limit=500).json["items"]


def test_a_waiting_item_is_listed_with_whether_it_is_overdue_and_can_be_given_up(system, agency_id, key):
    follower = accepted(agency_id, unique("kph"))
    system.push([follower], key)
    (item,) = (one for one in listed(system, key) if one["event_id"] == follower["id"])
    assert (item["status"], item["overdue"]) == ("waiting", False)
    assert listed(system, key, overdue="true") == []
    assert system.get("/v1/quarantine", key=key, overdue="yes").json["code"] == "BAD_PARAMETER"
    other = unique("khac")
    system.accept(province(other))
    path = f"/v1/quarantine/{item['id']}/discard"
    assert system.request("POST", path, key=system.key(other)).status == 403
    assert system.request("POST", path, key=key).json == {"id": item["id"], "status": "discarded"}
    assert system.request("POST", path, key=key).status == 404
    assert follower["id"] not in {one["event_id"] for one in listed(system, key)}
    # Given up is not forbidden: sent again, it waits again.
    assert system.push([follower], key)[0]["status"] == "waiting"


def listed(system: RunningSystem, key: str, **asked: str) -> list[dict]:
    return list(system.get("/v1/quarantine", key=key, **asked).json["items"])
