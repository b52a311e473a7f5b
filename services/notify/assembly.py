"""Puts the notify service's own parts together: consumers, and what runs beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from services.notify.channels.email import EmailChannel
from services.notify.channels.webhook import WebhookChannel
from services.notify.configuration import Configuration, read_configuration
from services.notify.deadlines import DeadlineScheduler
from services.notify.delivery_planner import DeliveryPlanner
from services.notify.delivery_worker import DeliveryWorker, Outlets
from services.notify.horizon import ReadingHorizon
from services.notify.policies import AlertPolicy
from services.notify.projections import AlertRegister
from services.notify.recipients import Recipients
from services.notify.rules import load_rules
from shared.service.context import ServiceContext
from shared.service.settings import Settings
from shared.vietnam.calendar import WorkingCalendar


class Job(NamedTuple):
    """Something to be run again and again, in one place or in several replicas."""

    name: str
    #: Returns how much it did; 0 means there was nothing to do.
    run: Callable[[], int]
    #: Seconds to wait after a run that found nothing.
    interval: float


def consumers(settings: Settings) -> Sequence[Any]:
    """Return the consumers of the notify service."""
    rules, configuration = load_rules(), read_configuration(settings)
    return (
        AlertPolicy(rules, settle=configuration.settle),
        AlertRegister(),
        DeliveryPlanner(rules, webhooks=len(configuration.webhooks)),
    )


def jobs(context: ServiceContext) -> Sequence[Job]:
    """Return what runs beside the consumers: the scheduler and the delivery worker."""
    rules, configuration = load_rules(), read_configuration(context.settings)
    horizon = ReadingHorizon(AlertPolicy.name, AlertPolicy.version, AlertPolicy.sources)
    calendar = configuration.calendar or WorkingCalendar()
    scheduler = DeadlineScheduler(context.store, rules, horizon, context.clock, calendar)
    worker = DeliveryWorker(context.database, context.store, rules, _outlets(context, configuration), context.clock)
    return (
        Job("deadlines", _telling(context, scheduler.run_due), 0.5),
        Job("deliveries", _telling(context, worker.run_due), 0.5),
    )


def _telling(context: ServiceContext, run: Callable[[], int]) -> Callable[[], int]:
    """Return the run that tells the committer of what it derived."""

    def run_and_tell() -> int:
        done = run()
        if done:
            context.committer.on_derived()
        return done

    return run_and_tell


def _outlets(context: ServiceContext, configuration: Configuration) -> Outlets:
    url = context.settings.smtp_url
    return Outlets(
        email=EmailChannel(url, configuration.sender) if url else None,
        webhook=WebhookChannel(allow_private=configuration.allow_private),
        webhooks=configuration.webhooks,
        recipients=Recipients(context.registry, configuration.operators, context.clock),
        base_url=configuration.public_url,
    )
