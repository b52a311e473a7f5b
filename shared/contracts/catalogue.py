"""The catalogue of event types: who owns each, who may assert it, its schema and examples.

Every event type has one owner service. Declarations live in one package per owner
(`shared/contracts/documents/`, ...), one module per aggregate, and register themselves by
`declare`; `load` imports them all.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from marshmallow import RAISE, Schema

Owner = Literal["documents", "audit", "inspection", "notify"]
OWNERS: tuple[Owner, ...] = ("inspection", "documents", "audit", "notify")

#: Who may push a type. `source`: the record's own agency, one above it, or its legal successor (the
#: ministry always may); `inspection_body`: an agency with inspection rights, as its own source, about others in its
#: territory; `ministry`: only the ministry's staff; `parent`: an agency above the source and above all that it takes from or
#: gives to, or the ministry; `system`: never accepted from outside. Decided in `shared/intake/entitlement.py`.
Asserter = Literal["source", "inspection_body", "ministry", "parent", "system"]


class EventSchema(Schema):
    """Base of all event data schemas; unknown fields are refused, so that a typo is seen."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE


@cache
def _parts(name: str) -> list[str]:
    return name.split(".")


#: From the data of one version, and the Vietnamese day on which it happened, to the data of the next. Pure; leaves what it is
#: given as it was, and never touches `agency_id`.
Upcaster = Callable[[Mapping[str, Any], int], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class EarlierVersion:
    """A version of a type that has a successor: still taken from pushers, and read for ever."""

    #: marshmallow schema of `data` as it was.
    schema: type[EventSchema]
    #: `data` of an example that is accepted by that schema.
    example: Mapping[str, Any]
    #: To the next version.
    upcast: Upcaster


@dataclass(frozen=True, slots=True)
class EventType:
    """One entry of the catalogue."""

    #: `qms.{aggregate}.{event}`.
    name: str
    #: Service that owns and accepts it.
    owner: Owner
    #: What it means, English and Vietnamese.
    en: str
    vi: str
    #: marshmallow schema of `data`.
    schema: type[EventSchema]
    #: `data` of an example that is accepted by the schema.
    example: Mapping[str, Any]
    #: `data` that the schema refuses, by what is wrong with it.
    invalid: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    asserter: Asserter = "source"
    version: int = 1
    #: The versions before today's, all of them, by number.
    earlier: Mapping[int, EarlierVersion] = field(default_factory=dict)
    #: Subject of the example where it follows from the data (legal texts, dossier statistics).
    example_subject: str = ""

    def versioned(self, version: int) -> tuple[type[EventSchema], Mapping[str, Any]] | None:
        """Return schema and example of a version; None where there is no such version."""
        if version == self.version:
            return self.schema, self.example
        earlier = self.earlier.get(version)
        return None if earlier is None else (earlier.schema, earlier.example)

    @property
    def aggregate(self) -> str:
        """Return the aggregate part of the name: `procedure`."""
        return _parts(self.name)[1]

    @property
    def event(self) -> str:
        """Return the last part of the name: `revised`."""
        return _parts(self.name)[2]

    @property
    def routing_key(self) -> str:
        """Return the AMQP routing key `{service}.{aggregate}.{event}`."""
        return f"{self.owner}.{self.aggregate}.{self.event}"


#: All declared types by name; filled by `load`.
CATALOGUE: dict[str, EventType] = {}


def declare(event_type: EventType) -> EventType:
    """Add a type to the catalogue.

    Raises:
        ValueError: declared twice, the name has another form than `qms.aggregate.event`, or a version is missing.
    """
    if event_type.name in CATALOGUE:
        raise ValueError(f"{event_type.name} is declared twice")
    parts = event_type.name.split(".")
    if len(parts) != 3 or parts[0] != "qms":  # noqa: PLR2004 - qms, aggregate, event
        raise ValueError(f"{event_type.name} is not of the form qms.aggregate.event")
    if sorted(event_type.earlier) != list(range(1, event_type.version)):
        raise ValueError(f"{event_type.name} needs each version before {event_type.version} in `earlier`")
    CATALOGUE[event_type.name] = event_type
    return event_type


def load() -> Mapping[str, EventType]:
    """Import all declarations and return the catalogue by type name."""
    for owner in OWNERS:
        package = importlib.import_module(f"shared.contracts.{owner}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    flags = importlib.import_module("shared.contracts.flags")
    intake_facts = importlib.import_module("shared.contracts.intake_facts")
    own = {intake_facts.aggregate_of(owner) for owner in OWNERS}
    flags.declare_flags(
        sorted({(kind.owner, kind.aggregate) for kind in CATALOGUE.values() if kind.aggregate not in own})
    )
    for owner in OWNERS:
        intake_facts.declare_intake_facts(owner)
    return CATALOGUE
