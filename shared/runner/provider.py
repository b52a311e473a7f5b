"""The nameko dependency that is the kernel: builds the context, runs its loops, stops them in order."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider

from shared.intake.amqp import amqp_intake
from shared.intake.overdue import OverdueWatch
from shared.messaging.consumer import Consumer
from shared.messaging.feed_client import HttpFeed
from shared.messaging.feeding import Feeding
from shared.messaging.intake import AmqpIntake
from shared.messaging.relay import Relay, RelayOptions
from shared.messaging.subscriptions import ConsumerSubscriptions
from shared.observability.log_check import LogCheck
from shared.observability.state import LOOKS
from shared.observability.watchdog import TICK, Watchdog
from shared.registry.projection import RegistryProjection
from shared.runner.filling import filler
from shared.runner.memory import trimmer
from shared.service.assembly import build
from shared.service.catching_up import CatchUp
from shared.service.context import ServiceContext
from shared.service.settings import Settings
from shared.service.spec import ServiceSpec
from shared.turns import give_way_by
from shared.web.auth import Caller

_log = logging.getLogger(__name__)

Run = Callable[[threading.Event], None]
#: Seconds without a tick of the hub after which the process ends and is started again.
HUB_SECONDS = 60.0
#: How often freed memory is given back.
_TRIM_SECONDS = 2.0
#: Of the drain deadline, what the loops get after the requests have ended.
_LOOPS_SHARE = 0.5


class KernelContext(DependencyProvider):
    """Gives every handler the `ServiceContext`, and runs what a service does without being asked."""

    def __init__(self) -> None:
        """Hold nothing yet: nameko clones extensions before it starts them."""
        super().__init__()
        self.context: ServiceContext | None = None
        self._stop = threading.Event()
        self._threads: list[Any] = []
        self._feeding: Feeding | None = None
        self._relay: Relay | None = None
        self._intake: AmqpIntake[Caller] | None = None

    def setup(self) -> None:
        """Open the database and put the parts together."""
        settings: Settings = self.container.config["OVERSIGHT_SETTINGS"]
        spec: ServiceSpec = self.container.service_cls.spec
        self.context = context = build(settings, spec, green=True)
        feed = HttpFeed(settings.peers, settings.service_token)
        context.registry.pull = CatchUp(context, feed)
        promising = RelayOptions(heartbeat_seconds=settings.heartbeat_seconds)
        self._relay = Relay(context.store, settings.amqp_uri, options=promising)
        registry = RegistryProjection(context.registry, context.committer.on_arrival)

        def subscribe(consumer: Consumer, leader: ConsumerSubscriptions | None) -> ConsumerSubscriptions:
            return ConsumerSubscriptions(
                consumer,
                context.database,
                context.store,
                feed,
                amqp_uri=settings.amqp_uri,
                on_derived=context.committer.on_derived,
                leader=leader,
            )

        self._feeding = Feeding(
            (registry, *spec.consumers(context)), context.database, subscribe, filler(settings.database_url)
        )
        context.committer.listeners += [self._relay.wake, self._feeding.wake]
        context.extra["subscriptions"] = self._feeding
        context.extra[LOOKS] = list(spec.looks())
        self._intake = amqp_intake(context)
        context.reports["relay"] = self._relay_report
        context.reports["subscriptions"] = self._subscriptions_report

    def start(self) -> None:
        """Start the loops of this process's role."""
        give_way_by(giving_way())
        for name, run in self._runs():
            self._spawn(name, _named(run, self._stop))

    def _spawn(self, name: str, work: Callable[[], None]) -> None:
        self._threads.append(self.container.spawn_managed_thread(work, identifier=name))

    def _runs(self) -> list[tuple[str, Run]]:
        context = self._ready()
        role = context.settings.role
        runs: list[tuple[str, Run]] = [("watchdog", self._watch)]
        if role in ("all", "web", "projector"):
            # Also where nobody pushes: what policies derive here is appended here.
            runs.append(("committer", lambda _stop: context.committer.run()))
            days = context.settings.waiting_days
            runs.append(("overdue", OverdueWatch(context.store, context.committer, context.clock, days=days).run))
        if role in ("all", "web") and self._intake is not None:
            runs.append(("amqp-intake", self._intake.run))
        if role in ("all", "relay") and self._relay is not None:
            runs.append(("relay", self._relay.run))
        if role in ("all", "projector") and self._feeding is not None:
            self._feeding.start(self._spawn)
            runs.append(("sets-of-tables", self._feeding.keep))
            runs.append(("log-check", LogCheck(context.settings.service, context.database).run))
        loops = self.container.service_cls.spec.loops(context)
        return [*runs, *((loop.name, loop.run) for loop in loops if role in ("all", loop.role))]

    def stop(self) -> None:
        """Finish what has begun: the requests have ended; commit what is queued, end the loops, store the cursors."""
        context = self._ready()
        context.committer.stop()
        self._stop.set()
        if self._feeding is not None:
            self._feeding.stop()
        if self._relay is not None:
            self._relay.wake()
        deadline = time.monotonic() + context.settings.drain_seconds * _LOOPS_SHARE
        for thread in self._threads:
            with eventlet.Timeout(max(0.1, deadline - time.monotonic()), False):
                thread.wait()
        context.database.close()

    def kill(self) -> None:
        """End at once; crash safety is what the log is for."""
        self._stop.set()
        if self._feeding is not None:
            self._feeding.stop()

    def get_dependency(self, _worker_ctx: Any) -> ServiceContext:
        """Return the context."""
        return self._ready()

    def _ready(self) -> ServiceContext:
        if self.context is None:
            raise RuntimeError("the kernel has not been set up")
        return self.context

    def _watch(self, stop: threading.Event) -> None:
        watchdog = Watchdog(self.container.service_name, limit=HUB_SECONDS)
        original = eventlet.patcher.original("threading")
        sleep = eventlet.patcher.original("time").sleep

        give_back = trimmer()

        def outside() -> None:
            while not stop.is_set() and watchdog.check():
                sleep(_TRIM_SECONDS)
                give_back()

        original.Thread(target=outside, name="watchdog", daemon=True).start()
        while not stop.wait(TICK):
            watchdog.tick()

    def _relay_report(self) -> dict[str, Any]:
        state = self._relay.state if self._relay else "off"
        return {"ok": state in ("live", "standby", "starting"), "state": state}

    def _subscriptions_report(self) -> dict[str, Any]:
        fed = self._feeding.subscriptions if self._feeding else []
        found = [(one.applier.labels(status.source)[1], status) for one in fed for status in one.status()]
        return {
            "ok": all(status.state != "diverged" for _consumer, status in found),
            "logs": [
                {
                    "consumer": consumer,
                    "source": status.source,
                    "state": status.state,
                    "position": status.position,
                    "trouble": status.trouble,
                }
                for consumer, status in found
            ],
        }


def giving_way() -> Callable[[float], None]:
    """Return what lets the other greenlets run; native threads (SQLite's) have none to let run, but may rest."""
    this_thread = eventlet.patcher.original("threading").get_ident
    rest = eventlet.patcher.original("time").sleep
    hub = this_thread()

    def give_way(seconds: float) -> None:
        if this_thread() == hub:
            eventlet.sleep(seconds)
        elif seconds:
            rest(seconds)

    return give_way


def _named(run: Run, stop: threading.Event) -> Callable[[], None]:
    return lambda: run(stop)
