"""Waits until the local registry copy has what the registry has published by now."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shared.messaging.checkpoint import SubscriptionKey, load_checkpoint
from shared.messaging.errors import FeedError
from shared.messaging.feed_client import Feed

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

SOURCE = "inspection"
_KEY = SubscriptionKey("registry", 1, SOURCE)
#: Longest wait; what has not come by then lets an event wait in the quarantine instead.
SECONDS = 2.0
_POLL = 0.005


class CatchUp:
    """Asks how far the registry's log reaches, and waits for this service's copy to come to that point.

    Looks at the stored checkpoint, so that it works in every process of the service, whoever applies.
    """

    def __init__(self, context: ServiceContext, feed: Feed) -> None:
        """Take the service and the way to other logs."""
        self._context = context
        self._feed = feed

    def __call__(self) -> bool:
        """Return whether anything new came in time."""
        start = self._position()
        head = self._head(start)
        if head <= start:
            return False
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if self._position() >= head:
                return True
            time.sleep(_POLL)
        return self._position() > start

    def _head(self, after: int) -> int:
        if self._context.settings.service == SOURCE:
            return self._context.store.head().position
        try:
            return self._feed.fetch(SOURCE, after, 1).head
        except FeedError:
            return after

    def _position(self) -> int:
        checkpoint = self._context.database.read(lambda connection: load_checkpoint(connection, _KEY))
        return checkpoint.position if checkpoint else 0
