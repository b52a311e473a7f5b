"""Measurements of relay, subscriptions and intake."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_RELAY = ("service",)
_SUBSCRIPTION = ("service", "consumer", "source")

RELAYED_TOTAL = Counter("oversight_relay_events_total", "Events confirmed by the broker.", _RELAY)
RELAY_FAILURES_TOTAL = Counter(
    "oversight_relay_failures_total", "Windows that the broker did not take.", (*_RELAY, "reason")
)
RELAY_LAG = Gauge("oversight_relay_lag_events", "Events of the log that the broker has not confirmed.", _RELAY)
RELAY_CONNECTED = Gauge("oversight_relay_connected_state", "1 while the relay has a connection to the broker.", _RELAY)
RELAY_CONFIRM_SECONDS = Histogram(
    "oversight_relay_confirm_seconds",
    "From publishing a window to its last confirm.",
    _RELAY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10),
)

APPLIED_TOTAL = Counter("oversight_subscription_events_total", "Events applied.", (*_SUBSCRIPTION, "via"))
BATCH_EVENTS = Histogram(
    "oversight_subscription_batch_events",
    "Events per transaction.",
    _SUBSCRIPTION,
    buckets=(1, 5, 20, 100, 500, 1000, 2000, 4000),
)
APPLY_SECONDS = Histogram(
    "oversight_subscription_apply_seconds",
    "Duration of one transaction of a consumer.",
    _SUBSCRIPTION,
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30),
)
LAG = Gauge("oversight_subscription_lag_events", "Events known to exist that are not applied.", _SUBSCRIPTION)
REPAIRS_TOTAL = Counter("oversight_subscription_repairs_total", "Gaps filled from the feed.", _SUBSCRIPTION)
FEED_FAILURES_TOTAL = Counter("oversight_subscription_feed_failures_total", "Feeds that did not answer.", _SUBSCRIPTION)
MALFORMED_TOTAL = Counter("oversight_subscription_malformed_total", "Unreadable messages parked.", _SUBSCRIPTION)
DIVERGED = Gauge(
    "oversight_subscription_diverged_state", "1 while a source's log is another one than was applied.", _SUBSCRIPTION
)
FENCED_TOTAL = Counter("oversight_subscription_fenced_total", "Batches given up to another worker.", _SUBSCRIPTION)
PARKED_TOTAL = Counter("oversight_subscription_parked_total", "Events parked.", (*_SUBSCRIPTION, "reason"))

INTAKE_TOTAL = Counter("oversight_intake_amqp_messages_total", "Messages pushed over AMQP.", ("service", "outcome"))
