"""Random histories with late facts: figures at any (D, K) equal a slow fold, and stay what they were."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.inspection.figures import Asked, answer
from services.inspection.indicators.definitions import INDICATORS
from shared import clock
from shared.eventstore.records import RecordedEvent
from shared.testing.recorded import RecordedLogs, at
from tests.property.fresh_views import FreshViews

START = clock.day_of("2026-01-01")
SPAN = 120
AGENCIES = ("xa-1", "xa-2")
CHANGES = ({"source": "vpcp", "id": "vb-1"}, {"source": "vpcp", "id": "vb-2"})

days = st.integers(0, SPAN)


def iso(offset: int) -> str:
    return clock.to_date(START + offset).isoformat()


def _action(event: str, other: int) -> dict:
    return {
        "planned": {"source": "risk", "type": "improvement", "owner": "o", "due_on": iso(other)},
        "due_changed": {"from": iso(0), "to": iso(other), "reason": "r"},
        "done": {"done_on": iso(0)},
        "rejected": {"by": "o", "reason": "r"},
        "cancelled": {"reason": "r"},
    }[event]


def _procedure(event: str, other: int) -> dict:
    change = {"change": CHANGES[other % 2]}
    return {
        "drafted": {"code": "QT", "title": "QT", "kind": "internal"},
        "issued": {"edition": 1, "revision": 0, "effective_from": iso(other)},
        "withdrawn": {"reason": "r"},
        "flagged_stale": {**change, "since": iso(other)},
        "staleness_cleared": {**change, "cleared_on": iso(other), "lead_time_days": 3, "by": "revised"},
    }[event]


def _declaration(event: str, other: int) -> dict:
    data = {
        "declared_on": iso(other),
        "decision_no": "1",
        "signed_by": "head",
        "standard_version": "TCVN ISO 9001:2015",
    }
    return {
        "building_started": {},
        "applied": {},
        "declared": data,
        "scope_changed": {"change": "c"},
        "redeclared": data,
        "rescinded": {"by": "head", "reason": "r", "rescinded_on": iso(other)},
    }[event]


KINDS = {"action": _action, "procedure": _procedure, "declaration": _declaration}
NAMES = {
    "action": ("planned", "due_changed", "done", "rejected", "cancelled"),
    "procedure": ("drafted", "issued", "flagged_stale", "staleness_cleared", "withdrawn"),
    "declaration": ("building_started", "applied", "declared", "scope_changed", "redeclared", "rescinded"),
}


@st.composite
def histories(draw):
    """Return facts about few streams, so that they meet, as (aggregate, event, agency, happened, other day).

    A stream opens with the event that opens it; what follows comes in any order of business time.
    """
    aggregate = draw(st.sampled_from(sorted(KINDS)))
    opening, *_ = names = NAMES[aggregate]
    told = [(aggregate, opening, agency, draw(st.integers(0, 20)), draw(days)) for agency in AGENCIES]
    following = st.tuples(
        st.just(aggregate), st.sampled_from(names), st.sampled_from(("xa-1", "xa-1", "xa-2")), days, days
    )
    return told + draw(st.lists(following, min_size=3, max_size=25))


def recorded(told: list) -> RecordedLogs:
    """Return the logs in which the facts are recorded one a day from the end of the span on, in the order given."""
    logs = RecordedLogs()
    for agency in AGENCIES:
        logs.agency(agency, known="2025-12-01")
    for number, (aggregate, event, agency, happened, other) in enumerate(told):
        data = KINDS[aggregate](event, other)
        logs.add(f"{aggregate}.{event}", agency, "s", data, on=iso(happened), known=iso(SPAN + 1 + number))
    return logs


# --- the slow fold: for one stream, one day and one instant, straight from the rules, without steps or differences


def history(events: list[RecordedEvent], day: int, known_at: int) -> list[RecordedEvent]:
    known = [event for event in events if event.recorded_at <= known_at and event.day <= day]
    return sorted(known, key=lambda event: (event.occurred_at, event.position))


def slow_action(events: list[RecordedEvent], day: int) -> tuple[int, int]:
    """Return (overdue, open)."""
    status, due = "", 0
    for event in events:
        if event.name == "planned":
            status, due = "open", clock.day_of(event.data["due_on"])
        elif event.name == "due_changed" and status == "open":
            due = clock.day_of(event.data["to"])
        elif event.name in ("done", "cancelled") and status == "open":
            status = event.name
        elif event.name == "rejected" and status == "done":
            status = "open"
    return int(status == "open" and due < day), int(status == "open")


def slow_procedure(events: list[RecordedEvent], day: int) -> tuple[int, int]:
    """Return (stale, in force)."""
    status, begins = "", 0
    since: dict[str, int] = {}
    ends: dict[str, int] = {}
    for event in events:
        if event.name == "drafted" and not status:
            status = "draft"
        elif event.name == "issued" and status == "draft":
            status, begins = "in_force", clock.day_of(event.data["effective_from"])
        elif event.name == "withdrawn":
            status = "withdrawn"
        elif event.name == "flagged_stale":
            change = event.data["change"]["id"]
            since[change] = clock.day_of(event.data["since"])
            ends.pop(change, None)
        elif event.name == "staleness_cleared" and event.data["change"]["id"] in since:
            change, cleared = event.data["change"]["id"], clock.day_of(event.data["cleared_on"])
            ends[change] = min(cleared, ends.get(change, cleared))
    live = status == "in_force" and begins <= day
    stale = live and any(first <= day and not ends.get(change, day + 1) <= day for change, first in since.items())
    return int(stale), int(live)


def slow_declaration(events: list[RecordedEvent], day: int) -> tuple[int, int]:
    """Return (declared, 1): the state reached on the day, by the days from which states hold."""
    follows = {
        "building_started": ({"", "rescinded"}, "building", None),
        "applied": ({"building", "rescinded"}, "applying", None),
        "declared": ({"applying"}, "declared", "declared_on"),
        "scope_changed": ({"declared", "needs"}, "needs", None),
        "redeclared": ({"declared", "needs"}, "declared", "declared_on"),
        "rescinded": ({"declared", "needs"}, "rescinded", "rescinded_on"),
    }
    status = ""
    reached: list[tuple[int, str]] = []
    for event in events:
        origins, target, name = follows[event.name]
        if status in origins:
            status = target
            holds = max(event.day, clock.day_of(event.data[name])) if name else event.day
            # What was to begin later than this does not begin any more.
            reached = [entry for entry in reached if entry[0] < holds] + [(holds, target)]
    shown = [state for holds, state in reached if holds <= day]
    return int(bool(shown) and shown[-1] == "declared"), 1


SLOW = {"I11": ("action", slow_action), "I6": ("procedure", slow_procedure), "I2": ("declaration", slow_declaration)}


def slow(logs: RecordedLogs, indicator: str, day: int, known_at: int) -> dict[str, tuple[int, int]]:
    aggregate, fold = SLOW[indicator]
    by_agency: dict[str, list[RecordedEvent]] = defaultdict(list)
    for event in logs.events:
        if event.aggregate == aggregate:
            by_agency[event.source].append(event)
    return {agency: fold(history(by_agency[agency], day, known_at), day) for agency in AGENCIES}


class Asking(FreshViews):
    """The views, and the figures of all agencies."""

    def figures(self, indicator: str, day: int, known_at: int) -> dict[str, tuple[int | None, int | None]]:
        asked = Asked(day, known_at, by="agency")
        found = self.database.read(lambda connection: answer(connection, INDICATORS[indicator], asked))
        return {row.key: (row.figure.numerator, row.figure.denominator) for row in found.rows}


INDICATOR_OF = {aggregate: indicator for indicator, (aggregate, _fold) in SLOW.items()}
moments = st.lists(st.tuples(days, st.integers(0, 30)), min_size=6, max_size=10, unique=True)


@given(told=histories(), cuts=st.lists(st.integers(0, 40), max_size=3), asked=moments)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
def test_figures_equal_the_slow_fold_at_any_day_and_instant_however_the_log_is_cut(tmp_path_factory, told, cuts, asked):
    logs = recorded(told)
    indicator = INDICATOR_OF[told[0][0]]
    asking = Asking(tmp_path_factory.mktemp("views"))
    bounds = sorted({0, *(min(cut, len(logs.events)) for cut in cuts), len(logs.events)})
    moment_of = {number: at(iso(SPAN + number), 12) for number in range(31)}
    remembered: dict[tuple[int, int], dict] = {}
    for begin, end in pairwise(bounds):
        asking.apply(logs.events[begin:end])
        latest = logs.events[end - 1].recorded_at
        for day, number in asked:
            known_at = moment_of[number]
            if known_at > latest and end < len(logs.events):
                continue
            found = asking.figures(indicator, START + day, known_at)
            assert remembered.setdefault((day, number), found) == found
    for day, number in asked:
        found = asking.figures(indicator, START + day, moment_of[number])
        assert found == slow(logs, indicator, START + day, moment_of[number])
    asking.database.close()


def test_the_slow_fold_can_tell_right_from_wrong():
    told = [("action", "planned", "xa-1", 0, 10), ("action", "done", "xa-1", 20, 0)]
    logs = recorded(told)
    assert slow(logs, "I11", START + 15, at("2030-01-01"))["xa-1"] == (1, 1)
    assert slow(logs, "I11", START + 25, at("2030-01-01"))["xa-1"] == (0, 0)


pytestmark = pytest.mark.timeout(300)
