"""The history's figures on both databases: real rules, real views, without services around them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert

from services.inspection.figures import Asked, answer
from services.inspection.groups import Filters
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.projections import OversightViews
from shared import clock
from shared.database.engine import Database, open_database
from shared.database.schema import ensure_tables
from shared.eventstore.tables import KERNEL, subscriptions
from shared.simulation.demonstration import Demonstration
from shared.simulation.history.figures import figures
from tests.unit.simulation.intake import Nation

LAST = clock.day_of("2026-06-30")
PROMISE = clock.from_rfc3339("2099-06-01T00:00:00Z")
EXPECTED = [(62, 63), (18, 23), (121, 122), (53, 53), (11, 222), (244, 244), (1, 1), (0, 29)]


@pytest.fixture(scope="module")
def nation() -> Nation:
    found = Nation()
    found.push(Demonstration(LAST - 364, LAST, small=True).events())
    return found


@pytest.fixture
def database(database_url: str, nation: Nation) -> Iterator[Database]:
    opened = open_database(database_url)
    views = OversightViews()
    opened.write(lambda connection: (ensure_tables(connection, KERNEL), ensure_tables(connection, views.tables)))
    for service in views.sources:
        position = fill(opened, views, nation, service)
        row = {"consumer": views.name, "version": views.version, "source": service, "partition": 0}
        row |= {"epoch": "e", "position": position, "recorded_at": PROMISE}
        opened.write(lambda connection, row=row: connection.execute(insert(subscriptions), [row]))
    yield opened
    opened.close()


def fill(database: Database, views: OversightViews, nation: Nation, service: str) -> int:
    position = 0
    store = nation.stores.get(service)
    while store is not None and (events := store.read(position, 500)):
        database.write(lambda connection, events=events: views.apply(connection, events))
        position = events[-1].position
    return position


def test_the_views_answer_with_the_articles_figures(database):
    answers = []
    for figure in figures():
        given = figure.parameters
        filters = Filters(given.get("scope"), given.get("level"), None, given.get("obligation"))
        asked = Asked(clock.day_of(given["as_of"]), None, filters)
        told = database.read(
            lambda connection, asked=asked, figure=figure: answer(connection, INDICATORS[figure.indicator], asked)
        )
        answers.append((told.rows[0].figure.numerator, told.rows[0].figure.denominator))

    assert answers == EXPECTED
