"""Sign-in with the identity provider: leads there, and takes the answer. The protocol is in `accounts/oidc.py`.

The attempt (state, nonce, code verifier) is kept in a signed, short-lived cookie of the browser that began it; it is
`Lax`, because the way back comes from another site.
"""

from __future__ import annotations

import logging
from dataclasses import astuple
from secrets import compare_digest

from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Request, Response

from services.inspection.accounts.oidc import Attempt, IdentityError, IdentityProvider, new_attempt
from services.inspection.accounts.wiring import accounts_of, identity_provider_of
from services.inspection.web.rendering import N_
from services.inspection.web.signing_in import enter, safe_target, sign_in_page
from shared.service.context import ServiceContext
from shared.web.routing import not_found
from shared.web.sessions import is_tls, signing_key

_log = logging.getLogger(__name__)

_COOKIE = "oversight_attempt"
_SECONDS = 600
_PATH = "/sign-in/oidc"
_FAILED = N_("The sign-in with your organisation's account did not succeed. Try again.")
_NO_ACCOUNT = N_("Your organisation's account has no access here. Ask the administrator of this system for it.")


def begin_elsewhere(context: ServiceContext, request: Request) -> Response:
    """Send the browser to the identity provider.

    Raises:
        Problem: 404 none is configured.
    """
    provider = _provider(context)
    attempt = new_attempt(safe_target(request.args.get("next", "")))
    try:
        target = provider.address(attempt, _redirect_uri(request))
    except IdentityError as error:
        return _failed(context, request, error)
    response = Response(status=303, headers={"Location": target})
    kept = _serializer(context).dumps(astuple(attempt))
    response.set_cookie(
        _COOKIE, str(kept), max_age=_SECONDS, path=_PATH, secure=is_tls(request), httponly=True, samesite="Lax"
    )
    return response


def return_from_elsewhere(context: ServiceContext, request: Request) -> Response:
    """Take the provider's answer, and open a session for the account of the identity.

    Raises:
        Problem: 404 no provider is configured.
    """
    provider = _provider(context)
    attempt = _attempt(context, request)
    state, code = request.args.get("state", ""), request.args.get("code", "")
    if attempt is None or not code or not compare_digest(state.encode(), attempt.state.encode()):
        return _failed(context, request, IdentityError("no attempt of this browser, or the provider refused"))
    try:
        identity = provider.identity(code, attempt, _redirect_uri(request))
    except IdentityError as error:
        return _failed(context, request, error)
    account = accounts_of(context).by_subject(identity)
    if account is None:
        return sign_in_page(context, request, attempt.wanted, _NO_ACCOUNT, "elsewhere", status=403)
    response = enter(context, request, account.holder, attempt.wanted)
    response.delete_cookie(_COOKIE, path=_PATH)
    return response


def _provider(context: ServiceContext) -> IdentityProvider:
    provider = identity_provider_of(context)
    if provider is None:
        raise not_found()
    return provider


def _attempt(context: ServiceContext, request: Request) -> Attempt | None:
    try:
        return Attempt(*_serializer(context).loads(request.cookies.get(_COOKIE, ""), max_age=_SECONDS))
    except (BadData, TypeError):
        return None


def _failed(context: ServiceContext, request: Request, error: IdentityError) -> Response:
    _log.warning("sign-in with the identity provider failed: %s", error)
    return sign_in_page(context, request, "/", _FAILED, "elsewhere", status=401)


def _redirect_uri(request: Request) -> str:
    return f"{request.host_url.rstrip('/')}{_PATH}/return"


def _serializer(context: ServiceContext) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_key(context.settings, "attempt"), salt="oversight.attempt")
