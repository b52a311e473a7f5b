"""What was refused or waits, kept with its raw bytes: a refusal is never a loss."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from shared import ids
from shared.contracts.envelope import SOURCE_PREFIX
from shared.eventstore.store import QuarantineEntry
from shared.intake.items import EVERYBODY, Item

#: Refusals that say nothing about the event that the agency itself may push under this id.
_NOT_THE_EVENT = frozenset({"NOT_ENTITLED", "SYSTEM_EVENT", "ID_REUSED"})
#: Refusals of admission that come before it is looked up whether the asserter may speak for the source, or say that it may not.
_BEFORE_ENTITLED = frozenset({"NOT_ENTITLED", "SYSTEM_EVENT", "OCCURRED_IN_FUTURE"})


def entry_of(item: Item) -> QuarantineEntry:
    """Return the quarantine entry of a refused or waiting item.

    A waiting item is kept under its idempotency key, so that pushing it again finds it. A refused one is kept
    beside it, so that the repaired event, under the same id, settles it; what is no good before it is known who may
    say it (a field of the wrong form), apart for each that sends for others. What was refused because of who sent
    it, or because its id belongs to another event, is kept under its content: it must not replace the agency's own.

    Who says to be somebody fills their own part alone: `agency_id` is the asserter where it is not known that it may
    speak for the source; the source stays what was claimed, for the ministry to find.
    """
    refusal = item.refusal
    code, pointer, vi, en = ("", "", "", "")
    if refusal is not None:
        code, pointer, vi, en = refusal.code, refusal.pointer, refusal.hint.vi, refusal.hint.en
    return QuarantineEntry(
        key=_key(item),
        source=_source(item),
        event_id=_text(item.event.get("id")),
        type=_text(item.event.get("type")),
        agency_id=_agency(item),
        asserter=item.asserter,
        status="waiting" if item.status == "waiting" else "refused",
        code=code,
        pointer=pointer,
        hint_vi=vi,
        hint_en=en,
        waits_on=item.waits_on,
        received_at=item.received_at,
        digest=item.digest or sha256(item.body).digest(),
        raw=item.body,
    )


def is_entitled(item: Item) -> bool:
    """Return whether it is known of a refused or waiting item that its asserter may speak for the source that it claims."""
    if item.asserter in (_source(item), *EVERYBODY):
        return True
    return item.fact is not None and (item.refusal is None or item.refusal.code not in _BEFORE_ENTITLED)


def filed_under(entry: QuarantineEntry) -> str:
    """Return the agency whose part of the quarantine an entry is in: the source, unless another one only claimed to be it."""
    foreign = entry.status == "refused" and entry.agency_id == entry.asserter
    return entry.asserter if foreign else entry.source


def refused_key(key: bytes) -> bytes:
    """Return the key under which a refused event is kept, so that its repaired form can settle it."""
    return sha256(key + b"refused").digest()[:16]


def settled_by(item: Item) -> list[bytes]:
    """Return the keys of what an accepted item settles: itself as it waited, and what of it was refused."""
    keys = [item.key, refused_key(item.key)]
    if item.asserter not in (_source(item), *EVERYBODY):
        keys.append(_sent_key(item.key, item.asserter))
    return keys


def _key(item: Item) -> bytes:
    if item.status == "waiting" or (item.requeued and item.key):
        return item.key
    if item.refusal is None or item.refusal.code in _NOT_THE_EVENT:
        return _content_key(item)
    if item.key:
        return refused_key(item.key) if is_entitled(item) else _sent_key(item.key, item.asserter)
    source, event_id = _source(item), item.event.get("id")
    if not isinstance(event_id, str) or not event_id or not isinstance(item.event.get("source"), str):
        return _content_key(item)
    key = ids.event_key(source, event_id)
    return refused_key(key) if item.asserter in (source, *EVERYBODY) else _sent_key(key, item.asserter)


def _content_key(item: Item) -> bytes:
    return sha256(item.key + item.asserter.encode() + item.body).digest()[:16]


def _sent_key(key: bytes, asserter: str) -> bytes:
    """Return the key of what somebody who sends for others was refused, whether entitled or not."""
    return sha256(key + b"refused" + asserter.encode()).digest()[:16]


def _agency(item: Item) -> str:
    if not is_entitled(item):
        return item.asserter
    return item.fact.agency_id if item.fact else _source(item)


def _source(item: Item) -> str:
    source = item.event.get("source")
    if isinstance(source, str) and source.startswith(SOURCE_PREFIX):
        return source[len(SOURCE_PREFIX) :][:128].replace("\0", "")
    return item.asserter


def _text(value: Any) -> str:
    return value[:256].replace("\0", "") if isinstance(value, str) else ""
