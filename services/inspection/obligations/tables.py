"""Tables of the view of obligations: the things, the decisions on them, the reorganisations; days as day numbers.

One set per number, so that another set can fill beside it (`shared.messaging.generations`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from shared.messaging.generations import serving, suffix

#: Name of the consumer whose tables these are, and their version.
CONSUMER = "obligations"
VERSION = 1


@dataclass(frozen=True, slots=True)
class ObligationTables:
    """The tables of one number."""

    metadata: MetaData
    obligations: Table
    decisions: Table
    reorganisations: Table
    links: Table


@cache
def obligation_tables(version: int) -> ObligationTables:
    """Return the tables of a number."""
    metadata = MetaData()
    end = suffix(version)
    return ObligationTables(
        metadata,
        _obligations(metadata, end),
        _decisions(metadata, end),
        _reorganisations(metadata, end),
        _links(metadata, end),
    )


def serving_version(connection: Connection) -> int:
    """Return the number under which the serving tables have their checkpoints."""
    return serving(connection, CONSUMER, VERSION)


def serving_tables(connection: Connection) -> ObligationTables:
    """Return the tables that serve."""
    return obligation_tables(serving_version(connection))


def _obligations(metadata: MetaData, end: str) -> Table:
    """One row for each record that is, or was, an obligation."""
    table = Table(
        f"obligations_{end}",
        metadata,
        #: `shared.ids.stream_key(aggregate, "{source}/{subject}")`.
        Column("thing", LargeBinary(16), primary_key=True),
        Column("kind", String, nullable=False),
        Column("source", String, nullable=False),
        Column("subject", Text, nullable=False),
        #: Agency that owed it at first.
        Column("agency_id", String, nullable=False),
        Column("label", Text, nullable=False),
        #: JSON: the steps that open and close it, and the periods in which it is open.
        Column("steps", LargeBinary, nullable=False),
        Column("spans", LargeBinary, nullable=False),
    )
    Index(f"obligations_{end}_agency", table.c.agency_id)
    return table


def _decisions(metadata: MetaData, end: str) -> Table:
    """One row for each thing and each agency that gave it up."""
    table = Table(
        f"obligation_decisions_{end}",
        metadata,
        #: `shared.ids.stream_key("obligation", "{giver}/{subject}")`.
        Column("decision", LargeBinary(16), primary_key=True),
        Column("thing", LargeBinary(16), nullable=False),
        Column("kind", String, nullable=False),
        Column("giver", String, nullable=False),
        #: Heir; null where the thing lapsed.
        Column("taker", String),
        Column("effective", Integer, nullable=False),
        Column("recorded_at", BigInteger, nullable=False),
        Column("event_id", Text, nullable=False),
    )
    Index(f"obligation_decisions_{end}_giver", table.c.giver)
    Index(f"obligation_decisions_{end}_taker", table.c.taker)
    return table


def _reorganisations(metadata: MetaData, end: str) -> Table:
    """One row for each reorganisation."""
    return Table(
        f"reorganisations_{end}",
        metadata,
        Column("source", String, primary_key=True),
        Column("subject", String, primary_key=True),
        Column("name_vi", Text, nullable=False),
        Column("name_en", Text),
        Column("legal_basis", Text),
        #: planned, announced, effective, settled, cancelled.
        Column("status", String, nullable=False),
        Column("effective_on", Integer, nullable=False),
        Column("announced_on", Integer),
        Column("settled_at", BigInteger),
        #: JSON of what was settled, by kind.
        Column("settlement", LargeBinary),
        Column("recorded_at", BigInteger, nullable=False),
    )


def _links(metadata: MetaData, end: str) -> Table:
    """One row for each old agency and each that takes over from it."""
    table = Table(
        f"reorganisation_links_{end}",
        metadata,
        Column("source", String, primary_key=True),
        Column("subject", String, primary_key=True),
        Column("old", String, primary_key=True),
        Column("new", String, primary_key=True),
        Column("share", String, nullable=False),
        Column("is_default", Boolean, nullable=False),
        Column("event_id", Text, nullable=False),
    )
    Index(f"reorganisation_links_{end}_old", table.c.old)
    return table
