"""How facts name aggregates of their own service: a bare id, or `{source, id}`.

Owns the step from a wire reference to a stream of this service; names of other services' records
are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.eventsourcing.facts import Fact, Reference

_PREFIX = "/agencies/"


def agency_of(named: str | Mapping[str, str], fact: Fact) -> str:
    """Return the agency that a reference points into; a bare id means the fact's own source."""
    if isinstance(named, str):
        return fact.source
    return named["source"].removeprefix(_PREFIX)


def stream_of(named: str | Mapping[str, str], fact: Fact) -> str:
    """Return the stream id that a reference names."""
    return f"{agency_of(named, fact)}/{named if isinstance(named, str) else named['id']}"


def to(aggregate: str, named: str | Mapping[str, str], fact: Fact) -> Reference:
    """Return the reference to an aggregate of the fact's own service."""
    return Reference(aggregate, stream_of(named, fact))
