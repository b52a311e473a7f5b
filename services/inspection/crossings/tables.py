"""Tables of the crossings: on which side each figure was last, and how far the looks have come."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

CROSSINGS = MetaData()

#: One row per threshold and agency or target that was ever off its resting side.
sides = Table(
    "inspection_crossing_sides",
    CROSSINGS,
    Column("threshold_id", Text, primary_key=True),
    Column("agency_id", Text, primary_key=True),
    #: Empty where it is no target.
    Column("target", Text, primary_key=True),
    Column("side", Text, nullable=False),
    #: Crossings so far; part of the next event's id.
    Column("crossings", BigInteger, nullable=False),
)

#: One row: the last day looked at, and what was known then.
looks = Table(
    "inspection_crossing_looks",
    CROSSINGS,
    Column("name", Text, primary_key=True),
    Column("as_of", Integer, nullable=False),
    Column("known_at", BigInteger, nullable=False),
    #: Events that the views had taken then, of all logs together.
    Column("position", BigInteger, nullable=False),
)
