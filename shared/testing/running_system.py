"""Pytest fixture: the four services as `oversight up` starts them, once per test process, on SQLite and RabbitMQ.

What outsiders see of it: raw HTTP requests, pushes, and waiting until the views have read what was pushed. Tests share
the system, so every test works with agencies of its own.
"""

from __future__ import annotations

import http.client
import itertools
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest

from deploy.local.ports import PORT_RANGE, free_ports, is_free
from deploy.local.rabbitmq import PrivateBroker
from deploy.local.supervisor import SERVICES, Plan, Supervisor
from shared import clock
from shared.testing.identity_provider import identity_settings
from shared.testing.server_slots import ServerSlot

BATCH = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"
SETTLE_SECONDS = 30.0
#: A test pushes all it has to say at once: nothing follows a late fact that would be worth waiting ten seconds for. And it
#: asks at once, again and again, when no other log has anything to say.
QUICK = {"OVERSIGHT_NOTIFY_SETTLE_SECONDS": "1", "OVERSIGHT_HEARTBEAT_SECONDS": "0.25"}
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def result(self) -> dict[str, Any]:
        """The only result of a push; that of a refused single event is in its problem."""
        (result,) = self.json["results"]
        return dict(result)


@dataclass
class RunningSystem:
    """Addresses and secrets of a running system, and the requests that tests send."""

    supervisor: Supervisor
    broker: PrivateBroker
    vhost: str
    #: Where the system looks for its identity provider; a test that needs one starts it there.
    identity_port: int

    @property
    def url(self) -> str:
        """Address of the front door."""
        return self.supervisor.urls["inspection"]

    @property
    def staff(self) -> str:
        """The ministry's token."""
        return self.supervisor.staff_token

    @property
    def data(self) -> Path:
        """The data directory, with `run.json`."""
        return self.supervisor.plan.data

    def connect(
        self, service: str = "inspection", timeout: float = 60.0, *, caller: str = "127.0.0.1"
    ) -> http.client.HTTPConnection:
        """Return a new connection to a service, from an address of this machine."""
        address = urlsplit(self.supervisor.urls[service])
        return http.client.HTTPConnection(
            str(address.hostname), address.port, timeout=timeout, source_address=(caller, 0)
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        key: str | None = "staff",
        service: str = "inspection",
        caller: str = "127.0.0.1",
    ) -> Answer:
        """Send a request as staff, as an agency (`key`) or as nobody (None)."""
        sent = dict(headers or {})
        if key:
            sent.setdefault("Authorization", f"Bearer {self.staff if key == 'staff' else key}")
        connection = self.connect(service, caller=caller)
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, *, key: str | None = "staff", **parameters: str | int) -> Answer:
        """Ask a question of the front door."""
        return self.request("GET", path + ("?" + urlencode(parameters) if parameters else ""), key=key)

    def push(self, events: Sequence[Mapping[str, Any]], key: str | None = "staff") -> list[dict[str, Any]]:
        """Push a batch and return its results."""
        answer = self.raw(json.dumps(list(events)).encode(), BATCH, key=key)
        assert answer.status == 200, answer.body  # noqa: PLR2004
        return list(answer.json["results"])

    def single(self, event: Mapping[str, Any], key: str | None = "staff") -> Answer:
        """Push one event in structured mode."""
        return self.raw(json.dumps(event).encode(), STRUCTURED, key=key)

    def raw(self, body: bytes, content_type: str, *, key: str | None = "staff", **headers: str) -> Answer:
        """Push any bytes."""
        return self.request("POST", "/v1/events", body=body, headers={"Content-Type": content_type, **headers}, key=key)

    def json(self, method: str, path: str, body: Mapping[str, Any], *, key: str | None = "staff") -> Any:
        """Send a JSON body, and return the JSON answer of a request that must succeed."""
        sent = {"Content-Type": "application/json"}
        answer = self.request(method, path, body=json.dumps(body).encode(), headers=sent, key=key)
        assert answer.status == 200, answer.body  # noqa: PLR2004
        return answer.json

    def accept(self, *events: Mapping[str, Any], key: str | None = "staff") -> list[dict[str, Any]]:
        """Push a batch of which every event must be accepted."""
        results = self.push(events, key)
        wrong = [result for result in results if result["status"] not in ("accepted", "duplicate")]
        assert not wrong, wrong
        return results

    def key(self, agency_id: str) -> str:
        """Issue a key for an agency."""
        return str(self.issue(agency_id)["key"])

    def issue(self, agency_id: str) -> dict[str, Any]:
        """Issue a key and return the whole answer."""
        answer = self.request("POST", f"/v1/agencies/{quote(agency_id)}/keys")
        assert answer.status == 201, answer.body  # noqa: PLR2004
        return dict(answer.json)

    def receipt(self, event: Mapping[str, Any], key: str | None = "staff") -> Answer:
        """Ask what became of an event."""
        return self.get("/v1/receipts", key=key, source=event["source"], id=event["id"])

    def settle(self) -> None:
        """Wait until the views have read all that was pushed so far."""
        begun = clock.now()
        self.eventually(lambda: clock.from_rfc3339(self.get("/v1/indicators/I2").json["watermark"]) >= begun)

    @staticmethod
    def eventually(condition: Callable[[], Any], seconds: float = SETTLE_SECONDS) -> Any:
        """Return the first true answer; fail when none comes in time."""
        deadline = time.monotonic() + seconds
        while True:
            found = condition()
            if found:
                return found
            assert time.monotonic() < deadline, "it did not come about"
            time.sleep(0.05)


def unique(name: str) -> str:
    """Return an id that no other test uses."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


def event(
    kind: str, source: str, subject: str, data: Mapping[str, Any], on: str = "2026-03-02", **attributes: Any
) -> dict[str, Any]:
    """Return a CloudEvent as an agency sends it; `kind` is `procedure.revised`."""
    return {
        "specversion": "1.0",
        "id": f"e{next(_NUMBERS)}-{uuid.uuid4().hex[:8]}",
        "source": f"/agencies/{source}",
        "type": f"qms.{kind}",
        "subject": subject,
        "time": on if "T" in on else f"{on}T08:00:00+07:00",
        "data": dict(data),
        **attributes,
    }


def agency(agency_id: str, parent: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return the registration of an agency, by default a commune's committee."""
    data = {
        "name_vi": f"Ủy ban nhân dân {agency_id}",
        "kind": "commune_pc",
        "level": "commune",
        "obligation": "mandatory",
        "has_tthc": True,
        "inspection_rights": False,
        "valid_from": "2010-01-01",
        **({"parent_id": parent} if parent else {}),
        **fields,
    }
    return event("agency.registered", agency_id, agency_id, data, on=str(data["valid_from"]))


def province(agency_id: str, **fields: Any) -> dict[str, Any]:
    """Return the registration of a province's committee."""
    return agency(agency_id, kind="provincial_pc", level="province", **fields)


def free_block(count: int) -> int:
    """Return the first of so many free ports in a row; at random, since other test processes look for some too."""
    for port in random.sample(PORT_RANGE, len(PORT_RANGE)):
        if all(is_free(port + offset) for offset in range(count)):
            return port
    raise OSError("no free ports in a row")


@contextmanager
def running(broker: PrivateBroker, slot: ServerSlot, name: str) -> Iterator[RunningSystem]:
    """Run a system with data and a virtual host of its own."""
    broker.start()
    vhost = unique(name)
    [identity_port] = free_ports(1)
    environment = {"OVERSIGHT_LOG_FORMAT": "json", **QUICK, **identity_settings(identity_port)}
    uri = broker.add_vhost(vhost)
    plan = Plan(slot.fresh_directory(name), free_block(len(SERVICES)), amqp_uri=uri, environment=environment)
    supervisor = Supervisor(plan, say=lambda _text: None)
    supervisor.start()
    try:
        yield RunningSystem(supervisor, broker, vhost, identity_port)
    finally:
        supervisor.stop()
        broker.start()
        broker.delete_vhost(vhost)


@pytest.fixture(scope="session")
def system(session_broker: PrivateBroker, server_slot: ServerSlot) -> Iterator[RunningSystem]:
    """Give the running system that all tests of this process share."""
    with running(session_broker, server_slot, "system") as shared:
        yield shared


@pytest.fixture(scope="module")
def empty_system(session_broker: PrivateBroker, server_slot: ServerSlot) -> Iterator[RunningSystem]:
    """Give a running system in which nothing was told before, to the tests of one module.

    For what names agencies that exist once, such as a simulated nation.
    """
    with running(session_broker, server_slot, "empty-system") as own:
        yield own
