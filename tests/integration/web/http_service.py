"""A nameko service of its own process, for the tests of the entrypoint: patched, contained, on a free port."""

import eventlet

eventlet.monkey_patch()

import logging  # noqa: E402 - the patch comes first
import sys  # noqa: E402

from nameko.extensions import DependencyProvider  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402
from werkzeug.wrappers import Response  # noqa: E402

from shared.eventsourcing import Hint  # noqa: E402
from shared.runner.requests_to_stop import on_request  # noqa: E402
from shared.web.answers import json_answer  # noqa: E402
from shared.web.entrypoint import http  # noqa: E402
from shared.web.problem import Problem  # noqa: E402

_log = logging.getLogger(__name__)


class Context(DependencyProvider):
    """Hands every request the same object, as the services do with their context."""

    def get_dependency(self, _worker_ctx):
        """Return the number that `/length` adds."""
        return {"started": True}


class ProbeService:
    """Routes that each show one behaviour of the entrypoint."""

    name = "probe"
    context = Context()

    @http("GET", "/hello")
    def hello(self, _request):
        return json_answer({"hello": "xin chào", "context": self.context})

    @http("POST", "/length")
    def length(self, request):
        return json_answer({"length": len(request.get_data())})

    @http("POST", "/unread")
    def unread(self, _request):
        return json_answer({"read": False})

    @http("GET", "/agencies/<agency_id>")
    def agency(self, _request, agency_id):
        return json_answer({"agency_id": agency_id})

    @http("GET", "/fails")
    def fails(self, _request):
        raise RuntimeError("the password is hunter2")

    @http("GET", "/refuses")
    def refuses(self, _request):
        raise Problem(422, "SOME_RULE", Hint("Vi phạm", "Broken rule"), pointer="/data/x")

    @http("GET", "/slow")
    def slow(self, request):
        _log.info("slow begins")
        eventlet.sleep(float(request.args.get("seconds", "1")))
        return json_answer({"slow": True})

    @http("GET", "/page")
    def page(self, _request):
        return Response("<!doctype html><p>trang", content_type="text/html; charset=utf-8")

    @http("GET", "/wrong")
    def wrong(self, _request):
        return "a string is no response"


def _tick() -> None:
    # A signal does not wake an idle hub; the real services have timers of their own.
    while True:
        eventlet.sleep(0.1)


def main(port: int) -> None:
    """Run until SIGTERM."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    runner = ServiceRunner(
        {
            "AMQP_URI": "memory://",
            "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}",
            "WEB_MAX_BODY_BYTES": 1_000_000,
            "WEB_BODY_SECONDS": 1.0,
            "WEB_SLOWEST_RATE": 4_000_000,
            "WEB_DRAIN_SECONDS": 3.0,
        }
    )
    runner.add_service(ProbeService)
    on_request(lambda: eventlet.spawn_n(runner.stop))
    runner.start()
    eventlet.spawn_n(_tick)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    runner.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]))
