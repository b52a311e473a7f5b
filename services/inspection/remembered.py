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
from services.inspection.figures import Asked, answer
from services.inspection.indicators.definitions import Indicator
from services.inspection.projections import OversightViews
from services.inspection.read_models import Answer, Board
from shared.eventstore.tables import subscriptions
from shared.messaging.watermark import watermark

Told = TypeVar("Told", Answer, Board)

#: Answers kept, and the most rows of one that is.
_KEPT = 128
_ROWS = 200

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
    mark = watermark(connection, OversightViews.name, serving.version(connection))
    known_at = mark if asked.known_at is None else min(asked.known_at, mark)
    logs = _logs(connection)
    if logs is None:
        return work(connection, asked)
    # What was recorded later than everything that is there makes no difference.
    counting = min(known_at, max((recorded_at for *_log, recorded_at in logs), default=known_at))
    key = (what, serving.version(connection), replace(asked, known_at=counting), logs)
    kept = _answers.get(connection.engine, {})
    found = kept.get(key)
    if found is None:
        found = work(connection, asked)
        if len(found.rows) <= _ROWS:
            _answers[connection.engine] = {**dict(list(kept.items())[1 - _KEPT :]), key: found}
    return cast("Told", replace(found, known_at=known_at, watermark=mark))


def remembered_answer(connection: Connection, indicator: Indicator, asked: Asked) -> Answer:
    """Return the rows of an indicator, worked out unless they are known.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    return remembered(connection, indicator.id, asked, lambda reading, question: answer(reading, indicator, question))


def _logs(connection: Connection) -> tuple[tuple[Any, ...], ...] | None:
    """Return how far the views are in each log, and when the last event there was recorded; None where it is not known."""
    columns, events = subscriptions.c, serving.views(connection).events.c
    at_checkpoint = and_(
        events.service == columns.source, events.partition == columns.partition, events.position == columns.position
    )
    rows = connection.execute(
        select(columns.source, columns.partition, columns.epoch, columns.position, events.recorded_at)
        .select_from(subscriptions.outerjoin(serving.views(connection).events, at_checkpoint))
        .where(columns.consumer == OversightViews.name, columns.version == serving.version(connection))
        .order_by(columns.source, columns.partition)
    ).all()
    if any(row.recorded_at is None and row.position for row in rows):
        return None
    return tuple((*row[:4], row.recorded_at or 0) for row in rows)
