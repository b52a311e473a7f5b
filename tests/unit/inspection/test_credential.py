"""Credentials: issued once, bound to a broker user, revoked for good."""

from __future__ import annotations

import pytest

from services.inspection.domain import AGGREGATES
from shared.eventsourcing import Reference
from shared.testing.world import World

ISSUED = {"key_id": "k-1", "key_hash": "0" * 64, "label": "Phần mềm một cửa"}
REVOKED = {"key_id": "k-1", "reason": "Thay phần mềm"}


def state_of(world: World, key_id: str):
    return world.states[Reference("credential", key_id)]


@pytest.fixture
def world() -> World:
    world = World(AGGREGATES)
    assert world.push("credential.issued", "k-1", ISSUED) == "accepted"
    return world


def test_a_key_belongs_to_the_agency_it_was_issued_to(world):
    state = state_of(world, "k-1")
    assert (state.status, state.agency_id, state.key_hash) == ("active", "so-khcn", "0" * 64)


def test_no_other_agency_gets_or_changes_a_key_of_the_same_id(world):
    assert world.push("credential.issued", "k-1", ISSUED, source="bo") == "ALREADY_EXISTS"
    assert world.push("credential.revoked", "k-1", REVOKED, source="bo") == "KEY_OF_ANOTHER_AGENCY"


def test_a_key_is_issued_once(world):
    assert world.push("credential.issued", "k-1", ISSUED) == "ALREADY_EXISTS"


@pytest.mark.parametrize(
    ("event", "data"), [("issued", {**ISSUED, "key_id": "k-2"}), ("revoked", {**REVOKED, "key_id": "k-2"})]
)
def test_the_subject_is_the_id_of_the_key(world, event, data):
    subject = "k-3" if event == "issued" else "k-1"
    assert world.push(f"credential.{event}", subject, data) == "SUBJECT_DIFFERS"


def test_a_broker_user_is_bound_and_bound_again(world):
    for user in ("hub-phu-tho", "hub-phu-tho-2"):
        assert world.push("credential.amqp_user_bound", "k-1", {"user": user}) == "accepted"
    assert state_of(world, "k-1").amqp_user == "hub-phu-tho-2"


@pytest.mark.parametrize(("event", "data"), [("revoked", REVOKED), ("amqp_user_bound", {"user": "hub"})])
def test_a_revoked_key_stays_revoked(world, event, data):
    assert world.push("credential.revoked", "k-1", REVOKED) == "accepted"
    assert world.push(f"credential.{event}", "k-1", data) == "TRANSITION_NOT_ALLOWED"
    assert state_of(world, "k-1").status == "revoked"


@pytest.mark.parametrize(("event", "data"), [("revoked", REVOKED), ("amqp_user_bound", {"user": "hub"})])
def test_a_key_that_was_not_issued_waits(world, event, data):
    assert world.push(f"credential.{event}", "k-9", data) == "waiting"
