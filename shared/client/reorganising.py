"""From a table of old and new agencies to the events of a reorganisation, in an order in which they are accepted.

Pure. The table has a row for each link: old agency, new agency, `whole` or `part`, whether it is the default, and how the
old one ends where that is not by merger. Agencies below stand before those above them, since none ends while others
stand under it. Ids follow from the reorganisation's, so sending a file again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

Event = dict[str, Any]

#: Links of one event, and sources of one merger.
_LINKS = 1000
_SOURCES = 500

#: Endings that are told of each agency by itself.
_ALONE = frozenset({"level_abolished", "dissolved"})


@dataclass(frozen=True, slots=True)
class Link:
    """One row of the table."""

    old: str
    new: str
    #: `whole` or `part`.
    share: str = "whole"
    is_default: bool = True
    #: `merged` (the default), or `level_abolished`, `dissolved`.
    how: str = "merged"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the events of a reorganisation have in common; `effective` is an ISO date."""

    reorganisation: str
    #: Agency that runs it.
    source: str
    name_vi: str
    effective: str
    legal_basis: str = ""
    #: Day of the announcement; the day it takes effect without one.
    announced: str = ""
    #: Levels that no longer exist afterwards.
    abolished_levels: Sequence[str] = ()

    @property
    def basis(self) -> dict[str, str]:
        """Return the legal basis as a field, where there is one."""
        return {"legal_basis": self.legal_basis} if self.legal_basis else {}


def event(
    plan: Plan, kind: str, source: str, subject: str, data: Mapping[str, Any], *, on: str, part: str = ""
) -> Event:
    """Return an event of a day; its id follows from the reorganisation, the kind and the record."""
    about = f"{plan.reorganisation}:{kind}:{source}/{subject}:{part}"
    return {
        "specversion": "1.0",
        "id": f"{plan.reorganisation[:60]}:{sha256(about.encode()).hexdigest()[:40]}",
        "source": f"/agencies/{source}",
        "type": f"qms.{kind}",
        "subject": subject,
        "time": f"{on}T00:00:00+07:00",
        "datacontenttype": "application/json",
        "data": dict(data),
    }


def events(plan: Plan, links: Sequence[Link]) -> Iterator[Event]:
    """Give all events, from the plan to the day on which it takes effect."""
    yield from announcing(plan, links)
    yield from ending(plan, links)
    yield _own(plan, "took_effect", {"effective": plan.effective}, on=plan.effective)


def _own(plan: Plan, name: str, data: Mapping[str, Any], *, on: str, part: str = "") -> Event:
    return event(plan, f"reorganisation.{name}", plan.source, plan.reorganisation, data, on=on, part=part)


def announcing(plan: Plan, links: Sequence[Link]) -> Iterator[Event]:
    """Give the plan, the mapping in parts, and the announcement."""
    day = plan.announced or plan.effective
    data = {"name_vi": plan.name_vi, "effective_on": plan.effective, **plan.basis}
    yield _own(plan, "planned", data, on=day)
    rows = [{"old": link.old, "new": link.new, "share": link.share, "is_default": link.is_default} for link in links]
    for start in range(0, len(rows), _LINKS):
        yield _own(plan, "mapped", {"links": rows[start : start + _LINKS]}, on=day, part=str(start))
    yield _own(plan, "announced", {"announced_on": day}, on=day)


def ending(plan: Plan, links: Sequence[Link]) -> Iterator[Event]:
    """Give the ends of the old agencies: divisions, mergers, abolitions; in the order of the table."""
    by_old: dict[str, list[Link]] = {}
    for link in links:
        by_old.setdefault(link.old, []).append(link)
    merging, merged, divided = _merging(links), set[str](), set[str]()
    for old, of_old in by_old.items():
        if of_old[0].how in _ALONE:
            yield _ended(plan, old, of_old)
            continue
        for new in (link.new for link in of_old if link.new not in merged):
            merged.add(new)
            # A source that is divided ends by its division; the mergers of its parts come after that.
            for source in merging[new]:
                if len(by_old[source]) > 1 and source not in divided:
                    divided.add(source)
                    yield _split(plan, source, by_old[source])
            yield from _merged(plan, new, merging[new])
    for level in plan.abolished_levels:
        data = {"level": level, "effective": plan.effective, **plan.basis}
        yield event(plan, "registry.level_abolished", plan.source, level, data, on=plan.effective)


def _merging(links: Iterable[Link]) -> dict[str, list[str]]:
    """Return by new agency the old ones that go into it; an agency that simply goes on has none."""
    result: dict[str, list[str]] = {}
    for link in links:
        sources = result.setdefault(link.new, [])
        if link.how not in _ALONE:
            sources.append(link.old)
    return result


def _ended(plan: Plan, old: str, links: Sequence[Link]) -> Event:
    data = {"how": links[0].how, "effective": plan.effective, "successors": _ordered(links), **plan.basis}
    return event(plan, "agency.ended", old, old, data, on=plan.effective)


def _ordered(links: Iterable[Link]) -> list[str]:
    return [link.new for link in sorted(links, key=lambda link: not link.is_default) if link.new != link.old]


def _split(plan: Plan, old: str, links: Sequence[Link]) -> Event:
    targets = [{"id": link.new, "is_default": link.is_default} for link in links]
    data = {"source": old, "targets": targets, "effective": plan.effective, **plan.basis}
    return event(plan, "agency.split", old, old, data, on=plan.effective)


def _merged(plan: Plan, new: str, sources: Sequence[str]) -> Iterator[Event]:
    others = [source for source in sources if source != new]
    for start in range(0, len(others), _SOURCES):
        data: dict[str, Any] = {"sources": others[start : start + _SOURCES], "target": new}
        if new in sources:
            data["absorbing"] = True
        data |= {"effective": plan.effective, **plan.basis}
        yield event(plan, "agency.merged", new, new, data, on=plan.effective, part=str(start))


def inherited(line: Mapping[str, Any], *, effective: str, reorganisation: str, source: str) -> Event:
    """Return the decision that a line of a checklist goes to the heir that it names.

    Args:
        line: What `GET /v1/reorganisations/{id}/obligations` says of a thing.
        effective: Day from which the heir has it, ISO.
        reorganisation: The reorganisation's id.
        source: Agency that runs it.
    """
    giver, subject = line["from"], line["subject"]
    about = f"{reorganisation}:{giver}/{subject}"
    return {
        "specversion": "1.0",
        "id": f"inherited:{sha256(about.encode()).hexdigest()[:40]}",
        "source": f"/agencies/{giver}",
        "type": "qms.obligation.inherited",
        "subject": subject,
        "time": f"{effective}T00:00:00+07:00",
        "datacontenttype": "application/json",
        "data": {
            "kind": line["kind"],
            "id": line["id"],
            "from": giver,
            "to": line["to"],
            "effective": effective,
            "reorganisation": {"source": f"/agencies/{source}", "id": reorganisation},
        },
    }
