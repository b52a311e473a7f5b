"""The registry by page, and the file of one agency, as of a day and as known at an instant.

Owns the choice of events behind the file; the lines themselves are built in `lines.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, select

from services.inspection import serving
from services.inspection.agencies import Member, Snapshot, province_of
from services.inspection.agency_order import places, search_texts
from services.inspection.figures import Asked, Basis, UnknownScopeError, all_needs, basis, figures_of, sums_for
from services.inspection.groups import Filters, province_label, selected
from services.inspection.indicators.coverage import FUNNEL_NEEDS, state_of
from services.inspection.indicators.timeline import Happening
from services.inspection.lines import BUILDERS
from services.inspection.read_models import AgencyFile, AgencyLine, AgencyPage, DatedChange
from services.inspection.streams import of_rows, standing
from services.inspection.timeline import timeline
from shared import clock
from shared.contracts.upcasting import data_of_body
from shared.registry.record import AgencyRecord
from shared.vietnam.text import found_in


def agency_line(snapshot: Snapshot, record: AgencyRecord) -> AgencyLine:
    """Return an agency as it stands on the snapshot's day, live or not."""
    day = snapshot.day
    member = snapshot.members.get(record.agency_id)
    province = province_of(snapshot, record)
    return AgencyLine(
        agency_id=record.agency_id,
        name_vi=record.name_on(day),
        name_en=record.name_on(day, "en"),
        kind=record.kind,
        level=record.level,
        obligation=record.obligation_on(day),
        parent_id=record.parent_on(day),
        sector_parent_id=record.sector_parent_on(day),
        admin_unit_code=record.admin_unit_code,
        province=province,
        province_label=province_label(province, day, snapshot.territory)[0],
        live=member is not None,
        status=record.status_on(day),
        valid_from=record.valid_from,
        valid_to=None if record.ended_on is None else record.ended_on - 1,
    )


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for among the agencies that live on a day."""

    #: Words that begin words of the name or id; marks are not looked at.
    query: str = ""
    #: Province code of the day, `central` or `unknown`.
    province: str | None = None
    #: Agency directly above, in either line.
    parent: str | None = None
    #: State of the funnel (I2a) that they are in.
    step: str | None = None
    #: In Vietnamese order of the names instead of by id.
    by_name: bool = False


def _matching(given: Basis, search: Search) -> Iterable[Member]:
    texts = search_texts(given.snapshot) if search.query else {}
    for member in given.members:
        if search.province not in (None, member.province):
            continue
        if search.parent not in (None, member.parent, member.sector_parent):
            continue
        if search.query and not found_in(texts[member.agency_id], search.query):
            continue
        yield member


def agency_page(
    connection: Connection, asked: Asked, search: Search, *, limit: int = 100, after: str = ""
) -> AgencyPage:
    """Return a page of the agencies that live on a day, ordered by id or by name.

    Args:
        connection: A reading transaction.
        asked: Day, instant and filters.
        search: What is looked for.
        limit: Most agencies.
        after: `next` of the page before.

    Raises:
        UnknownScopeError: no such scope as known at that instant.
    """
    given = basis(connection, asked)
    matching: Iterable[Member] = _matching(given, search)
    if search.step is not None:
        matching = _in_state(connection, given, list(matching), search.step)
    order = places(given.snapshot) if search.by_name else None
    found = sorted(matching, key=_by_id if order is None else lambda member: order[member.agency_id])
    page = list(islice(_following(found, after, order), limit + 1))
    lines = [agency_line(given.snapshot, member.record) for member in page[:limit]]
    following = lines[-1].agency_id if len(page) > limit else None
    return AgencyPage(asked.as_of, given.moment.known_at, given.watermark, len(found), lines, following)


def _by_id(member: Member) -> str:
    return member.agency_id


def _following(found: Sequence[Member], after: str, order: Mapping[str, int] | None) -> Iterable[Member]:
    """Return what comes after an agency; everything where it does not live on the day and names are the order."""
    if order is None:
        return (member for member in found if member.agency_id > after)
    last = order.get(after, -1)
    return (member for member in found if order[member.agency_id] > last)


def _in_state(connection: Connection, given: Basis, members: Sequence[Member], step: str) -> list[Member]:
    sums = sums_for(connection, given, FUNNEL_NEEDS, members)
    return [member for member in members if state_of(sums, member.agency_id) == step]


def agency_history(
    connection: Connection, agency_id: str, as_of: int, known_at: int | None = None
) -> tuple[Basis, AgencyLine, list[DatedChange]]:
    """Return an agency on a day, live or not, and the facts of its own history.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    given = basis(connection, Asked(as_of, known_at, Filters(agency_id)))
    record = given.snapshot.records[agency_id]
    return given, agency_line(given.snapshot, record), _changes(connection, agency_id, given.moment.known_at)


def _changes(connection: Connection, agency_id: str, known_at: int) -> list[DatedChange]:
    columns = serving.views(connection).events.c
    rows = connection.execute(
        select(columns.type, columns.day, columns.recorded_at, columns.service, columns.position, columns.body)
        .where(columns.agency_id == agency_id, columns.aggregate == "agency", columns.recorded_at <= known_at)
        .order_by(columns.occurred_at, columns.position)
    )
    return [_change(row.type, row.day, row.recorded_at, row.service, row.position, row.body) for row in rows]


def _change(event_type: str, day: int, recorded_at: int, service: str, position: int, body: bytes) -> DatedChange:
    data = data_of_body(event_type, body, clock.start_of_day(day))
    text = data.get("effective") or data.get("valid_from")
    on = clock.day_of(text) if text else day
    # The address of the office is no matter of history, and of no use to anyone who reads it here.
    shown = {name: value for name, value in data.items() if name != "contact"}
    return DatedChange(event_type, on, recorded_at, service, position, shown)


def agency_file(
    connection: Connection, agency_id: str, as_of: int, known_at: int | None = None, *, limit: int = 50
) -> AgencyFile:
    """Return all there is about one agency on a day, as known at an instant.

    Args:
        connection: A reading transaction.
        agency_id: The agency.
        as_of: Day number.
        known_at: Instant; None, or later than the watermark: the watermark.
        limit: Entries of the first page of its timeline.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    given, line, changes = agency_history(connection, agency_id, as_of, known_at)
    known = given.moment.known_at
    member = given.snapshot.members.get(agency_id)
    own = [member] if member else []
    sums = sums_for(connection, given, all_needs(), own)
    lines = _lines(connection, agency_id, as_of, known)
    return AgencyFile(
        as_of=as_of,
        known_at=known,
        watermark=given.watermark,
        agency=line,
        children=_children(given.snapshot, agency_id),
        changes=changes,
        figures=figures_of(given, sums, own),
        funnel_state=state_of(sums, agency_id),
        procedures=sorted(lines["procedure"], key=lambda found: (found.code, found.procedure_id)),
        nonconformities=sorted(lines["nonconformity"], key=lambda found: (not found.open, -found.raised_on)),
        actions=sorted(lines["action"], key=lambda found: (not found.open, found.due)),
        declarations=sorted(lines["declaration"], key=lambda found: -found.since),
        timeline=timeline(connection, agency_id, as_of, known, given.watermark, limit=limit),
    )


def _children(snapshot: Snapshot, agency_id: str) -> list[AgencyLine]:
    below = [member for member in selected(snapshot, Filters()) if agency_id in (member.parent, member.sector_parent)]
    below.sort(key=lambda member: (member.kind, member.record.name_on(snapshot.day)))
    return [agency_line(snapshot, member.record) for member in below]


def _lines(connection: Connection, agency_id: str, as_of: int, known_at: int) -> dict[str, list[Any]]:
    """Return the lines of all streams about the agency, by aggregate."""
    columns = serving.views(connection).events.c
    streams = select(columns.stream).where(columns.agency_id == agency_id, columns.aggregate.in_(BUILDERS)).distinct()
    rows = connection.execute(
        select(
            *(columns.stream, columns.aggregate, columns.source),
            *(columns.type, columns.occurred_at, columns.position, columns.provenance, columns.subject),
            *(columns.event_id, columns.body),
        ).where(
            # Later facts of a stream need not name the agency that the first one was about.
            columns.stream.in_(streams),
            # Also what happened later: it may take back what happened before.
            columns.recorded_at <= known_at,
        )
    ).all()
    lines: dict[str, list[Any]] = {aggregate: [] for aggregate in BUILDERS}
    for (aggregate, source), facts in _by_stream(rows, as_of).items():
        lines[aggregate[1]].append(BUILDERS[aggregate[1]](source, facts, as_of))
    return lines


def _by_stream(rows: Iterable[Sequence[Any]], as_of: int) -> dict[tuple[tuple[bytes, str], str], list[Happening]]:
    streams: dict[tuple[tuple[bytes, str], str], list[Any]] = {}
    for stream, aggregate, source, *fact in rows:
        streams.setdefault(((bytes(stream), aggregate), source), []).append(tuple(fact))
    standing_facts = {
        key: [one.fact for one in standing(of_rows(facts)) if one.fact.day <= as_of] for key, facts in streams.items()
    }
    return {key: facts for key, facts in standing_facts.items() if facts}


__all__ = ["UnknownScopeError", "agency_file", "agency_history", "agency_line", "agency_page"]
