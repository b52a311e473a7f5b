"""Starts the plain design on servers of its own and measures rounds of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import psycopg

from deploy.local.ports import accepts
from deploy.local.postgres import PrivateCluster
from deploy.local.processes import end, wait_until_ready
from deploy.local.rabbitmq import PrivateBroker
from tests.bench import processes
from tests.bench.load import Pushed
from tests.bench.outcome import Flood, Freshness, freshness
from tests.bench.plain_nameko.tables import TABLES
from tests.bench.requests import Answered, flood, paced, post
from tests.bench.watching import Watch

CONNECTIONS = 16
#: As many workers as connections: with nameko's default of 10, six requests would always wait.
WORKERS = 16
_CREATED = 201
_PROJECT = Path(__file__).resolve().parents[2]


class PlainSide:
    """The plain design, running; to be used as a context manager."""

    def __init__(self, directory: Path, port: int, *, environment: dict[str, str] | None = None) -> None:
        """Take a directory for its servers, and its HTTP port."""
        self._cluster = PrivateCluster(directory / "plain-postgres")
        self._broker = PrivateBroker(directory / "plain-rabbitmq")
        self._log = directory / "plain.log"
        self._port = port
        self._environment = environment or {}
        self._services: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        """Start servers and services on an empty database and an empty broker."""
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self) -> None:
        self._cluster.start()
        self._broker.wipe()
        amqp = self._broker.start()
        self._cluster.drop_database("plain")
        address = self._cluster.create_database("plain").replace("postgresql+psycopg", "postgresql")
        self._database = psycopg.connect(address, autocommit=True)
        self._database.execute(TABLES)
        environment = {
            **os.environ,
            "PLAIN_AMQP": amqp,
            "PLAIN_DATABASE": address,
            "PLAIN_PORT": str(self._port),
            "PLAIN_WORKERS": str(WORKERS),
            **self._environment,
        }
        log = self._log.open("wb")
        # The board first: what is published before its queue exists is lost.
        for name in ("board", "intake"):
            service = subprocess.Popen(
                [sys.executable, "-m", "tests.bench.plain_nameko", name],
                env=environment,
                stdout=log,
                stderr=log,
                cwd=_PROJECT,
            )
            self._services.append(service)
            wait_until_ready(service, lambda name=name: self._ready(name), seconds=30, name=name, log=self._log)
        log.close()

    def _ready(self, name: str) -> bool:
        if name == "intake":
            return accepts(self._port)
        return self._broker.evaluate("length(rabbit_amqqueue:list())").strip() != "0"

    def __exit__(self, *_: object) -> None:
        """Stop everything."""
        for service in self._services:
            end(service, ((signal.SIGTERM, 3.0), (signal.SIGKILL, 5.0)))
        self._broker.stop()
        self._cluster.stop()

    def flood(self, events: Sequence[bytes]) -> Flood:
        """Push single events over all connections, each as soon as the one before is answered."""
        requests = [post("/events", body, "application/cloudevents+json") for body in events]
        before = self._processor_seconds()
        with Watch(self._visible, every=0.02) as watch:
            began, answers = flood(self._port, [requests[number::CONNECTIONS] for number in range(CONNECTIONS)])
            _check(answers)
            visible = watch.visible_at(watch.first + len(events))
        cpu = processes.used(before, self._processor_seconds(), len(events))
        return Flood(len(events), visible - began, max(answer.at for answer in answers) - began, cpu)

    def freshness(self, queues: Sequence[Sequence[tuple[float, Pushed]]]) -> Freshness:
        """Push single events at their due times."""
        self._database.execute("TRUNCATE board")
        requests = [
            [(due, post("/events", one.body, "application/cloudevents+json")) for due, one in queue] for queue in queues
        ]
        with Watch(self._visible, every=0.003) as watch:
            began, answers = paced(self._port, requests)
            _check(answers)
            # Which event became visible when cannot be seen in a sum: the n-th due is held against the n-th visible.
            dues = sorted(due for queue in queues for due, _ in queue)
            delays = [watch.visible_at(number) - began - due for number, due in enumerate(dues, start=1)]
        return freshness(delays)

    def _processor_seconds(self) -> dict[str, float]:
        pids = {"intake": self._services[1].pid, "board": self._services[0].pid}
        pids |= {"postgresql": self._cluster.pid or 0, "broker": self._broker.pid or 0}
        return {name: processes.seconds(processes.family(pid)) for name, pid in pids.items()}

    def _visible(self) -> int:
        row = self._database.execute("SELECT coalesce(sum(events), 0) FROM board").fetchone()
        return int(row[0]) if row else 0


def _check(answers: Sequence[Answered]) -> None:
    wrong = [answer for answer in answers if answer.status != _CREATED]
    if wrong:
        raise RuntimeError(f"the plain design answered {wrong[0].status}: {wrong[0].body[:200]!r}")
