"""Folds all events of one record that are known, in the order in which they were recorded. Pure.

Gives what the projection comes to when it is given the same events (`services/inspection/streams.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from services.inspection import streams
from services.inspection.checkpoints.months import known_month
from services.inspection.indicators.families import FAMILIES
from services.inspection.indicators.timeline import Happening, Track
from services.inspection.streams import KnownFact, Stream
from shared import clock
from shared.contracts.flags import RETRACTED
from shared.contracts.upcasting import data_today

#: What is read of each event, in this order.
COLUMNS = (
    *(
        "stream",
        "aggregate",
        "agency_id",
        "type",
        "occurred_at",
        "position",
        "provenance",
        "subject",
        "event_id",
        "body",
    ),
    *("recorded_at", "service", "partition"),
)
_FIRST = 3

Rows = list[tuple[Any, ...]]


def folded(rows: Sequence[tuple[Any, ...]], bearing: Sequence[KnownFact], months: int) -> tuple[Stream, Rows]:
    """Return a record after all its events, and the rows of what each of them changed.

    Args:
        rows: `COLUMNS` of the record's events, as they were recorded.
        bearing: What other records' events say of it (verdicts, inheritances), as they were recorded.
        months: For how many months a confirmation counts.
    """
    if not bearing:
        plain = _in_order(rows, months)
        if plain is not None:
            return plain
    return _in_any_order(rows, bearing, months)


def _in_order(rows: Sequence[tuple[Any, ...]], months: int) -> tuple[Stream, Rows] | None:
    """Fold events each of which simply comes after those before it; None where one does not."""
    key, aggregate, owner = rows[0][:_FIRST]
    family = FAMILIES[aggregate]
    track = Track(family, months=months)
    changed: Rows = []
    last_day, last_at = streams.NEVER, 0
    for _key, _aggregate, _agency, kind, at, position, provenance, subject, event_id, body, recorded_at, *log in rows:
        event = orjson.loads(body)
        name, day = kind.rpartition(".")[2], clock.vietnam_day(at)
        if day < last_day or name == RETRACTED or event.get("corrects"):
            return None
        last_day, last_at = day, max(last_at, at)
        net = track.take(Happening(name, day, data_today(kind, event, at), provenance, subject, event_id))
        known = (recorded_at, known_month(recorded_at))
        for (measure, dimension, start, agency), amounts in net.items():
            changed.append((measure, agency or owner, dimension, start, *known, *amounts, *log, position, key))
    return Stream(key, family, owner, last_at, track, last_known=rows[-1][-3]), changed


def _in_any_order(rows: Sequence[tuple[Any, ...]], bearing: Sequence[KnownFact], months: int) -> tuple[Stream, Rows]:
    """Fold events with late ones, corrections and what others say of the record among them."""
    key, aggregate, owner = rows[0][:_FIRST]
    own = streams.of_rows(row[_FIRST:] for row in rows)
    family = FAMILIES[aggregate]
    stream = Stream(key, family, owner, own[0].occurred_at, Track(family, months=months), history=[])
    # What came before the record was opened waits for it.
    opening, *others = own
    told = [opening, *sorted([*others, *bearing], key=lambda fact: fact.recorded_at)]
    changed: Rows = []
    for fact in told:
        for cause, net in streams.take_late(stream, fact, months):
            known = (cause.recorded_at, known_month(cause.recorded_at))
            for (measure, dimension, start, agency), amounts in net.items():
                place = (cause.service, cause.partition, cause.position, key)
                changed.append((measure, agency or owner, dimension, start, *known, *amounts, *place))
    return stream, changed
