"""All pages and their addresses; `service.py` binds them."""

from __future__ import annotations

from collections.abc import Callable

from werkzeug.wrappers import Request, Response

from services.inspection.web.act_pages import act_form, act_post
from services.inspection.web.agency_pages import agencies, agency_file
from services.inspection.web.alerts_page import open_alerts
from services.inspection.web.board_page import national_board
from services.inspection.web.docs_page import docs
from services.inspection.web.evidence_pages import event, explanation
from services.inspection.web.health_page import submission_health
from services.inspection.web.law_pages import law, law_change
from services.inspection.web.oidc_sign_in import begin_elsewhere, return_from_elsewhere
from services.inspection.web.peers_page import peers
from services.inspection.web.praise_page import good_practice
from services.inspection.web.programme_forms import adopt_selection, make_joint
from services.inspection.web.programme_pages import programme, programmes
from services.inspection.web.record_pages import record_list, record_page
from services.inspection.web.rendering import STATIC, problem_page
from services.inspection.web.reorganisation_pages import (
    decide_obligations,
    reorganisation_page,
    reorganisations,
)
from services.inspection.web.reorganisation_pages import settle as settle_from_page
from services.inspection.web.report_page import report
from services.inspection.web.reporting_forms import prefill, record_roll_up, submit
from services.inspection.web.reporting_pages import report_page, reporting, roll_up_page
from services.inspection.web.saved_view_pages import delete_view, keep_view, saved_views
from services.inspection.web.signing_in import sign_in, sign_in_form, sign_out
from services.inspection.web.submission_pages import repair, repair_form, submissions
from services.inspection.web.target_pages import target, targets
from services.inspection.web.trend_page import trend
from services.inspection.web.work_pages import acknowledge_alert, work
from shared.service.context import ServiceContext
from shared.web.compression import compress

PageHandler = Callable[..., Response]

__all__ = ["ROUTES", "body_limit", "problem_page"]

#: Forms that are read before anybody is known, and what they may weigh in bytes: a name, a password, where to go.
_BEFORE_SIGN_IN = ("/sign-in", "/sign-out")
_SMALL_FORM = 64 * 1024


def body_limit(url: str) -> int | None:
    """Return the largest body of a page's form in bytes; None for the service's own limit."""
    return _SMALL_FORM if url in _BEFORE_SIGN_IN else None


def static_file(_context: ServiceContext, request: Request, name: str) -> Response:
    """Return a style sheet, script, font or picture."""
    return compress(request, STATIC.answer(request, name))


#: Method, address (werkzeug rule), handler called as `handler(context, request, **url_values)`.
ROUTES: list[tuple[str, str, PageHandler]] = [
    ("GET", "/", national_board),
    ("GET", "/agencies", agencies),
    ("GET", "/agencies/<agency_id>", agency_file),
    ("GET", "/indicators/<indicator>/explain", explanation),
    ("GET", "/indicators/<indicator>/trend", trend),
    ("GET", "/report", report),
    ("GET", "/peers", peers),
    ("GET", "/events/<service>/<int:position>", event),
    ("GET", "/work", work),
    ("GET", "/alerts", open_alerts),
    ("POST", "/alerts/<alert_id>/acknowledge", acknowledge_alert),
    ("GET", "/law", law),
    ("GET", "/law/<source>/<path:event_id>", law_change),
    ("GET", "/programmes", programmes),
    ("GET", "/programmes/<body>/<int:year>", programme),
    ("POST", "/programmes/<body>/<int:year>/selection", adopt_selection),
    ("POST", "/programmes/<body>/<int:year>/joint", make_joint),
    ("GET", "/targets", targets),
    ("GET", "/targets/<owner>/<path:target_id>", target),
    ("GET", "/reporting", reporting),
    ("GET", "/reporting/<agency_id>/<report>", report_page),
    ("POST", "/reporting/<agency_id>/<report>/prefill", prefill),
    ("POST", "/reporting/<agency_id>/<report>/submit", submit),
    ("GET", "/reporting/<body>/<report>/roll-up", roll_up_page),
    ("POST", "/reporting/<body>/<report>/roll-up", record_roll_up),
    ("GET", "/reorganisations", reorganisations),
    ("GET", "/reorganisations/<source>/<subject>", reorganisation_page),
    ("POST", "/reorganisations/<source>/<subject>/decide", decide_obligations),
    ("POST", "/reorganisations/<source>/<subject>/settle", settle_from_page),
    ("GET", "/good-practice", good_practice),
    ("GET", "/records/<aggregate>", record_list),
    ("GET", "/records/<aggregate>/<source>/<path:subject>", record_page),
    ("GET", "/act/<event_type>", act_form),
    ("POST", "/act/<event_type>", act_post),
    ("GET", "/submissions", submissions),
    ("GET", "/submissions/<item_id>", repair_form),
    ("POST", "/submissions/<item_id>", repair),
    ("GET", "/health", submission_health),
    ("GET", "/views", saved_views),
    ("POST", "/views", keep_view),
    ("POST", "/views/<view_id>/delete", delete_view),
    ("GET", "/docs", docs),
    ("GET", "/sign-in", sign_in_form),
    ("POST", "/sign-in", sign_in),
    ("GET", "/sign-in/oidc", begin_elsewhere),
    ("GET", "/sign-in/oidc/return", return_from_elsewhere),
    ("POST", "/sign-out", sign_out),
    ("GET", "/static/<path:name>", static_file),
]
