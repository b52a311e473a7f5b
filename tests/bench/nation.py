"""Three years of a whole nation, written straight through the log's append: what the views are measured on.

The same arguments always give the same events. Kept between runs: what is there already is not written again. Owns
no figure of ours and checks no rule of the domain; the mix is that of a typical push.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from math import ceil
from typing import Any

import orjson

from services.inspection import geography
from shared import clock, ids
from shared.database.engine import open_database
from shared.eventstore.records import NewEvent
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL

FIRST_YEAR, MONTHS = 2023, 36
#: Last day of the three years.
ENDS = clock.day_of("2025-12-31")
SERVICES = ("inspection", "documents", "audit")
#: Events of one transaction while the logs are written.
_BATCH = 2_000
_TEXT = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
_DAY = 86_400_000_000
#: Events of a turn that have all kinds among them.
_OF_A_TURN = 6
#: Changes with what is written, so that logs of another mix are not taken for it.
_MIX = 2


@dataclass(frozen=True, slots=True)
class Size:
    """How large the nation is."""

    agencies: int = 1_000
    events: int = 100_000

    @property
    def step(self) -> int:
        """Months from one turn of an agency to its next: with few events it pushes by the quarter, so that every kind occurs."""
        return 1 if self.events >= self.agencies * MONTHS * _OF_A_TURN else 3

    @property
    def turns(self) -> int:
        """How often an agency pushes."""
        return MONTHS // self.step

    @property
    def a_turn(self) -> int:
        """Events that an agency pushes each time: as many as it takes to come to that number."""
        return ceil(self.events / (self.agencies * self.turns))


def database_name(size: Size, service: str) -> str:
    """Return the name of the database that keeps a log."""
    return f"nation_v{_MIX}_{size.agencies}_{size.events}_{service}"


def name_of(number: int) -> str:
    """Return the id of a unit."""
    return f"cq-{number:05}"


class Book:
    """Numbers events and streams while they are made."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._count = 0
        self._versions: dict[bytes, int] = {}

    def event(self, kind: str, source: str, subject: str, day: int, data: dict[str, Any]) -> NewEvent:
        """Return an event of a Vietnamese day, received the day after."""
        self._count += 1
        event_id = f"e{self._count}"
        aggregate = kind.partition(".")[0]
        stream = ids.stream_key(aggregate, f"{source}/{subject}")
        version = self._versions[stream] = self._versions.get(stream, 0) + 1
        at = clock.start_of_day(day) + 3_600_000_000
        attributes = {"id": event_id, "source": f"/agencies/{source}", "specversion": "1.0", "subject": subject}
        body = orjson.dumps({**attributes, "data": data, "type": f"qms.{kind}"}, option=orjson.OPT_SORT_KEYS)
        return NewEvent(
            ids.event_key(source, event_id), stream, version, f"qms.{kind}", source, source, subject, event_id,
            at, at + _DAY, "self_reported", source, body, sha256(b"\0" + body).digest(),
        )  # fmt: skip


def registrations(book: Book, agencies: int) -> Iterator[NewEvent]:
    """Return the registry: provinces, and units below them."""
    provinces = [unit.code for unit in geography.provinces(geography.REFORM)]
    since = clock.day_of("2022-01-01")
    usual = {"obligation": "mandatory", "has_tthc": True, "inspection_rights": False, "valid_from": "2022-01-01"}
    for code in provinces:
        data = {"agency_id": code, "name_vi": f"UBND {code}", "kind": "provincial_pc", "level": "province", **usual}
        yield book.event("agency.registered", code, code, since, {**data, "admin_unit_code": code})
    for number in range(agencies - len(provinces)):
        name, parent = name_of(number), provinces[number % len(provinces)]
        data = {"agency_id": name, "name_vi": f"Đơn vị {name}", "kind": "public_unit", "level": "commune", **usual}
        yield book.event("agency.registered", name, name, since, {**data, "parent_id": parent})


def documents(book: Book, size: Size) -> Iterator[NewEvent]:
    """Return declarations and procedures, turn by turn: a third of all events."""
    for turn in range(size.turns):
        for number in range(size.agencies - 34):
            name, day = name_of(number), _day(turn * size.step, number)
            if turn < len(_DECLARING):
                kind, data = _DECLARING[turn]
                yield book.event(kind, name, "cb", day, data)
            for index in range(size.a_turn // 3):
                yield _procedure(book, name, turn, index, day)


_DECLARING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("declaration.building_started", {}),
    ("declaration.applied", {}),
    ("declaration.declared", {"declared_on": "2023-03-20", "standard_version": "TCVN ISO 9001:2015"}),
)


def _procedure(book: Book, name: str, turn: int, index: int, day: int) -> NewEvent:
    """Return one step in the life of a procedure: drafted, issued, flagged stale, revised, reviewed."""
    subject = f"qt-{index}-{turn // 6}"
    step = turn % 6
    if step == 0:
        content = {
            "code": subject,
            "kind": "tthc",
            "tthc_code": f"1.{index}",
            "regulated_days": 10,
            "committed_days": 8,
        }
        return book.event("procedure.drafted", name, subject, day, {**content, "electronic": True})
    if step == 1:
        issued = {"edition": 1, "revision": 0, "effective_from": clock.to_date(day + 10).isoformat()}
        return book.event("procedure.issued", name, subject, day, issued)
    if step == 2:
        return book.event("procedure.published", name, subject, day, {"channel": "website"})
    change = {"change": {"source": "vpcp", "id": f"vb-{turn}"}, "legal_text_id": _TEXT}
    if step == 3:
        since = clock.to_date(day).isoformat()
        return book.event("procedure.flagged_stale", name, subject, day, {**change, "since": since})
    if step == 4:
        change["change"] = {"source": "vpcp", "id": f"vb-{turn - 1}"}
        cleared = {"cleared_on": clock.to_date(day).isoformat(), "lead_time_days": 20, "by": "revised"}
        return book.event("procedure.staleness_cleared", name, subject, day, {**change, **cleared})
    return book.event("procedure.reviewed_no_change", name, subject, day, {"reason": "r"})


def audit(book: Book, size: Size) -> Iterator[NewEvent]:
    """Return dossiers, actions, nonconformities and surveys, turn by turn: two thirds of all events."""
    chosen = random.Random(2026)
    for turn in range(size.turns):
        for number in range(size.agencies - 34):
            name, day = name_of(number), _day(turn * size.step, number)
            for index in range(size.a_turn - size.a_turn // 3):
                yield _record(book, chosen, name, turn, index, day)


def _record(book: Book, chosen: random.Random, name: str, turn: int, index: int, day: int) -> NewEvent:
    kind = index % 6
    iso = clock.to_date(day).isoformat()
    if kind == 0:
        counts = {"opening": 0, "received": 20, "resolved_early": 15, "resolved_on_time": 2, "resolved_late": 1}
        counts |= {
            "pending_in_time": 1,
            "pending_overdue": chosen.randrange(2),
            "returned_incomplete": 0,
            "withdrawn": 0,
        }
        data = {"period": iso[:7], "channel": "one_stop", "tthc_code": f"1.{index}", **counts}
        return book.event("dossier_stats.submitted", name, f"{iso[:7]}:1.{index}:one_stop", day, data)
    if kind in (1, 2):
        return _action(book, name, f"hd-{index - kind}-{turn - kind + 1}", kind, day)
    if kind in (3, 4):
        return _nonconformity(book, name, f"kph-{index - kind}-{turn - (kind - 3)}", kind, day)
    scores = {"very_satisfied": 10, "satisfied": 5, "neutral": 2, "dissatisfied": 1, "very_dissatisfied": 0}
    subject = f"ks-{index}-{turn // 2}"
    if turn % 2 == 0:
        return book.event("survey.opened", name, subject, day, {"period": iso[:7], "channel": "box"})
    return book.event("survey.results_recorded", name, subject, day, {"received": 18, "valid": 18, "scores": scores})


def _action(book: Book, name: str, subject: str, kind: int, day: int) -> NewEvent:
    if kind == 1:
        due = clock.to_date(day + 40).isoformat()
        return book.event("action.planned", name, subject, day, {"source": "risk", "owner": "o", "due_on": due})
    return book.event("action.done", name, subject, day, {"done_on": clock.to_date(day).isoformat()})


def _nonconformity(book: Book, name: str, subject: str, kind: int, day: int) -> NewEvent:
    if kind == 3:
        raised = {"class": "minor_nc", "source": "self", "clause": "9.2", "procedure_id": "qt-1", "statement": "s"}
        return book.event(
            "nonconformity.raised", name, subject, day, {**raised, "raised_on": clock.to_date(day).isoformat()}
        )
    return book.event("nonconformity.closed", name, subject, day, {})


def _day(month: int, number: int) -> int:
    return clock.day_number(date(FIRST_YEAR + month // 12, month % 12 + 1, 1 + number % 28))


class _Clock:
    """Shows the day after that of the events being written, so that all three years were known at some time."""

    def __init__(self) -> None:
        self.instant = 0

    def __call__(self) -> int:
        return self.instant


def write(urls: dict[str, str], size: Size) -> int:
    """Write the logs that are not there yet, and return how many events there are in all."""
    total = 0
    makers = {"inspection": lambda book: registrations(book, size.agencies)}
    makers |= {"documents": lambda book: documents(book, size), "audit": lambda book: audit(book, size)}
    for service, make in makers.items():
        database, at = open_database(urls[service]), _Clock()
        database.write(KERNEL.create_all)
        store = SqlEventStore(database, service, time=at)
        present = store.head().position
        made = islice(make(Book()), present, None)
        while batch := list(islice(made, _BATCH)):
            at.instant = batch[-1].occurred_at + _DAY
            store.transact(lambda transaction, batch=batch: transaction.append(batch))
        total += store.head().position
        database.close()
    return total
