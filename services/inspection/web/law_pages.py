"""The legal-change room: changes of the law of the last year, and for one of them every procedure that rests on the text."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from services.inspection.law_effects import AffectedProcedure
from services.inspection.read_models import LegalChange
from services.inspection.web import law_tables as tables
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.board_page import agency_unknown
from services.inspection.web.filters import N_, Filters
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import language_of, views_of
from services.inspection.web.rooms import Offered, room, room_filters, translator
from services.inspection.web.words import LABELS, label
from shared.service.context import ServiceContext
from shared.vietnam.text import matches
from shared.web.routing import not_found

_CHANGES = tuple(LABELS["change"])
#: A choice of the list that is no state of its own: what is not brought up to date, overdue or not.
_OPEN = "open"


def law(context: ServiceContext, request: Request) -> Response:
    """Show the changes of the law of the last year, with what they made stale.

    Raises:
        Problem: 404 no such agency.
    """
    session = require_session(context, request, "oversee")
    filters = room_filters(request, limited_filters(context, request, session), {"change": _CHANGES})
    try:
        changes = views_of(context).legal_changes(filters, limit=None)
    except LookupError:
        raise agency_unknown(filters.scope or "") from None
    telling = Telling(translator(request), language_of(request), filters, {})
    shown = [one for one in changes if _wanted(one, filters)]
    say = telling.translate
    kinds = [(kind, say(label("change", kind))) for kind in _CHANGES]
    return room(
        context,
        request,
        ("law.html", "law"),
        filters,
        [tables.changes_table(shown, telling)],
        offered=[Offered("change", say(N_("Change")), kinds)],
    )


def _wanted(one: LegalChange, filters: Filters) -> bool:
    return filters.chosen("change") in ("", one.change) and matches(filters.query, one.number, one.title, one.issuer)


def law_change(context: ServiceContext, request: Request, source: str, event_id: str) -> Response:
    """Show one change of the law: each procedure that rests on the text, by agency and one by one.

    Raises:
        Problem: 404 no such change in the year before the day.
    """
    session = require_session(context, request, "oversee")
    words = {"state": (_OPEN, *tables.STATES), "of": None}
    filters = room_filters(request, limited_filters(context, request, session), words)
    views = views_of(context)
    change = views.legal_change(source, event_id, filters)
    if change is None:
        raise not_found()
    found, _known_at = views.affected(source, event_id, filters)
    telling = Telling(translator(request), language_of(request), filters, {})
    say = telling.translate
    leads = [one.lead_days for one in found if one.lead_days is not None]
    states = [(_OPEN, say(N_("Not brought up to date")))]
    states += [(state, say(label("law_state", state))) for state in tables.STATES]
    return room(
        context,
        request,
        ("law_change.html", "law"),
        filters,
        [
            tables.procedures_table([one for one in found if _chosen(one, filters)], telling),
            tables.agencies_table([one for one in found if _found(one, filters)], telling),
        ],
        offered=[Offered("state", say(N_("State")), states)],
        change=change,
        counts=tables.counted(found, filters.as_of),
        median_lead=tables.quantile(leads, 0.5),
        late_lead=tables.quantile(leads, 0.9),
    )


def _chosen(one: AffectedProcedure, filters: Filters) -> bool:
    chosen, state = filters.chosen("state"), tables.state_of(one, filters.as_of)
    in_state = state != "updated" if chosen == _OPEN else chosen in ("", state)
    return in_state and filters.chosen("of") in ("", one.agency_id) and _found(one, filters)


def _found(one: AffectedProcedure, filters: Filters) -> bool:
    texts = (one.name_vi, one.name_en, one.agency_id, one.procedure_id, one.province_label)
    return not filters.query or matches(filters.query, *texts)
