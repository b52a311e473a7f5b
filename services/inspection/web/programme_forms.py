"""What the forms of the programme builder do: take a proposed selection over, make an entry a joint visit.

Owns no rule: the selection is recorded by the same command as over the API, entries change by events through the intake.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import orjson
from werkzeug.wrappers import Request, Response

from services.inspection import cases, programmes_api
from services.inspection.cases import Case
from services.inspection.domain.programme_state import subject_of
from services.inspection.web.access import limited_filters, require_agency_seen, require_form
from services.inspection.web.acting import Deed, act, given_of
from services.inspection.web.builder_fields import FIELDS, command
from services.inspection.web.filters import N_
from services.inspection.web.inner import ask
from services.inspection.web.rooms import room_filters, translator
from services.inspection.web.signing_in import redirect
from shared.contracts.envelope import SOURCE_PREFIX
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.web.problem import Problem
from shared.web.routing import not_found

#: Post that decides on changes by hand; the pages know no names.
_POST = "phu-trach-ke-hoach"


def adopt_selection(context: ServiceContext, request: Request, body: str, year: int) -> Response:
    """Record the selection that the address names, with its moment and seed, and make it the programme's entries.

    Raises:
        Problem: 403 not the body, 409 the programme does not take it, 503 the views have not come that far.
    """
    session = require_form(context, request, "act")
    require_agency_seen(context, request, body)
    filters = room_filters(request, limited_filters(context, request, session), dict.fromkeys(FIELDS))
    told = orjson.dumps({**command(filters), "confirm": True})
    path = f"/v1/inspection-programmes/{body}/{year}/selection"
    ask(context, request, lambda asked, sent: programmes_api.select_agencies(asked, sent, body, year), path, told)
    return redirect(f"/programmes/{quote(body, safe='')}/{year}#entries")


def make_joint(context: ServiceContext, request: Request, body: str, year: int) -> Response:
    """Put an entry together with the visit of another: the entry is taken out, and comes in again as a joint one.

    Raises:
        Problem: 403 not one's own part, 404 no such entry, 409 the programme does not take it.
    """
    session = require_form(context, request, "act")
    require_agency_seen(context, request, body)
    given = given_of(request)
    found = _programme(context, body, year)
    entry = _entry(found, given)
    reason = given.get("reason", "").strip() or translator(request)(N_("Done together to avoid a second visit"))
    joint = {"source": SOURCE_PREFIX + given.get("joint_source", ""), "id": given.get("joint_id", "")}
    for name, data in _changes(found, entry, joint, reason):
        outcome = act(context, session, Deed(f"qms.inspection_programme.{name}", body, subject_of(year), data))
        if not outcome.done:
            raise Problem(409, outcome.code or "WAITING", outcome.hint, pointer=outcome.pointer)
    return redirect(f"/programmes/{quote(body, safe='')}/{year}#meetings")


def _changes(
    found: Case, entry: Mapping[str, Any], joint: Mapping[str, str], reason: str
) -> list[tuple[str, dict[str, Any]]]:
    """Return the events that make an entry a joint one: an approved programme is amended, a draft changed by hand."""
    removed = {"agency_id": entry["agency_id"], "quarter": entry["quarter"], "reason": reason}
    added = {name: entry[name] for name in ("agency_id", "quarter", "mode", "person_days", "cause") if entry.get(name)}
    added["joint_with"] = joint
    if found.status in ("approved", "running"):
        return [("amended", {"reason": reason, "added": [added], "removed": [removed]})]
    return [("entry_removed", {**removed, "by": _POST}), ("entry_added", {**added, "reason": reason, "by": _POST})]


def _programme(context: ServiceContext, body: str, year: int) -> Case:
    found = context.database.read(
        lambda connection: cases.case(connection, "inspection_programme", body, subject_of(year))
    )
    if found is None:
        raise not_found()
    return found


def _entry(found: Case, given: Mapping[str, str]) -> Mapping[str, Any]:
    for entry in found.state["entries"]:
        if (entry["agency_id"], str(entry["quarter"])) == (given.get("agency_id"), given.get("quarter")):
            return dict(entry)
    hint = Hint("Kế hoạch không có cuộc kiểm tra này.", "The programme has no such inspection.")
    raise Problem(404, "ENTRY_NOT_IN_PROGRAMME", hint, pointer="/agency_id")
