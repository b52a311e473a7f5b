"""The dispatcher: puts alert events into groups by the route tree, and turns groups that are due into messages.

Exactly once with any number of replicas: outbox, groups and the delivery queue change in one transaction, and whoever
changes them takes the turn first. A burst from one cause reaches a person as one message, since it is one group.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import Connection

from services.notify import alert_rows
from services.notify.deadlines import derived_event
from services.notify.domain.alert import SEVERITIES
from services.notify.domain.condition import Happening, digest
from services.notify.pipeline import group_rows, grouping
from services.notify.pipeline.group_rows import Changes, Group
from services.notify.pipeline.grouping import Member
from services.notify.pipeline.labels import labels_of
from services.notify.pipeline.muting import Muting, Quiet
from services.notify.pipeline.routes import BY_RULE, Receiver, Route, Routes
from services.notify.recipients import Recipients
from services.notify.tables import delivery_alerts
from services.notify.turns import take_turn
from shared import clock
from shared.clock import Clock
from shared.contracts.notify.vocabulary import CHANNELS
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.store import EventStore, StoreTransaction
from shared.vietnam.calendar import WorkingCalendar

if TYPE_CHECKING:
    from shared.registry.copy import RegistryCopy

#: The turn of whoever changes outbox and groups.
TURN = "pipeline"
#: Alert events, and groups, of one transaction.
_PAGE, _GROUPS = 1000, 50
#: Alerts of the groups of one transaction.
_MEMBERS = 5000
#: Alerts that a message shows one by one; of the others it says how many there are.
SHOWN = 20
#: Seconds between two looks at most.
LONGEST_REST = 5.0


class Dispatcher:
    """Groups alerts and queues messages."""

    def __init__(
        self,
        store: EventStore,
        routes: Routes,
        recipients: Recipients,
        now: Clock,
        calendar: WorkingCalendar,
        channels: Collection[str] = CHANNELS,
    ) -> None:
        """Take the store, the routes, who is behind a role, the clock, the working days, and the usable channels."""
        self._channels = channels
        self._store = store
        self._routes = routes
        self._recipients = recipients
        self._now = now
        self._calendar = calendar

    @property
    def _registry(self) -> RegistryCopy:
        return self._recipients.registry

    def run_due(self) -> int:
        """Group what waits and send what is due; return how much was looked at."""
        total = 0
        while True:
            done = self._store.transact(self._page)
            total += done
            if not done:
                return total

    def next_look(self) -> float:
        """Return in how many seconds there may be something to do."""
        due_at = self._store.transact(lambda tx: group_rows.next_due(_connection(tx)))
        if due_at is None:
            return LONGEST_REST
        return min(max((due_at - self._now()) / 1_000_000, 0.0), LONGEST_REST)

    def _page(self, tx: StoreTransaction) -> int:
        connection = _connection(tx)
        now = self._now()
        waiting = group_rows.next_due(connection)
        if waiting is None or waiting > now:
            return 0
        take_turn(connection, TURN)
        taken = group_rows.take_outbox(connection, _PAGE)
        if taken:
            self._group(connection, taken, now)
            return len(taken)
        due = group_rows.cut(connection, group_rows.due(connection, now, _GROUPS), _MEMBERS)
        if due:
            tx.put_derived(self._flush_all(connection, due, now))
        return len(due)

    # -- grouping -----------------------------------------------------------------------------------

    def _group(self, connection: Connection, taken: Sequence[Mapping[str, Any]], now: int) -> None:
        placed: dict[tuple[str, str], tuple[Group, Route, Member]] = {}
        # All agencies and those above them at once; from here on they are at hand.
        self._registry.with_related({row["agency_id"] for row in taken if row["agency_id"]})
        for row in taken:
            alert = row["body"]["alert"]
            labels = labels_of(alert, row["event"], self._registry, now)
            for route, receiver in self._routes.route(labels):
                for group in self._groups(route, receiver, row, labels):
                    firing = row["event"] != "resolved"
                    member = Member(
                        row["alert_id"], row["agency_id"], row["event"], alert["severity"], firing, True, False, labels
                    )
                    placed[group.group_id, row["alert_id"]] = (group, route, member)
        known = group_rows.load(connection, (group_id for group_id, _ in placed))
        before = group_rows.sent_before(connection, list(placed))
        changed: dict[str, Group] = {}
        for (group_id, alert_id), (group, route, member) in placed.items():
            member.sent = before.get((group_id, alert_id), False)
            if not member.firing and (group_id, alert_id) not in before:
                continue
            present = changed.get(group_id) or known.get(group_id)
            look_at = grouping.first_look(route, now, present.sent_at if present else 0, self._calendar)
            changed[group_id] = (
                present._replace(flush_at=min(present.flush_at, look_at))
                if present
                else group._replace(flush_at=look_at)
            )
        group_rows.save(connection, changed.values())
        members = [(key[0], placed[key][2]) for key in placed if placed[key][2].firing or key in before]
        group_rows.save_members(connection, members)

    def _groups(
        self, route: Route, receiver: Receiver, row: Mapping[str, Any], labels: Mapping[str, str]
    ) -> list[Group]:
        """Return one group per person and channel that the alert event belongs to.

        What no channel of the receiver can carry goes to its first one, whose delivery says why it was not sent.
        """
        roles = [role for to in receiver.to for role in (row["body"]["roles"] if to == BY_RULE else [to])]
        owner = row["body"]["alert"]["body"]["subject"]["source"]
        people: dict[str, str] = {}
        for role in roles:
            recipient = self._recipients.recipient(role, row["agency_id"], owner)
            people.setdefault(self._recipients.person(recipient), recipient)
        shared = orjson.dumps(route.group_labels(labels), option=orjson.OPT_SORT_KEYS).decode()
        return [
            Group(
                "grp-" + digest(route.path, receiver.name, channel, person, shared),
                route.path,
                channel,
                recipient,
                shared,
                0,
                0,
                0,
            )
            for person, recipient in people.items()
            for channel in [name for name in receiver.channels if name in self._channels] or receiver.channels[:1]
        ]

    # -- sending ------------------------------------------------------------------------------------

    def _flush_all(self, connection: Connection, due: Sequence[Group], now: int) -> list[DerivedEvent]:
        derived: dict[str, DerivedEvent] = {}
        muting = Muting(
            connection,
            self._routes.inhibitions,
            now,
            lambda row: labels_of(row, "", self._registry, now),
            lambda top, agency: self._registry.is_at_or_above(top, agency, clock.vietnam_day(now)),
        )
        members = group_rows.members_of(connection, due)
        ids = {one.alert_id for found in members.values() for one in found}
        alerts = alert_rows.load(connection, delivery_alerts, ids)
        changes = Changes()
        for group in due:
            found = members[group.group_id]
            for event in self._mute(found, alerts, muting, now):
                derived[event.event_id] = event
            self._flush(group, found, alerts, now, changes)
        changes.write(connection)
        return list(derived.values())

    def _flush(
        self, group: Group, found: Sequence[Member], alerts: Mapping[str, alert_rows.Row], now: int, changes: Changes
    ) -> None:
        route = self._routes.at(group.route) or self._routes.root
        for one in found:
            row = alerts.get(one.alert_id)
            one.at_rest = row is not None and alert_rows.is_at_rest(row, clock.vietnam_day(now))
        flush = grouping.look(route, found, now, group.sent_at, self._routes.hours, self._calendar)
        if flush.told:
            group = group._replace(sent_at=now, sent_count=group.sent_count + 1)
            told = [replace(one, event="reminded") for one in flush.told] if flush.is_reminder else flush.told
            _queue(group, told, alerts, now, changes)
        for one in flush.told:
            one.sent, one.pending = True, False
        stay = [one for one in found if one not in flush.gone]
        changes.gone += [(group.group_id, one) for one in flush.gone]
        changes.members += [(group.group_id, one) for one in stay]
        if flush.next_at is None and not stay:
            changes.dropped.append(group.group_id)
        else:
            changes.kept.append(group._replace(flush_at=flush.next_at or now + route.repeat_interval))

    def _mute(
        self, found: Sequence[Member], alerts: Mapping[str, alert_rows.Row], muting: Muting, now: int
    ) -> list[DerivedEvent]:
        """Bring what keeps the alerts quiet up to date, and return the events that say so."""
        derived = []
        for one in found:
            quiet = muting.of(one.labels) if one.firing else None
            one.muted_by = quiet.name if quiet else ""
            alert = alerts.get(one.alert_id)
            noted = alert["body"].get("suppressed_by") if alert else None
            if alert is not None and one.firing and bool(noted) != bool(quiet):
                derived.append(_quietness(one, quiet, now))
        return derived


def _queue(
    group: Group, told: Sequence[Member], alerts: Mapping[str, alert_rows.Row], now: int, changes: Changes
) -> None:
    """Put a message that tells of alerts into the delivery queue."""
    ordered = sorted(told, key=lambda one: (-_rank(one), one.alert_id))
    first = ordered[0]
    delivery_id = "dlv-" + digest(group.group_id, str(group.sent_count), str(now))
    shown = [{"event": one.event, "alert": alerts[one.alert_id]} for one in ordered[:SHOWN] if one.alert_id in alerts]
    body = {
        "alert": alerts.get(first.alert_id),
        "alerts": shown,
        "count": len(told),
        "counts": _counts(told),
        "event": {},
        "at": now,
    }
    row = (
        delivery_id,
        first.alert_id,
        first.agency_id,
        f"qms.alert.{first.event}",
        group.channel,
        group.recipient,
        "waiting",
        0,
        now,
        "",
        now,
        now,
        orjson.dumps(body).decode(),
    )
    changes.deliveries.append(row)
    changes.told += [(delivery_id, one.alert_id, one.event) for one in told]


def _rank(member: Member) -> int:
    return SEVERITIES.index(member.severity)


def _counts(told: Sequence[Member]) -> list[dict[str, Any]]:
    counted: dict[tuple[str, str], int] = {}
    for one in told:
        key = (one.labels["rule"], one.event)
        counted[key] = counted.get(key, 0) + 1
    return [{"rule": rule, "event": event, "count": count} for (rule, event), count in sorted(counted.items())]


def _quietness(member: Member, quiet: Quiet | None, now: int) -> DerivedEvent:
    if quiet is None:
        name, data = "released", {}
    else:
        reason = {"reason": quiet.reason} if quiet.reason else {}
        name, data = "suppressed", {"by": quiet.by, "ref": quiet.ref, **reason}
    event_id = "alert-" + digest(member.alert_id, name, quiet.name if quiet else "", str(now))
    return derived_event(Happening(member.alert_id, member.agency_id, name, event_id, data), now)


def _connection(tx: StoreTransaction) -> Connection:
    if tx.connection is None:
        raise TypeError("groups are kept in tables; the in-memory store has none")
    return tx.connection
