"""Tables of the staleness policy: an index from legal texts to procedures, and what it remembers.

They can be thrown away and filled again from the service's own log.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

STALENESS = MetaData()

#: One row per procedure that was ever drafted: its history and flags as JSON.
PROCEDURES = Table(
    "staleness_procedures_v1",
    STALENESS,
    Column("procedure_key", LargeBinary, primary_key=True),
    Column("agency_id", String, nullable=False),
    Column("procedure_id", String, nullable=False),
    Column("record", LargeBinary, nullable=False),
)

#: Which procedures ever cited a text; a superset of those that cite it now.
CITATIONS = Table(
    "staleness_citations_v1",
    STALENESS,
    Column("legal_text_id", String, primary_key=True),
    Column("procedure_key", LargeBinary, primary_key=True),
)

#: Every known change of a text.
CHANGES = Table(
    "staleness_text_changes_v1",
    STALENESS,
    Column("change_key", LargeBinary, primary_key=True),
    Column("legal_text_id", String, nullable=False, index=True),
    Column("source", String, nullable=False),
    Column("event_id", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("announced_on", Integer, nullable=False),
    Column("effective_from", Integer, nullable=False),
    Column("successor", String),
    Column("occurred_at", BigInteger, nullable=False),
)
