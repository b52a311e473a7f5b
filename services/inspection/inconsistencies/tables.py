"""Tables of the conditions: the facts they look at, which agencies are to be judged, and what has been said."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

VERSION = 2
INCONSISTENCIES = MetaData()

facts = Table(
    f"inconsistency_facts_v{VERSION}",
    INCONSISTENCIES,
    Column("service", String, primary_key=True),
    Column("partition", SmallInteger, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("agency_id", String, nullable=False),
    Column("aggregate", String, nullable=False),
    #: JSON of `facts.Known`.
    Column("body", LargeBinary, nullable=False),
    Index(f"ix_inconsistency_facts_v{VERSION}_agency_id", "agency_id"),
)

#: Agencies with a claim; the others have nothing that could be inconsistent.
agencies = Table(
    f"inconsistency_agencies_v{VERSION}",
    INCONSISTENCIES,
    Column("agency_id", String, primary_key=True),
    #: Latest day of a claim: what happens later bears on claims only while one is open.
    Column("last_claim", Integer, nullable=False),
    #: Whether something was found that has not ended.
    Column("open", Boolean, nullable=False),
    #: Whether that is a declaration without one of its public procedures, which an agency above may abolish.
    Column("omitting", Boolean, nullable=False),
    #: To be judged once all logs have been read up to this instant; null: nothing new.
    Column("due_at", BigInteger, nullable=True),
    Index(f"ix_inconsistency_agencies_v{VERSION}_due_at", "due_at"),
)

#: Which agencies ever stood directly below an agency, in the administration or in its field.
lines = Table(
    f"inconsistency_lines_v{VERSION}",
    INCONSISTENCIES,
    Column("above_id", String, primary_key=True),
    Column("agency_id", String, primary_key=True),
)

#: What has been said of each finding.
told = Table(
    f"inconsistency_told_v{VERSION}",
    INCONSISTENCIES,
    Column("agency_id", String, primary_key=True),
    Column("key", Text, primary_key=True),
    #: JSON of `telling.Told`.
    Column("body", LargeBinary, nullable=False),
)
