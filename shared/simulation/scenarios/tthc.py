"""Public procedures (TTHC): departments publish their own, provincial committees those of their communes."""

from __future__ import annotations

from typing import Any

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import Entry, Life, World, decision

#: Share of the entries that are abolished when they come up for a change.
_ABOLISHED = 0.06


def publishable(agency: Agency) -> list[tuple[Entry, str, str]]:
    """Return what an agency may publish: the entry, its field, the level that carries it out."""
    if agency.kind == "provincial_pc":
        return [
            ((f"2.9{index:02d}.{str(agency.unit).lower()}", name, days), field, "commune")
            for index, (name, field, days) in enumerate(words.COMMUNE_PROCEDURES)
        ]
    return [(entry, agency.name, "province") for entry in agency.entries]


def published(
    world: World, agency: Agency, entry: Entry, field: str, level: str, *, baseline: int | None = None
) -> Emission:
    """Return the publication of an entry, now or, as a baseline, since a day."""
    code, name, days = entry
    world.entries.setdefault(agency.agency_id, []).append(entry)
    data: dict[str, Any] = {"name": name, "field": field, "levels": [level], "regulated_days": days}
    if baseline is None:
        return Emission("tthc.published", agency.agency_id, code, data, world.between(120, 400))
    data["state_since"] = iso(baseline)
    return Emission("tthc.baselined", agency.agency_id, code, data, imported=True)


def life(world: World, agency: Agency) -> Life:
    """Publish an entry; later amend it, or abolish it."""
    day = yield 0
    key = f"tthc:{agency.agency_id}"
    open_entries = [given for given in publishable(agency) if f"{key}:{given[0][0]}" not in world.taken]
    if not open_entries:
        return
    (code, name, days), field, level = open_entries[0]
    world.taken.add(f"{key}:{code}")
    entry = (f"{code}.{world.mark}", name, days)
    day = yield published(world, agency, entry, field, level)
    yield from upkeep(world, agency, entry, day)


def upkeep(world: World, agency: Agency, entry: Entry, day: int) -> Life:
    """Amend an entry now and then."""
    code, _name, days = entry
    while True:
        if world.chance(_ABOLISHED):
            world.entries[agency.agency_id].remove(entry)
            data: dict[str, Any] = {"effective_from": iso(day), "decision_no": decision(world, day, "QĐ-UBND")}
            yield Emission("tthc.abolished", agency.agency_id, code, data)
            return
        fewer = max(1, days - world.between(0, 2))
        data = {
            "changed": ["time"] if fewer != days else ["dossier"],
            "regulated_days": days,
            "effective_from": iso(day + 5),
            "decision_no": decision(world, day, "QĐ-UBND"),
        }
        day = yield Emission("tthc.amended", agency.agency_id, code, data, world.between(150, 400))


def opting_out(world: World, agency: Agency) -> Life:
    """State that a commune does not carry out what its province published for it; some take it up later."""
    yield 0
    published = world.entries.get(str(agency.parent_id)) if agency.kind == "commune_pc" else None
    if not published:
        return
    code, _name, _days = world.pick(published)
    key = f"opt:{agency.agency_id}:{code}"
    if key in world.taken:
        return
    world.taken.add(key)
    data = {"entry": {"source": str(agency.parent_id), "id": code}, "reason": "Địa bàn không phát sinh hồ sơ"}
    yield Emission("tthc.opted_out", agency.agency_id, code, data, world.between(40, 150))
    if world.chance(0.5):
        yield Emission("tthc.opted_in", agency.agency_id, code, {})
