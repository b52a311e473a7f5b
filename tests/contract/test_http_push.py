"""What a push answers, event by event, as an agency's programmer sees it."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.testing.running_system import BATCH, STRUCTURED, Answer, RunningSystem, agency, event, province, unique

ANSWER_FIELDS = {"id", "source", "status", "position", "service"}


@pytest.fixture(scope="module")
def place(system: RunningSystem) -> dict[str, str]:
    """A province, its department with inspection rights, a commune, and a stranger; each with a key."""
    names = {name: unique(name) for name in ("province", "department", "commune", "stranger")}
    top = names["province"]
    system.accept(
        province(top),
        agency(names["department"], top, kind="provincial_department", level="province"),
        agency(names["commune"], top, sector_parent_id=names["department"]),
        province(names["stranger"]),
    )
    return {**names, **{f"{name}_key": system.key(agency_id) for name, agency_id in names.items()}}


def nonconformity(source: str, subject: str | None = None, on: str = "2026-03-02", **more: object) -> dict:
    data = {
        "source": "internal_audit",
        "class": "minor_nc",
        "clause": "7.5.3",
        "standard_version": "TCVN ISO 9001:2015",
        "statement": "Không lưu phiếu hẹn trả kết quả",
        "raised_on": on[:10],
    }
    return event("nonconformity.raised", source, subject or unique("kph"), data, on, **more)


def test_an_accepted_event_says_where_it_stands(system, place):
    pushed = nonconformity(place["commune"])
    answer = system.single(pushed, place["commune_key"])
    assert answer.status == 200
    result = answer.result
    assert result.keys() >= ANSWER_FIELDS
    assert (result["id"], result["source"]) == (pushed["id"], pushed["source"])
    assert (result["status"], result["service"]) == ("accepted", "audit")
    assert result["position"] > 0
    log = system.get("/v1/log/audit/feed", after=result["position"] - 1, limit=1).json
    assert log["events"][0]["id"] == pushed["id"]


def test_a_batch_is_answered_in_its_own_order_by_every_owner(system, place):
    source = place["commune"]
    events = [
        nonconformity(source),
        event("procedure.drafted", source, unique("qt"), {"code": unique("QT"), "kind": "tthc"}),
        agency(unique("phong"), source, kind="public_unit"),
        event("no_such.thing", source, "x", {}),
        nonconformity(source),
    ]
    results = system.push(events)
    assert [result["id"] for result in results] == [pushed["id"] for pushed in events]
    assert [result["status"] for result in results] == ["accepted", "refused", "accepted", "refused", "accepted"]
    assert [results[index]["service"] for index in (0, 1, 2)] == ["audit", "documents", "inspection"]
    assert results[1]["code"] == "SCHEMA_VIOLATION"
    assert results[1]["pointer"].startswith("/data/")
    assert results[3]["code"] == "UNKNOWN_TYPE"
    assert all(result["hint"].keys() == {"vi", "en"} for result in results if result["status"] == "refused")


def test_an_empty_batch_is_answered_with_no_results(system, place):
    answer = system.raw(b"[]", BATCH, key=place["commune_key"])
    assert (answer.status, answer.json) == (200, {"results": []})


def test_pushing_again_answers_the_first_position(system, place):
    pushed = nonconformity(place["commune"])
    (first,) = system.accept(pushed)
    for spacing in ({}, {"indent": 2}, {"sort_keys": True}):
        again = system.raw(json.dumps(pushed, **spacing).encode(), STRUCTURED).result
        assert (again["status"], again["position"]) == ("duplicate", first["position"])


def test_a_thousand_equal_pushes_at_once_store_one_event(system, place):
    pushed = nonconformity(place["commune"])
    before = system.get("/v1/log/audit/feed", limit=1).json["head"]
    with ThreadPoolExecutor(32) as pool:
        results = list(pool.map(lambda _: system.single(pushed, place["commune_key"]).result, range(1000)))
    assert [result["status"] for result in results].count("accepted") == 1
    assert {result["status"] for result in results} == {"accepted", "duplicate"}
    assert len({result["position"] for result in results}) == 1
    page = system.get("/v1/log/audit/feed", after=before, limit=100).json["events"]
    assert [one["id"] for one in page].count(pushed["id"]) == 1


def test_twins_in_one_batch_are_one_event(system, place):
    pushed = nonconformity(place["commune"])
    first, second = system.push([pushed, pushed])
    assert (first["status"], second["status"]) == ("accepted", "duplicate")
    assert first["position"] == second["position"]


def test_an_id_used_for_another_content_is_refused_and_the_first_stands(system, place):
    pushed = nonconformity(place["commune"])
    (first,) = system.accept(pushed)
    other = {**pushed, "data": {**pushed["data"], "statement": "Nội dung khác"}}
    answer = system.single(other)
    assert answer.status == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert (answer.json["code"], answer.json["pointer"]) == ("ID_REUSED", "/id")
    assert system.receipt(pushed).json["position"] == first["position"]


_FLOW = {"opening": 12, "received": 140, "returned_incomplete": 2, "withdrawn": 1}
_SETTLED = {
    "resolved_early": 61,
    "resolved_on_time": 70,
    "resolved_late": 3,
    "pending_in_time": 14,
    "pending_overdue": 1,
}
FIGURES = {"period": "2026-03", "channel": "one_stop", **_FLOW, **_SETTLED}


def test_figures_that_stand_already_are_corrected_as_the_readme_and_the_refusal_say(system, place):
    code = unique("1")

    def told(event_id: str, **more: object) -> dict:
        data = {**FIGURES, "tthc_code": code, **{name: more.pop(name) for name in list(more) if name in FIGURES}}
        subject = f"2026-03:{code}:one_stop"
        return event("dossier_stats.submitted", place["commune"], subject, data, id=event_id, **more)

    first, second = unique("tk"), unique("tk")
    system.accept(told(first))
    refused = system.single(told(second, received=141), place["commune_key"]).json
    assert (refused["code"], "corrects" in refused["hint"]["vi"]) == ("ALREADY_EXISTS", True)
    unbalanced = system.single(told(second, received=141, corrects=first), place["commune_key"]).json
    assert unbalanced["code"] == "BALANCE_BROKEN"
    mended = told(second, received=141, resolved_late=4, corrects=first)
    assert system.single(mended, place["commune_key"]).result["status"] == "accepted"


def test_the_same_id_in_another_agency_is_another_event(system, place):
    pushed = nonconformity(place["commune"])
    system.accept(pushed, {**pushed, "source": f"/agencies/{place['province']}"})


def test_a_refused_single_event_is_a_problem_with_everything_a_result_has(system, place):
    pushed = nonconformity(place["commune"])
    del pushed["data"]["raised_on"]
    answer = system.single(pushed)
    assert answer.status == 422
    problem = answer.json
    assert (problem["status"], problem["code"], problem["pointer"]) == (422, "SCHEMA_VIOLATION", "/data/raised_on")
    assert problem["hint"]["vi"] != problem["hint"]["en"]
    assert answer.result["status"] == "refused"


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "CREDENTIAL_MISSING"),
        ("no-such-token", "CREDENTIAL_UNKNOWN"),
        ("ovk_0123456789abcdef_wrong", "CREDENTIAL_UNKNOWN"),
    ],
)
def test_nobody_pushes_without_a_credential(system, place, key, code):
    answer = system.single(nonconformity(place["commune"]), key)
    assert (answer.status, answer.json["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_failed_attempts_do_not_lock_out_those_who_have_a_credential(system, place):
    def push(key: str) -> Answer:
        body = json.dumps(nonconformity(place["commune"])).encode()
        return system.request(
            "POST", "/v1/events", body=body, headers={"Content-Type": STRUCTURED}, key=key, caller="127.0.0.9"
        )

    answers = [push("guess") for _ in range(70)]
    assert {answer.status for answer in answers} == {401, 429}
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert push(place["commune_key"]).status == 200
    assert push(system.staff).status == 200


@pytest.mark.parametrize("asserter", ["commune", "province", "department"])
def test_an_agency_and_those_above_it_may_push(system, place, asserter):
    assert system.single(nonconformity(place["commune"]), place[f"{asserter}_key"]).result["status"] == "accepted"


@pytest.mark.parametrize(
    ("asserter", "source"), [("stranger", "commune"), ("commune", "province"), ("commune", "stranger")]
)
def test_nobody_pushes_for_an_agency_that_is_not_below(system, place, asserter, source):
    pushed = nonconformity(place[source])
    answer = system.single(pushed, place[f"{asserter}_key"])
    assert (answer.status, answer.json["code"], answer.json["pointer"]) == (403, "NOT_ENTITLED", "/source")
    (result,) = system.push([pushed], place[f"{asserter}_key"])
    assert (result["status"], result["code"]) == ("refused", "NOT_ENTITLED")
    # Another's attempt takes nothing from the agency itself.
    system.accept(pushed, key=place[f"{source}_key"])


def test_events_of_the_system_are_not_taken_from_outside(system, place):
    stale = event("procedure.flagged_stale", place["commune"], "qt-1", {"legal_text_id": "x", "cause": "amended"})
    assert system.single(stale).json["status"] in (403, 422)
    marked = event(
        "nonconformity.marked_inconsistent",
        place["commune"],
        "k",
        {"late_event_id": "a", "conflicting_event_ids": ["b"]},
    )
    answer = system.single(marked)
    assert (answer.status, answer.json["code"]) == (403, "SYSTEM_EVENT")


def test_a_revoked_key_no_longer_pushes(system, place):
    issued = system.issue(place["commune"])
    assert system.single(nonconformity(place["commune"]), issued["key"]).status == 200
    answer = system.request("DELETE", f"/v1/agencies/{place['commune']}/keys/{issued['key_id']}")
    assert answer.status == 200
    assert system.single(nonconformity(place["commune"]), issued["key"]).status == 401
    for service in ("documents", "audit"):
        system.eventually(lambda service=service: _status(system, issued["key"], service) == 401)


def _status(system: RunningSystem, key: str, service: str) -> int:
    return system.request(
        "POST", "/v1/events", body=b"[]", headers={"Content-Type": BATCH}, key=key, service=service
    ).status


def test_a_successor_pushes_for_the_one_it_replaces(system, place):
    old, new = unique("old"), unique("new")
    system.accept(
        agency(old, place["province"]),
        agency(new, place["province"], valid_from="2025-07-01"),
        event(
            "agency.ended", old, old, {"how": "merged", "effective": "2025-07-01", "successors": [new]}, on="2025-06-30"
        ),
    )
    key = system.key(new)
    assert system.single(nonconformity(old, on="2025-06-20"), key).json["results"][0]["status"] == "accepted"


def test_each_service_takes_its_own_types_itself(system, place):
    pushed = json.dumps(nonconformity(place["commune"])).encode()
    headers = {"Content-Type": STRUCTURED}
    taken = system.request("POST", "/v1/events", body=pushed, headers=headers, service="audit")
    assert taken.result["status"] == "accepted"
    other = system.request("POST", "/v1/events", body=pushed, headers=headers, service="documents")
    assert (other.status, other.json["code"], other.json["pointer"]) == (422, "OWNED_BY_ANOTHER_SERVICE", "/type")


def test_what_is_pushed_right_after_a_registration_does_not_wait_for_a_timer(system):
    def seconds() -> float:
        newcomer = unique("moi")
        system.accept(province(newcomer))
        begun = time.monotonic()
        system.accept(nonconformity(newcomer))
        return time.monotonic() - begun

    # A writer that sleeps through the arrival of an agency wakes after a second.
    assert min(seconds() for _ in range(4)) < 0.9


def test_pushes_of_many_agencies_at_the_same_time_are_each_judged_by_their_own_credential(system, place):
    """They may go to their owner together; nobody speaks with another's voice for that."""
    keys = [place["commune_key"], place["stranger_key"], place["department_key"]] * 8
    events = [nonconformity(place["commune"]) for _ in keys]
    with ThreadPoolExecutor(len(keys)) as pool:
        answers = list(pool.map(system.single, events, keys))
    for pushed, key, answer in zip(events, keys, answers, strict=True):
        if key == place["stranger_key"]:
            assert (answer.status, answer.json["code"]) == (403, "NOT_ENTITLED")
        else:
            assert answer.status == 200, answer.body
            assert (answer.result["id"], answer.result["status"]) == (pushed["id"], "accepted")


def test_a_bundle_of_pushes_is_taken_from_services_alone_and_checks_each_credential(system, place):
    good, bad = nonconformity(place["commune"]), nonconformity(place["commune"])
    parts = [[{"Authorization": f"Bearer {place['commune_key']}"}, "", [good]]]
    parts.append([{"Authorization": "Bearer ovk_0123456789abcdef_nothing"}, "", [bad]])
    path, service = "/v1/events/bundle", json.loads((system.data / "run.json").read_text())["service_token"]

    def bring(body, key):
        return system.request("POST", path, body=body, key=key, service="audit")

    for key in (place["commune_key"], "staff", None):
        assert bring(json.dumps(parts).encode(), key).status in (401, 403)
    answer = bring(json.dumps(parts).encode(), service)
    assert answer.status == 200
    taken, refused = answer.json
    assert (taken[0]["id"], taken[0]["status"]) == (good["id"], "accepted")
    assert (refused["status"], refused["code"]) == (401, "CREDENTIAL_UNKNOWN")
    assert system.receipt(bad).status == 404
    for body in (b'{"a":1}', b"[1]", b"[", json.dumps([[{}, "", 5]]).encode()):
        malformed = bring(body, service)
        assert (malformed.status, malformed.json["code"]) == (400, "BUNDLE_MALFORMED")
