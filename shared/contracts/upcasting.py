"""Reads an event of an earlier version as one of today's: the chain of pure functions from version to version.

What was pushed stays in the log and travels as it came; whoever reads `data` (intake, policies, views) gets it in today's
form from here. The functions themselves stand beside their types (`EventType.earlier`). Owns no schema and no check:
validation does that, against the schema of the version that the event names.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson

from shared import clock
from shared.contracts.catalogue import EventType, load
from shared.contracts.envelope import SCHEMA_URN, schema_version


class UnknownVersionError(ValueError):
    """The event has a version that this program does not know: it was written by a newer one."""


@cache
def _catalogue() -> Mapping[str, EventType]:
    return load()


def data_today(type_name: str, event: Mapping[str, Any], occurred_at: int) -> Mapping[str, Any]:
    """Return the data of a CloudEvent in today's version of its type; that of a type nobody here knows as it is.

    Args:
        type_name: The event's type.
        event: The decoded CloudEvent, in its wire form or as it was pushed.
        occurred_at: When it happened, microseconds since the epoch.

    Raises:
        UnknownVersionError: the event is newer than this program; a consumer parks it until it is upgraded.
    """
    data: Mapping[str, Any] = event.get("data") or {}
    kind = _catalogue().get(type_name)
    named = event.get("dataschema")
    if kind is None or (kind.version == 1 and named is None):
        return data
    return upcast(kind, schema_version(named, type_name), data, occurred_at)


@cache
def is_first_version(type_name: str) -> bool:
    """Return whether a type has one version only, so that data of an event which names none is in today's form."""
    kind = _catalogue().get(type_name)
    return kind is None or kind.version == 1


def data_of_body(type_name: str, body: bytes, occurred_at: int) -> Mapping[str, Any]:
    """Return the data of an event's stored bytes in today's version (see `data_today`)."""
    return data_today(type_name, orjson.loads(body), occurred_at)


def upcast(kind: EventType, version: int | None, data: Mapping[str, Any], occurred_at: int) -> Mapping[str, Any]:
    """Return data of a version of a type, of an event at `occurred_at`, in today's version; the given data is not changed.

    Raises:
        UnknownVersionError: no such version is known.
    """
    if version is None or not 1 <= version <= kind.version:
        raise UnknownVersionError(f"{kind.name} is known up to version {kind.version}, the event has {version}")
    for step in range(version, kind.version):
        data = kind.earlier[step].upcast(data, clock.vietnam_day(occurred_at))
    return data


def dataschema_of(type_name: str) -> str | None:
    """Return what an event written today must name as its `dataschema`; None where version 1 needs no word."""
    kind = _catalogue().get(type_name)
    return None if kind is None or kind.version == 1 else schema_uri(kind.name, kind.version)


def schema_uri(type_name: str, version: int) -> str:
    """Return the URI of a version's schema: the schema's own `$id`."""
    return f"{SCHEMA_URN}{type_name}:{version}"
