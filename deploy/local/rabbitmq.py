"""A RabbitMQ node of our own: own directory, ports, cookie, port mapper and user, loopback only.

Owns the life of that node. Knows nothing of exchanges and queues (`shared/messaging/topology.py` does)
and never speaks to a node that it did not start. Several nodes can run side by side on one machine.
"""

from __future__ import annotations

import json
import secrets
import shutil
import signal
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from deploy.local import processes, rabbitmq_config
from deploy.local.accounts import Account, give, own_directory, server_account
from deploy.local.errors import ServerCommandError, ServerStartError
from deploy.local.ports import LOOPBACK, accepts, free_ports, is_free, require_free
from deploy.local.rabbitmq_program import RabbitPrograms, find_rabbitmq

#: What AMQP 0-9-1 clients send first; a node that is up answers with Connection.Start (frame type 1).
AMQP_HEADER = b"AMQP\x00\x00\x09\x01"
START_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """What a node keeps from start to start, stored in `node.json` (mode 0600)."""

    port: int
    distribution_port: int
    epmd_port: int
    user: str
    password: str
    cookie: str


class PrivateBroker:
    """One private RabbitMQ node under `directory`, to be used as a context manager or by start and stop."""

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        """Prepare a node; nothing is started.

        Args:
            directory: where the node keeps everything; made when missing, kept between runs.
            port: AMQP port on 127.0.0.1; by default a free one, the same again at the next start.
        """
        self._account: Account | None = server_account("rabbitmq")
        self.directory = own_directory(directory, self._account)
        self._programs: RabbitPrograms = find_rabbitmq()
        self._lock = processes.DirectoryLock(self.directory / "owner.lock")
        self._wanted_port = port
        self._identity: NodeIdentity | None = None
        self._node: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the node."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the node."""
        self.stop()

    @property
    def log(self) -> Path:
        """The node's log file."""
        return self.directory / "node.log"

    @property
    def pid(self) -> int | None:
        """Process id of the running node, None when it does not run."""
        return self._node.pid if self._node and self._node.poll() is None else None

    @property
    def identity(self) -> NodeIdentity:
        """Ports and credentials.

        Raises:
            ServerStartError: the node was never started.
        """
        if self._identity is None:
            message = "the broker has not been started"
            raise ServerStartError(message, hint="call start() first")
        return self._identity

    @property
    def port(self) -> int:
        """AMQP port on 127.0.0.1."""
        return self.identity.port

    @property
    def amqp_uri(self) -> str:
        """Address of the default virtual host, with the generated user and password."""
        return self.uri()

    def uri(self, vhost: str = "/", *, user: str | None = None, password: str | None = None) -> str:
        """Return the AMQP address of a virtual host, by default for the node's own user."""
        name, secret = user or self.identity.user, password or self.identity.password
        path = "//" if vhost == "/" else f"/{vhost}"
        return f"amqp://{name}:{secret}@{LOOPBACK}:{self.port}{path}"

    def start(self, seconds: float = START_SECONDS) -> str:
        """Start the node, wait until it speaks AMQP, and return `amqp_uri`; harmless when it runs.

        Raises:
            DirectoryInUseError: another living process owns the directory.
            ServerStartError: not ready in `seconds`; the text ends with the node's last log lines.
        """
        if self.pid is not None:
            return self.amqp_uri
        self._lock.acquire()
        try:
            self._end_leftovers()
            self._identity = self._load_identity()
            require_free(self.port)
            environment = rabbitmq_config.prepare(self.directory, self._identity, self._account)
            self._start_epmd(environment)
            self.log.unlink(missing_ok=True)
            self._node = self._spawn([self._programs.server], environment, self.log, "node.pid")
            processes.wait_until_ready(self._node, self._speaks_amqp, seconds=seconds, name="RabbitMQ", log=self.log)
        except BaseException:
            self.kill9()
            self.stop()
            raise
        return self.amqp_uri

    def stop(self, seconds: float = 20.0) -> None:
        """End the node and its port mapper, gracefully for `seconds`; harmless when they do not run."""
        graceful = ((signal.SIGTERM, seconds), (signal.SIGKILL, 5.0))
        for process in (self._node, self._epmd):
            if process is not None:
                processes.end(process, graceful)
        self._node = self._epmd = None
        self._lock.release()

    def kill9(self) -> None:
        """Kill the node at once, as a crash would; its data stay and start() brings it back."""
        if self._node is not None:
            processes.end(self._node, ((signal.SIGKILL, 10.0),))
            self._node = None

    def restart(self) -> str:
        """Stop the node gracefully and start it again on the same port."""
        self.stop()
        return self.start()

    def wipe(self) -> None:
        """Delete all queues, messages and users of the stopped node; the next start makes the own user anew.

        Raises:
            ServerCommandError: the node is running.
        """
        if self.pid is not None:
            message = "the data directory of a running broker cannot be wiped"
            raise ServerCommandError(message, hint="call stop() or kill9() first")
        shutil.rmtree(self.directory / rabbitmq_config.DATA, ignore_errors=True)

    def add_vhost(self, name: str) -> str:
        """Create a virtual host that the node's own user may use fully; return its address."""
        vhost, user = _binary(name), _binary(self.identity.user)
        self.evaluate(
            f"rabbit_vhost:add({vhost}, {user}), "
            f'rabbit_auth_backend_internal:set_permissions({user}, {vhost}, <<".*">>, <<".*">>, <<".*">>, {user})'
        )
        return self.uri(name)

    def delete_vhost(self, name: str) -> None:
        """Delete a virtual host with everything in it; its connections are closed."""
        self.evaluate(f"rabbit_vhost:delete({_binary(name)}, {_binary(self.identity.user)})")

    def add_user(
        self,
        name: str,
        password: str,
        permissions: tuple[str, str, str] = ("", ".*", ".*"),
        *,
        vhost: str = "/",
    ) -> str:
        """Create a user and return its address.

        Args:
            name: the user's name, at the same time what AMQP's `user_id` property must hold.
            password: in clear; it goes into the returned address.
            permissions: regular expressions of what may be configured, written and read
                (https://www.rabbitmq.com/docs/access-control); "" is nothing.
            vhost: where these permissions hold.
        """
        patterns = ", ".join(_binary(pattern or "^$") for pattern in permissions)
        user, own = _binary(name), _binary(self.identity.user)
        self.evaluate(
            f"rabbit_auth_backend_internal:add_user({user}, {_binary(password)}, {own}), "
            f"rabbit_auth_backend_internal:set_permissions({user}, {_binary(vhost)}, {patterns}, {own})"
        )
        return self.uri(vhost, user=name, password=password)

    def evaluate(self, expression: str, seconds: float = 30.0) -> str:
        """Run an Erlang expression inside the node and return what it printed as its value.

        Raises:
            ServerCommandError: the node does not run or the expression failed.
        """
        environment = rabbitmq_config.environment(self.directory, self.identity)
        argv, given = self._evaluation(expression)
        answer = subprocess.run(
            argv,
            input=given,
            env=environment,
            cwd=self.directory,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            **processes.dropped_to(self._account),
        )
        if answer.returncode != 0 or "{error," in answer.stdout or "EXIT" in answer.stdout:
            message = f"RabbitMQ refused a command: {(answer.stdout + answer.stderr).strip()}"
            raise ServerCommandError(message)
        return str(answer.stdout)

    def _evaluation(self, expression: str) -> tuple[list[str], str]:
        if self._programs.erl_call is None:
            return [str(self._programs.control), "eval", f"{expression}."], ""
        call = [str(self._programs.erl_call), "-sname", rabbitmq_config.NODE_NAME, "-c", self.identity.cookie, "-e"]
        return call, f"{expression}.\n"

    def _start_epmd(self, environment: dict[str, str]) -> None:
        # Started by us and not by Erlang, which would leave a daemon behind that nobody can tell from others'.
        if self._epmd is not None and self._epmd.poll() is None:
            return
        port = str(self.identity.epmd_port)
        argv: list[str | Path] = [self._programs.epmd, "-port", port, "-address", LOOPBACK]
        log = self.directory / "epmd.log"
        self._epmd = self._spawn(argv, environment, log, "epmd.pid")
        epmd_port = self.identity.epmd_port
        processes.wait_until_ready(self._epmd, lambda: accepts(epmd_port), seconds=10, name="epmd", log=log)

    def _spawn(
        self, argv: Sequence[str | Path], environment: dict[str, str], log: Path, pid_file: str
    ) -> subprocess.Popen[bytes]:
        process = processes.spawn(argv, env=environment, log=log, account=self._account, cwd=self.directory)
        (self.directory / pid_file).write_text(f"{process.pid}\n")
        return process

    def _end_leftovers(self) -> None:
        if self._node is None and self._epmd is None:
            for pid_file in ("node.pid", "epmd.pid"):
                processes.end_leftover(self.directory / pid_file, self.directory)

    def _load_identity(self) -> NodeIdentity:
        kept = self._identity or _read_identity(self.directory / "node.json")
        own_epmd = self._epmd is not None and self._epmd.poll() is None
        identity = _settled(kept, self._wanted_port, own_epmd=own_epmd)
        path = self.directory / "node.json"
        path.write_text(json.dumps(asdict(identity)))
        give(path, self._account)
        return identity

    def _speaks_amqp(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=2) as connection:
                connection.sendall(AMQP_HEADER)
                return connection.recv(1) == b"\x01"
        except OSError:
            return False


def _read_identity(path: Path) -> NodeIdentity | None:
    try:
        return NodeIdentity(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def _settled(kept: NodeIdentity | None, port: int | None, *, own_epmd: bool) -> NodeIdentity:
    """Keep credentials for ever and ports for as long as nobody else has taken them."""
    fresh = free_ports(3)
    if kept is None:
        return NodeIdentity(
            port=port or fresh[0],
            distribution_port=fresh[1],
            epmd_port=fresh[2],
            user="oversight",
            password=secrets.token_urlsafe(24),
            cookie=secrets.token_hex(20),
        )
    return NodeIdentity(
        port=port or (kept.port if is_free(kept.port) else fresh[0]),
        distribution_port=kept.distribution_port if is_free(kept.distribution_port) else fresh[1],
        epmd_port=kept.epmd_port if own_epmd or is_free(kept.epmd_port) else fresh[2],
        user=kept.user,
        password=kept.password,
        cookie=kept.cookie,
    )


def _binary(text: str) -> str:
    """Write a text as an Erlang binary of numbers, which needs no quoting."""
    return f"<<{','.join(str(byte) for byte in text.encode())}>>"
