"""HTTP handlers of the oversight views: indicators, what is behind them, agencies and their time lines.

Owns the JSON forms; questions are answered in `figures.py`, `explain.py`, `agency_file.py` and `timeline.py`. Staff sees
all; an agency's credential sees itself and those below it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection
from werkzeug import Request, Response

from services.inspection import forms
from services.inspection.agency_file import Search, agency_history, agency_page
from services.inspection.explain import UnknownRowError, explain
from services.inspection.figures import Asked, UnknownScopeError
from services.inspection.geography import CENTRAL
from services.inspection.indicators.definitions import INDICATORS, Indicator
from services.inspection.parameters import asked, day_parameter, instant_parameter
from services.inspection.remembered import remembered_answer
from services.inspection.timeline import CursorError, timeline
from shared import clock
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.web.answers import json_answer
from shared.web.auth import authenticate
from shared.web.problem import Problem
from shared.web.query import bad_parameter, whole_number
from shared.web.scope import require_agency

T = TypeVar("T")

_MOST = 1000


def list_indicators(context: ServiceContext, request: Request) -> Response:
    """Answer which indicators there are, with their formulas and sources."""
    authenticate(context, request)
    return json_answer({"indicators": [forms.indicator(found) for found in INDICATORS.values()]})


def get_indicator(context: ServiceContext, request: Request, indicator_id: str) -> Response:
    """Answer the rows of an indicator.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies, 404 no such indicator or scope.
    """
    question = _question(context, request)
    indicator = _indicator(indicator_id)
    found = _read(context, lambda connection: remembered_answer(connection, indicator, question))
    return json_answer(forms.answer(found))


def explain_indicator(context: ServiceContext, request: Request, indicator_id: str) -> Response:
    """Answer the agencies and events behind a row (`key`) of an indicator, paged by `limit` and `after`.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies, 404 no such indicator, scope or row.
    """
    question = _question(context, request)
    indicator = _indicator(indicator_id)
    key, after = request.args.get("key", "").strip(), request.args.get("after", "").strip()
    limit = whole_number(request, "limit", 50, low=1, high=_MOST)
    found = _read(context, lambda connection: explain(connection, indicator, question, key, limit=limit, after=after))
    return json_answer(forms.explanation(found))


def list_agencies(context: ServiceContext, request: Request) -> Response:
    """Answer the agencies that live on a day, by `q`, `kind`, `level`, `obligation`, `province`, `parent`; paged.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies, 404 no such scope.
    """
    question = _question(context, request)
    arguments = request.args
    page = _read(
        context,
        lambda connection: agency_page(
            connection,
            question,
            Search(
                arguments.get("q", "").strip(),
                arguments.get("province", "").strip() or None,
                arguments.get("parent", "").strip() or None,
            ),
            limit=whole_number(request, "limit", 100, low=1, high=_MOST),
            after=arguments.get("after", "").strip(),
        ),
    )
    return json_answer(forms.agency_page(page))


def get_agency(context: ServiceContext, request: Request, agency_id: str) -> Response:
    """Answer one agency on a day, live or not, with its dated history.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies, 404 no such agency.
    """
    as_of, known_at = _moment(context, request, agency_id)
    given, line, changes = _read(
        context, lambda connection: agency_history(connection, agency_id, as_of, known_at), "/path/agency_id"
    )
    return json_answer(forms.agency(given, line, changes))


def get_timeline(context: ServiceContext, request: Request, agency_id: str) -> Response:
    """Answer the events about one agency, newest first, paged by `limit` and `after`.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies, 404 no such agency.
    """
    as_of, known_at = _moment(context, request, agency_id)
    limit = whole_number(request, "limit", 100, low=1, high=_MOST)
    after = request.args.get("after", "").strip()

    def read(connection: Connection) -> Any:
        given, _line, _changes = agency_history(connection, agency_id, as_of, known_at)
        known = given.moment.known_at
        return timeline(connection, agency_id, as_of, known, given.watermark, limit=limit, after=after)

    return json_answer(forms.timeline(agency_id, as_of, _read(context, read, "/path/agency_id")))


def _today(context: ServiceContext) -> int:
    return clock.vietnam_day(context.clock())


def _question(context: ServiceContext, request: Request) -> Asked:
    caller = authenticate(context, request)
    question = asked(request, caller, _today(context))
    if question.filters.scope is not None:
        require_agency(context, caller, question.filters.scope)
    return question


def _moment(context: ServiceContext, request: Request, agency_id: str) -> tuple[int, int | None]:
    require_agency(context, authenticate(context, request), agency_id)
    as_of = day_parameter(request, "as_of")
    return _today(context) if as_of is None else as_of, instant_parameter(request, "known_at")


def _indicator(indicator_id: str) -> Indicator:
    indicator = INDICATORS.get(indicator_id)
    if indicator is None:
        listed = ", ".join(INDICATORS)
        raise Problem(
            404,
            "UNKNOWN_INDICATOR",
            Hint(f"Không có chỉ số này. Các chỉ số hiện có: {listed}.", f"No such indicator. There are: {listed}."),
            pointer="/path/indicator_id",
        )
    return indicator


def _read(context: ServiceContext, work: Callable[[Connection], T], pointer: str = "/query/scope") -> T:
    try:
        return context.database.read(work)
    except UnknownScopeError as error:
        raise Problem(
            404,
            "UNKNOWN_AGENCY",
            Hint(
                f"Không có cơ quan mang mã '{error}' tại thời điểm được hỏi. Tra mã cơ quan tại /v1/agencies.",
                f"No agency has the id '{error}' as known at that time. Look ids up at /v1/agencies.",
            ),
            pointer=pointer,
        ) from None
    except UnknownRowError as error:
        raise Problem(
            404,
            "UNKNOWN_ROW",
            Hint(
                f"Kết quả không có dòng '{error}'. Dùng lại đúng các tham số và khóa dòng (key), ví dụ '{CENTRAL}'.",
                f"The answer has no row '{error}'. Repeat the parameters and the key of the row, such as '{CENTRAL}'.",
            ),
            pointer="/query/key",
        ) from None
    except CursorError:
        raise bad_parameter(
            "after", "phải lấy từ trường next của trang trước", "must be `next` of the page before"
        ) from None
