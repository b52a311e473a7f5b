"""What inspection bodies, lawyers and the alert rules of a whole nation have written: cases, changes of the law, alerts.

Written beside the nation's own records, for the pages alone: into the log and the states of cases as the kernel writes
them, and into the views. The same size always gives the same cases.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

import orjson

from services.inspection import geography
from services.inspection.domain import AGGREGATES
from shared import clock, ids
from shared.contracts.catalogue import load
from shared.database.engine import Database
from shared.eventstore.records import NewEvent, RecordedEvent
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import StreamState
from shared.intake.folding import known_facts
from tests.bench.nation import ENDS, Book, Size, name_of, registrations

YEAR = clock.to_date(ENDS).year
#: Every so many agencies are visited, advised, and alerted about.
_VISITED, _ADVISED, _ALERTED = 5, 3, 5
#: Of the alerts, every so many is still open.
_OPEN = 10
_LAWS = 60
#: Every so many agencies have a procedure that rests on the law that was changed last; share good practice; and still owe
#: the report of the year before.
_AFFECTED, _SHARING, _OWING = 10, 75, 20
#: Subject of the law that was changed last begins with this.
CHANGED = "1/2019/NĐ-CP|"
#: Agencies of the first province that go into another one of it, and what that is called.
OLD = tuple(name_of(34 * number) for number in range(1, 61))
_NEW = name_of(0)
REORGANISATION = "sap-xep"
_REPORT = "qd19-year.1"
_BATCH = 2_000
Told = tuple[str, dict[str, Any]]


def _day(back: int) -> str:
    return (clock.to_date(ENDS) - timedelta(days=back)).isoformat()


def department_of(province: str) -> str:
    """Return the id of the department that inspects in a province."""
    return f"so-{province}"


def _registered(province: str) -> dict[str, Any]:
    name = {"agency_id": department_of(province), "name_vi": f"Sở Khoa học và Công nghệ {province}"}
    place = {"kind": "provincial_department", "level": "province", "parent_id": province, "valid_from": "2022-01-01"}
    return {**name, **place, "obligation": "mandatory", "has_tthc": True, "inspection_rights": True}


class Cases:
    """Makes the streams: kind, source, subject, agency, and what happened in order."""

    def __init__(self, size: Size) -> None:
        """Take the size of the nation."""
        self._size = size
        self._book = Book()
        self._provinces = [unit.code for unit in geography.provinces(geography.REFORM)]
        self._examples = {name: kind.example for name, kind in load().items()}
        #: The registry comes first in the log of the inspection service.
        self.registry = list(registrations(self._book, size.agencies))

    def of_inspection(self) -> Iterator[list[NewEvent]]:
        """Return the streams of the inspection service."""
        for body in self._provinces:
            department = department_of(body)
            yield self._stream(department, department, department, 400, [("agency.registered", _registered(body))])
            drafted = {**self._examples["qms.inspection_programme.drafted"], "year": YEAR}
            told: list[Told] = [("inspection_programme.drafted", drafted)]
            yield self._stream(department, f"programme-{YEAR}", department, 300, told)
            yield self._stream(body, "muc-tieu", body, 300, [("target.set", self._target(body))])
            own = {"template_version": _REPORT, "period": str(YEAR), "due_on": _day(-60)}
            yield self._stream(body, f"{_REPORT}:{YEAR}", body, 200, [("periodic_report.opened", own)])
        yield self._stream(self._provinces[0], REORGANISATION, self._provinces[0], 100, self._reorganisation())
        for number in range(self._size.agencies - len(self._provinces)):
            name, body = name_of(number), self._provinces[number % len(self._provinces)]
            report = {"agency_id": name, "template_version": _REPORT, "period": str(YEAR), "due_on": _day(-30)}
            yield self._stream(
                body, f"{_REPORT}:{YEAR}", name, 200, [("periodic_report.opened", {**report, "receiver": body})]
            )
            if number % _VISITED == 0:
                yield self._stream(body, f"kt-{number}", name, 150 + number % 100, self._visit(name))
            if number % _ADVISED == 0:
                yield self._stream(body, f"kn-{number}", name, 30 + number % 90, self._advice(name, number))

        for number in range(0, self._size.agencies - len(self._provinces), _OWING):
            name, body, year = name_of(number), self._provinces[number % len(self._provinces)], YEAR - 1
            late = {"agency_id": name, "template_version": _REPORT, "period": str(year), "due_on": _day(200)}
            yield self._stream(
                body, f"{_REPORT}:{year}", name, 220, [("periodic_report.opened", {**late, "receiver": body})]
            )

    def _reorganisation(self) -> list[Told]:
        links = [{"old": old, "new": _NEW, "share": "whole", "is_default": True} for old in OLD]
        return [
            ("reorganisation.planned", {**self._examples["qms.reorganisation.planned"], "effective_on": _day(90)}),
            ("reorganisation.mapped", {"links": links}),
            ("reorganisation.announced", {**self._examples["qms.reorganisation.announced"], "announced_on": _day(98)}),
            ("reorganisation.took_effect", {"effective": _day(90)}),
        ]

    def of_documents(self) -> Iterator[list[NewEvent]]:
        """Return legal texts, each changed once in the last year, with what the last of the changes did."""
        changes: list[NewEvent] = []
        for number in range(_LAWS):
            text = {**self._examples["qms.legal_text.registered"], "number": f"{number + 1}/2019/NĐ-CP"}
            subject = f"{text['number']}|{text['issuer']}|{text['issued_on']}"
            told = [("legal_text.registered", text), ("legal_text.amended", {"effective_from": _day(5 * number)})]
            told[1][1]["by"] = f"{number + 1}/2025/NĐ-CP|Chính phủ|{_day(340)}"
            stream = self._stream(self._provinces[0], subject, self._provinces[0], 5 * number + 10, told)
            changes.append(stream[1])
            yield stream
        yield from self._affected(changes[0])

    def _affected(self, change: NewEvent) -> Iterator[list[NewEvent]]:
        """Return procedures that a change of the law made stale; every other one has been brought up to date since."""
        flag = {"legal_text_id": change.subject, "change": {"source": change.source, "id": change.event_id}}
        stale = {**flag, "cause": "amended", "announced_on": _day(9), "since": _day(7), "due_on": _day(-23)}
        cleared = {**flag, "cleared_on": _day(5), "lead_time_days": 2, "by": "revised"}
        for number in range(0, self._size.agencies - len(self._provinces), _AFFECTED):
            name = name_of(number)
            content = {"code": "qt-luat", "kind": "tthc", "tthc_code": "1.9", "regulated_days": 10, "committed_days": 8}
            told: list[Told] = [
                ("procedure.drafted", {**content, "electronic": True}),
                ("procedure.issued", {"edition": 1, "revision": 0, "effective_from": _day(300)}),
                ("procedure.flagged_stale", stale),
            ]
            if number % (2 * _AFFECTED) == 0:
                told.append(("procedure.staleness_cleared", cleared))
            yield self._stream(name, "qt-luat", name, 9, told)

    def of_audit(self) -> Iterator[list[NewEvent]]:
        """Return good practices."""
        shared = self._examples["qms.good_practice.shared"]
        for number in range(0, self._size.agencies - len(self._provinces), _SHARING):
            name, back = name_of(number), 40 + number % 300
            yield self._stream(name, "kinh-nghiem", name, back, [("good_practice.shared", shared)])

    def of_notify(self) -> Iterator[list[NewEvent]]:
        """Return the alerts of three years, most of them over."""
        example = self._examples["qms.alert.opened"]
        for number in range(0, self._size.agencies - len(self._provinces), _ALERTED):
            for turn in range(3):
                back = 30 + 365 * turn + number % 300
                opened = {**example, "opened_on": _day(back), "key": f"{number}/{turn}"}
                told: list[Told] = [("alert.opened", opened)]
                if turn or number % _OPEN:
                    told.append(("alert.resolved", self._examples["qms.alert.resolved"]))
                yield self._stream(name_of(number), f"cb-{number}-{turn}", name_of(number), back, told)

    def _target(self, body: str) -> dict[str, Any]:
        milestones = [{"date": _day(100), "value": 0.5}, {"date": _day(-300), "value": 1}]
        return {**self._examples["qms.target.set"], "scope": {"territory": body}, "milestones": milestones}

    def _visit(self, name: str) -> list[Told]:
        window = {"from": _day(100), "to": _day(98)}
        planned = {"agency_id": name, "mode": "on_site", "kind": "unplanned", "window": window}
        return [("inspection.planned", planned), ("inspection.started", {"started_on": _day(100)})]

    def _advice(self, name: str, number: int) -> list[Told]:
        issued = {**self._examples["qms.recommendation.issued"], "agency_id": name, "due_on": _day(number % 60 - 30)}
        issued.pop("inspection_id"), issued.pop("finding_id")
        return [("recommendation.issued", {**issued, "issued_on": _day(90)})]

    def _stream(self, source: str, subject: str, agency_id: str, back: int, told: list[Told]) -> list[NewEvent]:
        made = [
            self._book.event(kind, source, subject, ENDS - back + index, data)
            for index, (kind, data) in enumerate(told)
        ]
        return [replace(event, agency_id=agency_id) for event in made]


def write_log(database: Database, size: Size) -> list[RecordedEvent]:
    """Write the own log of the inspection service with the states of its cases; return the events after the registry."""
    made = Cases(size)
    store = SqlEventStore(database, "inspection", time=lambda: clock.end_of_day(ENDS + 1))
    for start in range(0, len(made.registry), _BATCH):
        store.transact(lambda transaction, start=start: transaction.append(made.registry[start : start + _BATCH]))
    streams = list(made.of_inspection())
    for start in range(0, len(streams), _BATCH):
        chosen = [_owned(stream) for stream in streams[start : start + _BATCH]]
        new = [event for stream, _state in chosen for event in stream]
        store.transact(lambda tx, new=new, chosen=chosen: (tx.append(new), tx.save_states([one[1] for one in chosen])))
    return [event for event in _all(store) if event.position > len(made.registry)]


def _owned(stream: list[NewEvent]) -> tuple[list[NewEvent], StreamState]:
    """Return a stream under the key that the kernel gives it, and the state that it has come to."""
    facts = known_facts([RecordedEvent.of_new("inspection", 0, 1, 0, event) for event in stream])
    aggregate, state = AGGREGATES[stream[0].type.split(".")[1]], None
    for fact in facts:
        state = aggregate.evolve(state, fact)
    stream_id = aggregate.stream_id(facts[0])
    key = ids.stream_key(aggregate.name, stream_id)
    stored = orjson.dumps(asdict(state))  # type: ignore[call-overload]
    last = stream[-1].occurred_at
    return [replace(event, stream=key) for event in stream], StreamState(
        key, aggregate.name, stream_id, len(stream), last, False, stored
    )


def _all(store: SqlEventStore) -> Iterator[RecordedEvent]:
    position = 0
    while page := store.read(position, _BATCH):
        yield from page
        position = page[-1].position


def recorded(service: str, streams: Iterator[list[NewEvent]], after: int) -> list[RecordedEvent]:
    """Return the events of streams as another service's log would have them, each recorded the day after."""
    events = sorted((event for stream in streams for event in stream), key=lambda event: event.received_at)
    return [
        RecordedEvent.of_new(service, 0, after + index, event.received_at + index, event)
        for index, event in enumerate(events, 1)
    ]
