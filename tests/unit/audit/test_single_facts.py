"""Classes held, commendations awarded, good practices shared: one fact each."""

from __future__ import annotations

import pytest

from services.audit.domain import AGGREGATES
from shared.contracts.catalogue import load
from shared.testing.world import World

KINDS = ["training.held", "commendation.awarded", "good_practice.shared"]


def example(name: str) -> dict:
    return dict(load()[f"qms.{name}"].example)


def push(name: str, **changes: object) -> tuple[str, World]:
    world = World(AGGREGATES)
    return world.push(name, "m-1", {**example(name), **changes}, on="2026-05-04"), world


@pytest.mark.parametrize("name", KINDS)
def test_the_fact_is_taken_once(name):
    answer, world = push(name)
    assert answer == "accepted"
    assert world.push(name, "m-1", example(name), on="2026-05-05") == "ALREADY_EXISTS"
    assert world.push(name, "m-2", example(name), on="2026-05-05") == "accepted"
    aggregate, event = name.split(".")
    assert world.state(aggregate, "m-1").status == event


@pytest.mark.parametrize(
    ("name", "field"),
    [("training.held", "held_on"), ("commendation.awarded", "awarded_on"), ("good_practice.shared", "shared_on")],
)
def test_what_is_still_to_come_is_no_fact(name, field):
    answer, world = push(name, **{field: "2026-05-05"})
    assert answer == "DATE_IN_FUTURE"
    assert world.refusal.pointer == f"/data/{field}"
    assert push(name, **{field: "2026-05-04"})[0] == "accepted"


@pytest.mark.parametrize("version", ["TCVN ISO 9001:2009", "ISO 2001:2008"])
def test_a_class_on_a_version_that_never_was_is_refused(version):
    answer, world = push("training.held", standard_version=version)
    assert answer == "UNKNOWN_STANDARD_VERSION"
    assert "TCVN ISO 9001:2015" in world.refusal.hint.vi


@pytest.mark.parametrize(
    ("attendees", "code", "pointer"),
    [
        (
            [{"agency_id": "so-y-te", "people": 2}, {"agency_id": "so-y-te", "people": 1}],
            "AGENCY_LISTED_TWICE",
            "/data/attendees/1/agency_id",
        ),
        (
            [{"agency_id": "so-y-te", "people": 2, "focal_points": 3}],
            "FOCAL_POINTS_ABOVE_PEOPLE",
            "/data/attendees/0/focal_points",
        ),
    ],
)
def test_attendance_is_counted_once_per_agency_with_focal_points_among_the_people(attendees, code, pointer):
    answer, world = push("training.held", attendees=attendees)
    assert answer == code
    assert world.refusal.pointer == pointer
