"""What an agency's credential may see: its own record and those of the agencies below it; an officer its own alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from shared import clock
from shared.eventsourcing import Hint
from shared.web.auth import Caller, authenticate
from shared.web.delegation import FOR_ROLE
from shared.web.problem import Problem
from shared.web.refusals import note_refusal

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_OFFICER = "agency_officer"
_SEES_BELOW = "provincial_inspector"


def authenticate_person(context: ServiceContext, request: Request) -> Caller:
    """Return who sent the request, with the role of the person on whose behalf the front door asks.

    Raises:
        Problem: as `authenticate`.
    """
    caller = authenticate(context, request)
    given = request.headers.get(FOR_ROLE, "")
    if not given or caller.kind != "agency" or caller.role:
        return caller
    # What is no role that sees more is taken for the narrowest: the header must not widen by being misspelt.
    return replace(caller, role=given if given == _SEES_BELOW else _OFFICER)


def is_own_only(caller: Caller) -> bool:
    """Return whether the caller is a person who sees nothing but their own agency."""
    return caller.kind == "agency" and caller.role == _OFFICER


def require_agency(context: ServiceContext, caller: Caller, agency_id: str) -> None:
    """Let staff and services pass, and an agency for itself and those below it, or below what its inspector oversees.

    Raises:
        Problem: 403 outside the caller's own part of the tree.
    """
    if caller.kind != "agency" or caller.agency_id == agency_id:
        return
    today = clock.vietnam_day(context.clock())
    if (
        not is_own_only(caller)
        and caller.sees_up_to
        and context.registry.is_at_or_above(caller.sees_up_to, agency_id, today)
    ):
        return
    note_refusal(context.settings.service, caller.name, caller.role or "agency", agency_id)
    raise Problem(
        403,
        "OUTSIDE_SCOPE",
        Hint(
            "Tài khoản hoặc khóa này chỉ xem được hồ sơ trong phạm vi cơ quan của mình.",
            "This account or key sees only the records of its own agency's part of the tree.",
        ),
    )
