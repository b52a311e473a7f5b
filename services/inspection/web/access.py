"""Who may open a page, and whose records it may show: the policy of `shared/web/roles.py` applied to a request.

Every refusal is logged and counted. Filters of people who are bound to an agency are limited to it here, so that no page
has to remember it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from services.inspection.web.filters import Filters, read_filters
from shared import clock
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.web import csrf
from shared.web.problem import Problem
from shared.web.refusals import note_refusal
from shared.web.roles import Permission, may, scope_of, sees
from shared.web.sessions import Session, read_session
from shared.web.translations import LANGUAGES


class SignInRequired(Problem):
    """Leads to the sign-in page, and back afterwards."""

    def __init__(self, request: Request) -> None:
        """Remember where the reader wanted to go."""
        wanted = request.full_path.rstrip("?")
        asked = {"next": wanted} if wanted != "/" else {}
        if request.args.get("lang") in LANGUAGES:
            # Whoever chose a language in the address reads the sign-in page in it too.
            asked["lang"] = request.args["lang"]
        super().__init__(
            303,
            "SIGN_IN_REQUIRED",
            Hint("Cần đăng nhập để xem trang này.", "Sign in to see this page."),
            headers={"Location": f"/sign-in?{urlencode(asked)}" if asked else "/sign-in"},
        )


def require_session(context: ServiceContext, request: Request, permission: Permission = "read") -> Session:
    """Return who is signed in.

    Raises:
        SignInRequired: nobody is.
        Problem: 403 the role may not do this.
    """
    session = read_session(context, request)
    if session is None:
        raise SignInRequired(request)
    if not may(session.role, permission):
        raise _refused(context, session, request.path)
    return session


def require_form(context: ServiceContext, request: Request, permission: Permission) -> Session:
    """Return who sent a form of ours.

    Raises:
        SignInRequired: nobody is signed in.
        Problem: 403 the role may not do this, or the form is not ours.
    """
    session = require_session(context, request, permission)
    csrf.check(context.settings, request)
    return session


def require_agency_seen(context: ServiceContext, request: Request, agency_id: str) -> None:
    """Turn away who may not see an agency's records.

    Raises:
        Problem: 403.
    """
    session = read_session(context, request)
    if session is None:
        raise SignInRequired(request)
    today = clock.vietnam_day(context.clock())
    if sees(session.role, session.oversees, agency_id, lambda own, other: _above(context, own, other, today)):
        return
    raise _refused(context, session, agency_id)


def limited_filters(context: ServiceContext, request: Request, session: Session) -> Filters:
    """Return the filters of a request, limited to the part of the tree that its sender may see.

    Raises:
        Problem: 403 they ask for an agency outside of it.
    """
    filters = read_filters(request, context.clock())
    own = scope_of(session.role, session.oversees)
    if own is None:
        return filters
    for agency_id in (filters.scope, filters.agency):
        if agency_id is not None:
            require_agency_seen(context, request, agency_id)
    return replace(filters, scope=filters.scope or own, own=own)


def visible_to(context: ServiceContext, session: Session) -> Callable[[str], bool]:
    """Return the function that says whether somebody may see an agency's records; for many of them at once."""
    today = clock.vietnam_day(context.clock())

    def seen(agency_id: str) -> bool:
        return sees(session.role, session.oversees, agency_id, lambda own, other: _above(context, own, other, today))

    return lru_cache(maxsize=None)(seen)


def acts_for(context: ServiceContext, session: Session, agency_id: str) -> bool:
    """Return whether somebody may assert what an agency reports itself: for the own agency and those below it."""
    today = clock.vietnam_day(context.clock())
    return sees(session.role, session.agency_id, agency_id, lambda own, other: _above(context, own, other, today))


def home_of(session: Session) -> Response | None:
    """Return where somebody without a board begins instead; None for those who oversee."""
    if may(session.role, "oversee"):
        return None
    return Response(status=303, headers={"Location": f"/agencies/{session.agency_id}"})


def _above(context: ServiceContext, own: str, other: str, day: int) -> bool:
    return context.registry.is_at_or_above(own, other, day)


def _refused(context: ServiceContext, session: Session, wanted: str) -> Problem:
    note_refusal(context.settings.service, session.holder.account_id, session.role, wanted)
    return Problem(
        403,
        "OUTSIDE_SCOPE",
        Hint(
            "Tài khoản của bạn không có quyền xem hoặc thực hiện việc này. Lần truy cập này đã được ghi lại.",
            "Your account may not see or do this. The attempt has been recorded.",
        ),
    )
