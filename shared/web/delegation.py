"""How the front door speaks to other services for a person who is signed in on its pages.

A person has no bearer to pass on: the staff token stands for them, narrowed to their agency where they are bound to one.
The header only ever takes rights away, so anyone may send it; it counts with the staff token alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.wrappers import Request

from shared.web.roles import scope_of
from shared.web.sessions import Session, read_session

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

#: Narrows the staff token to what this agency's own key may do.
FOR_AGENCY = "Oversight-For-Agency"


def credential_headers(context: ServiceContext, request: Request) -> dict[str, str]:
    """Return the headers that show another service on whose behalf a request is passed on."""
    given = request.headers.get("Authorization", "")
    if given:
        passed = request.headers.get(FOR_AGENCY, "")
        return {"Authorization": given, **({FOR_AGENCY: passed} if passed else {})}
    return staff_credential(context, read_session(context, request))


def staff_credential(context: ServiceContext, session: Session | None) -> dict[str, str]:
    """Return the headers that stand for a person who is signed in."""
    headers = {"Authorization": f"Bearer {context.settings.staff_token}"}
    bound = scope_of(session.role, session.agency_id) if session is not None else None
    return {**headers, FOR_AGENCY: bound} if bound else headers
