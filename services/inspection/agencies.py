"""The registry as of a day, as known at an instant: which agencies there are, under whom, and where.

Owns the folding of the registry's events out of the inbox of the views, and its cache: what is known up to an instant
never changes, so both the records of a version and their evaluation for a day may be kept. What the events mean is in
`shared/registry/fold.py`, the territory in `territory.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import Connection, Engine, func, select

from services.inspection import geography
from services.inspection.asked_once import once
from services.inspection.newest_kept import with_newest
from services.inspection.tables import OversightTables, oversight_tables
from services.inspection.territory import Territory, shipped, with_events
from shared import clock
from shared.contracts.envelope import corrected_id
from shared.contracts.upcasting import data_of_body, data_today
from shared.registry.fold import OPENINGS, fold
from shared.registry.record import AgencyRecord, value_on
from shared.registry.refolding import Told, refolded
from shared.turns import in_turns

#: Versions of the registry kept in memory; 15,000 agencies take about 15 MB each.
_VERSIONS = 3
#: Evaluations for a day kept in memory, 2 MB each: a line over twelve months needs thirteen of them at once.
_DAYS = 24


@dataclass(slots=True)
class Member:
    """A live agency on the day asked for."""

    agency_id: str
    kind: str
    level: str
    obligation: str
    parent: str | None
    sector_parent: str | None
    record: AgencyRecord
    #: Province on the day, and in today's geography; `central` or `unknown` where there is none.
    province: str = geography.UNKNOWN
    province_today: str = geography.UNKNOWN


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All agencies that live on a day, by id."""

    day: int
    members: Mapping[str, Member]
    #: Every agency ever known, by id.
    records: Mapping[str, AgencyRecord]
    #: Administrative units, as known with the agencies.
    territory: Territory = field(default_factory=shipped)
    _below: dict[str, list[str]] = field(default_factory=dict)
    _ever_below: dict[str, list[str]] = field(default_factory=dict)
    #: What lists have worked out once for all their pages.
    worked_out: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def within(self, scope: str) -> set[str]:
        """Return the ids of an agency and all below it, by administrative and by sector parent."""
        if not self._below:
            parents = ((one.agency_id, one.parent, one.sector_parent) for one in self.members.values())
            self._below.update(_children(parents))
        return _descendants(self._below, scope)

    def under(self, scope: str) -> set[str]:
        """Return the same with agencies that have ended or are to come, by what stands above them on the day."""
        if not self._ever_below:
            records = self.records.values()
            parents = ((one.agency_id, one.parent_on(self.day), one.sector_parent_on(self.day)) for one in records)
            self._ever_below.update(_children(parents))
        return _descendants(self._ever_below, scope)

    def above(self, agency_id: str) -> set[str]:
        """Return the ids of an agency and all above it, by administrative and by sector parent."""
        found = {agency_id}
        waiting = [agency_id]
        while waiting:
            member = self.members.get(waiting.pop())
            for parent in (member.parent, member.sector_parent) if member else ():
                if parent is not None and parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return found


def _children(parents: Iterable[tuple[str, str | None, str | None]]) -> dict[str, list[str]]:
    """Return the agencies directly below each, from agencies with their two parents."""
    below: dict[str, list[str]] = {"": []}
    for agency_id, parent, sector_parent in parents:
        for above in {parent, sector_parent} - {None}:
            below.setdefault(str(above), []).append(agency_id)
    return below


def _descendants(below: Mapping[str, Sequence[str]], scope: str) -> set[str]:
    found = {scope}
    waiting = [scope]
    while waiting:
        for child in below.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return found


def evaluate(records: Mapping[str, AgencyRecord], day: int, territory: Territory | None = None) -> Snapshot:
    """Return the agencies that live on a day, with what holds for each on that day."""
    members = {
        agency_id: Member(
            agency_id,
            record.kind,
            record.level,
            str(value_on(record.obligations, day)),
            value_on(record.parents, day),
            value_on(record.sector_parents, day),
            record,
        )
        for agency_id, record in in_turns(records.items())
        if record.live_on(day)
    }
    units = territory or shipped()
    _place(members, day, units)
    return Snapshot(day, members, records, units)


def _place(members: Mapping[str, Member], day: int, units: Territory) -> None:
    """Set the provinces: by the agency's own unit, else by that of the nearest agency above it."""
    today = max(day, geography.REFORM)
    places: dict[tuple[str, int], tuple[str, str]] = {}

    def above(record: AgencyRecord) -> AgencyRecord | None:
        at = members[record.agency_id]
        found = members.get(at.parent or at.sector_parent or "")
        return found.record if found else None

    for member in in_turns(members.values()):
        holder = _located(member.record, above)
        if holder is None:
            continue
        if holder.level == geography.CENTRAL:
            member.province = member.province_today = geography.CENTRAL
            continue
        code = str(holder.admin_unit_code)
        unit = units.unit(code, holder.valid_from)
        key = (code, unit.first if unit else 0)
        if key not in places:
            places[key] = (_province(units, holder, day), _province(units, holder, today))
        member.province, member.province_today = places[key]


def province_of(snapshot: Snapshot, record: AgencyRecord) -> str:
    """Return the province of an agency in the geography of the snapshot's day.

    One that is not there on that day lies where it did on its last one; one that is to come, where it will.
    """
    there = snapshot.members.get(record.agency_id)
    if there is not None:
        return there.province
    on = record.valid_from if record.ended_on is None else record.ended_on - 1

    def above(one: AgencyRecord) -> AgencyRecord | None:
        return snapshot.records.get(value_on(one.parents, on) or value_on(one.sector_parents, on) or "")

    return _province(snapshot.territory, _located(record, above), snapshot.day)


def _located(record: AgencyRecord, above: Callable[[AgencyRecord], AgencyRecord | None]) -> AgencyRecord | None:
    """Return the agency whose unit says where this one is; a central agency says it without a unit."""
    at: AgencyRecord | None = record
    for _ in range(_DEEPEST):
        if at is None or at.level == geography.CENTRAL or at.admin_unit_code:
            return at
        at = above(at)
    return None


def _province(units: Territory, holder: AgencyRecord | None, day: int) -> str:
    """Return the province of what says where an agency is, in the geography of a day."""
    if holder is None:
        return geography.UNKNOWN
    if holder.level == geography.CENTRAL:
        return geography.CENTRAL
    return units.province(str(holder.admin_unit_code), holder.valid_from, day) or geography.UNKNOWN


#: Longest way up that is followed; a chain of agencies is no deeper than its levels and their divisions.
_DEEPEST = 12


class RegistryViews:
    """The registry out of the inbox of one version of the views, with its caches.

    The caches are replaced, never changed, so that threads need no lock: those of a green process could not wait for
    one that a native thread holds. The worst that can happen is that two of them compute the same.
    """

    def __init__(self, tables: OversightTables) -> None:
        """Take the tables of the version."""
        self._events = tables.events
        self._versions: Mapping[int, Mapping[str, AgencyRecord]] = {}
        self._days: Mapping[tuple[int, int, int], Snapshot] = {}
        self._territories: Mapping[int, Territory] = {}

    def snapshot(self, connection: Connection, day: int, known_at: int) -> Snapshot:
        """Return the agencies live on a day, by what was known at an instant."""
        version = self._version(connection, known_at)
        units = self._version(connection, known_at, "admin_unit")
        found = self._days.get((version, units, day))
        if found is None:
            found = evaluate(self._records(connection, version), day, self._territory(connection, units))
            self._days = with_newest(self._days, (version, units, day), found, _DAYS)
        return found

    def _version(self, connection: Connection, known_at: int, aggregate: str = "agency") -> int:
        """Return when the latest event of the registry known at an instant was recorded; 0 without one."""
        events = self._events.c
        latest = select(func.max(events.recorded_at)).where(
            events.aggregate == aggregate, events.recorded_at <= known_at
        )
        key = (self._events.name, aggregate, known_at)
        return once(connection, key, lambda: int(connection.execute(latest).scalar() or 0))

    def _territory(self, connection: Connection, version: int) -> Territory:
        """Return the administrative units: the shipped ones, and what events told of up to a version."""
        if not version:
            return shipped()
        found = self._territories.get(version)
        if found is None:
            events = self._events.c
            rows = connection.execute(
                select(events.subject, events.type, events.day, events.event_id, events.body)
                .where(events.aggregate == "admin_unit", events.recorded_at <= version)
                .order_by(events.recorded_at, events.position)
            ).all()
            found = with_events(shipped(), _standing_units(rows))
            self._territories = with_newest(self._territories, version, found, _VERSIONS)
        return found

    def _records(self, connection: Connection, version: int) -> Mapping[str, AgencyRecord]:
        found = self._versions.get(version)
        if found is None:
            earlier = max((known for known in self._versions if known < version), default=0)
            records = dict(self._versions.get(earlier, {}))
            new = list(self._between(connection, earlier, version))
            found = _with_events(records, new)
            for agency_id in sorted({row[0] for row in new if b'"corrects"' in row[3]}):
                self._refold(connection, found, agency_id, version)
            self._versions = with_newest(self._versions, version, found, _VERSIONS)
        return found

    def _refold(self, connection: Connection, records: dict[str, AgencyRecord], agency_id: str, until: int) -> None:
        """Fold an agency anew, of whose facts one was corrected or retracted."""
        events = self._events.c
        rows = connection.execute(
            select(events.event_id, events.type, events.day, events.occurred_at, events.body)
            .where(events.aggregate == "agency", events.subject == agency_id, events.recorded_at <= until)
            .order_by(events.recorded_at, events.position)
        )
        state = refolded(agency_id, (_told(row) for row in rows))
        records.pop(agency_id, None)
        if state is not None:
            records[agency_id] = _record(state)

    def _between(self, connection: Connection, after: int, until: int) -> Iterable[Sequence[Any]]:
        events = self._events.c
        return connection.execute(
            select(events.subject, events.type, events.day, events.body)
            .where(events.aggregate == "agency", events.recorded_at > after, events.recorded_at <= until)
            .order_by(events.recorded_at, events.position)
        )


def _standing_units(rows: Iterable[Sequence[Any]]) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    """Return subject, event and data of the facts about units that nobody corrected or took back."""
    told = [(*row[:4], orjson.loads(row[4])) for row in rows]
    withdrawn = {corrected_id(body.get("corrects")) for *_others, body in told}
    for subject, event_type, day, event_id, body in told:
        if event_id not in withdrawn:
            data = data_today(event_type, body, clock.start_of_day(day))
            yield subject, event_type.rpartition(".")[2], data


def _with_events(records: dict[str, AgencyRecord], events: Iterable[Sequence[Any]]) -> dict[str, AgencyRecord]:
    """Return the records after further events, given in the order in which they were recorded."""
    changed: dict[str, dict[str, Any]] = {}
    for agency_id, event_type, day, body in in_turns(events):
        state = changed.get(agency_id)
        if state is None and agency_id in records:
            state = _fields(records[agency_id])
        if state is None and event_type not in OPENINGS:
            continue
        data = data_of_body(event_type, body, clock.start_of_day(day))
        changed[agency_id] = fold(state, event_type, data, day, agency_id=agency_id)
    records.update({agency_id: _record(state) for agency_id, state in changed.items()})
    return records


def _record(state: Mapping[str, Any]) -> AgencyRecord:
    """Return the record of a state with tuples for lists.

    They stay for good, and Python's collector leaves tuples of plain values alone: through the lists of 15,000 agencies it
    looked for a quarter of a second every few pages.
    """
    return AgencyRecord(**{name: _settled(value) for name, value in state.items()})


def _settled(value: Any) -> Any:
    return tuple([_settled(one) for one in value]) if isinstance(value, list) else value


def _told(row: Any) -> Told:
    event = orjson.loads(row.body)
    return Told(
        row.event_id,
        corrected_id(event.get("corrects")),
        row.type,
        row.day,
        data_today(row.type, event, row.occurred_at),
    )


def _fields(record: AgencyRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in AgencyRecord.__slots__}


_registries: WeakKeyDictionary[Engine, dict[int, RegistryViews]] = WeakKeyDictionary()


def registry_of(connection: Connection, version: int) -> RegistryViews:
    """Return the registry of a connection's database; one per database and process, so that its cache pays."""
    return _registries.setdefault(connection.engine, {}).setdefault(version, RegistryViews(oversight_tables(version)))
