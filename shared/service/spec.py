"""What makes one service different from the others: its aggregates and its consumers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from shared.eventsourcing import AnyAggregate

if TYPE_CHECKING:
    import threading

    from shared.messaging.consumer import Consumer
    from shared.observability.state import Look
    from shared.service.context import ServiceContext


@dataclass(frozen=True, slots=True)
class Loop:
    """Work that goes on in a thread of its own: schedulers, delivery workers."""

    name: str
    #: Runs until the event is set.
    run: Callable[[threading.Event], None]
    #: Role of the processes that run it, beside those that do everything: with the consumers, or with the requests.
    role: Literal["projector", "web"] = "projector"


@dataclass(frozen=True, slots=True)
class ServiceSpec:
    """The parts of one service that the kernel runs."""

    name: str
    aggregates: Mapping[str, AnyAggregate]
    #: Projections and policies beside the registry copy, which every service has.
    consumers: Callable[[ServiceContext], Sequence[Consumer]] = field(default=lambda _context: ())
    loops: Callable[[ServiceContext], Sequence[Loop]] = field(default=lambda _context: ())
    #: Puts the service's own parts into `ServiceContext.extra`, before anything runs.
    prepare: Callable[[ServiceContext], None] = field(default=lambda _context: None)
    #: Further parts of its state that `/metrics` shows.
    looks: Callable[[], Sequence[Look]] = field(default=lambda: ())
