"""All subscriptions of one consumer, as one thing to start, wake, watch and replay."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from shared.database.engine import Database
from shared.eventstore.store import EventStore
from shared.messaging.applying import Applier
from shared.messaging.batch_subscription import Subscription, SubscriptionOptions
from shared.messaging.consumer import Consumer, ensure_all_tables
from shared.messaging.feed_client import Feed
from shared.messaging.own_log import LogSubscription, OwnLogSubscription
from shared.messaging.parking import ReplayReport, replay
from shared.messaging.progress import Progress, State
from shared.messaging.shared_reading import ReadLog, SharedReading


@dataclass(frozen=True, slots=True)
class SubscriptionStatus:
    """How one log is being read."""

    consumer: str
    source: str
    state: State
    position: int
    #: Why the state is what it is, when it is not well.
    trouble: str


class ConsumerSubscriptions:
    """Feeds one consumer from all its sources."""

    def __init__(
        self,
        consumer: Consumer,
        database: Database,
        store: EventStore,
        feed: Feed,
        *,
        amqp_uri: str = "",
        on_derived: Callable[[], None] | None = None,
        options: SubscriptionOptions | None = None,
        leader: ConsumerSubscriptions | None = None,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            consumer: what is fed.
            database: where it and its checkpoints live.
            store: the own service's log.
            feed: the other services' logs.
            amqp_uri: empty for the feeds alone.
            on_derived: called after a commit that queued derived events.
            options: times and sizes.
            leader: a consumer that reads the same logs; those of other services are followed behind it.
        """
        self.consumer = consumer
        self._database = database
        self.applier = applier = Applier(database, consumer, on_derived, service=store.service)
        followed = leader.logs() if leader else {}

        def reading(source: str) -> Subscription | LogSubscription:
            if source == store.service:
                return OwnLogSubscription(applier, store)
            if source in followed:
                return SharedReading(applier, followed[source])
            return Subscription(applier, source, feed, amqp_uri=amqp_uri, options=options)

        #: Whether it reads the other services' logs from the broker or their feeds, for others to follow.
        self.leads = leader is None
        self.subscriptions: Sequence[Subscription | LogSubscription] = list(map(reading, consumer.sources))

    def logs(self) -> Mapping[str, ReadLog]:
        """Return the other services' logs as this consumer has applied them, by service."""
        return {one.source: one.log for one in self.subscriptions if isinstance(one, Subscription)}

    def prepare(self) -> None:
        """Create the consumer's tables and the checkpoints that do not exist; before `run`."""
        self._database.write(lambda connection: ensure_all_tables(connection, self.consumer))
        # All checkpoints at once: a source that is not reached yet must hold the watermark back.
        for source in self.consumer.sources:
            Progress(self.applier, source).load()

    def runs(self) -> Mapping[str, Callable[[threading.Event], None]]:
        """Return one function per source, each for a thread of its own, which ends when its event is set."""
        return {f"{self.consumer.name} from {one.source}": one.run for one in self.subscriptions}

    def wake(self) -> None:
        """Look at the own log at once; called after a commit."""
        for one in self.subscriptions:
            one.wake()

    def status(self) -> list[SubscriptionStatus]:
        """Return how each log is being read."""
        return [
            SubscriptionStatus(self.consumer.name, one.source, one.state, one.position, one.trouble)
            for one in self.subscriptions
        ]

    def replay(self, streams: Sequence[str] | None = None) -> ReplayReport:
        """Apply parked events again, by default those of all streams; see `shared.messaging.parking.replay`."""
        return replay(self._database, self.consumer, streams)
