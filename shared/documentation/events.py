"""`docs/reference/events.md`: every event type with its fields, made from the catalogue.

`python -m shared.documentation.events` writes the page; `--check` says whether it is stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import orjson

from shared.contracts.catalogue import OWNERS, EventType, load
from shared.contracts.envelope import Envelope
from shared.contracts.flags import CLEARED, KERNEL_EVENTS, MARKED, RETRACTED
from shared.contracts.upcasting import schema_uri
from shared.documentation.fields import Described, described
from shared.documentation.markdown import REFERENCE, joined, made_by, run, table

PATH = REFERENCE / "events.md"

ASSERTERS = {
    "source": "the agency itself, one above it, or its legal successor; the ministry",
    "inspection_body": "a body with inspection rights, with its own `source`, about others in its territory; the ministry",
    "ministry": "the ministry only",
    "parent": "an agency above the source and above all that it takes from or gives to; the ministry",
    "system": "nobody: the system derives it",
}
#: What every kind of record has alike, in the order of the page.
_COMMON = (RETRACTED, MARKED, CLEARED)
_INTRODUCTION = (
    "{count} types, and three that records have alike. An event is a CloudEvent (version 1.0); what it says "
    "stands in `data`. The running system gives the same as JSON Schema: `GET /v1/event-types`, "
    "`GET /v1/event-types/{{type}}/schema`, `GET /openapi.json`, `GET /asyncapi.json`."
)


def in_order() -> list[EventType]:
    """Return the types by owner, record and module, in the order of their declarations; what records have alike is left out."""
    kinds = [kind for kind in load().values() if kind.event not in KERNEL_EVENTS]
    # The catalogue's own order depends on which module was imported first.
    return sorted(kinds, key=lambda kind: (OWNERS.index(kind.owner), kind.aggregate, kind.schema.__module__))


def render() -> str:
    """Return the page."""
    kinds = in_order()
    return joined(
        (
            made_by("shared.documentation.events"),
            "# Event types",
            _INTRODUCTION.format(count=len(kinds)),
            *_envelope(),
            *_contents(kinds),
            *(part for owner in OWNERS for part in _owned(owner, kinds)),
            *_common(),
        )
    )


def _envelope() -> Iterator[str]:
    yield "## Envelope"
    yield table(
        ("attribute", "kind", "needed", "meaning", "ý nghĩa"),
        ((f"`{one.name}`", one.kind, "yes" if one.required else "", one.en, one.vi) for one in described(Envelope)),
    )
    yield (
        "`sequence` (optional) is the source's own running number, digits as text or a whole number. Further extension "
        "attributes of scalar type are kept. `asserter`, `receivedat`, `recordedat`, `service`, `partition`, `position` and "
        "`streamversion` are added by the system and never accepted from outside."
    )


def _contents(kinds: Sequence[EventType]) -> Iterator[str]:
    yield "## Contents"
    yield table(
        ("service", "record", "events"),
        (
            (
                owner,
                f"[{aggregate}](#{aggregate})",
                ", ".join(f"[{kind.event}](#{anchor(kind)})" for kind in _of(kinds, owner, aggregate)),
            )
            for owner in OWNERS
            for aggregate in _aggregates(kinds, owner)
        ),
    )


def anchor(kind: EventType) -> str:
    """Return the anchor that a heading with the type's name gets."""
    return kind.name.replace(".", "")


def _aggregates(kinds: Sequence[EventType], owner: str) -> list[str]:
    return [name for name, _ in groupby(kind.aggregate for kind in kinds if kind.owner == owner)]


def _of(kinds: Sequence[EventType], owner: str, aggregate: str) -> list[EventType]:
    return [kind for kind in kinds if (kind.owner, kind.aggregate) == (owner, aggregate)]


def _owned(owner: str, kinds: Sequence[EventType]) -> Iterator[str]:
    yield f"## Service `{owner}`"
    for aggregate in _aggregates(kinds, owner):
        yield f"### {aggregate}"
        for kind in _of(kinds, owner, aggregate):
            yield from _type(kind)


def _type(kind: EventType) -> Iterator[str]:
    yield f"#### {kind.name}"
    yield f"{kind.en}. *{kind.vi}.*"
    yield f"Version {kind.version}. Pushed by {ASSERTERS[kind.asserter]}." + _earlier(kind)
    yield _fields(list(described(kind.schema)))
    example = orjson.dumps(dict(kind.example), option=orjson.OPT_INDENT_2).decode()
    yield f"```json\n{example}\n```"


def _earlier(kind: EventType) -> str:
    if not kind.earlier:
        return ""
    taken = ", ".join(str(number) for number in kind.earlier)
    return f" Also taken: version {taken}. An event of version {kind.version} names it: `{schema_uri(kind.name, kind.version)}`."


def _fields(rows: Sequence[Described]) -> str:
    """Return the table of fields; units and sources stand only where a type has any."""
    units, sources = any(row.unit for row in rows), any(row.source for row in rows)
    head = ["field", "kind", "needed", "meaning", "ý nghĩa", *["unit"] * units, *["source"] * sources]
    return table(
        head,
        (
            (
                *(f"`{row.name}`", row.kind, "yes" if row.required else "", row.en, row.vi),
                *[row.unit] * units,
                *[row.source] * sources,
            )
            for row in rows
        ),
    )


def _common() -> Iterator[str]:
    """Yield once what is the same for every kind of record."""
    yield "## Events that records have alike"
    yield (
        "Here for `action`. A retraction names the event that it takes back by `corrects`; keys, alerts and deliveries have "
        "none. The two flags are raised by the service that owns the record."
    )
    for event in _COMMON:
        yield from _type(load()[f"qms.action.{event}"])


if __name__ == "__main__":
    run(PATH, render)
