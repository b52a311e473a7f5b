"""Reads all that is needed to judge a page of agencies, in a few statements however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, select

from services.inspection.inconsistencies.conditions import Owed
from services.inspection.inconsistencies.duties import Above, lists_procedures, parents
from services.inspection.inconsistencies.facts import Known, standing
from services.inspection.inconsistencies.projection import facts_of
from services.inspection.inconsistencies.tables import serving_tables, told
from services.inspection.inconsistencies.telling import Told, told_of
from services.inspection.obligations import tables as obligation_tables
from shared.database.bulk import select_by_keys
from shared.turns import in_turns


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What an agency is judged by."""

    agency_id: str
    #: Its facts that count, in business order.
    known: Sequence[Known]
    #: What it owed, where it has ended.
    owed: Sequence[Owed]
    #: Facts about duties of the agency and of those above it, where a declaration is held against them.
    above: Above
    #: What was said before, by key of the finding.
    told: Mapping[str, Told]


def case_files(connection: Connection, agencies: Sequence[str]) -> Iterator[CaseFile]:
    """Yield the files of agencies, in their order."""
    rows = select_by_keys(connection, serving_tables(connection).facts, "agency_id", agencies, ("agency_id", "body"))
    known = {agency_id: standing(facts_of(bodies)) for agency_id, bodies in in_turns(_by_first(rows).items())}
    ended = [agency_id for agency_id, facts in known.items() if any(fact.kind == "agency.ended" for fact in facts)]
    owed = _owed(connection, ended) if ended else {}
    listing = {agency_id for agency_id, facts in known.items() if any(lists_procedures(fact) for fact in facts)}
    above = _duties(connection, {agency_id: known[agency_id] for agency_id in listing}) if listing else {}
    said = _told(connection, agencies)
    for agency_id in agencies:
        facts = known.get(agency_id, [])
        duties = _above(agency_id, facts, above) if agency_id in listing else {}
        yield CaseFile(agency_id, facts, owed.get(agency_id, ()), duties, said.get(agency_id, {}))


def _by_first(rows: Iterable[Sequence[bytes]]) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = defaultdict(list)
    for agency_id, body in rows:
        found[str(agency_id)].append(bytes(body))
    return found


def _duties(connection: Connection, own: Mapping[str, Sequence[Known]]) -> dict[str, list[Known]]:
    """Return who stands where and what is to be done, of all agencies that ever stood above some; by agency."""
    facts = serving_tables(connection).facts.c
    found: dict[str, list[Known]] = {}
    level = {one for stated in own.values() for one in parents(stated)}
    while level:
        query = select(facts.agency_id, facts.body).where(
            facts.agency_id.in_(sorted(level)), facts.aggregate.in_(("agency", "tthc"))
        )
        rows = _by_first(connection.execute(query).all())
        new = {one: standing(facts_of(rows.get(one, []))) for one in in_turns(level)}
        found |= new
        level = {above for stated in new.values() for above in parents(stated)} - found.keys()
    return found


def _above(agency_id: str, own: Sequence[Known], duties: Mapping[str, list[Known]]) -> dict[str, Sequence[Known]]:
    """Return the facts of an agency and of all that ever stood above it."""
    found: dict[str, Sequence[Known]] = {agency_id: own}
    level = parents(own)
    while level:
        found |= {one: duties[one] for one in level if one not in found}
        level = {above for one in level for above in parents(found[one])} - found.keys()
    return found


def _told(connection: Connection, agencies: Sequence[str]) -> dict[str, dict[str, Told]]:
    found: dict[str, dict[str, Told]] = defaultdict(dict)
    for agency_id, key, body in select_by_keys(connection, told, "agency_id", agencies, ("agency_id", "key", "body")):
        found[agency_id][key] = told_of(body)
    return found


def _owed(connection: Connection, agencies: Sequence[str]) -> dict[str, list[Owed]]:
    """Return what agencies owed, with the decisions on it."""
    tables = obligation_tables.serving_tables(connection)
    names = ("giver", "thing", "effective")
    decided = {
        (giver, bytes(thing)): int(effective)
        for giver, thing, effective in select_by_keys(connection, tables.decisions, "giver", agencies, names)
    }
    found: dict[str, list[Owed]] = defaultdict(list)
    columns = ("agency_id", "thing", "source", "subject", "spans")
    rows = select_by_keys(connection, tables.obligations, "agency_id", agencies, columns)
    for agency_id, thing, source, subject, spans in rows:
        days = [(first, last) for first, last in orjson.loads(spans)]
        found[agency_id].append(Owed((source, subject), days, decided.get((agency_id, bytes(thing)))))
    return found
