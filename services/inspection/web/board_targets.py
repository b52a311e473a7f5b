"""The targets on the national board: how many stand where, and those that are furthest behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from werkzeug.wrappers import Request

from services.inspection.exports.sheet import Column, Sheet
from services.inspection.web import target_tables as tables
from services.inspection.web.filters import N_, Filters
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import TEMPLATES, language_of
from services.inspection.web.views import Name, Views
from shared import clock

#: Where a target can stand, the worst first.
STATUSES = ("off_track", "at_risk", "on_track", "unknown")

#: Targets that are named; the room has all of them.
_SHOWN_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class BoardTargets:
    """The targets of the agencies that a board is about."""

    #: How many there are in each state, and the colour and address that stand for it; states without a target are left out.
    states: Sequence[tuple[str, int, str, str]]
    #: The worst of them.
    worst: Sequence[Mapping[str, Any]]
    total: int
    address: str


def worst_first(found: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return targets, those that are lost first, and of these the one that is furthest behind."""
    return sorted(found, key=lambda one: (STATUSES.index(one["status"]), one["gap"] if one["gap"] is not None else 0))


def board_targets(views: Views, filters: Filters) -> BoardTargets | None:
    """Return the targets of a board; None where it is about one province, which is no agency that sets any.

    Raises:
        LookupError: the agency that the filters name is not known.
    """
    if filters.province is not None:
        return None
    found, asked, known_at = _tracked(views, filters)
    names = views.names({one["owner"] for one in found[:_SHOWN_AT_MOST]}, filters.as_of)
    states = [(code, sum(one["status"] == code for one in found)) for code in STATUSES]
    return BoardTargets(
        [(code, count, tables.TONES[code], f"/targets{asked.address(status=code)}") for code, count in states if count],
        [_shown(one, asked, known_at, names) for one in found[:_SHOWN_AT_MOST]],
        len(found),
        f"/targets{asked.address()}",
    )


def targets_of_board(views: Views, filters: Filters, request: Request) -> Sheet | None:
    """Return all targets of a board for its files, each with the address that asks for its value again."""
    if filters.province is not None:
        return None
    found, asked, known_at = _tracked(views, filters)
    named = views.names({one["owner"] for one in found}, filters.as_of)
    language = language_of(request)
    telling = Telling(TEMPLATES.gettext(language), language, asked, named)
    behind = [_behind(one, asked, known_at) for one in found]
    rows = [{**one, "explained": address} for one, address in zip(found, behind, strict=True)]
    sheet = tables.targets_table(rows, telling).sheet(language)
    host = request.host_url.rstrip("/")
    return replace(
        sheet,
        columns=[*sheet.columns, Column(telling.translate(N_("Where the number comes from")), "link")],
        rows=[[*row, f"{host}{address}"] for row, address in zip(sheet.rows, behind, strict=False)],
    )


def _tracked(views: Views, filters: Filters) -> tuple[list[Mapping[str, Any]], Filters, int]:
    """Return the targets, what was asked for, and as known when: level and kind choose agencies, and no targets."""
    asked = replace(filters.narrow, scope=filters.scope)
    answer = views.targets(asked)
    return worst_first(answer.rows[0].figure.values["targets"]), asked, answer.known_at


def _shown(one: Mapping[str, Any], asked: Filters, known_at: int, names: Mapping[str, Name]) -> dict[str, Any]:
    place = f"{quote(one['owner'], safe='')}/{quote(one['target_id'], safe='')}"
    return {
        **one,
        "owner": names[one["owner"]],
        "address": f"/targets/{place}{asked.narrow.address()}",
        "tone": tables.TONES[one["status"]],
        "explained": _behind(one, asked, known_at),
        "reached": tables.share_cell(one["value"]),
        "wanted": tables.share_cell(one["milestone_value"]),
        "due": clock.day_of(one["milestone"]),
        "should": tables.share_cell(one["expected"]),
    }


def _behind(one: Mapping[str, Any], asked: Filters, known_at: int) -> str:
    return tables.explained(one["metric"], one["scope"], one["variant"], asked, known_at)
