"""A PostgreSQL cluster of our own: own directory, port and password, loopback only, durable as in production.

Owns the life of that cluster and the databases in it. Never connects to a server that it did not start.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import signal
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from deploy.local import processes
from deploy.local.accounts import Account, give, own_directory, server_account
from deploy.local.errors import ServerCommandError, ServerStartError
from deploy.local.ports import LOOPBACK, free_ports, is_free, require_free
from deploy.local.postgres_program import PostgresPrograms, find_postgres

USER = "oversight"
START_SECONDS = 60.0
#: Longest path of a Unix socket, less the name that PostgreSQL appends (unix(7): 108 bytes in all).
LONGEST_SOCKET_DIRECTORY = 85
DATABASE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

# fsync and synchronous_commit stay on: what tests and measurements say must hold in production.
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "200",
    "shared_buffers": "512MB",
    # After a checkpoint each page is written whole into the log once more: that is to be less often than by default.
    "checkpoint_timeout": "20min",
    "max_wal_size": "4GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}


@dataclass(frozen=True, slots=True)
class ClusterIdentity:
    """What a cluster keeps from start to start, stored in `cluster.json` (mode 0600)."""

    port: int
    password: str


class PrivateCluster:
    """One private PostgreSQL server under `directory`, to be used as a context manager or by start and stop."""

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        """Prepare a cluster; nothing is started.

        Args:
            directory: where the cluster keeps everything; made when missing, kept between runs.
            port: port on 127.0.0.1; by default a free one, the same again at the next start.
        """
        self._programs: PostgresPrograms = find_postgres()
        self._account: Account | None = server_account("postgres")
        self.directory = own_directory(directory, self._account)
        self._data = self.directory / f"data-{self._programs.major}"
        self._lock = processes.DirectoryLock(self.directory / "owner.lock")
        self._wanted_port = port
        self._identity: ClusterIdentity | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server."""
        self.stop()

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.directory / "server.log"

    @property
    def pid(self) -> int | None:
        """Process id of the running server, None when it does not run."""
        return self._server.pid if self._server and self._server.poll() is None else None

    @property
    def port(self) -> int:
        """Port on 127.0.0.1."""
        return self._known.port

    def url(self, database: str = "postgres") -> str:
        """Return the SQLAlchemy address of a database in this cluster."""
        return f"postgresql+psycopg://{USER}:{self._known.password}@{LOOPBACK}:{self.port}/{database}"

    def start(self, seconds: float = START_SECONDS) -> str:
        """Start the server, wait until it answers queries, return `url()`; harmless when it runs.

        Raises:
            DirectoryInUseError: another living process owns the directory.
            ServerStartError: not ready in `seconds`; the text ends with the server's last log lines.
        """
        if self.pid is not None:
            return self.url()
        self._lock.acquire()
        try:
            processes.end_leftover(self._data / "postmaster.pid", self._data, signal.SIGINT)
            self._identity = self._load_identity()
            require_free(self.port)
            if not (self._data / "PG_VERSION").exists():
                self._initialise()
            self.log.unlink(missing_ok=True)
            self._server = processes.spawn(
                self._command(), env=_environment(), log=self.log, account=self._account, cwd=self.directory
            )
            processes.wait_until_ready(self._server, self._answers, seconds=seconds, name="PostgreSQL", log=self.log)
        except BaseException:
            self.stop()
            raise
        return self.url()

    def stop(self, seconds: float = 20.0) -> None:
        """End the server: open connections are cut, what was committed is kept. Harmless when it does not run."""
        if self._server is not None:
            # SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate one.
            processes.end(self._server, ((signal.SIGINT, seconds), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)))
            self._server = None
        self._lock.release()

    def kill9(self) -> None:
        """Kill the server and its backends at once, as a crash would; start() recovers from its log."""
        if self._server is None:
            return
        backends = processes.children_of(self._server.pid)
        processes.end(self._server, ((signal.SIGKILL, 10.0),))
        # Backends outlive their parent for a moment and hold its shared memory, which would block a restart.
        for pid in backends:
            processes.kill(pid)
        for pid in backends:
            processes.wait_gone(pid, 5.0)
        self._server = None

    def restart(self) -> str:
        """Stop the server and start it again on the same port."""
        self.stop()
        return self.start()

    def create_database(self, name: str) -> str:
        """Create an empty database and return its SQLAlchemy address.

        Raises:
            ServerCommandError: it exists already, or the server does not run.
            ValueError: `name` is not lower-case letters, digits and underscores.
        """
        self.execute(f"CREATE DATABASE {_checked(name)}")
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, cutting its connections; harmless when it does not exist."""
        self.execute(f"DROP DATABASE IF EXISTS {_checked(name)} WITH (FORCE)")

    def databases(self) -> list[str]:
        """Return the names of the databases that create_database made, sorted."""
        listing = self.execute("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1")
        return [name for name in listing.split() if name != "postgres"]

    def execute(self, statement: str, database: str = "postgres") -> str:
        """Run one SQL statement as the owner and return its rows, one a line.

        Raises:
            ServerCommandError: the server refused it or does not run.
        """
        answer = self._psql(statement, database)
        if answer.returncode != 0:
            message = f"PostgreSQL refused a command: {answer.stderr.strip()}"
            raise ServerCommandError(message)
        return answer.stdout

    @property
    def _known(self) -> ClusterIdentity:
        if self._identity is None:
            message = "the cluster has not been started"
            raise ServerStartError(message, hint="call start() first")
        return self._identity

    def _psql(self, statement: str, database: str) -> subprocess.CompletedProcess[str]:
        target = ["-h", LOOPBACK, "-p", str(self.port), "-U", USER, "-d", database]
        return subprocess.run(
            [str(self._programs.psql), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *target, "-c", statement],
            env=_environment() | {"PGPASSWORD": self._known.password, "PGCONNECT_TIMEOUT": "5"},
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def _answers(self) -> bool:
        return self._psql("SELECT 1", "postgres").returncode == 0

    def _command(self) -> list[str | Path]:
        sockets = str(self.directory) if len(str(self.directory)) <= LONGEST_SOCKET_DIRECTORY else ""
        settings = SETTINGS | {"port": str(self.port), "unix_socket_directories": sockets}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [self._programs.postgres, "-D", self._data, *options]

    def _initialise(self) -> None:
        """Make the data directory; under another name first, so that an interrupted run leaves no half of it."""
        fresh = self.directory / "data-unfinished"
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = self.directory / "password"
        password_file.write_text(self._known.password)
        give(password_file, self._account)
        access = ["--username", USER, "--auth", "scram-sha-256", "--pwfile", str(password_file)]
        answer = subprocess.run(
            [str(self._programs.initdb), "-D", str(fresh), *access, "--encoding=UTF8", "--locale=C.UTF-8"],
            env=_environment(),
            cwd=self.directory,
            capture_output=True,
            text=True,
            check=False,
            **processes.dropped_to(self._account),
        )
        password_file.unlink()
        if answer.returncode != 0:
            message = f"initdb failed\n{answer.stderr.strip()}"
            raise ServerStartError(message, hint=f"is there space left in {self.directory}?")
        fresh.rename(self._data)

    def _load_identity(self) -> ClusterIdentity:
        path = self.directory / "cluster.json"
        kept = self._identity or _read_identity(path, self._data)
        if kept is None:
            identity = ClusterIdentity(self._wanted_port or free_ports(1)[0], secrets.token_urlsafe(24))
        else:
            port = self._wanted_port or (kept.port if is_free(kept.port) else free_ports(1)[0])
            identity = ClusterIdentity(port, kept.password)
        path.write_text(json.dumps(asdict(identity)))
        give(path, self._account)
        return identity


def _read_identity(path: Path, data: Path) -> ClusterIdentity | None:
    try:
        return ClusterIdentity(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        # Without its password a cluster is of no use: it is made anew.
        shutil.rmtree(data, ignore_errors=True)
        return None


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PATH": "/usr/bin:/bin"}


def _checked(name: str) -> str:
    if not DATABASE_NAME.fullmatch(name):
        message = f"not a database name: {name!r}"
        raise ValueError(message)
    return name
