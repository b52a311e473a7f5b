"""Puts the notify service's own parts together: consumers, and the loops that run beside them."""

from __future__ import annotations

from collections.abc import Sequence

from services.notify.arrangements import Arrangements, after
from services.notify.channels.email import EmailChannel, sender_of
from services.notify.channels.webhook import WebhookChannel
from services.notify.configuration import Configuration, read_configuration
from services.notify.deadlines import DeadlineScheduler
from services.notify.decisions import AlertDecisions
from services.notify.delivery_metrics import queues
from services.notify.delivery_planner import DeliveryPlanner
from services.notify.delivery_worker import DeliveryWorker
from services.notify.domain import AGGREGATES
from services.notify.horizon import ReadingHorizon
from services.notify.leases import Lease, leased
from services.notify.loops import Bell, loop
from services.notify.outlets import Outlets
from services.notify.pipeline.dispatcher import Dispatcher
from services.notify.pipeline.muting import Silences
from services.notify.pipeline.routes import load_routes
from services.notify.policies import AlertPolicy, SystemAlertPolicy
from services.notify.projections import AlertRegister
from services.notify.recipients import Recipients
from services.notify.roster import Roster
from services.notify.rules import load_rules
from shared.contracts.notify.vocabulary import CHANNELS
from shared.messaging.consumer import Consumer
from shared.service.context import ServiceContext
from shared.service.spec import Loop, ServiceSpec


def consumers(context: ServiceContext) -> Sequence[Consumer]:
    """Return the consumers of the notify service."""
    rules, configuration = load_rules(), read_configuration(context.settings)
    ring = _bell(context, "deadlines").ring
    return (
        AlertPolicy(rules, settle=configuration.settle, on_change=ring),
        SystemAlertPolicy(rules, settle=configuration.settle, on_change=ring),
        AlertDecisions(rules, on_change=ring),
        AlertRegister(),
        DeliveryPlanner(rules, webhooks=len(configuration.webhooks), on_change=_bell(context, "dispatch").ring),
        Silences(),
    )


def loops(context: ServiceContext) -> Sequence[Loop]:
    """Return the scheduler of deadlines and the worker of the delivery queue."""
    rules, configuration = load_rules(), read_configuration(context.settings)
    horizon = ReadingHorizon(AlertPolicy.name, AlertPolicy.version, AlertPolicy.sources)
    scheduler = DeadlineScheduler(context.store, rules, horizon, context.clock, configuration.calendar)
    outlets = _outlets(context, configuration)
    worker = DeliveryWorker(context.database, context.store, rules, outlets, context.clock)
    routes = load_routes(configuration.routes)
    usable = [channel for channel in CHANNELS if not outlets.missing(channel)]
    dispatcher = Dispatcher(context.store, routes, outlets.recipients, context.clock, configuration.calendar, usable)
    lease, dispatching = (Lease(context.database, name, context.clock) for name in ("deadlines", "dispatch"))
    send = _bell(context, "delivery")
    arrangements = Arrangements(context.store, configuration, context.clock)
    return (
        loop("deadlines", leased(lease, scheduler.run_due), scheduler.next_look, _bell(context, "deadlines"), context),
        loop(
            "dispatch",
            leased(dispatching, after(arrangements.run_due, dispatcher.run_due)),
            dispatcher.next_look,
            _bell(context, "dispatch"),
            context,
            send.ring,
        ),
        loop("delivery", worker.run_due, worker.next_look, send, context),
    )


def _bell(context: ServiceContext, name: str) -> Bell:
    bell: Bell = context.extra.setdefault(f"bell of {name}", Bell())
    return bell


def _outlets(context: ServiceContext, configuration: Configuration) -> Outlets:
    url = context.settings.smtp_url
    return Outlets(
        email=EmailChannel(url, sender_of(url, configuration.sender)) if url else None,
        webhook=WebhookChannel(allow_private=configuration.allow_private),
        webhooks=configuration.webhooks,
        recipients=Recipients(
            context.registry,
            configuration.operators,
            context.clock,
            Roster(configuration.roster),
            configuration.telephones,
        ),
        base_url=configuration.public_url,
        sms=configuration.sms,
        zalo=configuration.zalo,
        apprise=configuration.apprise,
    )


SPEC = ServiceSpec("notify", AGGREGATES, consumers, loops, looks=lambda: (queues,))
