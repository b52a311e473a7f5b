"""Runs the steps of filling in processes of their own, as many records at a time as there are processors."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from multiprocessing import get_context
from typing import Any

from sqlalchemy import Connection, insert, select

from services.inspection.checkpoints import making
from services.inspection.checkpoints.shapes import shapes
from services.inspection.filling import loading
from services.inspection.filling.loading import Part, Place
from services.inspection.projections import OversightViews
from services.inspection.tables import oversight_tables
from shared.database.engine import Database, open_database
from shared.eventstore.tables import parked_events, subscriptions
from shared.messaging.watermark import watermark

#: About so many events a part: they are sorted in memory, and each part reads the inbox from end to end.
_EVENTS_A_PART = 1_000_000
#: Advisory lock of those who fill, with the number of the set; arbitrary and fixed.
_LOCK = 730_199_427
#: Linux' PR_SET_PDEATHSIG.
_DIE_WITH_PARENT = 1

#: Told of each step: its name, how many are done, how many there are.
Say = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What is filled from what."""

    url: str
    #: Number of the set that is filled, and of the one whose inbox is read.
    version: int
    source: int
    verified_months: int

    @property
    def views(self) -> OversightViews:
        """Return the views to fill."""
        return OversightViews(self.version, verified_months=self.verified_months)


def fill(job: Job, processes: int, say: Say = lambda _step, _done, _of: None) -> int:
    """Fill the tables of a set, and give it checkpoints where it stands; return how many events are in it.

    What is there of an earlier attempt is thrown away. Until the checkpoints are written nobody takes it for filled.
    """
    with _opened(job.url) as database:
        return database.write(lambda connection: _alone(connection, database, job, processes, say))


class AlreadyFilledError(RuntimeError):
    """Another process fills this set at this moment."""


class OwnInboxError(RuntimeError):
    """The set is to have an inbox of its own, which is read from the logs."""


def _alone(connection: Connection, database: Database, job: Job, processes: int, say: Say) -> int:
    """Fill while this transaction, which does nothing else, holds the lock that says so."""
    lock = unhurried(connection).exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_LOCK}, {job.version})")
    if not lock.scalar():
        raise AlreadyFilledError(job.version)
    return _fill(database, job, processes, say)


def _fill(database: Database, job: Job, processes: int, say: Say) -> int:
    stands = database.read(lambda connection: _stands(connection, job))
    aside = database.read(lambda connection: _aside(connection, job))
    tables = oversight_tables(job.version)
    if tables.events is not oversight_tables(job.source).events:
        raise OwnInboxError(job.version)
    place = Place({row["source"]: row["position"] for row in stands}, _positions(aside))
    database.write(lambda connection: loading.make_bare(connection, tables))
    database.write(lambda connection: loading.bear(connection, job.views, place))
    count = sum(place.up_to.values())
    parts = parts_of(count, processes)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=begin) as pool:
        _load(pool, job, place, parts, say)
    database.write(lambda connection: _take_place(connection, stands, aside))
    return count


def parts_of(events: int, processes: int) -> int:
    """Return into how many parts so many events are cut: as many for each process, so that none waits long for another."""
    return processes * max(1, ceil(events / (processes * _EVENTS_A_PART)))


def _load(pool: ProcessPoolExecutor, job: Job, place: Place, parts: int, say: Say) -> None:
    """Fold the records side by side; make indexes of what is there."""
    folding: set[Future[Any]] = {pool.submit(_fold, job, place, (index, parts)) for index in range(parts)}
    for done, _count in enumerate(_finished(folding), 1):
        say("records", done, parts)
    tables = ("deltas", "streams")
    indexing: set[Future[Any]] = {pool.submit(_finish, job, name) for name in tables}
    for done, _none in enumerate(_finished(indexing), 1):
        say("indexes", done, len(tables))
    _close_months(pool, job, say)


def _close_months(pool: ProcessPoolExecutor, job: Job, say: Say) -> None:
    """Write the sums of all months that are over, measure by measure."""
    tables = oversight_tables(job.version)
    with _opened(job.url) as database:
        mark = database.read(lambda connection: watermark(connection, OversightViews.name, job.source))
        months = database.read(lambda connection: making.due(connection, tables, mark))
        # What is counted in the inbox takes longest.
        closing: set[Future[Any]] = {pool.submit(_close, job, measure, months) for measure in ("", *shapes())}
        for done, _none in enumerate(_finished(closing), 1):
            say("sums", done, len(closing))
        database.write(lambda connection: making.note_closed(connection, tables, months))


def _close(job: Job, measure: str, months: range) -> None:
    """Write the sums of a measure, or those of what is counted in the inbox."""
    tables = oversight_tables(job.version)

    def work(connection: Connection) -> None:
        if measure:
            making.close_measure(unhurried(connection), tables, measure, months)
        else:
            making.close_events(unhurried(connection), tables, months)

    with _opened(job.url) as database:
        database.write(work)


def _finished(waiting: Iterable[Future[Any]]) -> Iterator[Any]:
    left = set(waiting)
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        for one in done:
            yield one.result()


def _stands(connection: Connection, job: Job) -> list[dict[str, Any]]:
    """Return the checkpoints of the set that is read, as they are to be those of the one that is filled."""
    columns = subscriptions.c
    rows = connection.execute(
        select(subscriptions).where(columns.consumer == OversightViews.name, columns.version == job.source)
    )
    return [{**row, "version": job.version} for row in rows.mappings()]


def _aside(connection: Connection, job: Job) -> list[dict[str, Any]]:
    """Return what the set that serves has set aside, as it is to be of the one that is filled."""
    columns = parked_events.c
    rows = connection.execute(
        select(parked_events).where(
            columns.consumer == OversightViews.name, columns.version == job.source, columns.replayed_at.is_(None)
        )
    )
    return [{**row, "version": job.version} for row in rows.mappings()]


def _positions(aside: Iterable[Mapping[str, Any]]) -> dict[str, list[int]]:
    """Return the positions of what was set aside, by service."""
    found: dict[str, list[int]] = {}
    for row in aside:
        found.setdefault(row["source"], []).append(row["position"])
    return found


def _take_place(connection: Connection, stands: list[dict[str, Any]], aside: list[dict[str, Any]]) -> None:
    """Write the checkpoints, and what is set aside here too."""
    if aside:
        connection.execute(insert(parked_events), aside)
    connection.execute(insert(subscriptions), stands)


def _fold(job: Job, place: Place, part: Part) -> int:
    with _opened(job.url) as database:
        return database.write(lambda connection: loading.fold_part(unhurried(connection), job.views, place, part))


def _finish(job: Job, name: str) -> None:
    tables = oversight_tables(job.version)
    with _opened(job.url) as database:
        database.look(lambda connection: loading.settle(connection, tables, name))
        database.write(lambda connection: loading.finish(unhurried(connection), tables, name))


def unhurried(connection: Connection) -> Connection:
    """Let statements take as long as they need."""
    connection.exec_driver_sql(
        "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)"
    )
    return connection


@contextmanager
def _opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        database.close()


def begin() -> None:
    """Begin a process that fills: it makes millions of tuples, none of them in a cycle, which nobody need look for."""
    die_with_parent()
    gc.disable()


def die_with_parent() -> None:
    """Have the system end this process when the one that started it is gone, killed perhaps: two must not fill at once."""
    parent = os.getppid()
    library = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
