"""The pages as a browser gets them: real handlers, dispatcher and views behind a plain threaded server."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from services.inspection.accounts.wiring import accounts_of, identity_provider_of, prepare
from services.inspection.web.pages import ROUTES, problem_page
from shared.contracts.catalogue import load
from shared.database.engine import Database
from shared.registry.copy import RegistryCopy
from shared.service.settings import Settings
from shared.web.dispatch import Dispatcher, DispatchOptions
from shared.web.routing import Route
from tests.browser.country import NOW

TOKEN = "mat-ma-thu-nghiem"


class _Silent(WSGIRequestHandler):
    def log(self, *_arguments, **_options) -> None:
        """Say nothing."""


def context_of(database: Database, identity: Mapping[str, str]) -> SimpleNamespace:
    """Return what the pages need of a service, over a database, at a fixed present."""
    extra = {f"OVERSIGHT_INSPECTION_OIDC_{name}": value for name, value in identity.items()}
    context = SimpleNamespace(
        settings=Settings("inspection", "sqlite://", staff_token=TOKEN, secret_key="khoa", extra=extra),
        database=database,
        registry=RegistryCopy(database),
        extra={},
        clock=lambda: NOW,
        catalogue=load(),
    )
    prepare(context)
    return context


def application(context: SimpleNamespace) -> Dispatcher:
    """Return the pages of a context."""
    routes = [Route(method, url, partial(handler, context)) for method, url, handler in ROUTES]
    return Dispatcher(routes, DispatchOptions("inspection", problem_page=problem_page))


class Site:
    """A running server of the pages."""

    def __init__(self, database: Database, port: int = 0, identity: Mapping[str, str] | None = None) -> None:
        """Listen on loopback; `identity` are the settings of an OpenID provider."""
        #: Cookies of somebody who is signed in, once there is somebody.
        self.session: list[Any] = []
        context = context_of(database, identity or {})
        self.accounts = accounts_of(context)
        self.identity_provider = identity_provider_of(context)
        self._server = make_server("127.0.0.1", port, application(context), threaded=True, request_handler=_Silent)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
