"""Tables of the conditions: the facts they look at, which agencies are to be judged, and what has been said.

One set per number, so that another set can fill beside it (`shared.messaging.generations`); what has been said is one for all.
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
    SmallInteger,
    String,
    Table,
    Text,
)

from shared.messaging.generations import serving, suffix

#: Name of the consumer whose tables these are, and their version.
CONSUMER = "inconsistencies"
VERSION = 2


@dataclass(frozen=True, slots=True)
class ConditionTables:
    """The tables of one number."""

    metadata: MetaData
    facts: Table
    agencies: Table
    lines: Table


@cache
def condition_tables(version: int) -> ConditionTables:
    """Return the tables of a number."""
    metadata = MetaData()
    end = suffix(version)
    return ConditionTables(metadata, _facts(metadata, end), _agencies(metadata, end), _lines(metadata, end))


def serving_version(connection: Connection) -> int:
    """Return the number under which the serving tables have their checkpoints."""
    return serving(connection, CONSUMER, VERSION)


def serving_tables(connection: Connection) -> ConditionTables:
    """Return the tables that serve."""
    return condition_tables(serving_version(connection))


def _facts(metadata: MetaData, end: str) -> Table:
    """Facts that a condition may look at."""
    return Table(
        f"inconsistency_facts_{end}",
        metadata,
        Column("service", String, primary_key=True),
        Column("partition", SmallInteger, primary_key=True),
        Column("position", BigInteger, primary_key=True),
        Column("agency_id", String, nullable=False),
        Column("aggregate", String, nullable=False),
        #: JSON of `facts.Known`.
        Column("body", LargeBinary, nullable=False),
        Index(f"ix_inconsistency_facts_{end}_agency_id", "agency_id"),
    )


def _agencies(metadata: MetaData, end: str) -> Table:
    """Agencies with a claim; the others have nothing that could be inconsistent."""
    return Table(
        f"inconsistency_agencies_{end}",
        metadata,
        Column("agency_id", String, primary_key=True),
        #: Latest day of a claim: what happens later bears on claims only while one is open.
        Column("last_claim", Integer, nullable=False),
        #: Whether something was found that has not ended.
        Column("open", Boolean, nullable=False),
        #: Whether that is a declaration without one of its public procedures, which an agency above may abolish.
        Column("omitting", Boolean, nullable=False),
        #: To be judged once all logs have been read up to this instant; null: nothing new.
        Column("due_at", BigInteger, nullable=True),
        Index(f"ix_inconsistency_agencies_{end}_due_at", "due_at"),
    )


def _lines(metadata: MetaData, end: str) -> Table:
    """Which agencies ever stood directly below an agency, in the administration or in its field."""
    return Table(
        f"inconsistency_lines_{end}",
        metadata,
        Column("above_id", String, primary_key=True),
        Column("agency_id", String, primary_key=True),
    )


#: What all sets of tables share: it is neither filled from the logs nor dropped with one of them.
LASTING = MetaData()

#: What has been said of each finding.
told = Table(
    f"inconsistency_told_v{VERSION}",
    LASTING,
    Column("agency_id", String, primary_key=True),
    Column("key", Text, primary_key=True),
    #: JSON of `telling.Told`.
    Column("body", LargeBinary, nullable=False),
)
