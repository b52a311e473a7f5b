"""The history in the order in which it is pushed: who existed, what became of them, then what they did."""

from __future__ import annotations

from collections.abc import Iterator

from shared.simulation.events import Event
from shared.simulation.history import can_tho, central, gia_lai, livestock, provinces, thanh_son
from shared.simulation.history.records import OldAgency

_PLACES = (central, provinces, can_tho, gia_lai, thanh_son, livestock)


def agencies() -> list[OldAgency]:
    """Return all agencies of the history, those above before those below."""
    return [old for place in _PLACES for old in place.agencies()]


def registrations() -> Iterator[Event]:
    """Give the agencies as they come into the registry."""
    for old in agencies():
        yield old.opened().event()


def changes() -> Iterator[Event]:
    """Give what became of them; the agencies of today, which took over, must be registered before."""
    for change in (*provinces.changes(), *livestock.changes()):
        yield change.event()
    # None ends while others stand under it.
    for old in reversed(agencies()):
        for ended in old.ended():
            yield ended.event()


def facts() -> Iterator[Event]:
    """Give what the agencies did, place by place."""
    for place in _PLACES:
        for fact in place.facts():
            yield fact.event()
