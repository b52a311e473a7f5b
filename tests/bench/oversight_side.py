"""Starts the system as `oversight up` does, on PostgreSQL and RabbitMQ of its own, and measures rounds of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import orjson
import psycopg

from deploy.local.postgres import PrivateCluster
from deploy.local.supervisor import Plan, Supervisor
from services.inspection.projections import VERSION
from tests.bench import processes
from tests.bench.load import BATCH, Load, Pushed
from tests.bench.outcome import Flood, Freshness, freshness
from tests.bench.requests import Answered, flood, paced, post
from tests.bench.watching import Watch

CONNECTIONS = 16
SOURCES = ("documents", "audit")
_BATCH_TYPE = "application/cloudevents-batch+json"
_SINGLE_TYPE = "application/cloudevents+json"
_HELD = f"SELECT count(*) FROM oversight_events_v{VERSION} WHERE service = %s AND position <= %s"
#: How far the consumer is that is furthest behind; a service may have none of a source.
_LEAST = "SELECT least(min(position), %s) FROM subscriptions WHERE source = %s"
_POSITION = "SELECT position FROM subscriptions WHERE consumer = 'oversight' AND source = ANY(%s) ORDER BY source"


class OversightSide:
    """The system, running; to be used as a context manager."""

    def __init__(self, directory: Path, port: int, *, environment: dict[str, str] | None = None) -> None:
        """Take a directory for servers and data, and the first of its HTTP ports."""
        self._directory = directory
        self._port = port
        self._environment = environment or {}
        self._cluster = PrivateCluster(directory / "postgres")
        self._supervisor: Supervisor | None = None
        self._keys: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start servers and services with empty logs."""
        try:
            self._cluster.start()
            plan = Plan(
                self._directory / "data",
                self._port,
                self._cluster.url("postgres"),
                fresh=True,
                environment=self._environment,
            )
            self._supervisor = Supervisor(plan)
            self._supervisor.start()
            self._database = self._connected("inspection")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything."""
        if self._supervisor is not None:
            self._supervisor.stop()
        self._cluster.stop()

    @property
    def running(self) -> Supervisor:
        """The running services."""
        assert self._supervisor is not None
        return self._supervisor

    def register(self, load: Load) -> None:
        """Register the agencies and issue a key to each province; not measured."""
        staff = self.running.staff_token
        lines = load.registrations
        bodies = [_array(lines[start : start + BATCH]) for start in range(0, len(lines), BATCH)]
        _, answers = flood(self._port, [[post("/v1/events", body, _BATCH_TYPE, staff) for body in bodies]])
        _accepted(answers)
        self._keys = {province: self._issue(province) for province in load.provinces}
        for service in (*SOURCES, "notify"):
            self._await_registry(service)

    def flood(self, batches: Sequence[tuple[str, list[bytes]]]) -> Flood:
        """Push batches over all connections, each as soon as the one before is answered; a province keeps to one."""
        queues: list[list[bytes]] = [[] for _ in range(CONNECTIONS)]
        provinces = sorted({province for province, _ in batches})
        for province, events in batches:
            request = post("/v1/events", _array(events), _BATCH_TYPE, self._keys[province])
            queues[provinces.index(province) % CONNECTIONS].append(request)
        before = self._processor_seconds()
        with (
            Watch(self._applied("documents"), every=0.02) as documents,
            Watch(self._applied("audit"), every=0.02) as audit,
        ):
            began, answers = flood(self._port, queues)
            results = _accepted(answers)
            heads = _heads(results)
            visible = max(documents.visible_at(heads["documents"]), audit.visible_at(heads["audit"]))
        # What nobody waits for is done behind the rest: it counts, and must not run into the other system's round.
        settled = self._settled_at(heads)
        cpu = processes.used(before, self._processor_seconds(), len(results))
        self._check_views(results)
        answered = max(answer.at for answer in answers)
        return Flood(len(results), visible - began, answered - began, cpu, settled - began)

    def freshness(self, queues: Sequence[Sequence[tuple[float, Pushed]]]) -> Freshness:
        """Push single events at their due times."""
        requests = [
            [(due, post("/v1/events", one.body, _SINGLE_TYPE, self._keys[one.province])) for due, one in queue]
            for queue in queues
        ]
        dues = {orjson.loads(one.body)["id"]: due for queue in queues for due, one in queue}
        with (
            Watch(self._applied("documents"), every=0.006) as documents,
            Watch(self._applied("audit"), every=0.006) as audit,
        ):
            watches = {"documents": documents, "audit": audit}
            began, answers = paced(self._port, requests)
            results = _accepted(answers)
            delays = [
                watches[result["service"]].visible_at(result["position"]) - began - dues[result["id"]]
                for result in results
            ]
        return freshness(delays)

    def memory_mb(self) -> dict[str, float]:
        """Return the resident memory of each service, megabytes."""
        return {name: processes.memory_mb(pid) for name, pid in self.running.pids.items() if name != "broker"}

    # -- parts --------------------------------------------------------------------------------------

    def _connected(self, service: str) -> psycopg.Connection[Any]:
        """Open a connection to a service's database."""
        address = self._cluster.url(service).replace("postgresql+psycopg", "postgresql")
        return psycopg.connect(address, autocommit=True)

    def _applied(self, source: str) -> Any:
        connection = self._connected("inspection")

        def ask() -> int:
            row = connection.execute(_POSITION, [[source]]).fetchone()
            return int(row[0]) if row else 0

        return ask

    def _settled_at(self, heads: Mapping[str, int]) -> float:
        """Wait until every consumer of every service has read as far as the heads; return when that was seen."""
        for service in self.running.pids.keys() - {"broker"}:
            with self._connected(service) as connection:
                for source, head in heads.items():

                    def ask(connection: Any = connection, source: str = source, head: int = head) -> int:
                        row = connection.execute(_LEAST, [head, source]).fetchone()
                        return int(row[0])

                    with Watch(ask, every=0.05) as watch:
                        watch.visible_at(head)
        return time.perf_counter()

    def _check_views(self, results: Sequence[Mapping[str, Any]]) -> None:
        """Check that the views really hold every event up to the positions that were waited for."""
        for service, head in _heads(results).items():
            row = self._database.execute(_HELD, [service, head]).fetchone()
            assert row is not None
            assert row[0] == head, f"{row[0]} of {head} events of {service} are in the views"

    def _issue(self, agency: str) -> str:
        request = post(f"/v1/agencies/{agency}/keys", b"{}", "application/json", self.running.staff_token)
        _, [answer] = flood(self._port, [[request]])
        return str(orjson.loads(answer.body)["key"])

    def _await_registry(self, service: str) -> None:
        with self._connected(service) as connection:

            def ask() -> int:
                row = connection.execute("SELECT count(*) FROM registry_credentials").fetchone()
                return int(row[0]) if row else 0

            with Watch(ask, every=0.1) as watch:
                watch.visible_at(len(self._keys))

    def _processor_seconds(self) -> dict[str, float]:
        pids = {**self.running.pids, "postgresql": self._cluster.pid or 0}
        return {name: processes.seconds(processes.family(pid)) for name, pid in pids.items()}


def _array(events: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(events) + b"]"


def _accepted(answers: Sequence[Answered]) -> list[dict[str, Any]]:
    """Return the results of all answers.

    Raises:
        RuntimeError: an event was not accepted; then the load is wrong, and with it the figure.
    """
    for answer in answers:
        if answer.status != 200:
            raise RuntimeError(f"the system answered {answer.status}: {answer.body[:500]!r}")
    results = [result for answer in answers for result in orjson.loads(answer.body)["results"]]
    statuses = Counter(result["status"] for result in results)
    if set(statuses) - {"accepted"}:
        example = next(result for result in results if result["status"] != "accepted")
        raise RuntimeError(f"not all events were accepted: {dict(statuses)}; for example {example}")
    return results


def _heads(results: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    heads = dict.fromkeys(SOURCES, 0)
    for result in results:
        heads[result["service"]] = max(heads[result["service"]], result["position"])
    return heads
