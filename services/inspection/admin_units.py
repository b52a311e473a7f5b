"""HTTP handlers of the administrative units: those of a day, and every unit that has had a code.

Owns the JSON forms; the units and who succeeded whom are in `territory.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from services.inspection.figures import Asked, basis
from services.inspection.parameters import day_parameter, instant_parameter
from services.inspection.territory import Identity, Link, Period, Territory, since
from shared import clock
from shared.eventsourcing import Hint
from shared.registry.record import value_on
from shared.web.answers import json_answer
from shared.web.auth import authenticate
from shared.web.problem import Problem
from shared.web.query import whole_number

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_MOST = 5000


def list_units(context: ServiceContext, request: Request) -> Response:
    """Answer the units of a day, by `parent`; paged by `limit` and `after`.

    Raises:
        Problem: 400 bad parameter.
    """
    territory, day = _territory(context, request)
    limit = whole_number(request, "limit", 1000, low=1, high=_MOST)
    parent, after = request.args.get("parent", "").strip(), request.args.get("after", "").strip()
    live = {unit.code: unit for unit in territory.units.values() if unit.exists_on(day)}
    chosen = sorted(code for code, unit in live.items() if parent in ("", _parent(unit, day) or "none"))
    page = [code for code in chosen if code > after][: limit + 1]
    return json_answer(
        {
            "as_of": clock.to_date(day).isoformat(),
            "total": len(chosen),
            "admin_units": [_unit(live[code], day) for code in page[:limit]],
            "next": page[limit - 1] if len(page) > limit else None,
        }
    )


def get_unit(context: ServiceContext, request: Request, code: str) -> Response:
    """Answer all units that have had a code, with those before and after them; most codes were given twice.

    Raises:
        Problem: 400 bad parameter, 404 no unit has ever had it.
    """
    territory, _day = _territory(context, request)
    found = territory.by_code.get(code, ())
    if not found:
        hint = Hint(f"Không có đơn vị hành chính mang mã '{code}'.", f"No administrative unit has the code '{code}'.")
        raise Problem(404, "UNKNOWN_ADMIN_UNIT", hint, pointer="/path/code")
    return json_answer({"code": code, "admin_units": [_whole(territory, unit) for unit in found]})


def _territory(context: ServiceContext, request: Request) -> tuple[Territory, int]:
    authenticate(context, request)
    given, known_at = day_parameter(request, "as_of"), instant_parameter(request, "known_at")
    day = clock.vietnam_day(context.clock()) if given is None else given
    return context.database.read(lambda connection: basis(connection, Asked(day, known_at)).snapshot.territory), day


def _parent(unit: Period, day: int) -> str | None:
    lies_in: Identity | None = value_on(unit.parents, day)
    return lies_in[0] if lies_in else None


def _unit(unit: Period, day: int) -> dict[str, Any]:
    return {
        "code": unit.code,
        "name": value_on(unit.names, day),
        "type": unit.type,
        "parent": _parent(unit, day),
        #: Null: the data do not say since when.
        "valid_from": since(unit),
        "valid_to": None if unit.ended_on is None else clock.to_date(unit.ended_on - 1).isoformat(),
    }


def _whole(territory: Territory, unit: Period) -> dict[str, Any]:
    last = unit.first if unit.ended_on is None else unit.ended_on - 1
    onwards = [(territory.units[link.unit], link) for link in unit.successors if link.unit in territory.units]
    return {
        **_unit(unit, last),
        "successors": _links(onwards),
        "predecessors": _links(territory.predecessors(unit)),
    }


def _links(links: Iterable[tuple[Period, Link]]) -> list[dict[str, Any]]:
    return [
        {
            "code": unit.code,
            "name": unit.names[-1][1],
            "valid_from": since(unit),
            "share": link.share,
            "is_default": link.is_default,
        }
        for unit, link in links
    ]
