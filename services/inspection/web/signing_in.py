"""Sign-in by the staff token, and sign-out."""

from __future__ import annotations

from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from services.inspection.web.rendering import N_, TEMPLATES, language_of, page
from shared.service.context import ServiceContext
from shared.web import auth, csrf
from shared.web.sessions import close_session, open_session, read_session

_WRONG_TOKEN = N_("The token is wrong. Copy it again from run.json or from the start of “oversight up”.")
_NO_TOKEN = N_("Enter the staff token.")


def sign_in_form(context: ServiceContext, request: Request) -> Response:
    """Show the form; who is signed in already goes on."""
    wanted = _safe_target(request.args.get("next", ""))
    if read_session(context.settings, request) is not None:
        return _redirect(wanted)
    return page(context, request, "sign_in.html", next=wanted, error="")


def sign_in(context: ServiceContext, request: Request) -> Response:
    """Open a session for the staff token; say what is wrong otherwise."""
    csrf.check(context.settings, request)
    wanted = _safe_target(request.form.get("next", ""))
    token = request.form.get("token", "").strip()
    if token and auth.sign_in(context, request, token):
        response = _redirect(wanted)
        open_session(context.settings, request, response, "staff")
        return response
    message = TEMPLATES.gettext(language_of(request))(_WRONG_TOKEN if token else _NO_TOKEN)
    return page(context, request, "sign_in.html", status=422 if not token else 401, next=wanted, error=message)


def sign_out(context: ServiceContext, request: Request) -> Response:
    """End the session."""
    csrf.check(context.settings, request)
    response = _redirect("/sign-in")
    close_session(request, response)
    return response


def _safe_target(wanted: str) -> str:
    """Return where to go after the sign-in: only paths of this site, so that no link can lead elsewhere."""
    parts = urlsplit(wanted)
    inside = wanted.startswith("/") and not wanted.startswith("//") and not parts.netloc and "\\" not in wanted
    return wanted if inside and wanted.isprintable() and parts.path != "/sign-in" else "/"


def _redirect(target: str) -> Response:
    return Response(status=303, headers={"Location": target})
