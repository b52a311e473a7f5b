"""HTTP handlers of the administrative units: those of a day, and every unit that has had a code.

Owns the JSON forms; the units and who succeeded whom are in `geography.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from services.inspection import geography
from services.inspection.geography import REFORM, Geography, Succession, Unit
from services.inspection.parameters import day_parameter
from shared import clock
from shared.eventsourcing import Hint
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
    authenticate(context, request)
    given = day_parameter(request, "as_of")
    day = clock.vietnam_day(context.clock()) if given is None else given
    limit = whole_number(request, "limit", 1000, low=1, high=_MOST)
    parent, after = request.args.get("parent", "").strip(), request.args.get("after", "").strip()
    known = geography.load()
    units = known.before if day < REFORM else known.after
    chosen = sorted(unit.code for unit in units.values() if parent in ("", unit.parent or "none"))
    page = [code for code in chosen if code > after][: limit + 1]
    return json_answer(
        {
            "as_of": clock.to_date(day).isoformat(),
            "total": len(chosen),
            "admin_units": [_unit(known, units[code], old=day < REFORM) for code in page[:limit]],
            "next": page[limit - 1] if len(page) > limit else None,
        }
    )


def get_unit(context: ServiceContext, request: Request, code: str) -> Response:
    """Answer all units that have had a code; most codes were given twice.

    Raises:
        Problem: 404 no unit has ever had it.
    """
    authenticate(context, request)
    known = geography.load()
    found = [
        _unit(known, units[code], old=old)
        for units, old in ((known.before, True), (known.after, False))
        if code in units
    ]
    if not found:
        hint = Hint(f"Không có đơn vị hành chính mang mã '{code}'.", f"No administrative unit has the code '{code}'.")
        raise Problem(404, "UNKNOWN_ADMIN_UNIT", hint, pointer="/path/code")
    return json_answer({"code": code, "admin_units": found})


def _unit(known: Geography, unit: Unit, *, old: bool) -> dict[str, Any]:
    first, last = (None, clock.to_date(REFORM - 1)) if old else (clock.to_date(REFORM), None)
    onwards = _links(known.after, known.onwards.get(unit.code, ()) if old else (), "new")
    backwards = _links(known.before, () if old else known.backwards.get(unit.code, ()), "old")
    return {
        "code": unit.code,
        "name": unit.name,
        "type": unit.type,
        "parent": unit.parent or None,
        #: Null: the data do not say since when.
        "valid_from": first.isoformat() if first else None,
        "valid_to": last.isoformat() if last else None,
        "successors": onwards,
        "predecessors": backwards,
    }


def _links(units: Any, links: Iterable[Succession], end: str) -> Sequence[dict[str, Any]]:
    codes = [(getattr(link, end), link) for link in links]
    return [
        {"code": code, "name": units[code].name, "share": link.share, "is_default": link.is_default}
        for code, link in codes
    ]
