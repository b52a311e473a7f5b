"""The vocabulary of an aggregate: facts in, decisions out. Plain Python, no frameworks.

A service's `domain/` holds one module per aggregate; each exports one `Aggregate` named
`AGGREGATE`. The kernel loads states by batch, calls `decide`, then `evolve`.
"""

from shared.eventsourcing.aggregate import Aggregate, AnyAggregate, State
from shared.eventsourcing.decision import ACCEPT, Decision, Derived, Hint, Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference

__all__ = [
    "ACCEPT",
    "Aggregate",
    "AnyAggregate",
    "Decision",
    "Derived",
    "Fact",
    "Hint",
    "Reference",
    "Refusal",
    "State",
    "refuse",
]
