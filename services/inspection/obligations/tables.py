"""Tables of the view of obligations: the things, the decisions on them, the reorganisations; days as day numbers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION = 1
OBLIGATIONS = MetaData()

#: One row for each record that is, or was, an obligation.
obligations = Table(
    f"obligations_v{VERSION}",
    OBLIGATIONS,
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
Index(f"obligations_v{VERSION}_agency", obligations.c.agency_id)

#: One row for each thing and each agency that gave it up.
decisions = Table(
    f"obligation_decisions_v{VERSION}",
    OBLIGATIONS,
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
Index(f"obligation_decisions_v{VERSION}_giver", decisions.c.giver)
Index(f"obligation_decisions_v{VERSION}_taker", decisions.c.taker)

reorganisations = Table(
    f"reorganisations_v{VERSION}",
    OBLIGATIONS,
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

links = Table(
    f"reorganisation_links_v{VERSION}",
    OBLIGATIONS,
    Column("source", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("old", String, primary_key=True),
    Column("new", String, primary_key=True),
    Column("share", String, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("event_id", Text, nullable=False),
)
Index(f"reorganisation_links_v{VERSION}_old", links.c.old)
