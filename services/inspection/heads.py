"""How far the views are in logs: what tells memories of theirs that nothing has come, or from where on something has."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from services.inspection.projections import OversightViews
from shared.eventstore.tables import parked_events, subscriptions


class Head(NamedTuple):
    """How far the views are in one part of a log."""

    service: str
    partition: int
    epoch: str
    position: int


class Heads(NamedTuple):
    """How far the views are in some logs."""

    logs: tuple[Head, ...]
    #: Events that were set aside and applied after later ones.
    replayed: int

    def goes_on_from(self, before: Heads) -> bool:
        """Return whether everything that has come since has higher positions: same logs, as far or further."""
        same = [one[:3] for one in before.logs] == [one[:3] for one in self.logs]
        further = all(one.position <= now.position for one, now in zip(before.logs, self.logs, strict=False))
        return same and further and before.replayed == self.replayed


def heads(connection: Connection, version: int, services: Collection[str]) -> Heads:
    """Return how far a set of tables of the views is in the logs of services."""
    columns, parked = subscriptions.c, parked_events.c
    rows = connection.execute(
        select(columns.source, columns.partition, columns.epoch, columns.position)
        .where(columns.consumer == OversightViews.name, columns.version == version, columns.source.in_(services))
        .order_by(columns.source, columns.partition)
    )
    logs = tuple(Head(*row) for row in rows)
    late = select(func.count()).where(
        parked.consumer == OversightViews.name,
        parked.version == version,
        parked.source.in_(services),
        parked.replayed_at.is_not(None),
    )
    return Heads(logs, int(connection.execute(late).scalar() or 0))
