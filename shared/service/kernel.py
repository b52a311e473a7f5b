"""The routes that every service has; a service's own class adds its routes to these."""

from __future__ import annotations

from werkzeug import Request, Response

from shared.documentation import api as documentation
from shared.intake import bundles, quarantine_api, quarantine_counts, receipts
from shared.intake import http as intake
from shared.observability import health
from shared.runner.provider import KernelContext
from shared.service import catalogue_api, log_api, parked_api, projections_api, resume_api
from shared.web.entrypoint import http


class KernelService:
    """Entrypoints common to all services: push, feed, catalogue, receipts, quarantine, health, descriptions."""

    context = KernelContext()

    @http("POST", "/v1/events")
    def push(self, request: Request) -> Response:
        """Take events of this service."""
        return intake.push(self.context, request)

    @http("POST", "/v1/events/bundle")
    def bundle(self, request: Request) -> Response:
        """Take events of several callers, brought by the front door."""
        return bundles.take(self.context, request)

    @http("GET", "/v1/log/<service>/feed")
    def feed(self, request: Request, service: str) -> Response:
        """Return the log by position."""
        return log_api.feed(self.context, request, service)

    @http("GET", "/v1/event-types")
    def event_types(self, request: Request) -> Response:
        """List the event types."""
        return catalogue_api.event_types(self.context, request)

    @http("GET", "/v1/event-types/<event_type>/schema")
    def schema(self, request: Request, event_type: str) -> Response:
        """Return a type's JSON Schema with an example."""
        return catalogue_api.schema(self.context, request, event_type)

    @http("GET", "/v1/receipts")
    def receipt(self, request: Request) -> Response:
        """Return what became of an event."""
        return receipts.receipt(self.context, request)

    @http("GET", "/v1/quarantine")
    def quarantine(self, request: Request) -> Response:
        """List refused and waiting items."""
        return quarantine_api.listing(self.context, request)

    @http("GET", "/v1/quarantine/counts")
    def quarantine_counts(self, request: Request) -> Response:
        """Count refused and waiting items by agency."""
        return quarantine_counts.counting(self.context, request)

    @http("GET", "/v1/quarantine/<item_id>")
    def quarantined(self, request: Request, item_id: str) -> Response:
        """Return one refused or waiting item."""
        return quarantine_api.single(self.context, request, item_id)

    @http("POST", "/v1/quarantine/<item_id>/replay")
    def replay(self, request: Request, item_id: str) -> Response:
        """Try an item again."""
        return quarantine_api.replay(self.context, request, item_id)

    @http("POST", "/v1/quarantine/<item_id>/discard")
    def discard(self, request: Request, item_id: str) -> Response:
        """Give an item up."""
        return quarantine_api.discard(self.context, request, item_id)

    @http("GET", "/v1/parked")
    def parked(self, request: Request) -> Response:
        """List events that could not be applied."""
        return parked_api.listing(self.context, request)

    @http("POST", "/v1/parked/replay")
    def replay_parked(self, request: Request) -> Response:
        """Apply parked events again."""
        return parked_api.replay(self.context, request)

    @http("GET", "/v1/projections")
    def projections(self, request: Request) -> Response:
        """List what is built from the logs, and how far it is."""
        return projections_api.listing(self.context, request)

    @http("POST", "/v1/projections/<name>/rebuild")
    def rebuild(self, request: Request, name: str) -> Response:
        """Build a projection anew."""
        return projections_api.start(self.context, request, name)

    @http("POST", "/v1/projections/<name>/sets")
    def begin_set(self, request: Request, name: str) -> Response:
        """Begin another set of a projection's tables."""
        return projections_api.begin_set(self.context, request, name)

    @http("POST", "/v1/projections/<name>/sets/<any(compare, switch, rollback, drop):step>")
    def change_set(self, request: Request, name: str, step: str) -> Response:
        """Compare, switch, roll back or drop a set of tables."""
        return projections_api.change_set(self.context, request, name, step)

    @http("POST", "/v1/projections/<name>/resume")
    def resume(self, request: Request, name: str) -> Response:
        """Let a consumer go on behind a source that was restored."""
        return resume_api.go_on(self.context, request, name)

    @http("GET", "/healthz")
    def healthz(self, request: Request) -> Response:
        """Say that the process answers."""
        return health.healthz(self.context, request)

    @http("GET", "/readyz")
    def readyz(self, request: Request) -> Response:
        """Say whether events can be committed."""
        return health.readyz(self.context, request)

    @http("GET", "/metrics")
    def metrics(self, request: Request) -> Response:
        """Return the metrics."""
        return health.metrics(self.context, request)

    @http("GET", "/openapi.json")
    def openapi(self, _request: Request) -> Response:
        """Return the OpenAPI description of this service."""
        return documentation.openapi_answer(type(self))

    @http("GET", "/asyncapi.json")
    def asyncapi(self, _request: Request) -> Response:
        """Return the AsyncAPI description of the system."""
        return documentation.asyncapi_answer()
