"""What keeps alerts quiet: silences that people set, and open alerts that explain others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, select, update

from services.notify.domain.matching import Matcher, MatcherError, all_hold, parse_matcher
from services.notify.domain.system_signal import SYSTEM
from services.notify.pipeline.routes import Inhibition
from services.notify.tables import NOTIFY, delivery_alerts, silences
from shared import clock
from shared.database.bulk import upsert_rows
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

_log = logging.getLogger(__name__)

_OPEN = ("opened", "acknowledged", "in_handling", "snoozed")


class Quiet(NamedTuple):
    """Why an alert is kept quiet."""

    #: `alert` or `silence`.
    by: str
    ref: str
    reason: str

    @property
    def name(self) -> str:
        """Return it as one word."""
        return f"{self.by}:{self.ref}"


class _Silence(NamedTuple):
    silence_id: str
    source: str
    matchers: tuple[Matcher, ...]
    reason: str


class Silences:
    """The consumer `silences`: keeps one row per silence."""

    name = "silences"
    version = 1
    sources = ("notify",)
    tables = NOTIFY
    own_tables = (silences,)

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Bring the rows up to date."""
        for event in events:
            if event.type == "qms.silence.started":
                data = event.data
                begins, ends = clock.from_rfc3339(data["begins_at"]), clock.from_rfc3339(data["ends_at"])
                row = (event.subject, event.source, begins, ends, orjson.dumps(dict(data)).decode())
                columns = ("silence_id", "source", "begins_at", "ends_at", "body")
                upsert_rows(connection, silences, ("silence_id",), columns, [row])
            elif event.type == "qms.silence.ended":
                query = update(silences).where(silences.c.silence_id == event.subject)
                connection.execute(query.values(ends_at=event.occurred_at))
        return ()


class Muting:
    """What is quiet at one instant."""

    def __init__(
        self,
        connection: Connection,
        inhibitions: Sequence[Inhibition],
        now: int,
        label: Callable[[Mapping[str, Any]], dict[str, str]],
        is_within: Callable[[str, str], bool],
    ) -> None:
        """Read silences and the alerts that keep others quiet.

        Args:
            connection: A transaction on the service's database.
            inhibitions: Of `routes.yaml`.
            now: The instant.
            label: Returns the labels of an alert's row.
            is_within: Returns whether an agency (second) is another one (first) or stands below it.
        """
        self._silences = _active(connection, now)
        self._inhibitions = inhibitions
        self._is_within = is_within
        self._sources = [label(row) for row in _sources(connection, inhibitions)]

    def of(self, labels: Mapping[str, str]) -> Quiet | None:
        """Return what keeps an alert quiet, None where nothing does."""
        for silence in self._silences:
            own = silence.source == SYSTEM or self._is_within(silence.source, labels["agency"])
            if own and all_hold(silence.matchers, labels):
                return Quiet("silence", silence.silence_id, silence.reason)
        for inhibition in self._inhibitions:
            for source in self._sources:
                if inhibition.mutes(source, labels):
                    return Quiet("alert", source["alert"], "")
        return None


def _active(connection: Connection, now: int) -> list[_Silence]:
    query = select(silences).where(silences.c.begins_at <= now, silences.c.ends_at > now)
    found = []
    for row in connection.execute(query.order_by(silences.c.silence_id)):
        body = orjson.loads(row.body)
        matchers = _matchers_of(row.silence_id, tuple(body["matchers"]))
        if matchers is not None:
            found.append(_Silence(row.silence_id, row.source, matchers, body["reason"]))
    return found


@lru_cache(maxsize=1024)
def _matchers_of(silence_id: str, texts: tuple[str, ...]) -> tuple[Matcher, ...] | None:
    # A silence stays in the log even if an expression of it is one that today's engine does not take. Rather an alert too
    # many than none for anybody: it keeps nothing quiet. Remembered, so that it is logged once and not with every alert.
    try:
        return tuple(parse_matcher(text) for text in texts)
    except MatcherError as error:
        _log.warning("the silence %s keeps nothing quiet: %s", silence_id, error)
        return None


def _sources(connection: Connection, inhibitions: Sequence[Inhibition]) -> list[dict[str, Any]]:
    rules = {
        matcher.value
        for inhibition in inhibitions
        for matcher in inhibition.source
        if matcher.label == "rule" and matcher.operator == "="
    }
    if not rules:
        return []
    query = select(delivery_alerts).where(
        delivery_alerts.c.rule.in_(sorted(rules)), delivery_alerts.c.status.in_(_OPEN)
    )
    rows = connection.execute(query.order_by(delivery_alerts.c.alert_id)).mappings()
    return [{**row, "body": orjson.loads(row["body"])} for row in rows]
