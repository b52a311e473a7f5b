"""The whole system on private servers, for tests that kill and cut its parts.

Owns starting it, supervising it as `oversight up` does, what tests do to its processes, and reading its databases
from outside. What must hold afterwards is the business of `shared.testing.accounting`.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Self

import orjson
import sqlalchemy as sa
import urllib3

from deploy.local import service_databases
from deploy.local.ports import is_free
from deploy.local.postgres import PrivateCluster
from deploy.local.rabbitmq import PrivateBroker
from deploy.local.supervisor import SERVICES, Plan, Supervisor
from shared import clock
from shared.client.pushing import Pusher
from shared.simulation.stream import Order, simulate
from shared.testing.client_log import ClientLog, LoggedPusher

#: Bases of four ports in a row; below the ephemeral ports, which outgoing connections take.
_BASES = range(22000, 23000, 4)
_POLL = 0.05


class RunningSystem:
    """Broker, four services and the one that restarts them; PostgreSQL where a cluster is given."""

    def __init__(
        self, data: Path, cluster: PrivateCluster | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        """Prepare; nothing is started.

        Args:
            data: directory of logs, SQLite files and the broker; emptied at each start.
            cluster: a running PostgreSQL of the test's own; SQLite without.
            environment: further variables of the services.
        """
        self.cluster = cluster
        self._data = data
        self._environment = dict(environment or {})
        self._turn = threading.Lock()
        self._ending = threading.Event()
        self._hands_off = False
        self._watcher: threading.Thread | None = None
        self._supervisor: Supervisor | None = None
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=15))
        self._events: Iterator[bytes] = iter(())
        #: Everything that clients of this system have seen since its start.
        self.log = ClientLog()
        #: What the supervisor has said.
        self.said: list[str] = []
        #: Whether the last accounting found nothing wrong; only then the next test may go on with this system.
        self.is_sound = False

    def __enter__(self) -> Self:
        """Start everything."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything."""
        self.stop()

    @property
    def store(self) -> str:
        """`sqlite` or `postgresql`."""
        return "postgresql" if self.cluster else "sqlite"

    @property
    def supervisor(self) -> Supervisor:
        """The running supervisor."""
        assert self._supervisor is not None, "the system has not been started"
        return self._supervisor

    @property
    def broker(self) -> PrivateBroker:
        """The private broker."""
        assert self.supervisor.broker is not None
        return self.supervisor.broker

    @property
    def data(self) -> Path:
        """Directory of logs and SQLite files."""
        return self._data

    def start(self) -> None:
        """Start from nothing: empty databases, empty broker, a new stream of events."""
        url = self.cluster.url() if self.cluster else ""
        plan = Plan(self._data, _free_base(), database_url=url, fresh=True, environment=self._environment)
        self._supervisor = Supervisor(plan, say=self.said.append)
        self._supervisor.start()
        self._ending.clear()
        self._hands_off = False
        self._watcher = threading.Thread(target=self._supervise, name="supervisor")
        self._watcher.start()
        self.log = ClientLog()
        self._events = _national_events()
        self.is_sound = False

    def stop(self) -> None:
        """Stop everything and remove the databases."""
        self._ending.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None
        if self._supervisor is not None:
            self._supervisor.stop()
            self._supervisor = None
            if self.cluster is not None:
                self.cluster.start()
                service_databases.drop(self.cluster.url(), SERVICES)

    def restart_if_unsound(self) -> None:
        """Begin anew after a test that failed; what it left behind would fail the next one too."""
        if self._supervisor is None or not self.is_sound:
            self.stop()
            self.start()
        self.is_sound = False

    # -- pushing ------------------------------------------------------------------------------------

    def take_events(self, count: int) -> list[bytes]:
        """Return the next events of this system's national stream, encoded; the first ones register its agencies."""
        return list(islice(self._events, count))

    def pusher(self, *, service: str = "inspection", attempts: int = 12) -> LoggedPusher:
        """Return a client with the staff token that retries and keeps account of every answer."""
        supervisor = self.supervisor
        return LoggedPusher(Pusher(supervisor.urls[service], supervisor.staff_token, attempts=attempts), self.log)

    # -- faults -------------------------------------------------------------------------------------

    def pid(self, name: str) -> int:
        """Return the process id of a service or the broker."""
        return self.supervisor.pids[name]

    def process(self, service: str) -> subprocess.Popen[bytes]:
        """Return the process that runs a service now."""
        return self.supervisor.process(service)

    def kill(self, name: str) -> None:
        """End a process as a crash would; the supervisor starts it again."""
        os.kill(self.pid(name), signal.SIGKILL)

    @contextlib.contextmanager
    def unattended(self) -> Iterator[None]:
        """Let nothing be started again meanwhile."""
        with self._turn:
            self._hands_off = True
        try:
            yield
        finally:
            self._hands_off = False

    @contextlib.contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Stop a process from running, without ending it (SIGSTOP)."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def _supervise(self) -> None:
        while not self._ending.wait(0.1):
            with self._turn:
                if not self._hands_off:
                    self.supervisor.check()

    # -- looking ------------------------------------------------------------------------------------

    def get(self, service: str, path: str, method: str = "GET") -> tuple[int, Any]:
        """Return status and decoded JSON of a request as staff; status 0 where nothing answers."""
        headers = {"Authorization": f"Bearer {self.supervisor.staff_token}"}
        try:
            answer = self._pool.request(method, self.supervisor.urls[service] + path, headers=headers)
        except urllib3.exceptions.HTTPError:
            return 0, None
        return answer.status, orjson.loads(answer.data)

    def checks(self, service: str) -> dict[str, Any]:
        """Return the checks of `/readyz`; empty where the service does not answer."""
        found: dict[str, Any] = (self.get(service, "/readyz")[1] or {}).get("checks", {})
        return found

    def subscriptions(self) -> list[dict[str, Any]]:
        """Return the reports of all subscriptions of all services, each with its `service`."""
        return [
            {"service": service, **log}
            for service in SERVICES
            for log in self.checks(service).get("subscriptions", {}).get("logs", [])
        ]

    def heads(self) -> dict[str, int]:
        """Return the last positions of all logs."""
        return {service: self.checks(service)["log"]["position"] for service in SERVICES}

    def applied(self, consumer: str = "oversight") -> dict[str, int]:
        """Return how far a consumer has applied each of its logs."""
        return {one["source"]: one["position"] for one in self.subscriptions() if one["consumer"] == consumer}

    def metric(self, service: str, name: str, **labels: str) -> float:
        """Return the sum of a metric's samples that have these labels."""
        answer = self._pool.request("GET", self.supervisor.urls[service] + "/metrics")
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        lines = [line for line in answer.data.decode().splitlines() if line.startswith(f"{name}{{")]
        return sum(float(line.rpartition(" ")[2]) for line in lines if all(part in line for part in wanted))

    def memory(self, service: str) -> int:
        """Return the resident memory of a service's process in bytes."""
        status = Path(f"/proc/{self.pid(service)}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) * 1024

    def rows(self, service: str, statement: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query on a service's database, read from outside."""
        engine = self._engine(service)
        try:
            with engine.connect() as connection:
                return [tuple(row) for row in connection.execute(sa.text(statement))]
        finally:
            engine.dispose()

    def execute(self, service: str, *statements: str) -> None:
        """Change a service's database behind its back."""
        engine = self._engine(service, mode="rw")
        try:
            with engine.begin() as connection:
                for statement in statements:
                    connection.execute(sa.text(statement))
        finally:
            engine.dispose()

    def _engine(self, service: str, mode: str = "ro") -> sa.Engine:
        if self.cluster is not None:
            return sa.create_engine(service_databases.url_of(self.cluster.url(), service), poolclass=sa.NullPool)
        path = self._data / f"{service}.db"

        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(f"file:{path}?mode={mode}", uri=True, timeout=10)
            connection.execute("PRAGMA wal_autocheckpoint=0")
            return connection

        return sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)

    @property
    def service_token(self) -> str:
        """What services show each other."""
        return str(json.loads((self._data / "run.json").read_text())["service_token"])


def wait_until(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    """Wait until a condition holds; return whether it does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(_POLL)
    return bool(condition())


def _free_base() -> int:
    bases: Sequence[int] = random.sample(_BASES, len(_BASES))
    return next(base for base in bases if all(is_free(base + index) for index in range(len(SERVICES))))


def _national_events(agencies: int = 300, events: int = 500_000, seed: int = 1) -> Iterator[bytes]:
    last = clock.vietnam_day(clock.now())
    return (orjson.dumps(event) for event in simulate(Order(agencies, events, seed, last - 364, last)))
