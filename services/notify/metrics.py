"""Metrics of alerts and their delivery; read by Prometheus, decided on by nobody here."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

#: What became of alerts, by rule and event (`opened`, `escalated`, …).
ALERT_EVENTS = Counter("oversight_alert_events_total", "Alert events derived", ["service", "rule", "event"])
#: Outcomes of tries, by channel and result (`delivered`, `again`, `never`, `gone`, `undeliverable`).
DELIVERY_TRIES = Counter(
    "oversight_delivery_tries_total", "Tries to deliver an alert", ["service", "channel", "result"]
)
#: How far behind the clock the deadlines are judged; grows while a source cannot be read.
DEADLINE_LAG = Gauge(
    "oversight_deadline_lag_seconds", "Clock minus the instant up to which deadlines are judged", ["service"]
)

SERVICE = "notify"
