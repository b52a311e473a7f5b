"""Puts a page together: language, session, freshness, form token, and the values that every template needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from services.inspection.read_models import Freshness
from services.inspection.web.access import SignInRequired
from services.inspection.web.navigation import rooms_of
from services.inspection.web.notices import notice_of, without_notice
from services.inspection.web.sources import QueryViews
from services.inspection.web.views import Views
from services.inspection.web.words import event_title, label
from shared.service.context import ServiceContext
from shared.web import csrf
from shared.web.compression import compress
from shared.web.problem import Problem
from shared.web.sessions import Session, is_tls, read_session
from shared.web.static import StaticFiles
from shared.web.templating import Templates
from shared.web.translations import LANGUAGES

_FOLDER = Path(__file__).parent
LANGUAGE_COOKIE = "oversight_language"
_YEAR = 365 * 24 * 3600
#: Views that are older than this are shown as late, microseconds.
_LATE = 60_000_000

STATIC = StaticFiles(_FOLDER / "static")
TEMPLATES = Templates(_FOLDER, {"static": STATIC.url, "has_static": STATIC.exists})


@dataclass(frozen=True, slots=True)
class FreshnessLine:
    """The freshness line of the footer."""

    watermark: int
    parked: int
    late: bool


def views_of(context: ServiceContext) -> Views:
    """Return the read side; it is made at the first use."""
    if "views" not in context.extra:
        context.extra["views"] = QueryViews(context.database)
    return cast("Views", context.extra["views"])


def language_of(request: Request) -> str:
    """Return the reader's language: chosen in the address, kept in the cookie, else Vietnamese."""
    for chosen in (request.args.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")):
        if chosen in LANGUAGES:
            return chosen
    return LANGUAGES[0]


def page(
    context: ServiceContext,
    request: Request,
    template: str,
    section: str = "",
    *,
    status: int = 200,
    fresh: Freshness | None = None,
    **values: Any,
) -> Response:
    """Return a rendered page; `fresh` says how fresh the views are, where that has been asked already."""
    language = language_of(request)
    session = read_session(context, request)
    nonce, token = csrf.form_token(context.settings, request)
    frame = {**_frame(request, language, session), "just_recorded": notice_of(context, request) if session else None}
    text = TEMPLATES.render(
        template,
        language,
        **frame,
        section=section,
        form_token=token,
        freshness=_freshness(context, fresh) if session else None,
        event_name=lambda name: event_name(context, name, language),
        **values,
    )
    response = Response(text, status, content_type="text/html; charset=utf-8")
    csrf.keep(request, response, nonce)
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=_YEAR, secure=is_tls(request), samesite="Lax")
    return compress(request, response)


def problem_page(request: Request, problem: Problem) -> Response | None:
    """Return a problem as a page for people; problems may arise before anybody is known, so it knows nobody."""
    if isinstance(problem, SignInRequired):
        if "HX-Request" in request.headers:
            # Only a part of the page was asked for: the sign-in is a page of its own, and so is what was wanted.
            return Response(status=204, headers={"HX-Redirect": problem.headers["Location"]})
        return Response(status=303, headers=problem.headers)
    language = language_of(request)
    translate = TEMPLATES.gettext(language)
    text = TEMPLATES.render(
        "problem.html",
        language,
        **_frame(request, language, None),
        section="",
        freshness=None,
        problem=problem,
        title=translate(_TITLES.get(problem.status, _TITLES[500] if problem.status >= _SERVER_FAULT else _TITLES[400])),
    )
    return Response(text, problem.status, problem.headers, content_type="text/html; charset=utf-8")


def N_(message: str) -> str:  # noqa: N802 - gettext's name for a message that is translated later
    """Mark a message for translation."""
    return message


_SERVER_FAULT = 500
_TITLES: Mapping[int, str] = {
    400: N_("This request could not be understood"),
    401: N_("You are not signed in"),
    403: N_("This is not allowed"),
    404: N_("Page not found"),
    429: N_("Too many attempts"),
    500: N_("Something went wrong"),
    503: N_("The service is busy"),
}


def _frame(request: Request, language: str, session: Session | None) -> dict[str, Any]:
    translate = TEMPLATES.gettext(language)

    def word(code: str | None, group: str) -> str:
        # The translation is known text; a code without a word is data, and gets escaped as such.
        message = label(group, code)
        return str(translate(message)) if message else ""

    return {
        "word": word,
        "session": session,
        "rooms": rooms_of(session),
        "address_now": without_notice(request.full_path.rstrip("?")),
        "just_recorded": None,
        "language_address": lambda code: _with_language(request, code),
    }


def _with_language(request: Request, code: str) -> str:
    parameters = [(name, value) for name, value in request.args.items(multi=True) if name not in ("lang", "done")]
    return f"?{urlencode([*parameters, ('lang', code)])}"


def _freshness(context: ServiceContext, asked: Freshness | None) -> FreshnessLine:
    fresh = asked or views_of(context).freshness()
    return FreshnessLine(
        fresh.watermark, fresh.parked, bool(fresh.watermark) and context.clock() - fresh.watermark > _LATE
    )


def event_name(context: ServiceContext, name: str, language: str) -> str:
    """Return what an event of a type is called on the pages; the type itself where it is not known."""
    kind = context.catalogue.get(name)
    return name if kind is None else event_title(kind, language, TEMPLATES.gettext(language))
