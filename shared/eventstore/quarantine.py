"""The quarantine's rows: entries to rows and back, and the merge with what is there already."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace

from sqlalchemy import Connection

from shared.database import bulk
from shared.eventstore.store import QuarantineEntry
from shared.eventstore.tables import quarantine

COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(QuarantineEntry))
_SELECTED = ("seq", *COLUMNS)


def url_id(key: bytes) -> str:
    """Return the id of an entry in URLs: 16 letters and digits, a pure function of the key."""
    return b32encode(key[:10]).decode().lower()


def by_keys(connection: Connection, keys: Sequence[bytes]) -> dict[bytes, QuarantineEntry]:
    """Return the entries, open or settled, of those keys that have one."""
    rows = bulk.select_by_keys(connection, quarantine, "key", keys, COLUMNS)
    return {entry.key: entry for entry in map(_entry, rows)}


def waiting_on(connection: Connection, on: Sequence[bytes]) -> list[QuarantineEntry]:
    """Return the open waiting entries for these keys in order of arrival."""
    rows = sorted(bulk.select_by_keys(connection, quarantine, "waits_on", on, _SELECTED))
    return only_waiting(_entry(row[1:]) for row in rows)


def put(connection: Connection, entries: Sequence[QuarantineEntry]) -> None:
    """Insert or overwrite entries."""
    merged = merge(entries, by_keys(connection, [entry.key for entry in entries]))
    bulk.upsert_rows(connection, quarantine, ["key"], COLUMNS, [_row(entry) for entry in merged])


def settle(connection: Connection, settled: Sequence[tuple[bytes, str]], now: int) -> None:
    """Close open entries."""
    found = by_keys(connection, [key for key, _ in settled])
    closed = close(settled, found, now)
    bulk.upsert_rows(connection, quarantine, ["key"], COLUMNS, [_row(entry) for entry in closed])


def merge(entries: Iterable[QuarantineEntry], existing: Mapping[bytes, QuarantineEntry]) -> list[QuarantineEntry]:
    """Return the entries as they are kept: first arrival and attempts carried on, open again."""
    return [_again(entry, existing.get(entry.key)) for entry in entries]


def close(
    settled: Iterable[tuple[bytes, str]], existing: Mapping[bytes, QuarantineEntry], now: int
) -> list[QuarantineEntry]:
    """Return the closed form of those entries that were open."""
    return [
        replace(existing[key], settled_at=now, settled_as=how)
        for key, how in settled
        if key in existing and existing[key].settled_at is None
    ]


def only_waiting(entries: Iterable[QuarantineEntry]) -> list[QuarantineEntry]:
    """Return the open ones that wait."""
    return [entry for entry in entries if entry.settled_at is None and entry.status == "waiting"]


def _again(entry: QuarantineEntry, before: QuarantineEntry | None) -> QuarantineEntry:
    return replace(
        entry,
        id=url_id(entry.key),
        first_received_at=before.first_received_at if before else entry.first_received_at or entry.received_at,
        attempts=before.attempts + 1 if before else 1,
        settled_at=None,
        settled_as=None,
    )


def _entry(row: Sequence[object]) -> QuarantineEntry:
    return QuarantineEntry(*row)  # type: ignore[arg-type] # the columns are the fields, in their order


def _row(entry: QuarantineEntry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in COLUMNS)
