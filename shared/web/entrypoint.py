"""`@http(method, url)`: binds a method of a nameko service class to a route."""

from __future__ import annotations

from typing import Any

from nameko.containers import WorkerContext
from nameko.extensions import DependencyProvider, Entrypoint
from werkzeug.wrappers import Request, Response

from shared.web.routing import Route
from shared.web.server import WebServer

_HOOKS = ("worker_setup", "worker_result", "worker_teardown")


class HttpEntrypoint(Entrypoint):
    """A route; its method gets the request and the variable parts of the path and returns a response.

    Errors never reach nameko: the dispatcher turns a `Problem` into problem+json and anything else into a
    500 that tells nothing but an id (nameko's own error body shows the exception's text).
    """

    server = WebServer()

    def __init__(self, method: str, url: str, max_body_bytes: int | None = None, **kwargs: Any) -> None:
        """Take the method (several with commas), the werkzeug rule, and the body limit if it is a special one."""
        self.method = method
        self.url = url
        self.max_body_bytes = max_body_bytes
        self._hooked: dict[str, list[DependencyProvider]] = {}
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Register the route, and note which dependencies want to hear of each request."""
        self.server.register_provider(self)
        for hook in _HOOKS:
            plain = getattr(DependencyProvider, hook)
            self._hooked[hook] = [
                provider for provider in self.container.dependencies if getattr(type(provider), hook) is not plain
            ]

    def stop(self) -> None:
        """Let running requests end: dependencies are stopped only after the entrypoints."""
        self.server.drain()
        self.server.unregister_provider(self)

    def route(self) -> Route:
        """Return the route that the dispatcher calls."""
        return Route(self.method, self.url, self.call, self.max_body_bytes)

    def call(self, request: Request, **values: Any) -> Response:
        """Run the service method as nameko's worker would, on the connection's own greenlet."""
        service = self.container.service_cls()
        worker = WorkerContext(self.container, service, self, (request,), values)
        for provider in self.container.dependencies:
            setattr(service, provider.attr_name, provider.get_dependency(worker))
        self._tell("worker_setup", worker)
        result: Response | None = None
        try:
            result = getattr(service, self.method_name)(request, **values)
            self._tell("worker_result", worker, result, None)
        except Exception as error:
            self._tell("worker_result", worker, None, (type(error), error, error.__traceback__))
            raise
        finally:
            self._tell("worker_teardown", worker)
        if not isinstance(result, Response):
            raise TypeError(f"{self.method_name} must return a werkzeug Response, not {type(result).__name__}")
        return result

    def _tell(self, hook: str, worker: WorkerContext, *arguments: Any) -> None:
        for provider in self._hooked[hook]:
            getattr(provider, hook)(worker, *arguments)


http = HttpEntrypoint.decorator
