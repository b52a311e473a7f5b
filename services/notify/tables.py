"""Tables of the notify service, beside the kernel's.

Instants are microseconds since the epoch (UTC), days are days since 1970-01-01. `conditions` and
`deadlines` belong to the alert policy, `alerts` is the read model of the own log, `deliveries` the
queue of what is to be sent.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, Table, Text

NOTIFY = MetaData()

#: One row per group of writers that must go one after another; see `turns`.
turns = Table(
    "notify_turns",
    NOTIFY,
    Column("name", Text, primary_key=True),
    Column("taken", BigInteger, nullable=False),
)

#: What is remembered per rule and key; `body` is JSON of `domain.condition.Condition`.
conditions = Table(
    "notify_conditions",
    NOTIFY,
    #: `"{rule}|{key}"`.
    Column("id", Text, primary_key=True),
    Column("alert_id", Text, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_notify_conditions_alert_id", "alert_id"),
)

#: What is to be looked at when: a condition, or the next level of an escalation.
deadlines = Table(
    "notify_deadlines",
    NOTIFY,
    #: The condition's id, or `"{kind}|{alert}"`, or `"progress|{alert}|{event}"`.
    Column("id", Text, primary_key=True),
    #: `condition`, `escalation`, `progress` or `closing`.
    Column("kind", Text, nullable=False),
    Column("due_at", BigInteger, nullable=False),
    #: Condition that the deadline belongs to.
    Column("condition_id", Text, nullable=False),
    #: JSON: alert, level and episode of an escalation, event of a progress; `{}` for conditions.
    Column("detail", Text, nullable=False),
    Index("ix_notify_deadlines_due_at", "due_at"),
    Index("ix_notify_deadlines_condition_id", "condition_id"),
)

#: Where a fact finds conditions that it concerns without naming their key: by what their facts had in common.
topics = Table(
    "notify_topics",
    NOTIFY,
    Column("rule", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("condition_id", Text, primary_key=True),
)

#: Who does what only one replica does at a time; see `leases`.
leases = Table(
    "notify_leases",
    NOTIFY,
    Column("name", Text, primary_key=True),
    #: Random name of the process.
    Column("holder", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
)


def _alert_rows(name: str) -> Table:
    return Table(
        name,
        NOTIFY,
        Column("alert_id", Text, primary_key=True),
        Column("agency_id", Text, nullable=False),
        Column("rule", Text, nullable=False),
        Column("severity", Text, nullable=False),
        #: `opened`, `acknowledged`, `in_handling`, `snoozed`, `resolved` or `closed`.
        Column("status", Text, nullable=False),
        Column("opened_on", Integer, nullable=False),
        Column("opened_at", BigInteger, nullable=False),
        Column("changed_at", BigInteger, nullable=False),
        Column("level", Integer, nullable=False),
        #: Last day of the pause; 0 when not put off.
        Column("snoozed_until", Integer, nullable=False),
        #: JSON: the alert's data as opened, with the latest count and facts.
        Column("body", Text, nullable=False),
    )


#: Read model of the own log, version 1: one row per alert as it stands.
alerts = _alert_rows("notify_alerts_v1")
Index("ix_notify_alerts_v1_opened_at", alerts.c.opened_at, alerts.c.alert_id)
Index("ix_notify_alerts_v1_agency_id", alerts.c.agency_id, alerts.c.status)

#: The same at the place that the delivery planner has reached, which reads at its own pace.
delivery_alerts = _alert_rows("notify_delivery_alerts")

#: One row per alert event, channel and recipient: queue and sent log in one.
deliveries = Table(
    "notify_deliveries",
    NOTIFY,
    #: Digest of alert event, channel and recipient; also `webhook-id` and part of the Message-ID.
    Column("delivery_id", Text, primary_key=True),
    Column("alert_id", Text, nullable=False),
    Column("agency_id", Text, nullable=False),
    #: Type of the alert event: `qms.alert.opened`.
    Column("event", Text, nullable=False),
    Column("channel", Text, nullable=False),
    #: `{role}:{agency}` or `webhook:{n}`.
    Column("recipient", Text, nullable=False),
    #: `waiting`, `sending`, `succeeded`, `dead` or `undeliverable`.
    Column("status", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    #: When it may be taken next: the next try, or the end of the lease of the present one.
    Column("due_at", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    #: JSON: what the message is made of.
    Column("body", Text, nullable=False),
    Index("ix_notify_deliveries_status_due_at", "status", "due_at"),
    Index("ix_notify_deliveries_alert_id", "alert_id"),
)

#: Webhooks that asked not to be called any more (410), by digest of the address.
disabled_webhooks = Table(
    "notify_disabled_webhooks",
    NOTIFY,
    Column("address_digest", Text, primary_key=True),
    Column("disabled_at", BigInteger, nullable=False),
)

#: Alert events that people are to be told of, until the dispatcher has put them into groups.
outbox = Table(
    "notify_outbox",
    NOTIFY,
    #: Position in the own log.
    Column("position", BigInteger, primary_key=True),
    Column("alert_id", Text, nullable=False),
    Column("agency_id", Text, nullable=False),
    #: Last part of the type: `opened`.
    Column("event", Text, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    #: JSON: roles to tell, and the alert's row at that place of the log.
    Column("body", Text, nullable=False),
)

#: What one person gets as one message: alerts of one route over one channel that share labels.
groups = Table(
    "notify_groups",
    NOTIFY,
    #: Digest of route, receiver, channel, person and labels.
    Column("group_id", Text, primary_key=True),
    #: Place in the route tree.
    Column("route", Text, nullable=False),
    Column("channel", Text, nullable=False),
    #: `{role}:{agency}` by which the person was first found.
    Column("recipient", Text, nullable=False),
    #: JSON of the labels that its alerts share.
    Column("labels", Text, nullable=False),
    #: When to look next.
    Column("flush_at", BigInteger, nullable=False),
    #: When something was last sent; 0: never.
    Column("sent_at", BigInteger, nullable=False),
    #: Messages so far; part of the next one's id.
    Column("sent_count", BigInteger, nullable=False),
    Index("ix_notify_groups_flush_at", "flush_at"),
)

#: Alerts of the groups.
members = Table(
    "notify_group_alerts",
    NOTIFY,
    Column("group_id", Text, primary_key=True),
    Column("alert_id", Text, primary_key=True),
    Column("agency_id", Text, nullable=False),
    #: Latest event that the person is to be told of.
    Column("event", Text, nullable=False),
    Column("severity", Text, nullable=False),
    #: 1 while the alert is open.
    Column("firing", Integer, nullable=False),
    #: 1 while the latest event has not been told.
    Column("pending", Integer, nullable=False),
    #: 1 once anything was told.
    Column("sent", Integer, nullable=False),
    #: `alert:{id}` or `silence:{id}` that keeps it quiet; empty: nothing does.
    Column("muted_by", Text, nullable=False),
    #: JSON of the alert's labels.
    Column("labels", Text, nullable=False),
)

#: Which alerts a message told of: with `deliveries` the log of what was sent.
sent = Table(
    "notify_sent",
    NOTIFY,
    Column("delivery_id", Text, primary_key=True),
    Column("alert_id", Text, primary_key=True),
    Column("event", Text, nullable=False),
    Index("ix_notify_sent_alert_id", "alert_id"),
)

#: Silences as they stand.
silences = Table(
    "notify_silences",
    NOTIFY,
    Column("silence_id", Text, primary_key=True),
    #: `system`, or the agency to whose alerts it is limited.
    Column("source", Text, nullable=False),
    Column("begins_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    #: JSON: matchers, reason, author.
    Column("body", Text, nullable=False),
)
