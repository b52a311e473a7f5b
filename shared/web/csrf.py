"""Guards forms against requests forged by other sites: origin check plus a token bound to the browser."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Request, Response

from shared.eventsourcing import Hint
from shared.service.settings import Settings
from shared.web.problem import Problem
from shared.web.sessions import is_tls, signing_key

COOKIE = "oversight_form"
#: Name of the hidden field.
FIELD = "form_token"
#: Header with the same token, for requests by script.
HEADER = "X-Form-Token"
_SECONDS = 12 * 3600


def form_token(settings: Settings, request: Request) -> tuple[str, str]:
    """Return the browser's id (to be kept in the cookie) and the token for the hidden field."""
    nonce = request.cookies.get(COOKIE) or secrets.token_urlsafe(16)
    token = _serializer(settings).dumps(nonce)
    return nonce, str(token)


def keep(request: Request, response: Response, nonce: str) -> None:
    """Set the cookie that the token is bound to."""
    response.set_cookie(
        COOKIE, nonce, max_age=_SECONDS, secure=is_tls(request), httponly=True, samesite="Strict", path="/"
    )


def check(settings: Settings, request: Request) -> None:
    """Turn away a form that was not sent from our own page.

    Raises:
        Problem: 403 from another site, or without the token of this browser.
    """
    if not same_origin(request):
        raise _forged()
    nonce = request.cookies.get(COOKIE)
    token = request.headers.get(HEADER) or request.form.get(FIELD, "")
    try:
        bound_to = _serializer(settings).loads(token, max_age=_SECONDS)
    except BadData:
        raise _forged() from None
    if not nonce or not secrets.compare_digest(str(bound_to).encode(), nonce.encode()):
        raise _forged()


def same_origin(request: Request) -> bool:
    """Return whether the browser says that the request comes from our own pages (Fetch Metadata, then Origin)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_key(settings, "form"), salt="oversight.form")


def _forged() -> Problem:
    return Problem(
        403,
        "FORM_NOT_OURS",
        Hint(
            "Biểu mẫu đã hết hạn hoặc không gửi từ trang này. Hãy tải lại trang rồi gửi lại.",
            "The form has expired or was not sent from this site. Reload the page and send it again.",
        ),
    )
