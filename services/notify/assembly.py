"""Puts the notify service's own parts together: consumers, and the loops that run beside them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from services.notify.channels.email import EmailChannel, sender_of
from services.notify.channels.webhook import WebhookChannel
from services.notify.configuration import Configuration, read_configuration
from services.notify.deadlines import DeadlineScheduler
from services.notify.delivery_metrics import queues
from services.notify.delivery_planner import DeliveryPlanner
from services.notify.delivery_worker import DeliveryWorker, Outlets
from services.notify.domain import AGGREGATES
from services.notify.horizon import ReadingHorizon
from services.notify.policies import AlertPolicy
from services.notify.projections import AlertRegister
from services.notify.recipients import Recipients
from services.notify.rules import load_rules
from shared.messaging.consumer import Consumer
from shared.service.context import ServiceContext
from shared.service.spec import Loop, ServiceSpec

_log = logging.getLogger(__name__)

#: Seconds between two looks when there was nothing to do, and after an error.
_IDLE, _AFTER_ERROR = 0.5, 2.0


def consumers(context: ServiceContext) -> Sequence[Consumer]:
    """Return the consumers of the notify service."""
    rules, configuration = load_rules(), read_configuration(context.settings)
    return (
        AlertPolicy(rules, settle=configuration.settle),
        AlertRegister(),
        DeliveryPlanner(rules, webhooks=len(configuration.webhooks)),
    )


def loops(context: ServiceContext) -> Sequence[Loop]:
    """Return the scheduler of deadlines and the worker of the delivery queue."""
    rules, configuration = load_rules(), read_configuration(context.settings)
    horizon = ReadingHorizon(AlertPolicy.name, AlertPolicy.version, AlertPolicy.sources)
    scheduler = DeadlineScheduler(context.store, rules, horizon, context.clock, configuration.calendar)
    worker = DeliveryWorker(context.database, context.store, rules, _outlets(context, configuration), context.clock)
    return (_loop("deadlines", scheduler.run_due, context), _loop("delivery", worker.run_due, context))


def _loop(name: str, work: Callable[[], int], context: ServiceContext) -> Loop:
    """Return a loop that works until there is nothing left, then looks again after a moment."""

    def run(stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                done = work()
            except Exception:  # noqa: BLE001 - whatever it was, the loop must go on
                _log.exception("%s failed; it is tried again", name)
                stopping.wait(_AFTER_ERROR)
                continue
            if done:
                context.committer.on_derived()
            else:
                stopping.wait(_IDLE)

    return Loop(name, run)


def _outlets(context: ServiceContext, configuration: Configuration) -> Outlets:
    url = context.settings.smtp_url
    return Outlets(
        email=EmailChannel(url, sender_of(url, configuration.sender)) if url else None,
        webhook=WebhookChannel(allow_private=configuration.allow_private),
        webhooks=configuration.webhooks,
        recipients=Recipients(context.registry, configuration.operators, context.clock),
        base_url=configuration.public_url,
    )


SPEC = ServiceSpec("notify", AGGREGATES, consumers, loops, looks=lambda: (queues,))
