"""The checklists that inspections answer, as versioned data that comes with the service (`data/checklists/`).

A published version never changes: a new one is a new file. Items that are mandatory must be answered before the record
is signed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """One point to look at."""

    item: str
    mandatory: bool
    vi: str
    en: str
    #: Clauses of ISO 9001:2015 that it bears on.
    clauses: tuple[str, ...]
    #: Self-reported events worth verifying at this point: `aggregate.event`.
    claims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """One version."""

    version: str
    #: First day on which it is used, ISO 8601.
    valid_from: str
    source: str
    items: tuple[Item, ...]

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all items."""
        return frozenset(item.item for item in self.items)

    @property
    def mandatory(self) -> tuple[str, ...]:
        """Return the names of the items that must be answered."""
        return tuple(item.item for item in self.items if item.mandatory)


@cache
def checklists() -> Mapping[str, Checklist]:
    """Return all versions by name, the oldest first."""
    folder = resources.files("services.inspection") / "data" / "checklists"
    read = [_of(json.loads(path.read_text("utf-8"))) for path in folder.iterdir() if path.name.endswith(".json")]
    return {found.version: found for found in sorted(read, key=lambda one: (one.valid_from, one.version))}


def checklist(version: str | None) -> Checklist | None:
    """Return a version; the newest where none is named, None where there is no such version."""
    known = checklists()
    return known.get(version) if version else list(known.values())[-1]


def _of(data: Mapping[str, Any]) -> Checklist:
    items = tuple(
        Item(
            item=entry["item"],
            mandatory=entry["mandatory"],
            vi=entry["vi"],
            en=entry["en"],
            clauses=tuple(entry["clauses"]),
            claims=tuple(entry["claims"]),
        )
        for entry in data["items"]
    )
    return Checklist(data["version"], data["valid_from"], data["source"], items)
