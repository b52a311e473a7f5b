"""Measures the oversight views: how fast they are rebuilt from the logs, and how long national questions take.

Run by itself: `python -m tests.bench.views [--agencies N] [--events M] [--sqlite]`; the logs are written once for each size and
kept under `.oversight/bench`, on a private PostgreSQL or as SQLite files.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from math import ceil
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, case, func, insert, select, update

from deploy.local.postgres import PrivateCluster
from services.inspection import serving
from services.inspection.checkpoints.keeping import close_all
from services.inspection.figures import Asked, answer
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.projections import VERSION, OversightViews
from services.inspection.queries import national_board
from services.inspection.timeline import timeline
from shared import clock
from shared.database.engine import Database, open_database
from shared.database.schema import ensure_tables
from shared.eventstore.records import RecordedEvent
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL, subscriptions
from tests.bench import inbox, nation
from tests.bench.floor import measure_floor, measure_unwritten
from tests.bench.nation import ENDS, SERVICES, Size

#: Events of one transaction while the views are rebuilt.
BATCH = 5_000
#: Random days and instants at which each indicator is asked, and how often the board and a time line are.
ASKED, REPEATED = 8, 40
_DIRECTORY = Path(__file__).resolve().parents[2] / ".oversight" / "bench"


def _p95(taken: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    return 1000 * sorted(taken)[ceil(0.95 * len(taken)) - 1]


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def prepare(database: Database) -> None:
    """Create the tables of the views."""

    def work(connection: Any) -> None:
        ensure_tables(connection, KERNEL)
        ensure_tables(connection, OversightViews().tables)

    database.write(work)


def _pages(urls: Mapping[str, str], service: str) -> Iterator[Any]:
    database = open_database(urls[service])
    store, position = SqlEventStore(database, service), 0
    while page := store.read(position, BATCH):
        yield page
        position = page[-1].position
    database.close()


def measure_rebuild(database: Database, urls: Mapping[str, str]) -> float:
    """Fill the views from the logs, and return the events a second; every batch is one durable transaction."""
    consumer, count, started = OversightViews(), 0, time.perf_counter()
    rows = []
    for service in SERVICES:
        key = {"consumer": consumer.name, "version": VERSION, "source": service, "partition": 0, "epoch": "e"}
        position = recorded_at = 0
        for page in _pages(urls, service):
            database.write(lambda connection, page=page: consumer.apply(connection, page))
            position, recorded_at = page[-1].position, page[-1].recorded_at
            count += len(page)
        rows.append({**key, "position": position, "recorded_at": max(recorded_at, clock.end_of_day(ENDS + 30))})
    rate = count / (time.perf_counter() - started)
    database.write(lambda connection: connection.execute(insert(subscriptions), rows))
    return rate


def _moments() -> list[tuple[int, int]]:
    chosen = random.Random(17)
    days = [ENDS - chosen.randrange(900) for _ in range(ASKED)]
    return [(day, clock.end_of_day(ENDS - chosen.randrange(900))) for day in days]


def measure_questions(database: Database, agency: str) -> Mapping[str, float]:
    """Return the 95th percentile in milliseconds by what was asked; national figures are by province, worked out anew."""
    found: dict[str, float] = {}
    database.read(lambda connection: answer(connection, INDICATORS["I2"], Asked(ENDS, by="province")))
    for name, indicator in INDICATORS.items():
        taken = []
        for day, known_at in _moments():
            asked = Asked(day, known_at, by="province")
            database.read(lambda connection, asked=asked: answer(connection, INDICATORS["I1"], asked))
            work = lambda c, i=indicator, a=asked: answer(c, i, a)  # noqa: E731 - measured next line
            taken.append(_timed(lambda work=work: database.read(work)))
        found[f"{name}_p95_ms"] = _p95(taken)
    ratios = [found[f"{name}_p95_ms"] for name, indicator in INDICATORS.items() if indicator.ratio]
    others = [found[f"{name}_p95_ms"] for name, indicator in INDICATORS.items() if not indicator.ratio]
    found |= {"slowest_ratio_p95_ms": max(ratios), "slowest_other_p95_ms": max(others)}
    # In the middle of a month, whose changes are not summed up to its end yet.
    day = ENDS - 11
    of_that_day = clock.end_of_day(day)
    found["board_mid_month_first_ms"] = 1000 * _timed(
        lambda: database.read(lambda connection: national_board(connection, None, day, of_that_day))
    )
    board = [
        _timed(lambda: database.read(lambda connection: national_board(connection, None, ENDS)))
        for _ in range(REPEATED)
    ]
    found |= {"board_first_ms": 1000 * board[0], "board_p95_ms": _p95(board)}
    found |= {"board_while_events_come_p95_ms": _p95(list(_board_while_events_come(database)))}
    known_at = clock.end_of_day(ENDS + 30)
    lines = [
        _timed(lambda: database.read(lambda c: timeline(c, agency, ENDS, known_at, known_at, limit=100)))
        for _ in range(REPEATED)
    ]
    return {**found, "timeline_p95_ms": _p95(lines)}


def _board_while_events_come(database: Database) -> Iterator[float]:
    """Yield how long the board about now takes when a log has moved on before each question."""
    views = OversightViews(database.read(serving.version))
    columns = subscriptions.c
    own = (columns.consumer == views.name, columns.version == views.version, columns.source == "audit")
    at = database.read(lambda c: c.execute(select(columns.position, columns.recorded_at).where(*own)).one())
    book = nation.Book()
    for number in range(1, REPEATED + 1):
        made = book.event("nonconformity.closed", nation.name_of(number), f"moi-{number}", ENDS, {})
        place = (0, at.position + number, at.recorded_at + number)
        event = RecordedEvent.of_new("audit", *place, made)

        def apply(connection: Connection, event: RecordedEvent = event) -> None:
            views.apply(connection, [event])
            moved = {"position": event.position, "recorded_at": event.recorded_at}
            connection.execute(update(subscriptions).where(*own).values(**moved))

        database.write(apply)
        yield _timed(lambda: database.read(lambda connection: national_board(connection, None, ENDS)))


def measure_plain_sql(database: Database) -> Mapping[str, float]:
    """Return what a plain fold in SQL over the events takes: all of them, and the open actions of each agency."""
    columns = database.read(serving.views).events.c
    everything = select(columns.agency_id, columns.type, func.count(), func.max(columns.day)).group_by(
        columns.agency_id, columns.type
    )
    actions = (
        select(columns.agency_id, func.sum(case((columns.type == "qms.action.planned", 1), else_=-1)))
        .where(columns.aggregate == "action", columns.day <= ENDS, columns.recorded_at <= clock.end_of_day(ENDS))
        .group_by(columns.agency_id)
    )
    return {
        "sql_fold_seconds": _timed(lambda: database.read(lambda connection: connection.execute(everything).all())),
        "sql_open_actions_ms": 1000 * _timed(lambda: database.read(lambda c: c.execute(actions).all())),
    }


def figures_of(database: Database, rate: float, events: int) -> Mapping[str, float]:
    """Return all figures of views that have been filled, by name."""
    questions = measure_questions(database, nation.name_of(1))
    plain = measure_plain_sql(database)
    rows = database.read(
        lambda connection: connection.execute(
            select(func.count()).select_from(serving.views(connection).deltas)
        ).scalar()
    )
    floor = measure_floor(database)
    processors = len(os.sched_getaffinity(0))
    ratios = {
        # What decoding and folding alone would allow on all processors, the database's work left out.
        "rebuild_vs_python_floor": rate * floor["decode_and_fold_us"] / 1e6 / processors,
        "rebuild_vs_sql_fold": rate * plain["sql_fold_seconds"] / events,
        "I11_vs_sql_fold": questions["I11_p95_ms"] / plain["sql_open_actions_ms"],
    }
    counts = {"events": float(events), "deltas": float(rows or 0), "rebuild_events_per_second": rate}
    return {**counts, **questions, **plain, **floor, **ratios}


def run(cluster: PrivateCluster, size: Size) -> Mapping[str, float]:
    """Write logs and inbox unless they are there, fill a set of tables beside it, and measure."""
    url = inbox.url_of(cluster, size)
    processes = max(1, len(os.sched_getaffinity(0)))
    with inbox.filled(url, processes, cluster.pid, _say) as (database, filled):
        # What the server does by itself when it is idle: statistics, and the map of what everybody can see.
        cluster.execute("VACUUM ANALYZE", nation.database_name(size, "inbox"))
        unwritten = measure_unwritten(url, VERSION, inbox.up_to(database), processes)
        figures = figures_of(database, filled["rebuild_events_per_second"], int(filled["events"]))
        return {**filled, **figures, "read_and_fold_events_per_second": unwritten}


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run_on_sqlite(directory: Path, size: Size) -> Mapping[str, float]:
    """Do the same on SQLite files."""
    directory.mkdir(parents=True, exist_ok=True)
    urls = {one: f"sqlite:///{directory}/{nation.database_name(size, one)}.db" for one in SERVICES}
    events = nation.write(urls, size)
    for file in directory.glob("views_bench.db*"):
        file.unlink()
    database = open_database(f"sqlite:///{directory}/views_bench.db")
    prepare(database)
    rate = measure_rebuild(database, urls)
    took = _timed(lambda: close_all(database))
    figures = {"closing_seconds": took, **figures_of(database, rate, events)}
    database.close()
    return figures


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=Size().agencies)
    parser.add_argument("--events", type=int, default=Size().events)
    parser.add_argument("--sqlite", action="store_true", help="on SQLite files instead of PostgreSQL")
    given = parser.parse_args()
    size = Size(given.agencies, given.events)
    if given.sqlite:
        figures = run_on_sqlite(_DIRECTORY / "sqlite", size)
    else:
        with PrivateCluster(_DIRECTORY / "nation") as cluster:
            figures = run(cluster, size)
    for name, value in figures.items():
        print(f"{name:28} {value:12.2f}")


if __name__ == "__main__":
    main()
