"""What a log needs after a backup of its database was put back: a new epoch, by which its readers see it.

Works on the database from outside, while no process of the service runs. Knows nothing of how backups are made
(`deploy/backup` does).
"""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from shared.eventstore import heads
from shared.eventstore.checking import CheckedLog
from shared.eventstore.epochs import epoch_after
from shared.eventstore.tables import log_head, subscriptions


def begin_new_epoch(connection: Connection, service: str) -> list[CheckedLog]:
    """Give every partition a new epoch that names where it left the old one; return how they stand now.

    What the service itself has built from its own log came out of the same backup, so that it goes along.
    """
    renewed = []
    for partition in connection.execute(select(log_head.c.partition).order_by(log_head.c.partition)).scalars().all():
        held = heads.hold(connection, partition)
        epoch = epoch_after(held.epoch, held.position)
        connection.execute(update(log_head).where(log_head.c.partition == partition).values(epoch=epoch))
        own = subscriptions.c
        connection.execute(
            update(subscriptions)
            .where(own.source == service, own.partition == partition, own.epoch == held.epoch)
            .values(epoch=epoch)
        )
        renewed.append(CheckedLog(partition, epoch, held.position))
    return renewed
