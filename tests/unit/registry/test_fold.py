"""The fold of registry events: one meaning for all copies, in whatever order changes become known."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import orjson
import pytest

from shared import clock
from shared.registry.fold import fold
from shared.registry.record import AgencyRecord, value_on

REGISTERED = {
    "agency_id": "so",
    "name_vi": "Sở Khoa học và Công nghệ",
    "name_en": "Department of Science and Technology",
    "kind": "provincial_department",
    "level": "province",
    "parent_id": "tinh",
    "obligation": "mandatory",
    "has_tthc": True,
    "inspection_rights": True,
    "valid_from": "2010-01-01",
}


def opened() -> dict[str, Any]:
    return fold(None, "qms.agency.registered", REGISTERED, clock.day_of("2026-01-01"))


def test_the_record_survives_its_way_through_json():
    state = opened()
    assert AgencyRecord(**orjson.loads(orjson.dumps(state))) == AgencyRecord(**state)


def test_the_order_in_which_changes_arrive_does_not_matter():
    changes = [
        ("qms.agency.renamed", {"new": "Tên 2016", "effective": "2016-01-01"}),
        ("qms.agency.renamed", {"new": "Tên 2025", "effective": "2025-07-01"}),
        ("qms.agency.reparented", {"to": "bo", "effective": "2020-01-01"}),
        ("qms.agency.ended", {"how": "merged", "effective": "2026-03-01", "successors": ["so-moi"]}),
    ]
    results = []
    for order in permutations(changes):
        state = opened()
        for event_type, data in order:
            state = fold(state, event_type, data, 0)
        results.append(state)
    assert all(result == results[0] for result in results)


def test_a_second_change_for_the_same_day_replaces_the_first():
    state = opened()
    for name in ("Tên sai", "Tên đúng"):
        state = fold(state, "qms.agency.renamed", {"new": name, "effective": "2025-07-01"}, 0)
    assert AgencyRecord(**state).name_on(clock.day_of("2025-07-01")) == "Tên đúng"
    assert len(state["names"]) == 2


def test_the_fold_leaves_the_state_it_was_given_as_it_was():
    state = opened()
    kept = orjson.dumps(state)
    fold(state, "qms.agency.renamed", {"new": "Tên khác", "effective": "2025-07-01"}, 0)
    assert orjson.dumps(state) == kept


def test_types_that_do_not_concern_the_record_leave_it_as_it_is():
    state = opened()
    assert fold(state, "qms.agency.marked_inconsistent", {}, 0) is state
    assert fold(state, "qms.agency.registered", REGISTERED, 0) is state


def test_only_a_registration_or_a_baseline_opens_a_record():
    with pytest.raises(ValueError, match="cannot open"):
        fold(None, "qms.agency.renamed", {"new": "Tên", "effective": "2025-07-01"}, 0)


def test_a_change_without_a_day_of_its_own_holds_from_the_day_of_the_fact():
    state = fold(opened(), "qms.agency.suspended", {"reason": "Kiện toàn"}, clock.day_of("2026-02-01"))
    record = AgencyRecord(**state)
    assert [record.status_on(clock.day_of(on)) for on in ("2026-01-31", "2026-02-01")] == ["active", "suspended"]


def test_names_are_given_in_english_where_there_is_one():
    record = AgencyRecord(**fold(opened(), "qms.agency.renamed", {"new": "Tên mới", "effective": "2025-07-01"}, 0))
    assert record.name_on(clock.day_of("2025-06-30"), "en") == "Department of Science and Technology"
    assert record.name_on(clock.day_of("2025-07-01"), "en") == "Tên mới"


def test_an_empty_history_has_no_value():
    assert value_on([], 10) is None


def test_a_day_before_the_first_entry_has_the_first_value():
    assert value_on([[10, "a"], [20, "b"]], 5) == "a"
    assert value_on([[10, "a"], [20, "b"]], 20) == "b"
