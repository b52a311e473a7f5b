"""The `notify` service as nameko runs it."""

from __future__ import annotations

from werkzeug import Request, Response

from services.notify import api, commands_api, pipeline_api
from services.notify.assembly import SPEC
from shared.service.kernel import KernelService
from shared.web.entrypoint import http


class NotifyService(KernelService):
    """Alerts: opened by rules, delivered, escalated until somebody acts."""

    name = "notify"
    spec = SPEC

    @http("GET", "/v1/alerts")
    def alerts(self, request: Request) -> Response:
        """List alerts."""
        return api.alerts(self.context, request)

    @http("GET", "/v1/alerts/<alert_id>")
    def alert(self, request: Request, alert_id: str) -> Response:
        """Return one alert with its history and deliveries."""
        return api.alert(self.context, request, alert_id)

    @http("POST", "/v1/alerts/<alert_id>/acknowledge")
    def acknowledge(self, request: Request, alert_id: str) -> Response:
        """Take an alert into hand."""
        return commands_api.acknowledge(self.context, request, alert_id)

    @http("POST", "/v1/alerts/<alert_id>/progress")
    def progress(self, request: Request, alert_id: str) -> Response:
        """Say that work on an alert goes on."""
        return commands_api.progress(self.context, request, alert_id)

    @http("POST", "/v1/alerts/<alert_id>/snooze")
    def snooze(self, request: Request, alert_id: str) -> Response:
        """Put an alert off."""
        return commands_api.snooze(self.context, request, alert_id)

    @http("POST", "/v1/alerts/<alert_id>/resolve")
    def resolve(self, request: Request, alert_id: str) -> Response:
        """Settle an alert by hand."""
        return commands_api.resolve(self.context, request, alert_id)

    @http("GET", "/v1/deliveries")
    def deliveries(self, request: Request) -> Response:
        """List what was sent to whom."""
        return api.deliveries(self.context, request)

    @http("POST", "/v1/deliveries/<delivery_id>/replay")
    def replay_delivery(self, request: Request, delivery_id: str) -> Response:
        """Send a delivery again."""
        return pipeline_api.replay_delivery(self.context, request, delivery_id)

    @http("GET", "/v1/silences")
    def silences(self, request: Request) -> Response:
        """List silences."""
        return pipeline_api.list_silences(self.context, request)

    @http("POST", "/v1/silences")
    def start_silence(self, request: Request) -> Response:
        """Begin a silence."""
        return pipeline_api.start_silence(self.context, request)

    @http("POST", "/v1/silences/<silence_id>/end")
    def end_silence(self, request: Request, silence_id: str) -> Response:
        """End a silence before its time."""
        return pipeline_api.end_silence(self.context, request, silence_id)

    @http("POST", "/v1/system-signals")
    def system_signals(self, request: Request) -> Response:
        """Take alerts of the system's monitoring."""
        return pipeline_api.take_signals(self.context, request)


SERVICE = NotifyService
