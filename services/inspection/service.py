"""The `inspection` service as nameko runs it: registry, oversight views, front door, pages."""

from __future__ import annotations

from typing import Any

from werkzeug import Request, Response

from services.inspection import admin_units, alerts_api, api, credentials_api, programmes_api, reports_api
from services.inspection.accounts import api as accounts_api
from services.inspection.accounts.wiring import prepare
from services.inspection.checkpoints.keeping import Closing
from services.inspection.collecting import Tidying
from services.inspection.crossings.wiring import loops as crossing_loops
from services.inspection.domain import AGGREGATES
from services.inspection.inconsistencies import api as inconsistencies_api
from services.inspection.inconsistencies.judging import InconsistencyJudge
from services.inspection.inconsistencies.projection import Inconsistencies
from services.inspection.metrics import ProvincesSeen
from services.inspection.obligations import api as reorganisations_api
from services.inspection.obligations.projection import ObligationViews
from services.inspection.projections import OversightViews
from services.inspection.recent import Refreshing
from services.inspection.sequences import showing as sequences_api
from services.inspection.sequences.projection import SequenceNumbers
from services.inspection.warming import Warming
from services.inspection.web import pages
from shared.intake import front_door
from shared.service.kernel import KernelService
from shared.service.spec import Loop, ServiceSpec
from shared.web.entrypoint import http

SPEC = ServiceSpec(
    "inspection",
    AGGREGATES,
    consumers=lambda context: (
        OversightViews(verified_months=context.settings.verified_months),
        ObligationViews(),
        Inconsistencies(),
        SequenceNumbers(),
    ),
    loops=lambda context: (
        # What they give is in the memory of the process that answers.
        Loop("recent-answers", Refreshing(context.database).run, role="web"),
        Loop("full-collections", Tidying().run, role="web"),
        Loop("warming", Warming(context.database, context.clock).run, role="web"),
        Loop("closed-months", Closing(context.database).run),
        Loop("inconsistencies", InconsistencyJudge(context.store, context.committer).run),
        *crossing_loops(context),
    ),
    prepare=prepare,
    looks=lambda: (ProvincesSeen(), sequences_api.gaps_seen),
)


class InspectionService(KernelService):
    """The registry, the oversight views, and the one address that agencies and inspectors know."""

    name = "inspection"
    spec = SPEC
    problem_page = staticmethod(pages.problem_page)

    @http("POST", "/v1/events")
    def push(self, request: Request) -> Response:
        """Take events of every service."""
        return front_door.push(self.context, request)

    @http("GET", "/v1/indicators")
    def indicators(self, request: Request) -> Response:
        """List the indicators with their definitions."""
        return api.list_indicators(self.context, request)

    @http("GET", "/v1/indicators/<indicator>")
    def indicator(self, request: Request, indicator: str) -> Response:
        """Return an indicator's figures."""
        return api.get_indicator(self.context, request, indicator)

    @http("GET", "/v1/indicators/<indicator>/explain")
    def explain(self, request: Request, indicator: str) -> Response:
        """Return the agencies and events behind a figure."""
        return api.explain_indicator(self.context, request, indicator)

    @http("GET", "/v1/agencies")
    def agencies(self, request: Request) -> Response:
        """List agencies as of a day."""
        return api.list_agencies(self.context, request)

    @http("GET", "/v1/agencies/<agency_id>")
    def agency(self, request: Request, agency_id: str) -> Response:
        """Return one agency with its dated history."""
        return api.get_agency(self.context, request, agency_id)

    @http("GET", "/v1/agencies/<agency_id>/timeline")
    def timeline(self, request: Request, agency_id: str) -> Response:
        """Return an agency's events."""
        return api.get_timeline(self.context, request, agency_id)

    @http("POST", "/v1/agencies/<agency_id>/keys")
    def issue_key(self, request: Request, agency_id: str) -> Response:
        """Issue a key, shown once."""
        return credentials_api.issue(self.context, request, agency_id)

    @http("DELETE", "/v1/agencies/<agency_id>/keys/<key_id>")
    def revoke_key(self, request: Request, agency_id: str, key_id: str) -> Response:
        """Withdraw a key."""
        return credentials_api.revoke(self.context, request, agency_id, key_id)

    @http("POST", "/v1/agencies/<agency_id>/keys/<key_id>/amqp-user")
    def bind_amqp_user(self, request: Request, agency_id: str, key_id: str) -> Response:
        """Bind a user of the broker to a key."""
        return credentials_api.bind_amqp_user(self.context, request, agency_id, key_id)

    @http("GET", "/v1/accounts")
    def accounts(self, request: Request) -> Response:
        """List the accounts of people."""
        return accounts_api.listing(self.context, request)

    @http("POST", "/v1/accounts")
    def create_account(self, request: Request) -> Response:
        """Create an account."""
        return accounts_api.create(self.context, request)

    @http("POST", "/v1/accounts/<name>")
    def change_account(self, request: Request, name: str) -> Response:
        """Disable an account, or give it another password."""
        return accounts_api.change(self.context, request, name)

    @http("GET", "/v1/admin-units")
    def admin_units(self, request: Request) -> Response:
        """List the administrative units of a day."""
        return admin_units.list_units(self.context, request)

    @http("GET", "/v1/admin-units/<code>")
    def admin_unit(self, request: Request, code: str) -> Response:
        """Return the units that have had a code."""
        return admin_units.get_unit(self.context, request, code)

    @http("GET", "/v1/reorganisations")
    def reorganisations(self, request: Request) -> Response:
        """List reorganisations."""
        return reorganisations_api.list_reorganisations(self.context, request)

    @http("GET", "/v1/reorganisations/<reorganisation>")
    def reorganisation(self, request: Request, reorganisation: str) -> Response:
        """Return one reorganisation with what is left to settle."""
        return reorganisations_api.get_reorganisation(self.context, request, reorganisation)

    @http("GET", "/v1/reorganisations/<reorganisation>/obligations")
    def obligations(self, request: Request, reorganisation: str) -> Response:
        """List what the old agencies owed."""
        return reorganisations_api.list_obligations(self.context, request, reorganisation)

    @http("POST", "/v1/reorganisations/<reorganisation>/settle")
    def settle_reorganisation(self, request: Request, reorganisation: str) -> Response:
        """Record that nothing is left open."""
        return reorganisations_api.settle_reorganisation(self.context, request, reorganisation)

    @http("POST", "/v1/inspection-programmes/<body>/<int:year>/selection")
    def select_agencies(self, request: Request, body: str, year: int) -> Response:
        """Propose or confirm the agencies that a body inspects in a year."""
        return programmes_api.select_agencies(self.context, request, body, year)

    @http("GET", "/v1/overlaps")
    def overlaps(self, request: Request) -> Response:
        """List audits and inspections that overlap."""
        return programmes_api.list_overlaps(self.context, request)

    @http("GET", "/v1/checklists")
    def checklists(self, request: Request) -> Response:
        """List the checklists of inspections."""
        return programmes_api.list_checklists(self.context, request)

    @http("GET", "/v1/report-templates")
    def report_templates(self, request: Request) -> Response:
        """List the forms of periodic reports."""
        return reports_api.list_templates(self.context, request)

    @http("GET", "/v1/periodic-reports/<agency_id>/<report>")
    def periodic_report(self, request: Request, agency_id: str, report: str) -> Response:
        """Return a periodic report with its differences."""
        return reports_api.get_report(self.context, request, agency_id, report)

    @http("POST", "/v1/periodic-reports/<agency_id>/<report>/prefill")
    def prefill_report(self, request: Request, agency_id: str, report: str) -> Response:
        """Fill a report in from events."""
        return reports_api.prefill_report(self.context, request, agency_id, report)

    @http("GET", "/v1/periodic-reports/<body>/<report>/roll-up")
    def preview_roll_up(self, request: Request, body: str, report: str) -> Response:
        """Show what rolling up would give."""
        return reports_api.preview_roll_up(self.context, request, body, report)

    @http("POST", "/v1/periodic-reports/<body>/<report>/roll-up")
    def record_roll_up(self, request: Request, body: str, report: str) -> Response:
        """Roll accepted reports up into the receiver's own."""
        return reports_api.record_roll_up(self.context, request, body, report)

    @http("GET", "/v1/inconsistencies")
    def inconsistencies(self, request: Request) -> Response:
        """List what facts of several services contradict."""
        return inconsistencies_api.list_inconsistencies(self.context, request)

    @http("GET", "/v1/sequence-gaps")
    def sequence_gaps(self, request: Request) -> Response:
        """List gaps in the running numbers of sources."""
        return sequences_api.list_gaps(self.context, request)

    @http("GET", "/v1/alerts")
    def alerts(self, request: Request) -> Response:
        """List alerts."""
        return alerts_api.relay(self.context, request)

    @http("GET", "/v1/silences")
    def silences(self, request: Request) -> Response:
        """List silences of alerts."""
        return alerts_api.relay(self.context, request)

    @http("POST", "/v1/silences")
    def start_silence(self, request: Request) -> Response:
        """Begin a silence."""
        return alerts_api.relay(self.context, request)

    @http("POST", "/v1/silences/<silence_id>/end")
    def end_silence(self, request: Request, silence_id: str) -> Response:  # noqa: ARG002 - the path is passed on whole
        """End a silence before its time."""
        return alerts_api.relay(self.context, request)

    @http("GET", "/v1/alerts/<alert_id>")
    def alert(self, request: Request, alert_id: str) -> Response:  # noqa: ARG002 - the path is passed on whole
        """Return one alert."""
        return alerts_api.relay(self.context, request)

    @http("POST", "/v1/alerts/<alert_id>/<any(acknowledge, progress, snooze, resolve):_command>")
    def alert_command(self, request: Request, alert_id: str, _command: str) -> Response:  # noqa: ARG002 - as above
        """Acknowledge, snooze or resolve an alert, or report progress."""
        return alerts_api.relay(self.context, request)


def _bind(method: str, url: str, handler: pages.PageHandler) -> Any:
    def entry(self: InspectionService, request: Request, **values: Any) -> Response:
        return handler(self.context, request, **values)

    entry.__name__ = entry.__qualname__ = f"page_{handler.__name__}"
    entry.__doc__ = handler.__doc__
    return http(method, url, pages.body_limit(url))(entry)


# The pages name their own routes; nameko finds entrypoints as methods of the class.
for _method, _url, _handler in pages.ROUTES:
    _entry = _bind(_method, _url, _handler)
    setattr(InspectionService, _entry.__name__, _entry)

SERVICE = InspectionService
