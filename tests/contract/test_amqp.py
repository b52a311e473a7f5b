"""What outsiders do over AMQP: a third party reads what is published, an agency pushes and reads its results."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import amqp
import pytest

from shared.testing.running_system import BATCH, STRUCTURED, RunningSystem, event, province, unique

NC = {
    "source": "internal_audit",
    "class": "minor_nc",
    "clause": "7.5.3",
    "standard_version": "TCVN ISO 9001:2015",
    "statement": "Không lưu phiếu hẹn trả kết quả",
    "raised_on": "2026-02-26",
}


def connect(system: RunningSystem, user: str | None = None, password: str | None = None) -> amqp.Connection:
    identity = system.broker.identity
    connection = amqp.Connection(
        f"127.0.0.1:{identity.port}",
        userid=user or identity.user,
        password=password or identity.password,
        virtual_host=system.vhost,
    )
    connection.connect()
    return connection


class Inbox:
    """A queue of a party of its own, and what came into it."""

    def __init__(self, connection: amqp.Connection, queue: str = "", binding: str = "") -> None:
        self.connection = connection
        self.channel = connection.channel()
        self.queue = self.channel.queue_declare(queue, exclusive=True).queue
        if binding:
            self.channel.queue_bind(self.queue, "qms.events", binding)
        self.messages: list[amqp.Message] = []
        self.channel.basic_consume(self.queue, no_ack=True, callback=self.messages.append)

    def until(self, condition, seconds: float = 20.0):
        deadline = time.monotonic() + seconds
        while True:
            found = condition(self.messages)
            if found:
                return found
            assert time.monotonic() < deadline, [message.body for message in self.messages]
            try:
                self.connection.drain_events(timeout=0.5)
            except TimeoutError:
                continue


@pytest.fixture
def third_party(system: RunningSystem) -> Iterator[Inbox]:
    connection = connect(system)
    yield Inbox(connection, binding="audit.nonconformity.*")
    connection.close()


@pytest.fixture(scope="module")
def agency_id(system: RunningSystem) -> str:
    name = unique("hub")
    system.accept(province(name))
    return name


def raised(agency_id: str, **more: object) -> dict:
    return {**event("nonconformity.raised", agency_id, unique("kph"), NC), **more}


def test_a_third_party_binds_a_queue_of_its_own_and_gets_batches(system, agency_id, third_party):
    events = [raised(agency_id) for _ in range(5)]
    results = system.accept(*events)
    wanted = {one["id"] for one in events}

    def all_there(messages):
        got = [one for message in messages for one in json.loads(message.body) if one["id"] in wanted]
        return got if {one["id"] for one in got} == wanted else None

    got = third_party.until(all_there)
    assert {one["position"] for one in got} == {result["position"] for result in results}
    for message in third_party.messages:
        assert message.properties["content_type"] == BATCH
        assert message.delivery_info["routing_key"].startswith("audit.nonconformity.")
        assert {one["type"] for one in json.loads(message.body)} == {
            "qms." + message.delivery_info["routing_key"].removeprefix("audit.")
        }
    for one in got:
        assert one["specversion"] == "1.0"
        assert one["service"] == "audit"
        assert one["recordedat"].endswith("Z")


@pytest.fixture
def user(system: RunningSystem, agency_id: str) -> Iterator[str]:
    """A user of the broker bound to a key of the agency."""
    name = unique("hub")
    system.broker.add_user(name, "mat-khau", (f"^{name}", ".*", ".*"), vhost=system.vhost)
    key = system.issue(agency_id)
    answer = system.request(
        "POST",
        f"/v1/agencies/{agency_id}/keys/{key['key_id']}/amqp-user",
        body=json.dumps({"user": name}).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status == 200, answer.body
    return name


def send(
    inbox: Inbox, pushed: object, user: str, *, content_type: str = STRUCTURED, key: str = "qms.nonconformity.raised"
):
    body = pushed if isinstance(pushed, bytes) else json.dumps(pushed).encode()
    properties = {"content_type": content_type, "user_id": user, "reply_to": inbox.queue, "correlation_id": unique("c")}
    inbox.channel.basic_publish(amqp.Message(body, **properties), exchange="qms.intake", routing_key=key)
    return properties["correlation_id"]


def reply(inbox: Inbox, correlation: str) -> list[dict]:
    def mine(messages):
        return [one for one in messages if one.properties.get("correlation_id") == correlation]

    (message,) = inbox.until(mine)
    return json.loads(message.body)["results"]


def test_an_agency_pushes_and_gets_its_results_where_it_asked_for_them(system, agency_id, user):
    connection = connect(system, user, "mat-khau")
    inbox = Inbox(connection, queue=f"{user}.replies")
    pushed, stranger = raised(agency_id), unique("la")
    system.accept(province(stranger))
    single = reply(inbox, send(inbox, pushed, user))
    assert [result["status"] for result in single] == ["accepted"]
    assert system.receipt(pushed).json["position"] == single[0]["position"]
    wrong = raised(agency_id, specversion="2.0")
    batch = reply(inbox, send(inbox, [pushed, wrong, raised(stranger)], user, content_type=BATCH))
    assert [result["status"] for result in batch] == ["duplicate", "refused", "refused"]
    assert [result.get("code") for result in batch] == [None, "SCHEMA_VIOLATION", "NOT_ENTITLED"]
    (malformed,) = reply(inbox, send(inbox, b"{", user))
    assert (malformed["status"], malformed["code"]) == ("refused", "MALFORMED_JSON")
    connection.close()


def test_the_broker_refuses_a_name_that_is_not_the_connections(system, agency_id, user):
    connection = connect(system, user, "mat-khau")
    inbox = Inbox(connection, queue=f"{user}.replies")
    pushed = raised(agency_id)
    send(inbox, pushed, "somebody-else")
    with pytest.raises(amqp.PreconditionFailed):
        inbox.until(lambda _messages: None, 5)
    connection.close()
    assert system.receipt(pushed).status == 404


def test_a_user_that_is_bound_to_no_key_is_told_so(system, agency_id):
    name = unique("khach")
    system.broker.add_user(name, "mat-khau", (f"^{name}", ".*", ".*"), vhost=system.vhost)
    connection = connect(system, name, "mat-khau")
    inbox = Inbox(connection, queue=f"{name}.replies")
    pushed = raised(agency_id)
    (result,) = reply(inbox, send(inbox, pushed, name))
    assert (result["status"], result["code"]) == ("refused", "UNKNOWN_USER")
    assert system.receipt(pushed).status == 404
    connection.close()


def test_a_user_without_a_name_is_turned_down_when_it_is_bound(system, agency_id):
    key = system.issue(agency_id)
    path = f"/v1/agencies/{agency_id}/keys/{key['key_id']}/amqp-user"
    for body in (b"{}", b'{"user": ""}', b"[]", b"{"):
        assert system.request("POST", path, body=body).status in (400, 409, 422), body
