"""Tables of the registry copy that its projection owns itself: who inherited what from whom, and the facts of agencies."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

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

#: The facts behind each agency's record, for when one of them is corrected or retracted.
registry_facts = Table(
    "registry_facts",
    INHERITANCES,
    Column("agency_id", String, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("event_id", Text, nullable=False),
    #: Empty where it corrects nothing.
    Column("corrects", Text, nullable=False),
    Column("type", String, nullable=False),
    Column("day", Integer, nullable=False),
    #: JSON.
    Column("data", LargeBinary, nullable=False),
)
