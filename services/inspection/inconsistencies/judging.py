"""Judges agencies once every log has been read as far as what made it necessary, and publishes what follows.

Owns the loop and its transaction; what is read for it says `case_files.py`, what is inconsistent `conditions.py`, what is
to be said `telling.py`. A page is read first and written last, so that the consumer, which notes whom to judge in the
same rows, waits for no judging.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, select, update

from services.inspection.inconsistencies import tables as conditions_tables
from services.inspection.inconsistencies.case_files import CaseFile, case_files
from services.inspection.inconsistencies.conditions import OMITTING, findings, next_day
from services.inspection.inconsistencies.projection import Inconsistencies
from services.inspection.inconsistencies.tables import told
from services.inspection.inconsistencies.telling import tell, told_row
from services.inspection.obligations import tables as obligation_tables
from services.inspection.obligations.projection import ObligationViews
from shared import clock
from shared.database.bulk import upsert_rows
from shared.database.unhurried import unhurried
from shared.messaging.watermark import watermark
from shared.turns import in_turns

if TYPE_CHECKING:
    from shared.eventstore.store import EventStore, StoreTransaction
    from shared.intake.committer import Committer

_log = logging.getLogger(__name__)
#: Agencies of one transaction.
_PAGE = 200
_PAUSE = 1.0
#: How long the loop rests after a page that is not the last, in times of what the page took: while much comes in, agencies that
#: are due again and again are judged less often, and pushes have the processor.
_REST = 4.0
_TOLD = ("agency_id", "key", "body")


class InconsistencyJudge:
    """The loop."""

    def __init__(self, store: EventStore, committer: Committer) -> None:
        """Take the log, whose transactions hold the tables too, and whom to tell that there is something to append."""
        self._store = store
        self._committer = committer

    def run(self, stop: threading.Event) -> None:
        """Judge whoever is due, once a second, until told to stop."""
        rest = _PAUSE
        while not stop.wait(rest):
            began, more = time.monotonic(), False
            try:
                more = self.judge() == _PAGE
            except Exception:  # noqa: BLE001 - who is due stays due
                _log.exception("judging inconsistencies failed; it is tried again")
            rest = (time.monotonic() - began) * _REST if more else _PAUSE

    def judge(self) -> int:
        """Judge a page of agencies; return how many."""
        judged = self._store.transact(_judge_page)
        if judged:
            self._committer.on_derived()
        return judged


def _judge_page(tx: StoreTransaction) -> int:
    connection = tx.connection
    if connection is None:
        return 0
    read = min(
        watermark(connection, Inconsistencies.name, conditions_tables.serving_version(connection)),
        watermark(connection, ObligationViews.name, obligation_tables.serving_version(connection)),
    )
    agencies = conditions_tables.serving_tables(connection).agencies
    due = connection.execute(
        select(agencies.c.agency_id, agencies.c.due_at)
        .where(agencies.c.due_at <= read)
        .order_by(agencies.c.due_at, agencies.c.agency_id)
        .limit(_PAGE)
    ).all()
    if due:
        with unhurried(connection):
            _judge(tx, connection, {agency_id: int(due_at) for agency_id, due_at in due}, clock.vietnam_day(read))
    return len(due)


def _judge(tx: StoreTransaction, connection: Connection, due: dict[str, int], today: int) -> None:
    """Judge agencies, given with the instant since when each is to be judged."""
    rows: list[tuple[Any, ...]] = []
    settled: list[dict[str, Any]] = []
    for file in in_turns(case_files(connection, sorted(due))):
        at = due[file.agency_id]
        found = findings(file.known, file.owed, file.above, today=today)
        events, changed = tell(file.agency_id, found, file.told, at)
        tx.put_derived(events)
        rows += [told_row(file.agency_id, key, one) for key, one in changed.items()]
        still = {one.kind for one in {**file.told, **changed}.values() if one.standing and one.ended_on is None}
        settled.append(
            {
                "agency": file.agency_id,
                "at": at,
                "is_open": bool(still),
                "omits": OMITTING in still,
                "next": _next_look(file, today),
            }
        )
    upsert_rows(connection, told, ("agency_id", "key"), _TOLD, rows)
    _settle(connection, settled)


def _next_look(file: CaseFile, today: int) -> int | None:
    again = next_day(file.known, today)
    return None if again is None else clock.start_of_day(again)


def _settle(connection: Connection, settled: Sequence[dict[str, Any]]) -> None:
    """Note what was found of agencies, unless something has come since the page was read."""
    agencies = conditions_tables.serving_tables(connection).agencies
    own = (agencies.c.agency_id == bindparam("agency"), agencies.c.due_at == bindparam("at"))
    values: dict[str, Any] = {"open": bindparam("is_open"), "omitting": bindparam("omits"), "due_at": bindparam("next")}
    connection.execute(update(agencies).where(*own).values(values), list(settled))
