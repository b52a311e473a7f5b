"""Answers that need not be worked out twice.

An answer depends on the question and on the events that are in the views and count: as long as no log has moved on, the
same question has the same answer, only the watermark goes on. Owns the memory of small answers; one per database and
process. Nothing is remembered of what cannot be told apart by the logs' positions.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, and_, select

from services.inspection import serving
from services.inspection.agencies import registry_of
from services.inspection.asked_once import once
from services.inspection.figures import Asked, answer
from services.inspection.indicators.definitions import Indicator
from services.inspection.newest_kept import with_newest
from services.inspection.projections import OversightViews
from services.inspection.read_models import Answer, Board, Report
from services.inspection.recent import recent
from services.inspection.tables import oversight_tables
from shared.eventstore.tables import subscriptions

Told = TypeVar("Told", Answer, Board, Report)

#: Answers kept, and the most rows of one that is.
_KEPT = 128
_ROWS = 200
#: Events in the views, and agencies, up to which every answer about now is the latest, however slow the machine.
_MANY, _AGENCIES = 200_000, 5_000

# Replaced, never changed, so that threads need no lock; the worst is that two of them work out the same.
_answers: WeakKeyDictionary[Engine, Mapping[Hashable, Any]] = WeakKeyDictionary()


def remembered(connection: Connection, what: str, asked: Asked, work: Callable[[Connection, Asked], Told]) -> Told:
    """Return the answer to a question, worked out unless it is known.

    Args:
        connection: A reading transaction.
        what: Name of what is asked for.
        asked: The question.
        work: Works the answer out.
    """
    mark, known_at = serving.mark(connection), serving.known_at(connection, asked.known_at)
    logs = _logs(connection)
    if logs is None:
        return work(connection, asked)
    if asked.known_at is not None and asked.known_at <= mark:
        return replace(_fixed(connection, what, asked, work, logs), watermark=mark)
    # What was recorded later than everything that is there makes no difference.
    counting = min(known_at, max((recorded_at for *_log, recorded_at in logs), default=known_at))
    key = (what, serving.version(connection), replace(asked, known_at=counting), logs)
    found = _answers.get(connection.engine, {}).get(key)
    if found is not None:
        return cast("Told", replace(found, known_at=known_at, watermark=mark))
    if asked.known_at is not None or asked.by == "agency" or _is_small(connection, asked.as_of, mark, logs):
        return replace(_kept(connection, key, asked, work), known_at=known_at, watermark=mark)
    # About now: an answer of a moment ago will do, where another one takes long. It says itself for when it was worked out.
    question = (what, serving.version(connection), asked)
    told = recent(connection, question, lambda reading: _worked_out(reading, what, asked, work))
    return replace(told, watermark=mark)


def _is_small(connection: Connection, as_of: int, mark: int, logs: tuple[tuple[Any, ...], ...]) -> bool:
    """Return whether working out a national answer takes no time worth speaking of."""
    if sum(position for _source, _partition, _epoch, position, _at in logs) >= _MANY:
        return False
    registry = registry_of(connection, serving.version(connection))
    return len(registry.snapshot(connection, as_of, mark).records) < _AGENCIES


def _fixed(
    connection: Connection,
    what: str,
    asked: Asked,
    work: Callable[[Connection, Asked], Told],
    logs: tuple[tuple[Any, ...], ...],
) -> Told:
    """Return the answer as known at an instant up to which everything is in the views: whatever comes, it stays the same."""
    epochs = tuple(log[:3] for log in logs)
    key = (what, serving.version(connection), asked, epochs)
    found = _answers.get(connection.engine, {}).get(key)
    return cast("Told", found) if found is not None else _kept(connection, key, asked, work)


def _worked_out(connection: Connection, what: str, asked: Asked, work: Callable[[Connection, Asked], Told]) -> Told:
    """Work out an answer about now, and keep it for as long as no log moves on."""
    logs = _logs(connection)
    if logs is None:
        return work(connection, asked)
    mark = serving.mark(connection)
    counting = min(mark, max((recorded_at for *_log, recorded_at in logs), default=mark))
    key = (what, serving.version(connection), replace(asked, known_at=counting), logs)
    return _kept(connection, key, asked, work)


def _kept(connection: Connection, key: Hashable, asked: Asked, work: Callable[[Connection, Asked], Told]) -> Told:
    """Work out an answer, and keep it unless it is large."""
    found = work(connection, asked)
    if len(found.rows) <= _ROWS:
        kept = _answers.get(connection.engine, {})
        _answers[connection.engine] = with_newest(kept, key, found, _KEPT)
    return found


def remembered_answer(connection: Connection, indicator: Indicator, asked: Asked) -> Answer:
    """Return the rows of an indicator, worked out unless they are known.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    return remembered(connection, indicator.id, asked, lambda reading, question: answer(reading, indicator, question))


def _logs(connection: Connection) -> tuple[tuple[Any, ...], ...] | None:
    """Return how far the views are in each log, and when the last event there was recorded; None where it is not known."""
    version = serving.version(connection)
    return once(connection, ("logs", version), lambda: _asked_logs(connection, version))


def _asked_logs(connection: Connection, version: int) -> tuple[tuple[Any, ...], ...] | None:
    inbox = oversight_tables(version).events
    columns, events = subscriptions.c, inbox.c
    at_checkpoint = and_(
        events.service == columns.source, events.partition == columns.partition, events.position == columns.position
    )
    rows = connection.execute(
        select(columns.source, columns.partition, columns.epoch, columns.position, events.recorded_at)
        .select_from(subscriptions.outerjoin(inbox, at_checkpoint))
        .where(columns.consumer == OversightViews.name, columns.version == version)
        .order_by(columns.source, columns.partition)
    ).all()
    if any(row.recorded_at is None and row.position for row in rows):
        return None
    return tuple((*row[:4], row.recorded_at or 0) for row in rows)
