"""Figures that cross watched thresholds: published once, at the day's end or when something new is known."""

from __future__ import annotations

import pytest

from services.inspection.crossings.back_dating import deviation
from services.inspection.crossings.publisher import CrossingPublisher, _known
from services.inspection.crossings.tables import CROSSINGS
from services.inspection.crossings.thresholds import Threshold, ThresholdsError, load_thresholds, parse_thresholds
from services.inspection.domain import AGGREGATES
from shared import clock, turns
from shared.contracts import catalogue
from shared.database.schema import ensure_tables
from shared.eventstore.sql import SqlEventStore
from shared.testing.recorded import at
from shared.testing.world import World
from shared.turns import waited_for


class CrashError(Exception):
    """Stands for the end of a process in the middle of a transaction."""


class Watch:
    """Publishers on the views of a test."""

    def __init__(self, views, thresholds=None) -> None:
        self.views = views
        views.database.write(lambda connection: ensure_tables(connection, CROSSINGS))
        self.now = at("2026-03-02", 23)
        self.store = SqlEventStore(views.database, "inspection", time=lambda: self.now)
        self.thresholds = thresholds or load_thresholds()
        self.schema = catalogue.load()["qms.indicator.crossed"].schema()

    def publisher(self) -> CrossingPublisher:
        return CrossingPublisher(self.views.database, self.store, self.thresholds, lambda: self.now)

    def look(self, day: str) -> list[tuple[str, str, str]]:
        """Look at the end of a day; return what crossed: threshold, agency, direction."""
        self.now = at(day, 23)
        self.views.catch_up()
        self.publisher().run_due()
        events = self.store.transact(lambda tx: tx.take_derived(1000))
        for event in events:
            assert self.schema.validate(dict(event.data)) == {}
        return [(event.data["threshold_id"], event.source, event.data["direction"]) for event in events]


def dossiers(views, month: str, in_time: int, late: int) -> None:
    data = {
        **dict.fromkeys(("opening", "resolved_early", "pending_in_time", "pending_overdue", "returned_incomplete"), 0),
        "withdrawn": 0,
        "period": month,
        "field": "đất đai",
        "channel": "direct",
        "received": in_time + late,
        "resolved_on_time": in_time,
        "resolved_late": late,
    }
    on = f"{month}-28"
    views.logs.add("dossier_stats.submitted", "so", f"{month}-dat-dai", data, on=on)


def only(*names: str) -> dict[str, Threshold]:
    return {name: load_thresholds()[name] for name in names}


def test_a_figure_crosses_once_and_comes_back_once(views):
    views.logs.agency("so", kind="provincial_department", level="province")
    watch = Watch(views, only("I7-95", "I7-95-two-months", "I7-drop-10"))
    dossiers(views, "2025-12", 100, 0)
    assert watch.look("2026-01-31") == []
    dossiers(views, "2026-01", 94, 6)
    assert watch.look("2026-02-10") == [("I7-95", "so", "down")]
    assert watch.look("2026-02-10") == []
    dossiers(views, "2026-02", 84, 16)
    found = watch.look("2026-03-05")
    assert sorted(found) == [("I7-95-two-months", "so", "down"), ("I7-drop-10", "so", "up")]
    dossiers(views, "2026-03", 99, 1)
    assert sorted(watch.look("2026-04-05")) == [
        ("I7-95", "so", "up"),
        ("I7-95-two-months", "so", "up"),
        ("I7-drop-10", "so", "down"),
    ]


def test_a_month_that_is_not_reported_yet_crosses_nothing(views):
    views.logs.agency("so", kind="provincial_department", level="province")
    watch = Watch(views, only("I7-95"))
    dossiers(views, "2026-01", 80, 20)
    assert watch.look("2026-02-10") == [("I7-95", "so", "down")]
    assert watch.look("2026-03-10") == []


def test_a_look_lets_those_go_ahead_who_are_waited_for(views, monkeypatch):
    given = []
    monkeypatch.setattr(turns, "SMALL_SLICE", 0.0)
    monkeypatch.setattr(turns, "_give_way", given.append)
    views.logs.agency("so", kind="provincial_department", level="province")
    dossiers(views, "2026-01", 80, 20)
    watch = Watch(views, only("I7-95"))
    with waited_for():
        assert watch.look("2026-02-10") == [("I7-95", "so", "down")]
    assert max(given) > 0


def test_two_replicas_and_a_crash_publish_once(views):
    views.logs.agency("so", kind="provincial_department", level="province")
    dossiers(views, "2026-01", 80, 20)
    watch = Watch(views, only("I7-95"))
    watch.now = at("2026-02-10", 23)
    views.catch_up()
    first, second = watch.publisher(), watch.publisher()

    def crash(tx):
        first._publish(tx, [crossed], crossed_on, known)
        raise CrashError

    known, crossed_on = views.read(_known), clock.day_of("2026-02-10")
    (crossed,) = views.read(lambda connection: list(first._crossed(connection, crossed_on, known.known_at)))
    with pytest.raises(CrashError):
        watch.store.transact(crash)
    assert first.run_due() + second.run_due() == 1
    assert len(watch.store.transact(lambda tx: tx.take_derived(10))) == 1


def test_the_shipped_thresholds_all_answer_on_an_empty_country(views):
    views.logs.agency("so", kind="provincial_department", level="province")
    assert Watch(views).look("2026-03-02") == []


@pytest.mark.parametrize(
    ("value", "present", "side"),
    [(0.2, "down", "down"), (0.21, "down", "up"), (None, "up", "down"), (0.0, "up", "down")],
)
def test_above_is_above(value, present, side):
    assert load_thresholds()["I6-20"].side(value, present) == side


@pytest.mark.parametrize(("value", "side"), [(0.95, "up"), (0.9499, "down"), (None, "down")])
def test_at_least_includes_the_threshold_and_a_missing_figure_stays(value, side):
    assert load_thresholds()["I7-95"].side(value, "down") == side


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [
        ([(10, 9)] + [(10, 1)] * 12, 16.0),
        ([(10, 1)] + [(10, 1)] * 12, 0.0),
        ([(4, 4)] + [(10, 0)] * 12, None),
        ([(10, 9)] * 3, None),
    ],
)
def test_back_dating_is_measured_against_the_agencys_own_norm(weeks, expected):
    found = deviation(weeks)
    assert found is None if expected is None else found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("old", "new"),
    [("indicator: I6", "indicator: I99"), ("measure: rate", "measure: guess"), ("up: above", "up: high")],
)
def test_a_mistake_in_the_thresholds_is_named(old, new):
    text = (
        "version: 1\nthresholds: [{id: x, indicator: I6, measure: rate, threshold: 0.2, up: above, rest: down, "
        "missing: rest}]"
    )
    assert set(parse_thresholds(text)) == {"x"}
    with pytest.raises(ThresholdsError):
        parse_thresholds(text.replace(old, new))


def test_a_figure_never_crosses_to_the_side_where_it_is():
    world = World(AGGREGATES)
    example = catalogue.load()["qms.indicator.crossed"].example
    assert world.push("indicator.crossed", "I6-20", example) == "accepted"
    assert world.push("indicator.crossed", "I6-20", example) == "SIDE_UNCHANGED"
    assert world.push("indicator.crossed", "I6-20", {**example, "direction": "down"}) == "accepted"
