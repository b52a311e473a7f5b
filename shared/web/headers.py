"""Security headers of every answer (OWASP Secure Headers, CSP level 3), and the correlation id."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.datastructures import Headers

from shared.ids import new_id

#: Carries one id through all services and logs for what one request set off.
CORRELATION_HEADER = "X-Correlation-Id"

#: Pages load scripts, styles, fonts and pictures from us alone; no inline script or style is allowed.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: Anything that is no page must never be rendered as one.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

_CORRELATION = re.compile(r"[A-Za-z0-9._:-]{1,128}\Z")
_YEAR = 31_536_000


def correlation_id(environ: dict[str, Any]) -> str:
    """Return the caller's correlation id if it is well-formed, else a new one."""
    given = environ.get("HTTP_X_CORRELATION_ID", "")
    return given if _CORRELATION.match(given) else new_id()


def secure(headers: Headers, *, page: bool, tls: bool) -> None:
    """Add the security headers; what a handler has set itself stays."""
    headers.setdefault("Content-Security-Policy", PAGE_POLICY if page else DATA_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("Referrer-Policy", "same-origin")
    if page:
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if tls:
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}; includeSubDomains")
