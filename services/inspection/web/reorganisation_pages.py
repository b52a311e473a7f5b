"""The reorganisation room: what every old agency still had open, who inherits it or that it lapses, until all is settled.

As of a past day it shows what had been decided by then, as known at the instant asked for; decisions are made on the present.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection
from werkzeug.wrappers import Request, Response

from services.inspection.domain import reorganisation as rules
from services.inspection.obligations.api import settle_reorganisation
from services.inspection.obligations.checklist import (
    STATES,
    Checklist,
    OpenThing,
    Reorganisation,
    all_reorganisations,
    checklist,
    reorganisation,
    successors,
)
from services.inspection.obligations.past import checklist_as_of, reorganisations_as_of
from services.inspection.obligations.settling import not_ended
from services.inspection.obligations.tables import CONSUMER, serving_version
from services.inspection.web import reorganisation_tables as tables
from services.inspection.web.access import (
    limited_filters,
    require_agency_seen,
    require_form,
    require_session,
    visible_to,
)
from services.inspection.web.act_pages import act_address
from services.inspection.web.acting import given_of, wait_until_read
from services.inspection.web.filters import N_, Filters
from services.inspection.web.inner import ask
from services.inspection.web.obligation_forms import Decided, decide, decided_things
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import language_of, views_of
from services.inspection.web.rooms import Offered, moment_of, room, room_filters, translator
from services.inspection.web.signing_in import redirect
from services.inspection.web.words import label
from shared.contracts.inspection.obligation import KINDS
from shared.service.context import ServiceContext
from shared.vietnam.text import matches
from shared.web.roles import may
from shared.web.routing import not_found
from shared.web.sessions import Session

#: Reorganisations of which the list counts what is left.
_COUNTED = 10
_STATUSES = tuple(rules.MOVES.words)
#: Things offered for one decision.
_AT_ONCE = 200


def reorganisations(context: ServiceContext, request: Request) -> Response:
    """Show the reorganisations that one may see, the latest first, with what is left to settle."""
    session = require_session(context, request, "oversee")
    filters = room_filters(request, limited_filters(context, request, session), {"state": _STATUSES})
    seen, known_at = visible_to(context, session), moment_of(context, filters).known_at

    def read(connection: Connection) -> tuple[list[Reorganisation], dict[tuple[str, str], int]]:
        if not filters.is_today:
            then = reorganisations_as_of(connection, filters.as_of, known_at)
            return [one for one in then if seen(one.source) and _wanted(one, filters)], {}
        found = [one for one in all_reorganisations(connection) if seen(one.source) and _wanted(one, filters)]
        open_ones = [one for one in found if one.status in ("announced", "effective")][:_COUNTED]
        return found, {(one.source, one.subject): checklist(connection, one).left for one in open_ones}

    found, left = context.database.read(read)
    telling = _telling(context, request, filters, {one.source for one in found})
    say = telling.translate
    return room(
        context,
        request,
        ("reorganisations.html", "reorganisations"),
        filters,
        [tables.heads_table(found, left, telling)],
        offered=[Offered("state", say(N_("State")), [(one, say(label("reorganisation", one))) for one in _STATUSES])],
        new_address=act_address("qms.reorganisation.planned") if may(session.role, "act") else None,
    )


def _wanted(one: Reorganisation, filters: Filters) -> bool:
    state = filters.chosen("state")
    return state in ("", one.status) and matches(filters.query, one.subject, one.name_vi, one.name_en or "", one.source)


def _telling(context: ServiceContext, request: Request, filters: Filters, agency_ids: set[str]) -> Telling:
    names = views_of(context).names(agency_ids, filters.as_of)
    return Telling(translator(request), language_of(request), filters, names)


def reorganisation_page(context: ServiceContext, request: Request, source: str, subject: str) -> Response:
    """Show one reorganisation: counts, things, old agencies; with forms to decide and to settle.

    Raises:
        Problem: 403 outside one's own part, 404 no such reorganisation.
    """
    session = require_session(context, request, "oversee")
    filters = _filters(context, request, session)
    if filters.is_today:
        return _show(context, request, session, _checklist(context, request, source, subject))
    require_agency_seen(context, request, source)
    known_at = moment_of(context, filters).known_at
    then = context.database.read(
        lambda connection: checklist_as_of(connection, subject, source, filters.as_of, known_at)
    )
    if then is None:
        raise not_found()
    return _show(context, request, session, then[0], heirs=then[1])


def _filters(context: ServiceContext, request: Request, session: Session) -> Filters:
    words = {"state": STATES, "kind": tuple(KINDS), "old": None}
    # `kind` is that of the obligation here, not of agencies.
    common = limited_filters(context, request, session)
    errors = tuple(one for one in common.errors if one.field != "kind")
    return room_filters(request, replace(common, kind=None, errors=errors), words)


def _checklist(context: ServiceContext, request: Request, source: str, subject: str) -> Checklist:
    require_agency_seen(context, request, source)

    def read(connection: Connection) -> Checklist | None:
        found = reorganisation(connection, subject, source)
        return None if found is None else checklist(connection, found)

    found = context.database.read(read)
    if found is None:
        raise not_found()
    return found


def _show(
    context: ServiceContext,
    request: Request,
    session: Session,
    found: Checklist,
    decided: Decided | None = None,
    *,
    heirs: Mapping[str, Sequence[str]] | None = None,
) -> Response:
    """Return the page of a reorganisation; `heirs` are those of a past day, and nothing can be decided then."""
    told = found.reorganisation
    filters, present = _filters(context, request, session), heirs is None
    if heirs is None:
        heirs = context.database.read(lambda connection: successors(connection, told))
        waiting = not_ended(context.registry.agencies(heirs), heirs, told.effective_on)
    else:
        waiting = _still_there(context, heirs, filters)
    acting = present and may(session.role, "act")
    telling = _telling(context, request, filters, _named(found, heirs))
    shown = [one for one in found.things if _chosen(one, telling)]
    say = telling.translate
    left = [one for one in shown if one.state == "left"]
    return room(
        context,
        request,
        ("reorganisation.html", "reorganisations"),
        filters,
        [
            tables.things_table(shown, telling),
            tables.counts_table(found, telling),
            tables.agencies_table(heirs, waiting, telling),
        ],
        offered=[
            Offered("kind", say(N_("Kind of obligation")), [(kind, say(label("choice", kind))) for kind in KINDS]),
            Offered("state", say(N_("State")), [(one, say(label("obligation_state", one))) for one in STATES]),
            Offered("old", say(N_("Old agency")), [(old, telling.names[old].name_vi) for old in sorted(heirs)]),
        ],
        found=told,
        here=tables.room_address(told),
        done=len(found.things) - found.left,
        all_things=len(found.things),
        left=found.left,
        waiting=waiting,
        deciding=left[:_AT_ONCE] if acting and told.status in ("announced", "effective") else [],
        successors=sorted({new for taking in heirs.values() for new in taking}),
        agency_name=lambda agency_id: tables.spoken(telling.names[agency_id], telling.language),
        settling=acting and told.status == "effective",
        decided=decided,
    )


def _still_there(context: ServiceContext, heirs: Mapping[str, Sequence[str]], filters: Filters) -> list[str]:
    """Return the old agencies that do not go on as a new one, and lived on the past day as it is known now."""
    new = {agency for taking in heirs.values() for agency in taking}
    known = context.registry.agencies(heirs)
    return [old for old in heirs if old not in new and (old not in known or known[old].live_on(filters.as_of))]


def _named(found: Checklist, heirs: Mapping[str, Sequence[str]]) -> set[str]:
    named = {found.reorganisation.source, *heirs, *(new for taking in heirs.values() for new in taking)}
    for one in found.things:
        named |= {one.holder, *([one.heir] if one.heir else [])}
    return named


def _chosen(one: OpenThing, telling: Telling) -> bool:
    filters, name = telling.filters, telling.names[one.holder]
    return (
        filters.chosen("state") in ("", one.state)
        and filters.chosen("kind") in ("", one.thing.kind)
        and filters.chosen("old") in ("", one.holder)
        and matches(filters.query, one.label, one.thing.id, one.holder, name.name_vi, name.name_en)
    )


def decide_obligations(context: ServiceContext, request: Request, source: str, subject: str) -> Response:
    """Record for the chosen things who inherits them, or that they lapse; and show what became of it.

    Raises:
        Problem: 403 outside one's own part, 404 no such reorganisation.
    """
    session = require_form(context, request, "act")
    found = _checklist(context, request, source, subject)
    things = decided_things(found, request.form.getlist("thing"))
    outcome = decide(context, session, found, things, given_of(request))
    return _show(context, request, session, _checklist(context, request, source, subject), outcome)


def settle(context: ServiceContext, request: Request, source: str, subject: str) -> Response:
    """Record that nothing is left open.

    Raises:
        Problem: 403, 404, 409 something is left, 503 the views are behind.
    """
    require_form(context, request, "act")
    found = _checklist(context, request, source, subject)
    path = f"/v1/reorganisations/{subject}/settle?source={source}"
    ask(context, request, lambda asked, sent: settle_reorganisation(asked, sent, subject), path, b"")
    wait_until_read(context, CONSUMER, serving_version)
    return redirect(tables.room_address(found.reorganisation))
