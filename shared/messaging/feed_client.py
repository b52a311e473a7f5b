"""Reading other services' logs by position over HTTP: `GET {peer}/v1/log/{service}/feed?after=&limit=`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

import orjson
import urllib3

from shared import clock
from shared.eventstore.records import RecordedEvent
from shared.eventstore.wire import from_wire
from shared.messaging.errors import FeedError

_TIMEOUT = urllib3.Timeout(connect=2.0, read=10.0)
_OK = 200


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A piece of a log with the head it was cut from."""

    service: str
    partition: int
    epoch: str
    #: Position of the head.
    head: int
    #: Promise of the head, microseconds.
    recorded_at: int
    events: list[RecordedEvent]


class Feed(Protocol):
    """Gives pages of the logs of other services."""

    def fetch(self, service: str, after: int, limit: int, partition: int = 0) -> FeedPage:
        """Return up to `limit` events after a position.

        Raises:
            FeedError: no usable answer.
        """
        ...


class HttpFeed:
    """Reads the feeds of the peers."""

    def __init__(self, peers: Mapping[str, str], token: str) -> None:
        """Take base URLs by service name, and the token that services show each other."""
        self._peers = peers
        self._headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._pool = urllib3.PoolManager(num_pools=8, maxsize=4, timeout=_TIMEOUT, retries=False)

    def fetch(self, service: str, after: int, limit: int, partition: int = 0) -> FeedPage:
        """Return up to `limit` events after a position.

        Raises:
            FeedError: the peer is unknown, unreachable, refuses, or answers nonsense.
        """
        base = self._peers.get(service)
        if base is None:
            raise FeedError(f"no address of {service} is known")
        query = {"after": str(after), "limit": str(limit)} | ({"partition": str(partition)} if partition else {})
        try:
            answer = self._pool.request(
                "GET", f"{base}/v1/log/{service}/feed", fields=query, headers=self._headers, redirect=False
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise FeedError(f"feed of {service}: {error}") from error
        if answer.status != _OK:
            raise FeedError(f"feed of {service}: HTTP {answer.status}")
        page = read_page(answer.data)
        if page.service != service or page.partition != partition:
            raise FeedError(f"feed of {service}: it is the log of {page.service}, partition {page.partition}")
        return _contiguous(page, after)


def read_page(body: bytes) -> FeedPage:
    """Return the page of a feed's answer.

    Raises:
        FeedError: it is none.
    """
    try:
        answer = orjson.loads(body)
        return FeedPage(
            service=answer["service"],
            partition=answer["partition"],
            epoch=answer["epoch"],
            head=int(answer["head"]),
            recorded_at=_instant(answer["recorded_at"]),
            events=[from_wire(wire) for wire in answer["events"]],
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise FeedError(f"unreadable answer: {error!r}"[:500]) from error


def _instant(value: Any) -> int:
    return value if isinstance(value, int) else clock.from_rfc3339(value)


def _contiguous(page: FeedPage, after: int) -> FeedPage:
    if [event.position for event in page.events] != list(range(after + 1, after + 1 + len(page.events))):
        raise FeedError(f"feed of {page.service}: positions after {after} are not contiguous")
    if page.events and page.head < page.events[-1].position:
        # The log grew between the two reads of its service.
        return replace(page, head=page.events[-1].position)
    return page
