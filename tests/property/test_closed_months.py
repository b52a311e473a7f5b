"""Sums up to the ends of months: with them, a question at any day and instant gives what adding up every change gives."""

from __future__ import annotations

from random import Random

import pytest

from services.inspection import sums
from services.inspection.checkpoints import making, reading
from services.inspection.checkpoints.inbox import JOINS
from services.inspection.checkpoints.keeping import Closing
from services.inspection.checkpoints.months import ends_at, first_day, known_month, last_day, last_full, last_known
from services.inspection.checkpoints.shapes import OF_EVENTS, shapes
from services.inspection.indicators.sums import EVENT_LAG, EVENT_LAST, Need
from services.inspection.indicators.timeline import VERIFIED
from services.inspection.projections import DELTA, EVENT, OversightViews
from services.inspection.sums import Moment
from services.inspection.tables import oversight_tables
from shared import clock
from shared.database.bulk import insert_rows
from shared.database.engine import open_database
from shared.database.schema import ensure_tables
from shared.eventstore.tables import KERNEL, subscriptions

TABLES = oversight_tables(OversightViews().version)
BEGINS = clock.day_of("2025-01-15")
DAYS = 330
AGENCIES = [f"xa-{number}" for number in range(5)]
#: One of each way of asking, and whether its measure has a period in what it is broken down by.
NEEDS = (
    (Need("action"), ""),
    (Need("procedure_tthc", broken=True), ""),
    (Need("dossiers", within="months"), "month"),
    (Need("audit", within="days"), "day"),
    (Need("budget", within="years"), "year"),
    (Need("nc_ended", broken=True, within="last_three_years"), "day"),
    (Need("nc_raised", broken=True, within="last_year"), "day"),
    (Need("lead_time", broken=True, within="days", rest=True), "day"),
    (Need("claim", within="last_two_years", reported_only=True), "day"),
)
PERIOD = {"day": 10, "month": 7, "year": 4}


def _dimension(chance: Random, kind: str, day: int) -> str:
    if not kind:
        return chance.choice(("", "1.2", "1.3"))
    return f"{clock.to_date(day).isoformat()[: PERIOD[kind]]}|{chance.randint(1, 3)}"


def _changes(chance: Random, count: int) -> list[tuple]:
    """Return changes of every kind: timely, late, ahead, and ones that are taken back."""
    rows = []
    for position in range(1, count + 1):
        need, kind = chance.choice(NEEDS)
        measure = need.measure + ("" if need.reported_only else chance.choice(("", VERIFIED)))
        known_at = clock.start_of_day(BEGINS) + chance.randrange(DAYS * 86_400_000_000)
        known_on = clock.vietnam_day(known_at)
        day = known_on + chance.choice((0, 0, -1, -chance.randint(2, 200), chance.randint(1, 400)))
        row = (measure, chance.choice(AGENCIES), _dimension(chance, kind, day - chance.randint(0, 40)))
        amounts = [chance.choice((1, 1, 2, -1)), chance.randint(0, 3), 0, chance.randint(0, 1) * day]
        place = ("audit", 0, position, b"s" * 16)
        rows.append((*row, day, known_at, known_month(known_at), *amounts, *place))
        if chance.random() < 0.3:
            # Taken back later, as if it had never been.
            later = min(known_at + chance.randrange(90 * 86_400_000_000), ends_at(known_month(known_at) + 4))
            less = [-amount for amount in amounts]
            rows.append((*row, day, later, known_month(later), *less, *place))
    return rows


def _events(chance: Random, count: int) -> list[tuple]:
    """Return events of the inbox, each log in the order in which it was recorded."""
    rows = []
    instants = sorted(clock.start_of_day(BEGINS) + chance.randrange(DAYS * 86_400_000_000) for _ in range(count))
    positions = {"documents": 0, "audit": 0, "inspection": 0}
    for recorded_at in instants:
        service = chance.choice(tuple(positions))
        # Some places are empty: what was set aside.
        positions[service] += chance.choice((1, 1, 2))
        occurred_at = recorded_at - chance.randrange(60 * 86_400_000_000)
        agency, provenance = chance.choice(AGENCIES), chance.choice(("self_reported", "self_reported", "inspected"))
        named = (agency, agency, "qms.audit.planned", "audit", "s", f"e{len(rows)}")
        times = (occurred_at, clock.vietnam_day(occurred_at), recorded_at, recorded_at)
        rows.append((service, 0, positions[service], *named, *times, provenance, agency, b"s" * 16, b"{}"))
    return rows


def _moments(chance: Random, count: int) -> list[Moment]:
    found = []
    for number in range(count):
        as_of = BEGINS + chance.randint(-40, DAYS + 100)
        known_at = clock.start_of_day(BEGINS) + chance.randrange((DAYS + 30) * 86_400_000_000)
        if number % 4 == 0:
            as_of = last_day(last_full(as_of))
        if number % 5 == 0:
            known_at = ends_at(last_known(known_at))
        begins, ends = sums.default_period(as_of)
        if number % 3 == 0:
            begins, ends = as_of - chance.randint(30, 200), as_of - chance.randint(0, 29)
        found.append(Moment(as_of, known_at, begins, ends, chance.choice(("reported", "verified"))))
    return found


ALL = [need for need, _kind in NEEDS] + [
    Need(EVENT_LAG, broken=True, within="happened", reported_only=True),
    Need(EVENT_LAST, reported_only=True),
]


def _asked(database, moment: Moment) -> list[tuple[dict, dict]]:
    """Return the sums of each need by itself, without what is empty."""

    def work(connection):
        found = [sums.read_sums(connection, TABLES, [need], moment, AGENCIES) for need in ALL]
        return [(_full(one.totals), _full(one.parts)) for one in found]

    return database.read(work)


def _full(by_measure):
    """Return what is there: `{}` and nothing are the same to those who ask."""
    return {
        (measure, agency_id): sums_of
        for measure, by in by_measure.items()
        for agency_id, sums_of in by.items()
        if sums_of
    }


def _filled(url: str, chance: Random):
    database = open_database(url)
    database.write(lambda connection: ensure_tables(connection, TABLES.metadata))
    database.write(lambda connection: insert_rows(connection, TABLES.deltas, DELTA, _changes(chance, 900)))
    database.write(lambda connection: insert_rows(connection, TABLES.events, EVENT, _events(chance, 500)))
    return database


@pytest.mark.parametrize(("kind", "seed"), [("sqlite", 1), ("postgresql", 2)])
def test_closed_months_change_no_answer_and_more_of_them_neither(tmp_path, monkeypatch, request, kind, seed):
    monkeypatch.setattr(sums, "_NAMED", -1)
    chance = Random(seed)
    own = f"sqlite:///{tmp_path}/views.db"
    database = _filled(own if kind == "sqlite" else request.getfixturevalue("postgres_url"), chance)
    moments = _moments(chance, 12)
    plain = [_asked(database, moment) for moment in moments]
    for passed in (120, 330):
        mark = clock.end_of_day(BEGINS + passed)
        months = database.read(lambda connection, mark=mark: making.due(connection, TABLES, mark))
        for month in months:
            database.write(lambda connection, month=month: making.close_month(connection, TABLES, month))
        assert list(database.read(lambda connection, mark=mark: making.due(connection, TABLES, mark))) == []
        assert [_asked(database, moment) for moment in moments] == plain
    closed = database.read(lambda connection: reading.closed(connection, TABLES))
    assert (closed.first, closed.last) == (known_month(clock.start_of_day(BEGINS)), known_month(ends_at(closed.last)))
    database.close()


def test_months_closed_one_by_one_and_all_at_once_are_the_same_bytes(tmp_path):
    database = _filled(f"sqlite:///{tmp_path}/views.db", Random(5))
    months = database.read(lambda connection: making.due(connection, TABLES, clock.end_of_day(BEGINS + DAYS)))
    stored = lambda: sorted(database.read(lambda connection: connection.execute(TABLES.sums.select()).all()))  # noqa: E731
    for month in months:
        database.write(lambda connection, month=month: making.close_month(connection, TABLES, month))
    one_by_one = stored()

    def at_once(connection) -> None:
        connection.execute(TABLES.sums.delete())
        for measure in shapes():
            making.close_measure(connection, TABLES, measure, months)
        making.close_events(connection, TABLES, months)
        making.note_closed(connection, TABLES, months)

    database.write(at_once)
    assert len(months) == 11
    assert stored() == one_by_one
    database.close()


def test_the_loop_closes_what_is_over_in_all_logs_and_nothing_twice(tmp_path):
    database = _filled(f"sqlite:///{tmp_path}/views.db", Random(6))
    version = OversightViews().version
    key = {"consumer": OversightViews.name, "version": version, "partition": 0, "epoch": "e", "position": 1}
    # One log is behind: what is over there counts.
    rows = [
        {**key, "source": source, "recorded_at": clock.end_of_day(BEGINS + passed)}
        for source, passed in (("documents", DAYS), ("audit", 100))
    ]
    database.write(lambda connection: ensure_tables(connection, KERNEL))
    database.write(lambda connection: connection.execute(subscriptions.insert(), rows))
    closing = Closing(database)
    assert (closing.look(), closing.look()) == (3, 0)
    moved = subscriptions.update().values(recorded_at=clock.end_of_day(BEGINS + DAYS))
    database.write(lambda connection: connection.execute(moved))
    assert closing.look() == 8
    database.close()


def test_a_lost_late_change_would_be_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(sums, "_NAMED", -1)
    chance = Random(7)
    database = _filled(f"sqlite:///{tmp_path}/views.db", chance)
    moments = _moments(chance, 6)
    plain = [_asked(database, moment) for moment in moments]
    for month in database.read(lambda connection: making.due(connection, TABLES, clock.end_of_day(BEGINS + DAYS))):
        database.write(lambda connection, month=month: making.close_month(connection, TABLES, month))
    database.write(lambda connection: connection.execute(TABLES.sums.delete().where(TABLES.sums.c.kind == "late")))
    assert [_asked(database, moment) for moment in moments] != plain
    database.close()


def test_every_need_of_an_indicator_can_be_met_from_what_is_kept():
    from services.inspection.indicators.definitions import INDICATORS

    kept = shapes()
    for indicator in INDICATORS.values():
        for need in indicator.needs:
            assert need.measure in OF_EVENTS or kept[need.measure].answers(need), (indicator.id, need)
    assert JOINS.keys() == OF_EVENTS.keys()
    assert first_day(known_month(0)) == 0
