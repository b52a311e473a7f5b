"""Reads for the pages and the command line: the national board, and how fresh the views are.

Owns the putting together; figures come from `figures.py`, one agency's file from `agency_file.py`, alerts and
changes of the law from `news.py`, which are all to be had from here.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from services.inspection import collecting, serving
from services.inspection.agencies import Member
from services.inspection.agency_file import agency_file
from services.inspection.figures import Asked, Basis, UnknownScopeError, all_needs, basis, figures_of, sums_for
from services.inspection.groups import ALL, Filters
from services.inspection.indicators import coverage
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.indicators.sums import Sums
from services.inspection.news import legal_changes, open_alerts
from services.inspection.projections import OversightViews
from services.inspection.read_models import Board, BoardRow, Freshness, Report, Row, SourceFreshness
from services.inspection.remembered import remembered
from shared.eventstore.tables import parked_events, subscriptions
from shared.turns import in_turns

__all__ = [
    "UnknownScopeError",
    "agency_file",
    "board_of",
    "freshness",
    "legal_changes",
    "national_board",
    "open_alerts",
    "report_of",
]


#: Indicators of the national board.
BOARD = ("I1", "I2", "I3", "I4", "I6", "I7", "I9", "I11", "I21")


def national_board(
    connection: Connection,
    scope: str | None,
    as_of: int,
    known_at: int | None = None,
    variant: str = "reported",
    *,
    restate: bool = False,
) -> Board:
    """Return the board: its indicators by province, and the total.

    Args:
        connection: A reading transaction on the service's database.
        scope: Limit to an agency and all below it.
        as_of: Day number.
        known_at: Instant in microseconds; None, or later than the watermark: the watermark.
        variant: `reported` or `verified`.
        restate: Show today's provinces also for days before July 2025.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    return board_of(connection, Asked(as_of, known_at, Filters(scope), variant, "province", restate=restate))


def board_of(connection: Connection, asked: Asked) -> Board:
    """Return the board of a question with all its filters; rows are provinces.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    return remembered(connection, "board", asked, _worked_out)


def report_of(connection: Connection, asked: Asked) -> Report:
    """Return the board of a question and the figures of all ratios, worked out from the same sums.

    Raises:
        UnknownScopeError: no such agency as known at that instant.
    """
    return remembered(connection, "report", asked, _reported)


def _worked_out(connection: Connection, asked: Asked) -> Board:
    given = basis(connection, asked)
    with collecting.paused():
        return _board(given, sums_for(connection, given, all_needs(BOARD), given.members), asked)


def _reported(connection: Connection, asked: Asked) -> Report:
    given = basis(connection, asked)
    with collecting.paused():
        return _report(given, sums_for(connection, given, all_needs(), given.members), asked)


def _report(given: Basis, sums: Sums, asked: Asked) -> Report:
    figures = figures_of(given, sums, given.members)
    rows = [Row(name, INDICATORS[name].name_vi, INDICATORS[name].name_en, figure) for name, figure in figures.items()]
    return Report(given.moment.known_at, given.watermark, _board(given, sums, asked), rows)


def _board(given: Basis, sums: Sums, asked: Asked) -> Board:
    scope, as_of = asked.filters.scope, asked.as_of
    rows = [
        _row(given, sums, group.key, (group.label_vi, group.label_en), group.members)
        for group in in_turns(given.groups(asked))
    ]
    record = given.snapshot.records.get(scope) if scope else None
    label = (record.name_on(as_of), record.name_on(as_of, "en")) if record else ALL
    total = _row(given, sums, scope or "all", label, given.members)
    return Board(as_of, given.moment.known_at, given.watermark, asked.variant, scope, rows, total)


def _row(given: Basis, sums: Sums, key: str, label: tuple[str, str], members: Sequence[Member]) -> BoardRow:
    funnel = coverage.funnel(given.question(members, sums))
    return BoardRow(key, *label, len(members), figures_of(given, sums, members, BOARD), funnel)


def freshness(connection: Connection) -> Freshness:
    """Return how far the views have come in each log."""
    columns = subscriptions.c
    rows = connection.execute(
        select(columns.source, columns.partition, columns.position, columns.recorded_at)
        .where(columns.consumer == OversightViews.name, columns.version == serving.version(connection))
        .order_by(columns.source, columns.partition)
    )
    parked = connection.execute(
        select(func.count())
        .select_from(parked_events)
        .where(
            parked_events.c.consumer == OversightViews.name,
            parked_events.c.version == serving.version(connection),
            parked_events.c.replayed_at.is_(None),
        )
    ).scalar()
    sources = [SourceFreshness(*row) for row in rows]
    return Freshness(serving.mark(connection), sources, int(parked or 0))
