"""The simulated stream: deterministic, exact, lazy, and valid by the services' own rules."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

import orjson
import pytest

from shared import clock
from shared.simulation.defects import Defects
from shared.simulation.stream import Order, simulate
from tests.unit.simulation.intake import Nation

LAST = clock.day_of("2026-06-30")
_OF_INSPECTIONS = {"inspection_programme", "inspection", "recommendation", "periodic_report"}


def order(agencies: int, events: int, seed: int = 7, *, days: int = 365) -> Order:
    return Order(agencies, events, seed, LAST - days + 1, LAST)


def encoded(asked: Order) -> bytes:
    return b"\n".join(map(orjson.dumps, simulate(asked)))


def test_the_same_arguments_give_the_same_bytes():
    assert encoded(order(60, 1500)) == encoded(order(60, 1500))


def test_another_seed_gives_another_stream():
    assert encoded(order(60, 500, 7)) != encoded(order(60, 500, 8))


@pytest.mark.parametrize(("agencies", "events"), [(1, 200), (34, 1), (50, 0), (700, 2500)])
def test_all_registrations_come_first_and_then_exactly_so_many_events(agencies, events):
    kinds = [event["type"] for event in simulate(order(agencies, events))]

    assert kinds[:agencies] == ["qms.agency.registered"] * agencies
    assert len(kinds) == agencies + events
    assert "qms.agency.registered" not in kinds[agencies:]


def test_provinces_come_before_departments_communes_and_public_units():
    every = 34 + 34 * 12 + 3321
    kinds = [event["data"]["kind"] for event in simulate(order(every + 20, 0))]

    assert kinds[:34] == ["provincial_pc"] * 34
    assert kinds[34:442] == ["provincial_department"] * 408
    assert kinds[442:every] == ["commune_pc"] * 3321
    assert kinds[every:] == ["public_unit"] * 20


def test_place_names_are_those_of_today():
    names = {event["data"]["name_vi"] for event in simulate(order(34 + 408 + 3321, 0))}

    assert {"Ủy ban nhân dân tỉnh Phú Thọ", "Ủy ban nhân dân phường Ba Đình"} <= names
    assert "Sở Khoa học và Công nghệ thành phố Cần Thơ" in names


@pytest.mark.parametrize(
    ("agencies", "events", "seed"), [(1, 300, 3), (34, 4000, 11), (442, 12_000, 7), (4000, 3000, 5)]
)
def test_every_event_is_accepted_when_pushed_in_order(agencies, events, seed):
    nation = Nation()
    nation.push(simulate(order(agencies, events, seed)))

    assert nation.faults == []
    assert nation.counts == {"accepted": agencies + events}


def test_a_short_period_of_many_events_is_valid_too():
    nation = Nation()
    nation.push(simulate(order(40, 4000, 2, days=20)))

    assert nation.faults == []


def test_a_period_before_the_34_provinces_is_valid_too():
    nation = Nation()
    first = clock.day_of("2024-03-10")
    nation.push(simulate(Order(500, 5000, 4, first, first + 300)))

    assert nation.faults == []


def test_some_actions_are_overdue_and_some_were_extended():
    due: dict[str, str] = {}
    extended = 0
    for event in simulate(order(300, 12_000)):
        match event["type"]:
            case "qms.action.planned":
                due[event["subject"]] = event["data"]["due_on"]
            case "qms.action.due_changed":
                due[event["subject"]] = event["data"]["to"]
                extended += 1
            case "qms.action.done" | "qms.action.cancelled":
                due.pop(event["subject"], None)  # done a second time after a rejection

    assert any(day < "2026-06-30" for day in due.values())
    assert extended > 10


def test_events_are_in_order_of_time_and_within_the_period():
    times = [event["time"] for event in islice(simulate(order(50, 3000)), 50, None)]

    assert all(earlier <= later for earlier, later in pairwise(times))
    assert times[0].startswith("2025-07-01")
    assert times[-1].startswith("2026-06-30")


def test_the_first_events_of_an_endless_stream_come_at_once():
    first = list(islice(simulate(order(20, 10**12)), 500))

    assert len(first) == 500


def test_two_streams_share_the_agencies_and_collide_only_in_what_there_is_one_of():
    nation = Nation()
    nation.push(simulate(order(60, 2000, 1)))
    nation.push(simulate(order(80, 2000, 2)))

    assert nation.counts["duplicate"] == 60
    collided = {kind for kind, code, *_ in nation.faults if code}
    once = {"qms.legal_text.registered", "qms.agency.obligation_changed", "qms.legal_text.replaced"}
    once |= {"qms.feedback.none_in_period", "qms.budget.baselined"}
    once |= {f"qms.audit_programme.{name}" for name in ("drafted", "approved", "amended", "closed", "baselined")}
    # A body has one programme a year, an agency one report a year and no two visits within weeks.
    once |= {kind for kind in collided if kind.split(".")[1] in _OF_INSPECTIONS}
    assert collided <= once


def test_injected_defects_are_what_their_count_says():
    asked = order(40, 3000)
    defects = Defects(5.0, asked.seed, asked.mark)
    nation = Nation()
    nation.push(defects.between(simulate(asked)))

    assert defects.counts.total() > 100
    assert {name: nation.counts[name] for name in ("duplicate", "refused", "waiting")} == defects.counts
    assert Counter(code for _, code, *_ in nation.faults) == defects.codes
    assert nation.counts["accepted"] == 3040
