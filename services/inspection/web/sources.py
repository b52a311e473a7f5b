"""Answers the pages' questions from the read side of this service."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

import orjson
from sqlalchemy import Connection, select

from services.inspection import queries, serving
from services.inspection.agencies import Snapshot, registry_of
from services.inspection.agency_file import Search, agency_page
from services.inspection.explain import Explanation, explain
from services.inspection.figures import Asked, answer
from services.inspection.groups import ALL, province_label
from services.inspection.groups import Filters as Members
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.law_effects import AffectedProcedure, affected_procedures
from services.inspection.read_models import (
    AgencyFile,
    AgencyPage,
    AlertLine,
    Answer,
    Board,
    Figure,
    Freshness,
    LegalChange,
    Report,
    TimelineEntry,
)
from services.inspection.recent import recent
from services.inspection.remembered import remembered, remembered_answer
from services.inspection.timeline import CursorError, timeline
from services.inspection.web.filters import Filters
from services.inspection.web.views import EventRecord, Explained, Name, Views
from shared.registry.record import AgencyRecord
from shared.vietnam.collation import collation_key

T = TypeVar("T")

#: Agencies of one page of a search, and of an explanation: of those all that counts is read.
AGENCIES_A_PAGE, EXPLAINED_A_PAGE = 100, 50


class Readable(Protocol):
    """A database as the pages use it."""

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work` on one consistent snapshot."""
        ...


class _Opened:
    """A database over which a transaction is open."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, work: Callable[[Connection], T]) -> T:
        return work(self._connection)


class QueryViews:
    """The read side as the pages see it; each question is one reading transaction."""

    def __init__(self, database: Readable) -> None:
        """Take the service's database."""
        self._database = database

    def together(self, work: Callable[[Views], T]) -> T:
        """Return what `work` makes of the answers to several questions, all in one reading transaction."""
        return self._database.read(lambda connection: work(QueryViews(_Opened(connection))))

    def board(self, filters: Filters) -> Board:
        """Return the national board."""
        return self._read(queries.board_of, replace(asked_of(filters), by="province"))

    def alerts(self, filters: Filters) -> Sequence[AlertLine]:
        """Return open alerts, the most severe first."""
        return self._read(queries.open_alerts, filters.scope, filters.as_of, filters.known_at)

    def legal_changes(self, filters: Filters, *, limit: int | None = 20) -> list[LegalChange]:
        """Return changes of the law of the last year, the newest first; None for all of them."""
        return self._legal_changes(filters, limit=_EVERY_CHANGE if limit is None else limit)

    def legal_change(self, source: str, event_id: str, filters: Filters) -> LegalChange | None:
        """Return one change of the law; None where it is not one of the last year."""
        found = self._legal_changes(filters, limit=1, only=(source, event_id))
        return found[0] if found else None

    def _legal_changes(self, filters: Filters, **wanted: Any) -> list[LegalChange]:
        within = self.within(filters.scope, filters.as_of) if filters.scope is not None else None
        return self._read(queries.legal_changes, filters.as_of, filters.known_at, within=within, **wanted)

    def affected(self, source: str, event_id: str, filters: Filters) -> tuple[list[AffectedProcedure], int]:
        """Return the procedures that a change of the law concerns, and up to when facts counted."""
        within = self.within(filters.scope, filters.as_of) if filters.scope is not None else None
        mark = self.freshness().watermark
        known = mark if filters.known_at is None else min(filters.known_at, mark)
        found = self._read(affected_procedures, (source, event_id), filters.as_of, known)
        return [one for one in found if within is None or one.agency_id in within], known

    def agencies(self, filters: Filters, *, limit: int = AGENCIES_A_PAGE) -> AgencyPage:
        """Return the agencies that a search finds."""
        return self._read(
            agency_page,
            asked_of(filters),
            Search(filters.query, filters.province, step=filters.step, by_name=True),
            limit=limit,
            after=filters.after or "",
        )

    def agency(self, agency_id: str, filters: Filters) -> AgencyFile:
        """Return one agency's file; `after` turns the pages of its time line."""

        def work(connection: Connection) -> AgencyFile:
            file = queries.agency_file(connection, agency_id, filters.as_of, filters.known_at)
            if not filters.after:
                return file
            page = timeline(connection, agency_id, filters.as_of, file.known_at, file.watermark, after=filters.after)
            return replace(file, timeline=page)

        try:
            return self._database.read(work)
        except CursorError as error:
            raise LookupError(filters.after) from error

    def name(self, agency_id: str, as_of: int) -> Name:
        """Return the names of an agency; its id where it is not known."""
        return self._read(_name, agency_id, as_of)

    def report(self, filters: Filters) -> Report:
        """Return the board and the figures of all ratios, of everything that the filters leave."""
        return self._read(queries.report_of, replace(asked_of(filters), by="province"))

    def figure(self, indicator: str, filters: Filters) -> Figure:
        """Return one figure of everything that the filters leave."""
        return self._read(remembered_answer, INDICATORS[indicator], asked_of(filters)).rows[0].figure

    def trend(self, indicator: str, filters: Filters, days: Sequence[int]) -> Answer:
        """Return one figure on some days, each as known at the same instant; rows are keyed by the day's number."""
        found = INDICATORS[indicator]

        def work(connection: Connection, asked: Asked) -> Answer:
            told = [answer(connection, found, replace(asked, as_of=day)) for day in days]
            rows = [replace(one.rows[0], key=str(one.as_of)) for one in told]
            return replace(told[-1], rows=rows)

        told: Answer = self._read(remembered, f"trend {indicator} {days[0]}", asked_of(filters), work)
        return told

    def league(self, filters: Filters) -> Answer:
        """Return the ranks of agencies among their peers, the best first; of a moment ago where there are many of them."""

        def work(connection: Connection, asked: Asked) -> Answer:
            told = answer(connection, INDICATORS["I30"], replace(asked, by="agency"))
            return replace(told, rows=sorted(told.rows, key=lambda row: _by_rank(row.figure.values)))

        told: Answer = self._read(remembered, "league", asked_of(filters), work)
        return told

    def targets(self, filters: Filters) -> Answer:
        """Return the targets of the agencies that the filters leave, each with where it stands."""
        return self._read(remembered_answer, INDICATORS["I28"], asked_of(filters))

    def names(self, agency_ids: Collection[str], as_of: int) -> Mapping[str, Name]:
        """Return the names of agencies by id, each made when it is looked at; the id itself where one is not known."""
        return Names(agency_ids, self._read(_snapshot, as_of).records, as_of)

    def within(self, scope: str, as_of: int) -> Collection[str]:
        """Return the ids of an agency and all below it."""
        return self._read(_snapshot, as_of).within(scope)

    def under(self, scope: str, as_of: int) -> Collection[str]:
        """Return the ids of an agency and all below it, also of those that have ended or are to come."""
        return self._read(_snapshot, as_of).under(scope)

    def inspecting_bodies(self, as_of: int) -> Sequence[Name]:
        """Return the agencies with inspection rights that live on a day, by name."""
        members = self._read(_snapshot, as_of).members.values()
        bodies = [one.record for one in members if one.record.inspection_rights]
        named = [Name(one.agency_id, one.name_on(as_of), one.name_on(as_of, "en")) for one in bodies]
        return sorted(named, key=lambda name: collation_key(name.name_vi))

    def claims(self, agency_id: str, types: Collection[str], filters: Filters) -> Sequence[TimelineEntry]:
        """Return what an agency reported about itself in events of some types, the newest first."""

        def work(connection: Connection) -> Sequence[TimelineEntry]:
            mark = queries.freshness(connection).watermark
            known = mark if filters.known_at is None else min(filters.known_at, mark)
            found = timeline(connection, agency_id, filters.as_of, known, mark, limit=_CLAIMS_LOOKED_AT)
            own = [one for one in found.entries if one.type in types and one.provenance in _CLAIMED]
            return own[:_CLAIMS]

        return self._database.read(work)

    def explain(
        self, indicator: str, filters: Filters, *, limit: int = EXPLAINED_A_PAGE, most: int | None = None
    ) -> Explained:
        """Return what is behind a figure: of everything, of a province, or of one agency alone."""
        asked, key = _question(filters)
        known, page = INDICATORS[indicator], {"limit": limit, "after": filters.after or "", "most": most}

        def work(connection: Connection) -> Explanation:
            return explain(connection, known, asked, key, **page)  # type: ignore[arg-type]

        def read(connection: Connection) -> Explained:
            # Ranks and targets rest on the whole country, whichever row is explained: of a moment ago, which they say.
            told = ("explained", indicator, serving.version(connection), asked, key, *page.items())
            found = work(connection) if known.ratio else recent(connection, told, work)
            return Explained(found, *_where(connection, filters))

        return self._database.read(read)

    def event(self, service: str, position: int) -> EventRecord:
        """Return one event as the views hold it."""

        def work(connection: Connection) -> Any:
            columns = serving.views(connection).events.c
            return connection.execute(
                select(*columns).where(columns.service == service, columns.partition == 0, columns.position == position)
            ).first()

        row = self._database.read(work)
        if row is None:
            raise LookupError(f"{service} {position}")
        return EventRecord(
            service=row.service,
            position=row.position,
            type=row.type,
            agency_id=row.agency_id,
            subject=row.subject,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            received_at=row.received_at,
            provenance=row.provenance,
            asserter=row.asserter,
            cloud_event=orjson.loads(row.body),
        )

    def freshness(self) -> Freshness:
        """Return how far the views have come."""
        return self._read(queries.freshness)

    def _read(self, question: Callable[..., T], /, *arguments: Any, **options: Any) -> T:
        return self._database.read(lambda connection: question(connection, *arguments, **options))


def _by_rank(place: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return where an agency stands in the list: by rank, then those without enough data."""
    return place["rank"] is None, place["position"] or 0, -(place["score"] or 0), place["name"]


class Names(Mapping[str, Name]):
    """Names by id out of the registry; a list of many thousand agencies shows few of them."""

    def __init__(self, agency_ids: Collection[str], records: Mapping[str, AgencyRecord], day: int) -> None:
        """Take which ones are asked for, and the registry of a day."""
        self._ids, self._records, self._day = agency_ids, records, day

    def __getitem__(self, agency_id: str) -> Name:
        """Return the names of an agency; its id where it is not known."""
        record = self._records.get(agency_id)
        if record is None:
            return Name(agency_id, agency_id, "")
        return Name(agency_id, record.name_on(self._day), record.name_on(self._day, "en"))

    def __iter__(self) -> Iterator[str]:
        """Go over those that were asked for."""
        return iter(self._ids)

    def __len__(self) -> int:
        """Return how many were asked for."""
        return len(self._ids)


#: Changes of the law of one year are fewer.
_EVERY_CHANGE = 100_000


def _snapshot(connection: Connection, as_of: int) -> Snapshot:
    mark = queries.freshness(connection).watermark
    return registry_of(connection, serving.version(connection)).snapshot(connection, as_of, mark)


#: Events of an agency that are looked through for claims, claims that are shown, and what makes one.
_CLAIMS_LOOKED_AT, _CLAIMS = 500, 60
_CLAIMED = ("self_reported", "imported")


def _name(connection: Connection, agency_id: str, as_of: int) -> Name:
    return Names((agency_id,), _snapshot(connection, as_of).records, as_of)[agency_id]


def _where(connection: Connection, filters: Filters) -> tuple[str, str]:
    """Return what part of the country a page is about."""
    agency_id = filters.agency or filters.scope
    if filters.province is not None:
        return province_label(filters.province, filters.as_of)
    if agency_id is not None:
        name = _name(connection, agency_id, filters.as_of)
        return name.name_vi, name.name_en
    return ALL


def asked_of(filters: Filters) -> Asked:
    """Return the question that a page's filters ask."""
    return Asked(
        filters.as_of,
        filters.known_at,
        Members(filters.scope, filters.level, filters.kind, filters.obligation),
        filters.variant,
        begins=filters.begins,
        ends=filters.ends,
        restate=filters.restate,
    )


def _question(filters: Filters) -> tuple[Asked, str]:
    plain = asked_of(replace(filters, scope=filters.agency or filters.scope))
    if filters.agency is not None:
        return replace(plain, by="agency"), filters.agency
    if filters.province is not None:
        return replace(plain, by="province"), filters.province
    return plain, ""
