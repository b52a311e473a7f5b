"""Sign-in by account and password or by the staff token, and sign-out. Sign-in elsewhere is in `oidc_sign_in.py`."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from services.inspection.accounts.store import Account, folded
from services.inspection.accounts.wiring import accounts_of, identity_provider_of
from services.inspection.web.rendering import N_, TEMPLATES, language_of, page
from shared.service.context import ServiceContext
from shared.web import auth, csrf
from shared.web.roles import STAFF
from shared.web.sessions import Holder, close_session, open_session, read_session

_WRONG_TOKEN = N_("The token is wrong. Copy it again from run.json or from the start of “oversight up”.")
_NO_TOKEN = N_("Enter the staff token.")
_WRONG_PASSWORD = N_("Name and password do not fit, or the account is disabled.")
_NO_PASSWORD = N_("Enter name and password.")


def sign_in_form(context: ServiceContext, request: Request) -> Response:
    """Show the form; who is signed in already goes on."""
    wanted = safe_target(request.args.get("next", ""))
    if read_session(context, request) is not None:
        return redirect(wanted)
    return sign_in_page(context, request, wanted)


def sign_in(context: ServiceContext, request: Request) -> Response:
    """Open a session for an account and password or for the staff token; say what is wrong otherwise."""
    csrf.check(context.settings, request)
    wanted = safe_target(request.form.get("next", ""))
    if "token" in request.form:
        return _by_token(context, request, wanted)
    return _by_password(context, request, wanted)


def _by_token(context: ServiceContext, request: Request, wanted: str) -> Response:
    token = request.form.get("token", "").strip()
    if token and auth.sign_in(context, request, token):
        return enter(context, request, Holder(STAFF, STAFF), wanted)
    message = _WRONG_TOKEN if token else _NO_TOKEN
    return sign_in_page(context, request, wanted, message, "token", status=401 if token else 422)


def _by_password(context: ServiceContext, request: Request, wanted: str) -> Response:
    name, password = request.form.get("name", "").strip(), request.form.get("password", "")
    if not name or not password:
        return sign_in_page(context, request, wanted, _NO_PASSWORD, "name", status=422)

    def check() -> Account | None:
        return accounts_of(context).by_password(name, password)

    account = auth.attempt(context, request, check, folded(name))
    if account is None:
        return sign_in_page(context, request, wanted, _WRONG_PASSWORD, "password", status=401)
    return enter(context, request, account.holder, wanted)


def enter(context: ServiceContext, request: Request, holder: Holder, wanted: str) -> Response:
    """Open a session and go to where one wanted to go."""
    response = redirect(wanted)
    open_session(context, request, response, holder)
    return response


def sign_out(context: ServiceContext, request: Request) -> Response:
    """End the session."""
    csrf.check(context.settings, request)
    response = redirect("/sign-in")
    close_session(context, request, response)
    return response


def sign_in_page(
    context: ServiceContext, request: Request, wanted: str, message: str = "", field: str = "", *, status: int = 200
) -> Response:
    """Return the form, with what is wrong beside its field."""
    error = TEMPLATES.gettext(language_of(request))(message) if message else ""
    elsewhere = identity_provider_of(context) is not None
    return page(
        context, request, "sign_in.html", status=status, next=wanted, error=error, field=field, elsewhere=elsewhere
    )


def safe_target(wanted: str) -> str:
    """Return where to go after the sign-in: only paths of this site, so that no link can lead elsewhere."""
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith("//") and not parts.netloc and "\\" not in wanted
    return wanted if inside and wanted.isprintable() and parts.path != "/sign-in" else "/"


def redirect(target: str) -> Response:
    """Return the answer that leads to a path of this site."""
    return Response(status=303, headers={"Location": target})
