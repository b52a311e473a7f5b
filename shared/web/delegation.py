"""How the front door speaks to other services for a person who is signed in on its pages.

A person has no bearer to pass on: the staff token stands for them, narrowed to their agency where they are bound to one.
The headers only ever take rights away, so anyone may send them. The first counts with the staff token alone, the second only
beside the first, the third wherever somebody asks for an agency: it can make an officer of them, never more than they are.
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
#: Lets that agency see up to another one above it, as a provincial inspector's account may say.
OVERSEES = "Oversight-Oversees"
#: Names the role of the person: an officer sees their own agency alone, not what lies below it. Read in `shared.web.scope`.
FOR_ROLE = "Oversight-For-Role"
_NARROWING = (FOR_AGENCY, OVERSEES, FOR_ROLE)


def credential_headers(context: ServiceContext, request: Request) -> dict[str, str]:
    """Return the headers that show another service on whose behalf a request is passed on."""
    given = request.headers.get("Authorization", "")
    if given:
        passed = {name: request.headers[name] for name in _NARROWING if request.headers.get(name)}
        return {"Authorization": given, **passed}
    return staff_credential(context, read_session(context, request))


def staff_credential(context: ServiceContext, session: Session | None) -> dict[str, str]:
    """Return the headers that stand for a person who is signed in."""
    headers = {"Authorization": f"Bearer {context.settings.staff_token}"}
    bound = scope_of(session.role, session.agency_id) if session is not None else None
    if session is None or not bound:
        return headers
    narrowed = {**headers, FOR_AGENCY: bound, FOR_ROLE: session.role}
    return {**narrowed, OVERSEES: session.holder.oversees} if session.holder.oversees else narrowed
