"""Sessions of the web pages: one signed cookie that says who is signed in; the server keeps nothing.

Signed with the service's secret key and the staff token together, so that a new token ends every session.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import sha256

from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Request, Response

from shared.service.settings import Settings

COOKIE = "oversight_session"
#: A working day; afterwards the token is asked for again.
SESSION_SECONDS = 12 * 3600

#: Signs sessions where no secret key is set: they then end with the process.
_PROCESS_KEY = secrets.token_hex(32)


@dataclass(frozen=True)
class Session:
    """Who is signed in on the pages."""

    name: str
    #: Random id of this sign-in; form tokens are bound to it.
    nonce: str


def signing_key(settings: Settings, purpose: str) -> str:
    """Return the key for one purpose; it changes with the staff token."""
    secret = settings.secret_key or _PROCESS_KEY
    return sha256(f"{purpose}\0{secret}\0{settings.staff_token}".encode()).hexdigest()


def open_session(settings: Settings, request: Request, response: Response, name: str) -> None:
    """Sign somebody in: set the cookie on the answer."""
    value = _serializer(settings).dumps({"name": name, "nonce": secrets.token_urlsafe(12)})
    response.set_cookie(
        COOKIE,
        str(value),
        max_age=SESSION_SECONDS,
        secure=is_tls(request),
        httponly=True,
        samesite="Lax",
        path="/",
    )


def close_session(request: Request, response: Response) -> None:
    """Sign out: take the cookie away."""
    response.delete_cookie(COOKIE, path="/", secure=is_tls(request), httponly=True, samesite="Lax")


def read_session(settings: Settings, request: Request) -> Session | None:
    """Return who is signed in, or None when there is no valid and fresh session."""
    value = request.cookies.get(COOKIE)
    if not value or not settings.staff_token:
        return None
    try:
        content = _serializer(settings).loads(value, max_age=SESSION_SECONDS)
    except BadData:
        return None
    return Session(name=str(content["name"]), nonce=str(content["nonce"]))


def is_tls(request: Request) -> bool:
    """Return whether the browser came over TLS."""
    return request.environ.get("wsgi.url_scheme") == "https"


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_key(settings, "session"), salt="oversight.session")
