"""Sessions of the web pages: a random number in a cookie; who it stands for is kept by the server and can be ended there.

Owns the cookie. Where sessions are kept is said by the service that has pages (`context.extra["sessions"]`); services
without pages know none.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol, cast

from werkzeug.wrappers import Request, Response

from shared.service.settings import Settings

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

COOKIE = "oversight_session"
#: A working day; afterwards one signs in again.
SESSION_SECONDS = 12 * 3600
#: Key in `ServiceContext.extra`.
STORE = "sessions"

#: Signs form tokens where no secret key is set: they then end with the process.
_PROCESS_KEY = secrets.token_hex(32)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who signs in: an account, or whoever has the staff token."""

    #: Random id of the account, `staff` for the holder of the token; never a person's name.
    account_id: str
    #: As in `shared.web.roles`.
    role: str
    #: Agency that a bound role is bound to, and that it acts for.
    agency_id: str | None = None
    #: Agency with all below it that a provincial inspector oversees, where that is not the own one.
    oversees: str | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in on the pages."""

    holder: Holder
    #: Name under which the account signs in, to be shown to its holder alone.
    name: str
    #: Digest of the cookie; names the session in the database.
    key: str

    @property
    def role(self) -> str:
        """Return the role."""
        return self.holder.role

    @property
    def agency_id(self) -> str | None:
        """Return the agency that a bound role is bound to, and that it acts for."""
        return self.holder.agency_id

    @property
    def oversees(self) -> str | None:
        """Return the agency up to which a bound role sees: the one that was named for the account, else the own one."""
        return self.holder.oversees or self.holder.agency_id


class Sessions(Protocol):
    """Keeps sessions by the digest of their cookie."""

    def open(self, key: str, holder: Holder, until: int) -> None:
        """Keep a session until an instant."""
        ...

    def read(self, key: str, now: int) -> Session | None:
        """Return a session that has not ended, of an account that may still sign in."""
        ...

    def close(self, key: str) -> None:
        """End a session."""
        ...


def signing_key(settings: Settings, purpose: str) -> str:
    """Return the key for one purpose; it changes with the staff token."""
    secret = settings.secret_key or _PROCESS_KEY
    return sha256(f"{purpose}\0{secret}\0{settings.staff_token}".encode()).hexdigest()


def open_session(context: ServiceContext, request: Request, response: Response, holder: Holder) -> None:
    """Sign somebody in: keep the session, set the cookie on the answer. A session that was there before ends."""
    close_kept(context, request)
    token = secrets.token_urlsafe(32)
    _store(context).open(_key(context, token), holder, context.clock() + SESSION_SECONDS * 1_000_000)
    response.set_cookie(
        COOKIE,
        token,
        max_age=SESSION_SECONDS,
        secure=is_tls(request),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def close_session(context: ServiceContext, request: Request, response: Response) -> None:
    """Sign out: end the session, take the cookie away."""
    close_kept(context, request)
    response.delete_cookie(COOKIE, path="/", secure=is_tls(request), httponly=True, samesite="Lax")


def close_kept(context: ServiceContext, request: Request) -> None:
    """End the session that the request's cookie names, if there is one."""
    token = request.cookies.get(COOKIE)
    if token:
        _store(context).close(_key(context, token))


def read_session(context: ServiceContext, request: Request) -> Session | None:
    """Return who is signed in, or None when there is no valid and fresh session; asked once per request."""
    if "oversight.session" not in request.environ:
        request.environ["oversight.session"] = _read(context, request)
    return cast("Session | None", request.environ["oversight.session"])


def _read(context: ServiceContext, request: Request) -> Session | None:
    token = request.cookies.get(COOKIE)
    if not token or STORE not in context.extra:
        return None
    return _store(context).read(_key(context, token), context.clock())


def is_tls(request: Request) -> bool:
    """Return whether the browser came over TLS."""
    return request.environ.get("wsgi.url_scheme") == "https"


def _store(context: ServiceContext) -> Sessions:
    return cast("Sessions", context.extra[STORE])


def _key(context: ServiceContext, token: str) -> str:
    # Whoever reads the table cannot sign in with it, and another staff token ends every session.
    return sha256(f"{signing_key(context.settings, 'session')}\0{token}".encode()).hexdigest()
