"""The consumer `sequences`: the running numbers of each source, whichever service took the event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Column, Connection, LargeBinary, MetaData, Select, String, Table, func, literal, select

from services.inspection.sequences.numbers import Numbers
from shared.database.bulk import select_by_keys, upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent
from shared.messaging.generations import serving, suffix

CONSUMER = "sequences"
VERSION = 2


@cache
def source_table(version: int) -> Table:
    """Return the table of a number: the numbers of each source."""
    return Table(
        f"sequence_sources_{suffix(version)}",
        MetaData(),
        Column("source", String, primary_key=True),
        #: JSON: whether older holes are forgotten, and the runs, first and last number of each.
        Column("runs", LargeBinary, nullable=False),
        #: JSON: when the hole before each run was noticed; which log was read first has a say in that.
        Column("since", LargeBinary, nullable=False),
    )


_COLUMNS = ("source", "runs", "since")


class SequenceNumbers:
    """Consumer of the logs that agencies push to."""

    name = CONSUMER
    sources = ("inspection", "documents", "audit")
    reads_behind = "oversight"
    #: Nobody waits for it: let many events come together.
    pause_seconds = 1.0

    def __init__(self, version: int = VERSION) -> None:
        """Take the number whose table is filled."""
        self.version = version
        self._table = source_table(version)
        self.tables = self._table.metadata

    def generation(self, version: int) -> SequenceNumbers:
        """Return the same for another table."""
        return SequenceNumbers(version)

    def contents(self) -> dict[str, Select[Any]]:
        """Return what the table says."""
        columns = self._table.c
        return {"sources": select(literal("").label("part"), columns.source.label("key"), columns.runs)}

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Take the numbers of a run of events."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for event in events:
            if b'"sequence"' in event.body and (number := event.cloud_event.get("sequence")) is not None:
                found[event.source].append((int(number), event.recorded_at))
        if found:
            known = of_sources(connection, self._table, sorted(found))
            for source, told in found.items():
                for number, at in told:
                    known.setdefault(source, Numbers()).add(number, at)
            rows = [_row(source, numbers) for source, numbers in sorted(known.items())]
            upsert_rows(connection, self._table, ("source",), _COLUMNS, rows)
        return ()


def of_sources(connection: Connection, table: Table, wanted: Sequence[str]) -> dict[str, Numbers]:
    """Return the numbers of those sources that give any."""
    return _numbers(select_by_keys(connection, table, "source", wanted, _COLUMNS))


#: `since` of a single run, `[1767225600000000]`, is no longer than this; one that has two is longer.
_ONE_RUN = 24


def with_gaps(connection: Connection) -> dict[str, Numbers]:
    """Return the numbers of the sources that miss some; nearly all miss none, and are not read."""
    columns = source_table(serving(connection, CONSUMER, VERSION)).c
    query = select(columns.source, columns.runs, columns.since).where(func.length(columns.since) > _ONE_RUN)
    return _numbers(tuple(row) for row in connection.execute(query))


def _row(source: str, numbers: Numbers) -> tuple[str, bytes, bytes]:
    runs = [numbers.forgotten, [run[:2] for run in numbers.runs]]
    return source, orjson.dumps(runs), orjson.dumps([run[2] for run in numbers.runs])


def _numbers(rows: Iterable[tuple[Any, ...]]) -> dict[str, Numbers]:
    return {source: _of_row(*stored) for source, *stored in rows}


def _of_row(runs: bytes, since: bytes) -> Numbers:
    forgotten, found = orjson.loads(runs)
    return Numbers([[*run, at] for run, at in zip(found, orjson.loads(since), strict=True)], forgotten)
