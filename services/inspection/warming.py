"""Looks up once after a start what the first pages rest on, so that nobody has to wait while the registry is read.

Owns no memory: it asks the questions of the national board, of the lists of agencies and of the work queue, which keep what
they read. Nobody waits for it, so it goes behind everything that somebody waits for.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from services.inspection import serving
from services.inspection.agencies import registry_of
from services.inspection.agency_order import places, search_texts
from services.inspection.figures import Asked
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.kept_cases import kept_cases
from services.inspection.queries import freshness, national_board
from services.inspection.remembered import remembered_answer
from services.inspection.silence import last_heard
from shared import clock
from shared.clock import Clock
from shared.database.engine import Database
from shared.turns import behind

_log = logging.getLogger(__name__)

#: Seconds after the start in which the service begins to take requests.
_BEGINS = 1.0
#: Kinds of cases that the work queue and the rooms list.
_KINDS = ("recommendation", "inspection", "periodic_report")

Question = Callable[[Connection, int], Any]


class Warming:
    """Asks once."""

    def __init__(self, database: Database, now: Clock) -> None:
        """Take the database of the views, and the clock."""
        self._database, self._now = database, now

    def run(self, stop: threading.Event) -> None:
        """Ask one question after the other, unless told to stop; what fails is left to who asks first."""
        stop.wait(_BEGINS)
        for question in _QUESTIONS:
            if stop.is_set():
                return
            try:
                self._ask(question)
            except Exception:  # noqa: BLE001 - a page that asks the same says what is wrong
                _log.exception("what the first pages need could not be read")

    def _ask(self, question: Question) -> None:
        day = clock.vietnam_day(self._now())

        def work(connection: Connection) -> None:
            with behind():
                question(connection, day)

        self._database.read(work)


def _lists(connection: Connection, day: int) -> None:
    mark = freshness(connection).watermark
    snapshot = registry_of(connection, serving.version(connection)).snapshot(connection, day, mark)
    places(snapshot)
    search_texts(snapshot)


def _cases(connection: Connection, _day: int) -> None:
    for kind in _KINDS:
        kept_cases(connection, kind)


def _targets(connection: Connection, day: int) -> None:
    remembered_answer(connection, INDICATORS["I28"], Asked(day))


#: The board last: it is that of a moment ago for some seconds only.
_QUESTIONS: tuple[Question, ...] = (
    _lists,
    _cases,
    lambda connection, _day: last_heard(connection),
    _targets,
    lambda connection, day: national_board(connection, None, day),
)
