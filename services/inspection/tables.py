"""Tables of the oversight views; one set per number, so that another set can fill beside it (`shared.messaging.generations`).

`events` is the inbox: every event of all four logs as it came, source of timelines, explanations and rebuilds; a set that
was filled from another one's inbox has it in common with that one, since it is what was received, and nothing derived.
`streams` has the folded state of each stream that an indicator looks at. `deltas` is what each event changed: the value of
a measure as of D as known at K is the sum of the rows with `day <= D` and `known_at <= K`. Rows are never changed.
`bearings` has the events of other streams that bear on one: verdicts and inheritances. `sums` has what the deltas come to at
the end of each month that is over, packed (`checkpoints/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, SmallInteger, String, Table, Text

from shared.messaging.generations import keeper, suffix

#: Compared byte by byte: cheaper than a language's order, and the same order on both databases.
_WORD = String().with_variant(String(collation="C"), "postgresql")

#: A row that is in the index need not be looked up in the table once a vacuum has noted that everybody can see it. Left to
#: itself that comes when a fifth has been added: for three years' changes after half a year, and national questions about the
#: open month take twice the time until then.
_LOOKED_THROUGH_OFTEN = {"autovacuum_vacuum_insert_scale_factor": 0, "autovacuum_vacuum_insert_threshold": 20_000}


@dataclass(frozen=True, slots=True)
class OversightTables:
    """The tables of one version."""

    metadata: MetaData
    events: Table
    streams: Table
    deltas: Table
    bearings: Table
    sums: Table


def _events(metadata: MetaData, version: int) -> Table:
    name = f"oversight_events_{suffix(version)}"
    table = Table(
        name,
        metadata,
        Column("service", _WORD, primary_key=True),
        Column("partition", SmallInteger, primary_key=True),
        Column("position", BigInteger, primary_key=True),
        Column("agency_id", _WORD, nullable=False),
        Column("source", _WORD, nullable=False),
        Column("type", _WORD, nullable=False),
        Column("aggregate", _WORD, nullable=False),
        Column("subject", Text, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("occurred_at", BigInteger, nullable=False),
        Column("day", Integer, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("received_at", BigInteger, nullable=False),
        Column("provenance", _WORD, nullable=False),
        Column("asserter", _WORD, nullable=False),
        #: Key of the stream, `shared.ids.stream_key(aggregate, "{source}/{subject}")`.
        Column("stream", LargeBinary(16), nullable=False),
        Column("body", LargeBinary, nullable=False),
    )
    Index(f"{name}_timeline", table.c.agency_id, table.c.occurred_at, table.c.recorded_at)
    Index(f"{name}_stream", table.c.stream)
    for aggregate in NATIONAL_AGGREGATES:
        condition = table.c.aggregate == aggregate
        Index(
            f"{name}_{aggregate}",
            table.c.recorded_at,
            table.c.position,
            postgresql_where=condition,
            sqlite_where=condition,
        )
    return table


#: Aggregates that are read for the whole country at once.
NATIONAL_AGGREGATES = (
    *("admin_unit", "agency", "alert", "commendation", "good_practice", "inconsistency", "inspection", "legal_text"),
)


def _streams(metadata: MetaData, version: int) -> Table:
    return Table(
        f"oversight_streams_{suffix(version)}",
        metadata,
        Column("stream", LargeBinary(16), primary_key=True),
        Column("aggregate", _WORD, nullable=False),
        #: Agency that the stream's figures belong to: the one that its first event is about.
        Column("agency_id", _WORD, nullable=False),
        #: Business time of the latest fact; an earlier one is a late fact.
        Column("last_occurred_at", BigInteger, nullable=False),
        #: JSON: the family's state, what checks found, who has taken it over (see `services/inspection/streams.py`).
        Column("state", LargeBinary, nullable=False),
    )


def _deltas(metadata: MetaData, version: int) -> Table:
    name = f"oversight_deltas_{suffix(version)}"
    table = Table(
        name,
        metadata,
        Column("measure", _WORD, nullable=False),
        Column("agency_id", _WORD, nullable=False),
        Column("dimension", _WORD, nullable=False),
        Column("day", Integer, nullable=False),
        #: `recorded_at` of the event that caused it.
        Column("known_at", BigInteger, nullable=False),
        #: Month of `known_at` (`checkpoints/months.py`).
        Column("known_month", Integer, nullable=False),
        # Four bytes: PostgreSQL sums them in a register, and eight-byte ones as arbitrary numbers.
        Column("a1", Integer, nullable=False),
        Column("a2", Integer, nullable=False),
        Column("a3", Integer, nullable=False),
        Column("a4", Integer, nullable=False),
        Column("service", _WORD, nullable=False),
        Column("partition", SmallInteger, nullable=False),
        Column("position", BigInteger, nullable=False),
        Column("stream", LargeBinary(16), nullable=False),
        postgresql_with=_LOOKED_THROUGH_OFTEN,
    )
    # Whole: a national sum reads a month's range of the index, and the table it would jump about in never. By month, so that
    # what comes in goes where the rows before it went.
    Index(
        f"{name}_measure",
        *(table.c.measure, table.c.known_month, table.c.agency_id, table.c.dimension, table.c.day, table.c.known_at),
        postgresql_include=["a1", "a2", "a3", "a4"],
    )
    return table


def _bearings(metadata: MetaData, version: int) -> Table:
    name = f"oversight_bearings_{suffix(version)}"
    table = Table(
        name,
        metadata,
        Column("service", _WORD, primary_key=True),
        Column("partition", SmallInteger, primary_key=True),
        Column("position", BigInteger, primary_key=True),
        #: What it bears on: `e:{source}/{event id}` or `s:{stream key}`.
        Column("wanted", _WORD, primary_key=True),
        #: Key of the stream it has been applied to; empty while its record is not there yet.
        Column("stream", LargeBinary(16), nullable=False),
        #: `{source}/{event id}` of the event itself.
        Column("event", _WORD, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("occurred_at", BigInteger, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        #: Id of the event that it corrects or takes back; may be empty.
        Column("corrects", Text, nullable=False),
        #: JSON: name, day and data of what happens to the stream.
        Column("fact", LargeBinary, nullable=False),
    )
    for column in (table.c.wanted, table.c.stream, table.c.event):
        Index(f"{name}_{column.name}", column)
    return table


def _sums(metadata: MetaData, version: int) -> Table:
    return Table(
        f"oversight_sums_{suffix(version)}",
        metadata,
        #: Empty in the row that says that a month is closed.
        Column("measure", _WORD, primary_key=True),
        #: `base`, `future` or `late` (`checkpoints/closing.py`).
        Column("kind", _WORD, primary_key=True),
        #: What the dimensions in it begin with (`checkpoints/shapes.py`); may be empty.
        Column("part", _WORD, primary_key=True),
        #: Month at whose end it was so.
        Column("month", Integer, primary_key=True),
        #: By agency, and by agency and dimension; empty where nobody asks for it.
        Column("totals", LargeBinary, nullable=False),
        Column("entries", LargeBinary, nullable=False),
    )


@cache
def oversight_tables(version: int) -> OversightTables:
    """Return the tables of a version of the views."""
    metadata = MetaData()
    kept_by = keeper(version)
    return OversightTables(
        metadata,
        _events(metadata, version) if kept_by == version else oversight_tables(kept_by).events,
        _streams(metadata, version),
        _deltas(metadata, version),
        _bearings(metadata, version),
        _sums(metadata, version),
    )
