"""The consumer `sequences`: the running numbers of each source, whichever service took the event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict

import orjson
from sqlalchemy import Column, Connection, LargeBinary, MetaData, String, Table, select

from services.inspection.sequences.numbers import Numbers
from shared.database.bulk import select_by_keys, upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

VERSION = 1
SEQUENCES = MetaData()

sources = Table(
    f"sequence_sources_v{VERSION}",
    SEQUENCES,
    Column("source", String, primary_key=True),
    #: JSON of `numbers.Numbers`.
    Column("body", LargeBinary, nullable=False),
)

_COLUMNS = ("source", "body")


class SequenceNumbers:
    """Consumer of the logs that agencies push to."""

    name = "sequences"
    version = VERSION
    sources = ("inspection", "documents", "audit")
    reads_behind = "oversight"
    tables = SEQUENCES
    #: Nobody waits for it: let many events come together.
    pause_seconds = 1.0

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Take the numbers of a run of events."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for event in events:
            if b'"sequence"' in event.body and (number := event.cloud_event.get("sequence")) is not None:
                found[event.source].append((int(number), event.recorded_at))
        if found:
            known = of_sources(connection, sorted(found))
            for source, told in found.items():
                for number, at in told:
                    known.setdefault(source, Numbers()).add(number, at)
            rows = [(source, orjson.dumps(asdict(numbers))) for source, numbers in sorted(known.items())]
            upsert_rows(connection, sources, ("source",), _COLUMNS, rows)
        return ()


def of_sources(connection: Connection, wanted: Sequence[str]) -> dict[str, Numbers]:
    """Return the numbers of those sources that give any."""
    return _numbers(select_by_keys(connection, sources, "source", wanted, _COLUMNS))


def of_all(connection: Connection) -> dict[str, Numbers]:
    """Return the numbers of all sources."""
    return _numbers(tuple(row) for row in connection.execute(select(sources.c.source, sources.c.body)))


def _numbers(rows: Iterable[tuple[str, bytes]]) -> dict[str, Numbers]:
    return {source: Numbers(**orjson.loads(body)) for source, body in rows}
