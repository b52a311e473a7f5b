"""Folds all events of one record that are known, in the order in which they were recorded. Pure.

Gives what the projection comes to when it is given the same events (`services/inspection/streams.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from services.inspection import streams
from services.inspection.checkpoints.months import known_month
from services.inspection.filling.packing import Packing
from services.inspection.indicators.families import FAMILIES
from services.inspection.indicators.timeline import Happening, Track
from services.inspection.streams import KnownFact, Stream
from shared.clock import vietnam_day
from shared.contracts.flags import RETRACTED
from shared.contracts.upcasting import data_today, is_first_version

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


def folded(rows: Sequence[tuple[Any, ...]], bearing: Sequence[KnownFact], months: int, packing: Packing) -> Stream:
    """Return a record after all its events, and pack the rows of what each of them changed.

    Args:
        rows: `COLUMNS` of the record's events, as they were recorded.
        bearing: What other records' events say of it (verdicts, inheritances), as they were recorded.
        months: For how many months a confirmation counts.
        packing: Takes the changes.
    """
    if not bearing:
        before = len(packing.rows)
        plain = _in_order(rows, months, packing)
        if plain is not None:
            return plain
        del packing.rows[before:]
    return _in_any_order(rows, bearing, months, packing)


def _in_order(rows: Sequence[tuple[Any, ...]], months: int, packing: Packing) -> Stream | None:
    """Fold events each of which simply comes after those before it; None where one does not."""
    key, aggregate, owner = rows[0][:_FIRST]
    family = FAMILIES[aggregate]
    track = Track(family, months=months)
    take, add = track.take, packing.add
    last_day, last_at = streams.NEVER, 0
    for _, _, _, kind, at, position, provenance, subject, event_id, body, recorded_at, service, partition in rows:
        event = orjson.loads(body)
        name, day = kind.rpartition(".")[2], vietnam_day(at)
        if day < last_day or name == RETRACTED or "corrects" in event:
            return None
        last_day, last_at = day, max(last_at, at)
        plain = is_first_version(kind) and "dataschema" not in event
        data = event.get("data") or {} if plain else data_today(kind, event, at)
        net = take(Happening(name, day, data, provenance, subject, event_id))
        if net:
            add(net, owner, (recorded_at, known_month(recorded_at)), (service, partition, position, key))
    return Stream(key, family, owner, last_at, track, last_known=rows[-1][-3])


def _in_any_order(
    rows: Sequence[tuple[Any, ...]], bearing: Sequence[KnownFact], months: int, packing: Packing
) -> Stream:
    """Fold events with late ones, corrections and what others say of the record among them."""
    key, aggregate, owner = rows[0][:_FIRST]
    own = streams.of_rows(row[_FIRST:] for row in rows)
    family = FAMILIES[aggregate]
    stream = Stream(key, family, owner, own[0].occurred_at, Track(family, months=months), history=[])
    # What came before the record was opened waits for it.
    opening, *others = own
    told = [opening, *sorted([*others, *bearing], key=lambda fact: fact.recorded_at)]
    for fact in told:
        for cause, net in streams.take_late(stream, fact, months):
            known = (cause.recorded_at, known_month(cause.recorded_at))
            packing.add(net, owner, known, (cause.service, cause.partition, cause.position, key))
    return stream
