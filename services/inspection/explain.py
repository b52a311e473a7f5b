"""What is behind a figure: the agencies, each with its own figure, and the events that made it, known at the same time.

Owns the paging, which goes by agency: a page has some agencies and all the events that count for them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Select, and_, func, literal, or_, select

from services.inspection.agencies import Member
from services.inspection.checkpoints.months import known_month
from services.inspection.checkpoints.shapes import OF_EVENTS
from services.inspection.claims import verdicts_on
from services.inspection.contributions import Contributions, contributions_of
from services.inspection.figures import Asked, Basis, basis, sums_for, whole_question
from services.inspection.groups import Group
from services.inspection.indicators.definitions import Indicator
from services.inspection.indicators.sums import Need
from services.inspection.read_models import Answer, Figure
from services.inspection.remembered import remembered_answer
from services.inspection.sums import alike_needs, closed_months, counted_events, event_query, measure_name, restricted
from shared.database.bulk import select_by_keys
from shared.turns import in_turns


class UnknownRowError(LookupError):
    """No row of the answer has that key."""


@dataclass(frozen=True, slots=True)
class Share:
    """One agency's part in a figure."""

    agency_id: str
    label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class Cause:
    """An event behind a figure."""

    service: str
    partition: int
    position: int
    event_id: str
    type: str
    source: str
    subject: str
    agency_id: str
    occurred_at: int
    recorded_at: int
    #: The measures that it changed; `registry` where it says that the agency exists.
    measures: tuple[str, ...]
    #: Why it came after its reporting period was closed; empty where it did not.
    late_reason: str = ""
    #: What an inspection found of it: `confirmed`, `contradicted`, `unverifiable`; empty while nobody has verified it.
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A page of what is behind a figure."""

    indicator: str
    as_of: int
    known_at: int
    watermark: int
    key: str
    figure: Figure
    agencies: Sequence[Share]
    events: Sequence[Cause]
    #: How many events there are, of which `events` may be the first.
    count: int
    next: str | None
    #: How many agencies the row has, of which `agencies` may be a page.
    members: int = 0


def explain(
    connection: Connection,
    indicator: Indicator,
    asked: Asked,
    key: str,
    *,
    limit: int = 50,
    after: str = "",
    most: int | None = None,
) -> Explanation:
    """Return what is behind a row of an indicator's answer.

    Args:
        connection: A reading transaction.
        indicator: The indicator.
        asked: The question as it was asked for the row.
        key: The row's key; empty for the only row of an answer without grouping.
        limit: Most agencies on the page.
        after: `next` of the page before.
        most: Most events on the page; None for all of these agencies.

    Raises:
        UnknownScopeError: no such scope as known at that instant.
        UnknownRowError: the answer has no row of that key.
    """
    known = _known_whole(connection, indicator, asked)
    if known is not None:
        asked = replace(asked, known_at=known.known_at)
    given = basis(connection, asked)
    group = given.group(asked, key)
    if group is None:
        raise UnknownRowError(key)
    page = _page(given, group, after, limit + 1)
    shown = page[:limit]
    # A rank is among all agencies asked for, whichever row is explained.
    concerned = given.members if indicator.shared else group.members if known is None else shown
    own = [] if indicator.shared or len(shown) < len(concerned) else _own(connection, given, indicator, shown)
    read = {need for one in own for need in one.needs}
    left = [need for need in indicator.needs if need not in read]
    sums = sums_for(connection, given, left, concerned)
    for one in own:
        sums = one.add_to(sums)
    whole = whole_question(connection, indicator, asked, given, sums)
    members = sorted(group.members, key=_BY_ID) if known is None else []
    figure = indicator.figure(replace(whole, members=members)) if known is None else _figure_of(known, group.key)
    found = _found(connection, given, left, shown, own)
    return Explanation(
        indicator=indicator.id,
        as_of=asked.as_of,
        known_at=given.moment.known_at,
        watermark=given.watermark,
        key=group.key,
        figure=figure,
        agencies=[
            Share(
                member.agency_id,
                member.record.name_on(asked.as_of),
                indicator.figure(replace(whole, members=[member])),
            )
            for member in shown
        ],
        events=_read(connection, given, found[:most]),
        count=len(found),
        next=shown[-1].agency_id if len(page) > limit else None,
        members=len(group.members),
    )


_BY_ID = attrgetter("agency_id")


def _page(given: Basis, group: Group, after: str, most: int) -> list[Member]:
    """Return the first agencies of a row after one of them, by id."""
    snapshot = given.snapshot
    if len(group.members) < len(snapshot.members):
        return nsmallest(most, (one for one in group.members if one.agency_id > after), key=_BY_ID)
    # All there are: they are put in order once for all explanations.
    if _EVERYBODY not in snapshot.worked_out:
        snapshot.worked_out[_EVERYBODY] = sorted(group.members, key=_BY_ID)
    everybody: list[Member] = snapshot.worked_out[_EVERYBODY]
    begins = bisect_right(everybody, after, key=_BY_ID)
    return everybody[begins : begins + most]


#: Where the agencies of a day are kept in order.
_EVERYBODY = "by id"


def _known_whole(connection: Connection, indicator: Indicator, asked: Asked) -> Answer | None:
    """Return the answer whose row is explained, as others see it too, where it need not be worked out for the explanation.

    Not for ranks, which each need all others, and not by agency, where one of them is explained out of its own facts.
    """
    if indicator.shared is not None or asked.by == "agency":
        return None
    return remembered_answer(connection, indicator, asked)


def _figure_of(known: Answer, key: str) -> Figure:
    found = next((row.figure for row in known.rows if row.key == key), None)
    if found is None:
        raise UnknownRowError(key)
    return found


class _Found(NamedTuple):
    """An event behind a figure, not yet read."""

    service: str
    partition: int
    position: int
    measures: tuple[str, ...]


def _own(
    connection: Connection, given: Basis, indicator: Indicator, members: Sequence[Member]
) -> Sequence[Contributions]:
    """Return the contributions of the agencies of a page; nothing where it is not known when anything became known."""
    months, agency_ids = _known_months(connection, given), [member.agency_id for member in members]
    if months is None or len(agency_ids) > _A_PAGE:
        return []
    return contributions_of(connection, given.tables, indicator.needs, given.moment, agency_ids, months)


#: Up to so many agencies are a page; those of a file have more contributions than are read one by one.
_A_PAGE = 200


def _found(
    connection: Connection,
    given: Basis,
    left: Sequence[Need],
    members: Sequence[Member],
    own: Sequence[Contributions],
) -> list[_Found]:
    """Return which events are behind the figures of agencies, in order of service and position.

    `own` is what they contributed to some needs; what is behind the others, those left, is looked up.
    """
    measures: dict[tuple[str, int, int], set[str]] = {}
    for measure, at in chain.from_iterable(one.causes() for one in own):
        measures.setdefault(at, set()).add(measure)
    agency_ids = [member.agency_id for member in members]
    publishers = {above for member in members for above in given.snapshot.above(member.agency_id)}
    months = _known_months(connection, given)
    for needs in alike_needs(left):
        names = {measure_name(need, given.moment.variant): need.measure for need in needs}
        concerned = list(publishers) if needs[0].everywhere else agency_ids
        if needs[0].measure in OF_EVENTS:
            query = _reported(given, needs[0], concerned)
        else:
            query = _causes(given, needs[0], list(names), concerned, months)
        for measure, *place in connection.execute(query):
            measures.setdefault((*place,), set()).add(names[measure])
    registered = connection.execute(_registered(given, agency_ids))
    registry = [_Found(row.service, row.partition, row.position, ("registry",)) for row in registered]
    return sorted([*registry, *(_Found(*key, tuple(sorted(names))) for key, names in measures.items())], key=_place)


_place = itemgetter(0, 1, 2)


def _registered(given: Basis, agency_ids: Sequence[str]) -> Select[Any]:
    """Return the query of the events that say that agencies exist, and what they are."""
    columns = given.tables.events.c
    return select(columns.service, columns.partition, columns.position).where(
        columns.aggregate == "agency",
        columns.agency_id.in_(agency_ids),
        columns.recorded_at <= given.moment.known_at,
    )


def _reported(given: Basis, need: Need, agency_ids: Sequence[str]) -> Select[Any]:
    """Return the query of the events that a measure of the inbox counts: all of the period, or the latest day's."""
    columns = given.tables.events.c
    name = literal(measure_name(need, given.moment.variant))
    query = select(name, columns.service, columns.partition, columns.position)
    query = counted_events(query, need, given.moment, columns)
    query = query.where(columns.agency_id.in_(agency_ids))
    if need.broken:
        return query
    of_these = event_query(given.tables.events, need, given.moment).where(columns.agency_id.in_(agency_ids))
    latest = of_these.subquery()
    return query.join(latest, and_(latest.c.agency_id == columns.agency_id, latest.c.last_day == columns.day))


def _causes(
    given: Basis, need: Need, measures: Sequence[str], agency_ids: Sequence[str], months: Sequence[int] | None
) -> Select[Any]:
    """Return the query of the causes in the streams that contribute something to measures that are needed alike.

    What was taken back since (an action that is done) is behind nothing any more. `months` are those in which anything became
    known: the index goes by them before it goes by agency.
    """
    deltas = given.tables.deltas
    columns = deltas.c
    amounts = (columns.a1, columns.a2, columns.a3, columns.a4)
    sums = [func.sum(amount).over(partition_by=(columns.measure, columns.stream)) for amount in amounts]
    query = select(columns.measure, columns.service, columns.partition, columns.position, *sums).where(
        columns.measure.in_(measures),
        columns.agency_id.in_(agency_ids),
        columns.day <= given.moment.as_of,
        columns.known_at <= given.moment.known_at,
    )
    if months is not None:
        query = query.where(columns.known_month.in_(months))
    each = restricted(query, deltas, need, given.moment).subquery().c
    cause, totals = list(each)[:4], list(each)[4:]
    return select(*cause).where(or_(*(total != 0 for total in totals))).distinct()


def _known_months(connection: Connection, given: Basis) -> Sequence[int] | None:
    """Return the months in which anything became known up to the instant; None where that is not known."""
    months = closed_months(connection, given.tables)
    return None if months is None else range(months.first, known_month(given.moment.known_at) + 1)


def _read(connection: Connection, given: Basis, found: Sequence[_Found]) -> list[Cause]:
    """Return the events themselves, in the given order."""
    rows: dict[tuple[str, int, int], _Event] = {}
    for service, partition in sorted({one[:2] for one in found}):
        positions = sorted({one.position for one in found if one[:2] == (service, partition)})
        of_log = {"service": service, "partition": partition}
        read = select_by_keys(connection, given.tables.events, "position", positions, _Event._fields, only=of_log)
        rows.update(((service, partition, event.position), event) for event in map(_Event._make, read))
    return _verified(connection, given, [_cause(rows[one[:3]], one) for one in in_turns(found)])


class _Event(NamedTuple):
    """What is read of an event."""

    position: int
    event_id: str
    type: str
    source: str
    subject: str
    agency_id: str
    occurred_at: int
    recorded_at: int
    body: bytes


def _verified(connection: Connection, given: Basis, causes: Sequence[Cause]) -> list[Cause]:
    """Return the causes with the verdicts on them."""
    named = [(cause.source, cause.event_id) for cause in causes]
    found = verdicts_on(connection, named, given.moment.as_of, given.moment.known_at)
    if not found:
        return list(causes)
    return [
        replace(cause, verdict=found[key].verdict) if (key := (cause.source, cause.event_id)) in found else cause
        for cause in causes
    ]


def _cause(event: _Event, found: _Found) -> Cause:
    return Cause(
        service=found.service,
        partition=found.partition,
        position=found.position,
        event_id=event.event_id,
        type=event.type,
        source=event.source,
        subject=event.subject,
        agency_id=event.agency_id,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        measures=found.measures,
        late_reason=_late_reason(event.body),
    )


def _late_reason(body: bytes) -> str:
    # Nearly no event has one, and a figure may rest on tens of thousands.
    found = orjson.loads(body).get("data", {}).get("late_reason") if b'"late_reason"' in body else None
    return str(found or "")
