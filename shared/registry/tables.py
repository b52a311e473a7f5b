"""Table of the registry copy that its projection owns itself: who inherited what from whom."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

INHERITANCES = MetaData()

#: One row for each thing and each agency that gave it up; days as day numbers.
registry_inheritances = Table(
    "registry_inheritances",
    INHERITANCES,
    Column("giver", String, primary_key=True),
    #: Subject of the decision: names kind, source and id of the thing.
    Column("subject", Text, primary_key=True),
    Column("kind", String, nullable=False),
    Column("source", String, nullable=False),
    Column("thing", Text, nullable=False),
    Column("taker", String, nullable=False),
    Column("effective", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
)
Index("registry_inheritances_thing", registry_inheritances.c.thing)
