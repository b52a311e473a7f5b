"""The form of one event type, and what comes of sending it.

Owns which types people may post from the pages; what a form asks is in the type's contract.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlencode

from werkzeug.wrappers import Request, Response

from services.inspection.cases import MOVES, case
from services.inspection.web.access import require_agency_seen, require_form, require_session
from services.inspection.web.acting import Deed, Outcome, act, given_of, wait_until_shown
from services.inspection.web.agency_entry import agency_meant
from services.inspection.web.contract_forms import FormField, agency_paths, data_of, fields_of
from services.inspection.web.filters import N_
from services.inspection.web.notices import with_notice
from services.inspection.web.refused_words import Wrong, wrong_with
from services.inspection.web.rendering import TEMPLATES, event_name, language_of, page, views_of
from services.inspection.web.signing_in import redirect, safe_target
from shared import clock, ids
from shared.contracts.catalogue import EventType
from shared.service.context import ServiceContext
from shared.web.roles import scope_of
from shared.web.routing import not_found
from shared.web.sessions import Session

#: Names in the address or form that are the envelope's, not the data's.
_ENVELOPE = ("source", "subject", "next", "form_token", "lang")


def act_form(context: ServiceContext, request: Request, event_type: str) -> Response:
    """Show the form of an event type; fields may be filled by the address.

    Raises:
        Problem: 403 the role or the agency, 404 no such type.
    """
    session = require_session(context, request, "act")
    kind = _kind(context, event_type)
    values = {name: value for name, value in request.args.items() if name not in _ENVELOPE}
    _require_about(context, request, kind, (request.args.get("source", ""), request.args.get("subject", "")), values)
    return _form(context, request, session, kind, values)


def act_post(context: ServiceContext, request: Request, event_type: str) -> Response:
    """Post the event; go on to where one came from, or show what is wrong beside its field.

    Raises:
        Problem: 403 the role, the agency or the form, 404 no such type.
    """
    session = require_form(context, request, "act")
    kind = _kind(context, event_type)
    given = _with_ids(context, kind, given_of(request))
    source, subject = given.get("source", "").strip(), given.get("subject", "").strip()
    _require_about(context, request, kind, (source, subject), given)
    deed = Deed(kind.name, source, subject, data_of(kind.schema, given))
    outcome = act(context, session, deed)
    if outcome.done:
        if kind.aggregate == "target":
            # The other records show it at once; where a target stands is a figure of the views.
            wait_until_shown(context, context.clock())
        there = safe_target(given.get("next", "")) if given.get("next") else record_address(kind, source, subject)
        return redirect(with_notice(there, kind.name))
    return _form(context, request, session, kind, given, outcome)


def _with_ids(context: ServiceContext, kind: EventType, given: Mapping[str, str]) -> dict[str, str]:
    """Return the inputs of a form with ids of agencies, also where people wrote a name that only one agency has."""
    named = ("source", *agency_paths(fields_of(kind.schema, "vi", given)))
    return {**given, **{path: agency_meant(context, given[path]) for path in named if given.get(path)}}


def record_address(kind: EventType, source: str, subject: str) -> str:
    """Return the address of the record that an event of a type belongs to: in its room, where it has one."""
    if kind.aggregate in _ROOMS:
        return f"{_ROOMS[kind.aggregate]}/{quote(source, safe='')}/{quote(subject, safe='')}"
    return f"/records/{kind.aggregate}/{source}/{subject}" if kind.aggregate in MOVES else "/work"


#: Where a record has a page of its own that says more than its history.
_ROOMS = {"target": "/targets", "reorganisation": "/reorganisations"}


def _kind(context: ServiceContext, name: str) -> EventType:
    found = context.catalogue.get(name)
    if found is None or found.aggregate not in MOVES or found.asserter == "system":
        raise not_found()
    return found


def _require_about(
    context: ServiceContext, request: Request, kind: EventType, named: tuple[str, str], values: Mapping[str, str]
) -> None:
    """Turn away whoever is bound elsewhere: neither the record's owner nor whom it is about may lie outside.

    A report that goes to the owner is an exception: whoever receives it may answer it, wherever it comes from.
    """
    (source, subject), agency_id = named, values.get("agency_id")
    if source:
        require_agency_seen(context, request, source)
    if agency_id and not (source and _receives(context, kind, source, (agency_id, subject))):
        require_agency_seen(context, request, agency_id)


def _receives(context: ServiceContext, kind: EventType, source: str, record: tuple[str, str]) -> bool:
    if kind.aggregate != "periodic_report":
        return False
    found = context.database.read(lambda connection: case(connection, kind.aggregate, *record))
    return found is not None and found.state.get("receiver") == source


def _form(
    context: ServiceContext,
    request: Request,
    session: Session,
    kind: EventType,
    values: Mapping[str, str],
    outcome: Outcome | None = None,
) -> Response:
    language = language_of(request)
    sent = values if request.method == "POST" else request.args
    opens = not MOVES[kind.aggregate].table[kind.event].origins if kind.event in MOVES[kind.aggregate].table else False
    subject = sent.get("subject") or (_new_subject(kind.aggregate, context) if opens else "")
    source = sent.get("source") or scope_of(session.role, session.agency_id) or ""
    translate = TEMPLATES.gettext(language)
    fields = fields_of(kind.schema, language, values, titles=_titles(kind, translate))
    agencies = agency_paths(fields)
    refused = Wrong("", "")
    if outcome is not None:
        refused = wrong_with(outcome, kind, sent, fields, translate, language)
    return page(
        context,
        request,
        "act.html",
        "work",
        status=422 if outcome is not None else 200,
        title=event_name(context, kind.name, language),
        kind=kind,
        fields=fields,
        further_open=any(_filled(field, values, refused.at) for field in fields if not field.required),
        source=source,
        subject=subject,
        opens=opens,
        bodies=views_of(context).inspecting_bodies(clock.vietnam_day(context.clock()))
        if agencies or not sent.get("source")
        else (),
        next=safe_target(sent.get("next", "")) if sent.get("next") else "",
        refused=refused,
        waiting=outcome is not None and outcome.status == "waiting",
    )


def _filled(field: FormField, values: Mapping[str, str], refused_at: str) -> bool:
    """Return whether an optional field has something to show: a value, or the reason of a refusal."""
    named = [name for name, value in values.items() if value] + [refused_at]
    return any(name == field.path or name.startswith(f"{field.path}.") for name in named)


def _titles(kind: EventType, translate: Callable[[str], str]) -> dict[str, str]:
    """Return what the fields of a form are called where the contract names them for many kinds of records at once."""
    about, other = translate(_ABOUT.get(kind.aggregate, N_("Agency"))), translate(N_("Agency"))
    inside = about if kind.aggregate == "inspection_programme" else other
    return {"agency_id": about, "*.agency_id": inside, "*.agency": other}


#: Which agency a record of a kind is about.
_ABOUT = {
    "inspection": N_("Agency that is checked"),
    "inspection_programme": N_("Agency that is checked"),
    "recommendation": N_("Agency that is to carry it out"),
    "periodic_report": N_("Agency that reports"),
}
_SHORT = {
    "inspection": "KT",
    "recommendation": "KN",
    "inspection_programme": "KH",
    "target": "CT",
    "periodic_report": "BC",
    "reorganisation": "SX",
}


def _new_subject(aggregate: str, context: ServiceContext) -> str:
    """Return an id for a new record that people can say aloud: kind, year, a short random part."""
    year = clock.to_date(clock.vietnam_day(context.clock())).year
    return f"{_SHORT[aggregate]}-{year}-{ids.new_id()[-6:]}"


def act_address(kind: str, **values: str | None) -> str:
    """Return the address of a type's form with fields filled."""
    given = {name: value for name, value in values.items() if value}
    return f"/act/{kind}?{urlencode(given)}" if given else f"/act/{kind}"
