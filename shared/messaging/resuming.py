"""Sets a stopped subscription on again after its source was restored to an earlier moment.

For consumers that cannot be rebuilt, since they have effects outside their tables. They go back to the last position
that the log still shares with what they have applied, and read its new history from there; what they had applied
behind that position stays as it is. An operator asks for it: nothing here happens by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, update

from shared.database.engine import Database
from shared.eventstore.epochs import shared_prefix
from shared.eventstore.tables import parked_events, subscriptions
from shared.messaging.checkpoint import Checkpoint, SubscriptionKey, load_checkpoint
from shared.messaging.consumer import Consumer
from shared.messaging.errors import MessagingError
from shared.messaging.feed_client import Feed, FeedPage
from shared.messaging.progress import REWRITTEN


class NothingToResumeError(MessagingError):
    """The consumer reads the log that it has applied: nothing keeps it from going on."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where a subscription goes on."""

    consumer: str
    source: str
    #: What it had applied, and from where it reads on.
    applied: int
    position: int
    epoch: str


def resume(database: Database, consumer: Consumer, source: str, feed: Feed) -> Resumed:
    """Move a subscription back to what its source still has of what was applied, under the source's present epoch.

    Raises:
        NothingToResumeError: it was never stopped.
        FeedError: the source cannot be asked now.
    """
    key = SubscriptionKey(consumer.name, consumer.version, source)
    known = database.read(lambda connection: load_checkpoint(connection, key))
    if known is None or not known.epoch:
        raise NothingToResumeError(f"{consumer.name} has not read {source} yet")
    page = feed.fetch(source, known.position, 1)
    if page.epoch == known.epoch and page.head >= known.position:
        raise NothingToResumeError(f"{consumer.name} reads the log of {source} that it has applied")
    position = min(known.position, page.head, _last_shared(feed, known, page))
    recorded_at = feed.fetch(source, position - 1, 1).events[0].recorded_at if position else 0
    database.write(lambda connection: _go_back(connection, known, page.epoch, position, recorded_at))
    return Resumed(consumer.name, source, known.position, position, page.epoch)


def _last_shared(feed: Feed, known: Checkpoint, page: FeedPage) -> int:
    """Return the last position of what was applied that the log still has.

    The epoch says it. Where it does not (a backup was put back without a new epoch), it is the last event recorded not
    later than what was applied: whatever the log has taken since was recorded after the restore.
    """
    epoch = known.epoch.removeprefix(REWRITTEN)
    shared = shared_prefix(epoch, page.epoch)
    if shared is not None and epoch == known.epoch:
        return shared
    low, high = 0, min(known.position, page.head)
    while low < high:
        middle = (low + high + 1) // 2
        if feed.fetch(known.key.source, middle - 1, 1).events[0].recorded_at <= known.recorded_at:
            low = middle
        else:
            high = middle - 1
    return low


def _go_back(connection: Connection, known: Checkpoint, epoch: str, position: int, recorded_at: int) -> None:
    connection.execute(
        update(subscriptions).where(known.key.matches()).values(epoch=epoch, position=position, recorded_at=recorded_at)
    )
    # Of a history that is gone; what replaced it comes again from the log.
    parked = parked_events.c
    connection.execute(
        delete(parked_events).where(
            parked.consumer == known.key.consumer,
            parked.version == known.key.version,
            parked.source == known.key.source,
            parked.partition == known.key.partition,
            parked.position > position,
        )
    )
