"""Which public procedures an agency had to have covered on a day, and which of them a declaration leaves out. Pure.

They are those of I3: live entries published by the agency or one above it for its level, less those it opted out of. Only a
declaration that lists its procedures can be held against them; words about the scope cannot.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from services.inspection.inconsistencies.facts import Known
from shared import clock

#: Facts of an agency and of those above it, in business order, by agency.
Above = Mapping[str, Sequence[Known]]

_OPENS = frozenset({"published", "baselined"})
#: An inconsistency names at most so many events (`against`).
_NAMED = 1000


@dataclass(frozen=True, slots=True)
class Omission:
    """A public procedure that a declaration leaves out."""

    #: Event that published it.
    published: tuple[str, str]
    #: Day from which the agency need not have it covered any more; None: it still must.
    gone_on: int | None


def lists_procedures(fact: Known) -> bool:
    """Tell whether a fact is a declaration that says which procedures it covers."""
    return fact.kind == "declaration.declared" and bool(fact.data.get("procedure_revisions"))


def omitted(claim: Known, on: int, own: Sequence[Known], above: Above) -> list[Omission]:
    """Return what a declaration of a day leaves out without saying why; at most as many as an inconsistency can name."""
    covered = _covered(claim, own)
    found = [
        Omission(published, gone_on)
        for code, published, gone_on in _owed(claim.source, on, above)
        if code not in covered
    ]
    return sorted(found, key=lambda one: one.published)[:_NAMED]


def parents(facts: Iterable[Known], day: int | None = None) -> set[str]:
    """Return the agencies directly above one, in the administration and in its field: on a day, or on any."""
    lines: dict[str, dict[int, str | None]] = {"administrative": {}, "sector": {}}
    for fact in facts:
        for line, since, parent in _put_under(fact):
            lines[line][since] = parent
    if day is None:
        return {parent for line in lines.values() for parent in line.values() if parent}
    latest = (max((since for since in line if since <= day), default=None) for line in lines.values())
    chosen = [line[since] for line, since in zip(lines.values(), latest, strict=True) if since is not None]
    return {parent for parent in chosen if parent}


def _put_under(fact: Known) -> Iterator[tuple[str, int, str | None]]:
    """Give the line, the first day and the agency above that a fact of the registry states."""
    data = fact.data
    if fact.kind in ("agency.registered", "agency.baselined"):
        since = _day(fact, "valid_from")
        yield "administrative", since, data.get("parent_id")
        yield "sector", since, data.get("sector_parent_id")
    elif fact.kind == "agency.reparented":
        yield data.get("line", "administrative"), _day(fact, "effective"), data.get("to")


def _covered(claim: Known, own: Sequence[Known]) -> set[str]:
    """Return the codes that the declaration lists procedures for, or excludes with a reason."""
    exclusions = claim.data.get("exclusions", ())
    listed = {one["procedure_id"] for one in claim.data.get("procedure_revisions", ())}
    listed |= {one["procedure_id"] for one in exclusions if "procedure_id" in one}
    codes = {one["tthc_code"] for one in exclusions if "tthc_code" in one}
    of_procedures = (fact for fact in own if fact.aggregate == "procedure" and fact.subject in listed)
    return codes | {fact.data["tthc_code"] for fact in of_procedures if fact.data.get("tthc_code")}


def _owed(agency_id: str, on: int, above: Above) -> Iterator[tuple[str, tuple[str, str], int | None]]:
    """Give code, publishing event and last moment of what the agency carries out on a day."""
    registered = (fact.data.get("level") for fact in above.get(agency_id, ()) if fact.aggregate == "agency")
    level = next((level for level in registered if level), None)
    opted_out = _opted_out(above.get(agency_id, ()))
    for publisher in _at_or_above(agency_id, on, above):
        for code, stream in _entries(above.get(publisher, ())).items():
            gone_on = _live_until(stream, level, on)
            spans = opted_out.get(code, ())
            if gone_on == on or any(first <= on and (last is None or on < last) for first, last in spans):
                continue
            later = [first for first, _last in spans if first > on]
            ends = [*later, *([] if gone_on is None else [gone_on])]
            yield code, stream[0].reference, min(ends, default=None)


def _at_or_above(agency_id: str, on: int, above: Above) -> set[str]:
    found, waiting = {agency_id}, [agency_id]
    while waiting:
        new = parents(above.get(waiting.pop(), ()), on) - found
        found |= new
        waiting += new
    return found


def _entries(facts: Iterable[Known]) -> dict[str, list[Known]]:
    """Return the facts of each entry that an agency publishes, by code."""
    found: dict[str, list[Known]] = defaultdict(list)
    for fact in facts:
        if fact.aggregate == "tthc" and (fact.name in _OPENS or fact.subject in found):
            found[fact.subject].append(fact)
    return found


def _live_until(stream: Sequence[Known], level: Any, on: int) -> int | None:
    """Return the day from which an entry is not live for a level any more: `on` if it is not on that day, None if it stays."""
    segments: dict[int, bool] = {}
    for fact in stream:
        if fact.name in _OPENS:
            segments[_day(fact, "effective_from", _day(fact, "state_since"))] = level in fact.data["levels"]
        elif fact.name == "abolished" or "levels" in fact.data:
            segments[max(fact.day, _day(fact, "effective_from"))] = level in fact.data.get("levels", ())
    days = sorted(segments)
    spans = [(first, last) for first, last in pairwise([*days, None]) if first is not None and segments[first]]
    holding = [last for first, last in spans if first <= on and (last is None or on < last)]
    if not holding:
        return on
    end = holding[0]
    return _live_until_end(end, spans)


def _live_until_end(end: int | None, spans: Sequence[tuple[int, int | None]]) -> int | None:
    """Follow an entry from segment to segment as long as it stays live."""
    following = dict(spans)
    while end is not None and end in following:
        end = following[end]
    return end


def _opted_out(facts: Iterable[Known]) -> dict[str, list[tuple[int, int | None]]]:
    """Return from when to when the agency did not carry out an entry, by code."""
    found: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    codes: dict[str, str] = {}
    for fact in facts:
        if fact.kind == "tthc.opted_out":
            entry = fact.data["entry"]
            codes[fact.subject] = str(entry["id"] if isinstance(entry, Mapping) else entry)
            found[codes[fact.subject]].append((fact.day, None))
        elif fact.kind == "tthc.opted_in" and fact.subject in codes:
            spans = found[codes[fact.subject]]
            spans[-1] = (spans[-1][0], fact.day)
    return found


def _day(fact: Known, field: str, default: int | None = None) -> int:
    text: Any = fact.data.get(field)
    if text is not None:
        return clock.day_of(text)
    return fact.day if default is None else default
