"""The procedure: its way into force, its numbering, and what must hold at each step."""

from __future__ import annotations

import pytest

from services.documents.domain import AGGREGATES
from shared.testing.world import World

DRAFT = {
    "code": "QT-07",
    "title": "Quy trình chứng thực bản sao từ bản chính",
    "kind": "tthc",
    "tthc_code": "2.000815",
    "steps": [{"no": 1, "title": "Tiếp nhận hồ sơ", "role": "Công chức bộ phận một cửa"}],
    "regulated_days": 10,
    "committed_days": 7,
    "author_ref": "chuyen-vien:01",
}
DATA = {
    "drafted": DRAFT,
    "returned": {"reason": "Thiếu biểu mẫu"},
    "rejected": {"reason": "Trùng với QT-05"},
    "approved": {"approver_ref": "lanh-dao:chu-tich"},
    "issued": {"edition": 1, "revision": 1, "effective_from": "2026-03-15"},
    "revised": {"edition": 1, "revision": 2, "trigger": "improvement", "effective_from": "2026-04-20"},
    "reviewed_no_change": {"reason": "Không có thay đổi"},
    "committed_time_changed": {"to_days": 5},
    "published": {"channel": "website"},
    "withdrawn": {"reason": "Thủ tục đã bị bãi bỏ"},
    "acknowledged": {"role": "Công chức bộ phận một cửa", "n": 6},
    "baselined": {**DRAFT, "state_since": "2021-05-10", "edition": 2, "revision": 3, "effective_from": "2021-05-10"},
    "flagged_stale": {
        "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
        "cause": "amended",
        "change": {"source": "vpcp", "id": "c1"},
        "announced_on": "2026-02-01",
        "since": "2026-03-01",
        "due_on": "2026-03-31",
    },
    "staleness_cleared": {
        "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
        "change": {"source": "vpcp", "id": "c1"},
        "cleared_on": "2026-03-20",
        "lead_time_days": 19,
        "by": "revised",
    },
}
IN_FORCE = ("drafted", "submitted", "approved", "issued")


@pytest.fixture
def world() -> World:
    return World(AGGREGATES, source="ubnd-thanh-son")


def act(world: World, event: str, change: dict | None = None, on: str = "2026-03-10") -> str:
    return world.push(f"procedure.{event}", "qt-07", {**DATA.get(event, {}), **(change or {})}, on=on)


def through(world: World, *events: str) -> None:
    for event in events:
        assert act(world, event) == "accepted"


def state(world: World):
    return world.state("procedure", "qt-07")


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        ((), "drafted", "draft"),
        (("drafted",), "submitted", "in_review"),
        (("drafted", "submitted"), "returned", "draft"),
        (("drafted", "submitted", "returned"), "submitted", "in_review"),
        (("drafted", "submitted"), "rejected", "rejected"),
        (("drafted", "submitted", "rejected"), "submitted", "in_review"),
        (("drafted", "submitted"), "approved", "approved"),
        (("drafted", "submitted", "approved"), "issued", "in_force"),
        (IN_FORCE, "revised", "in_force"),
        (IN_FORCE, "reviewed_no_change", "in_force"),
        (IN_FORCE, "committed_time_changed", "in_force"),
        (IN_FORCE, "published", "in_force"),
        (IN_FORCE, "acknowledged", "in_force"),
        (IN_FORCE, "withdrawn", "withdrawn"),
        (("drafted",), "withdrawn", "withdrawn"),
        ((), "baselined", "in_force"),
        (("baselined",), "published", "in_force"),
    ],
)
def test_the_main_line_leads_from_state_to_state(world, before, event, after):
    through(world, *before, event)
    assert state(world).status == after


@pytest.mark.parametrize(
    ("before", "event"),
    [
        (("drafted",), "approved"),
        (("drafted",), "issued"),
        (("drafted",), "revised"),
        (("drafted",), "published"),
        (("drafted",), "returned"),
        (("drafted", "submitted"), "submitted"),
        (("drafted", "submitted"), "issued"),
        (("drafted", "submitted"), "withdrawn"),
        (("drafted", "submitted", "rejected"), "approved"),
        (("drafted", "submitted", "approved"), "revised"),
        (IN_FORCE, "issued"),
        (IN_FORCE, "approved"),
        ((*IN_FORCE, "withdrawn"), "withdrawn"),
        ((*IN_FORCE, "withdrawn"), "revised"),
        ((*IN_FORCE, "withdrawn"), "published"),
    ],
)
def test_an_event_out_of_order_is_refused_and_the_hint_names_the_state(world, before, event):
    through(world, *before)
    kept = state(world)
    assert act(world, event) == "TRANSITION_NOT_ALLOWED"
    assert state(world) is kept
    assert f"'{kept.status}'" in world.refusal.hint.en
    assert "đang ở trạng thái" in world.refusal.hint.vi


@pytest.mark.parametrize("opening", ["drafted", "baselined"])
def test_an_existing_procedure_is_not_opened_again(world, opening):
    through(world, "drafted")
    assert act(world, opening) == "ALREADY_EXISTS"


@pytest.mark.parametrize(
    ("before", "event", "change", "code", "pointer"),
    [
        (("drafted",), "submitted", {"steps": []}, "STEPS_MISSING", "/data/steps"),
        (
            ("drafted",),
            "submitted",
            {"steps": [{"no": 1, "title": "Tiếp nhận"}]},
            "STEP_WITHOUT_OWNER",
            "/data/steps",
        ),
        (("drafted",), "submitted", {"committed_days": 12}, "COMMITTED_ABOVE_REGULATED", "/data/committed_days"),
        (
            ("drafted", "submitted"),
            "approved",
            {"approver_ref": "chuyen-vien:01"},
            "APPROVER_IS_AUTHOR",
            "/data/approver_ref",
        ),
        (
            ("drafted", "submitted", "approved"),
            "issued",
            {"effective_from": "2026-03-09"},
            "EFFECTIVE_BEFORE_APPROVAL",
            "/data/effective_from",
        ),
        (("drafted", "submitted", "approved"), "issued", {"revision": 3}, "REVISION_NOT_NEXT", "/data/revision"),
        (IN_FORCE, "revised", {"revision": 3}, "REVISION_NOT_NEXT", "/data/revision"),
        (IN_FORCE, "revised", {"revision": 1}, "REVISION_NOT_NEXT", "/data/revision"),
        (IN_FORCE, "revised", {"edition": 2, "revision": 2}, "REVISION_NOT_NEXT", "/data/revision"),
        (IN_FORCE, "revised", {"from_revision": 0}, "REVISION_NOT_IN_FORCE", "/data/from_revision"),
        (IN_FORCE, "revised", {"trigger": "legal_change"}, "LEGAL_TEXT_MISSING", "/data/legal_text_id"),
        (IN_FORCE, "revised", {"regulated_days": 5}, "COMMITTED_ABOVE_REGULATED", "/data/committed_days"),
        (IN_FORCE, "committed_time_changed", {"to_days": 12}, "COMMITTED_ABOVE_REGULATED", "/data/to_days"),
        ((*IN_FORCE, "revised"), "published", {"revision": 1}, "REVISION_NOT_IN_FORCE", "/data/revision"),
        ((), "baselined", {"committed_days": 12}, "COMMITTED_ABOVE_REGULATED", "/data/committed_days"),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_own_code(world, before, event, change, code, pointer):
    through(world, *before)
    assert act(world, event, change) == code
    assert world.refusal.pointer == pointer
    assert world.refusal.hint.vi
    assert world.refusal.hint.en


def test_a_step_that_another_agency_owns_has_an_owner(world):
    through(world, "drafted")
    shared = {"no": 1, "title": "Lấy ý kiến", "owner_agency_id": "so-tu-phap"}
    assert act(world, "submitted", {"steps": [shared]}) == "accepted"


def test_a_procedure_for_the_public_needs_its_code_when_submitted_not_when_drafted(world):
    draft = {key: value for key, value in DRAFT.items() if key != "tthc_code"}
    assert world.push("procedure.drafted", "qt-07", draft, on="2026-03-02") == "accepted"
    assert act(world, "submitted") == "TTHC_CODE_MISSING"
    assert act(world, "submitted", {"tthc_code": "2.000815"}) == "accepted"


def test_a_baseline_in_force_says_since_when(world):
    baseline = {key: value for key, value in DATA["baselined"].items() if key != "effective_from"}
    assert world.push("procedure.baselined", "qt-07", baseline) == "BASELINE_INCOMPLETE"
    assert world.push("procedure.baselined", "qt-07", {**baseline, "status": "draft"}) == "accepted"


@pytest.mark.parametrize("number", [(1, 2), (2, 0), (2, 1)])
def test_a_revision_or_an_edition_may_follow(world, number):
    through(world, *IN_FORCE)
    assert act(world, "revised", {"edition": number[0], "revision": number[1]}) == "accepted"
    assert (state(world).edition, state(world).revision) == number


def test_no_commitment_is_compared_where_the_law_gives_no_time(world):
    draft = {key: value for key, value in DRAFT.items() if key not in ("regulated_days", "committed_days")}
    world.push("procedure.drafted", "qt-07", draft)
    through(world, "submitted", "approved", "issued")
    assert act(world, "committed_time_changed", {"to_days": 99}) == "accepted"


def test_a_withdrawal_waits_for_the_procedure_that_takes_over(world):
    through(world, *IN_FORCE)
    assert act(world, "withdrawn", {"replaced_by": "qt-12"}) == "waiting"
    world.push("procedure.drafted", "qt-12", DRAFT)
    assert act(world, "withdrawn", {"replaced_by": {"source": "/agencies/ubnd-thanh-son", "id": "qt-12"}}) == "accepted"


def test_a_procedure_does_not_replace_itself(world):
    through(world, *IN_FORCE)
    assert act(world, "withdrawn", {"replaced_by": "qt-07"}) == "REPLACES_ITSELF"


@pytest.mark.parametrize("before", [("drafted",), IN_FORCE, (*IN_FORCE, "withdrawn"), ("baselined",)])
def test_staleness_is_taken_in_any_state_and_any_number_of_times(world, before):
    through(world, *before, "flagged_stale", "flagged_stale")
    assert state(world).stale == {"vpcp/c1": "2026-03-01"}
    through(world, "staleness_cleared", "staleness_cleared")
    assert state(world).stale == {}


def test_what_nobody_drafted_waits(world):
    assert act(world, "submitted") == "waiting"


def draft(world: World, subject: str, on: str = "2026-03-20", **change: object) -> str:
    return world.push("procedure.drafted", subject, {**DRAFT, **change}, on=on)


def test_the_code_of_a_procedure_in_force_is_no_other_draft_s(world):
    through(world, *IN_FORCE)
    assert draft(world, "qt-08") == "PROCEDURE_CODE_IN_USE"
    assert world.refusal.pointer == "/data/code"
    assert "qt-07" in world.refusal.hint.vi
    assert "qt-07" in world.refusal.hint.en
    assert draft(world, "qt-08", code="QT-08") == "accepted"
    assert world.push("procedure.drafted", "qt-07", DRAFT, source="ubnd-khac") == "accepted"


def test_a_code_is_free_before_its_procedure_is_in_force_and_after_it_was_withdrawn(world):
    through(world, "drafted")
    assert draft(world, "qt-08") == "accepted"
    through(world, "submitted", "approved", "issued")
    assert draft(world, "qt-09", on="2026-03-14") == "accepted"
    assert draft(world, "qt-10", on="2026-03-15") == "PROCEDURE_CODE_IN_USE"
    through(world, "withdrawn")
    assert draft(world, "qt-10", on="2026-03-21") == "accepted"
