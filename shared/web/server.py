"""The web server of a nameko container: accepts connections, bounds their number, stops gently.

Handlers run on their connection's own greenlet, not in nameko's worker pool: a handler that waits for its
group's commit would otherwise hold one of `max_workers` places, and all entrypoints share those.
"""

from __future__ import annotations

import errno
import logging
import socket
from functools import partial
from typing import Any

import eventlet
from eventlet import wsgi
from eventlet.greenpool import GreenPool
from nameko.extensions import ProviderCollector, SharedExtension
from nameko.web.server import parse_address

from shared.service.settings import Settings
from shared.web import metrics
from shared.web.body import BodyLimits
from shared.web.dispatch import Dispatcher, DispatchOptions
from shared.web.protocol import Http11Protocol

_log = logging.getLogger(__name__)

#: Seconds of silence in the middle of a message after which a connection is given up.
SOCKET_SECONDS = 60.0
#: 15,000 agencies that push at the top of the hour wait here for their turn.
BACKLOG = 2048
_URL_LIMIT = 16 * 1024
_STOP_POLL_SECONDS = 0.02


def web_config(settings: Settings) -> dict[str, Any]:
    """Return the part of a nameko configuration that the web server reads."""
    return {
        "WEB_SERVER_ADDRESS": f"{settings.host}:{settings.port}",
        "WEB_MAX_BODY_BYTES": settings.max_body_bytes,
        "WEB_DRAIN_SECONDS": settings.drain_seconds,
        "WEB_FORWARDED": settings.behind_proxy,
    }


class _Server(wsgi.Server):
    """Holds what the connections share."""

    def __init__(self, sock: Any, app: Dispatcher) -> None:
        super().__init__(
            sock,
            sock.getsockname(),
            app,
            protocol=Http11Protocol,
            keepalive=True,
            log_output=False,
            debug=False,
            url_length_limit=_URL_LIMIT,
            socket_timeout=SOCKET_SECONDS,
        )
        self.connections: set[Http11Protocol] = set()
        self.draining = False


class WebServer(ProviderCollector, SharedExtension):
    """One listening socket per container, shared by all its HTTP entrypoints."""

    def __init__(self) -> None:
        """Hold nothing yet: nameko clones extensions before it starts them."""
        super().__init__()
        self._socket: Any = None
        self._server: _Server | None = None
        self._accepting: Any = None
        self._pool: GreenPool | None = None
        self.dispatcher: Dispatcher | None = None

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Listen and begin to accept; called once per container.

        Raises:
            RuntimeError: the address cannot be listened on.
        """
        if self._server is not None:
            return
        config = self.container.config
        self.dispatcher = Dispatcher(
            [provider.route() for provider in self._providers],
            _options(self.container, config),
        )
        self._socket = _listen(config.get("WEB_SERVER_ADDRESS", "127.0.0.1:8000"))
        self._server = _Server(self._socket, self.dispatcher)
        self._pool = GreenPool(config.get("WEB_MAX_CONNECTIONS", 4096))
        metrics.CONNECTIONS.labels(self.container.service_name).set_function(partial(len, self._server.connections))
        self._accepting = self.container.spawn_managed_thread(self._accept, identifier="web-accept")

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._socket.accept()
            except OSError as error:
                if self._server is None or self._server.draining:
                    return
                _log.warning("a connection could not be accepted: %s", error)
                eventlet.sleep(0.1)
                continue
            connection.settimeout(SOCKET_SECONDS)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._pool is not None:
                self._pool.spawn_n(self._serve, connection, address)

    def _serve(self, connection: Any, address: Any) -> None:
        if self._server is None:
            return
        try:
            self._server.process_request([address, connection, wsgi.STATE_IDLE])
        except OSError as error:
            # The other side went away in the middle of a message; nothing is left to answer to.
            _log.debug("connection of %s ended: %s", address, error)
        except Exception:  # noqa: BLE001 - one connection must not end the container
            _log.exception("connection of %s failed", address)
        finally:
            connection.close()

    def drain(self) -> None:
        """Stop accepting, let running requests end within the deadline, close the connections."""
        server = self._server
        if server is None or server.draining:
            return
        server.draining = True
        self._accepting.kill()
        self._socket.close()
        for connection in list(server.connections):
            if connection.idle:
                _shut(connection)
            else:
                connection.close_after_answer()
        try:
            with eventlet.Timeout(self.container.config.get("WEB_DRAIN_SECONDS", 20.0), TimeoutError()):
                while server.connections:
                    eventlet.sleep(_STOP_POLL_SECONDS)
        except TimeoutError:
            _log.warning("%d requests did not end in time", len(server.connections))
            for connection in list(server.connections):
                _shut(connection)

    def stop(self) -> None:
        """End whatever is left; the entrypoints have drained before."""
        self.drain()

    def kill(self) -> None:
        """End at once."""
        server = self._server
        if server is None:
            return
        server.draining = True
        self._accepting.kill()
        self._socket.close()
        for connection in list(server.connections):
            _shut(connection)


def _options(container: Any, config: dict[str, Any]) -> DispatchOptions:
    page = getattr(container.service_cls, "problem_page", None)
    return DispatchOptions(
        service=container.service_name,
        limits=BodyLimits(
            max_bytes=int(config.get("WEB_MAX_BODY_BYTES", BodyLimits.max_bytes)),
            seconds=float(config.get("WEB_BODY_SECONDS", BodyLimits.seconds)),
            slowest_rate=int(config.get("WEB_SLOWEST_RATE", BodyLimits.slowest_rate)),
            deadline=lambda seconds: eventlet.Timeout(seconds, TimeoutError("slow body")),
        ),
        max_requests=int(config.get("WEB_MAX_REQUESTS", DispatchOptions.max_requests)),
        forwarded=bool(config.get("WEB_FORWARDED", False)),
        problem_page=page,
    )


def _listen(address: str) -> Any:
    host, port = parse_address(address)
    try:
        # Without reuse_port=False a second service would silently share the port.
        return eventlet.listen((host or "127.0.0.1", port), backlog=BACKLOG, reuse_port=False)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise RuntimeError(f"port {port} on {host or '127.0.0.1'} is in use; choose another one") from error
        raise RuntimeError(f"cannot listen on {address}: {error.strerror}") from error


def _shut(connection: Http11Protocol) -> None:
    try:
        connection.connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # Already gone.
        return
