"""One id through HTTP, AMQP and back: a caller's own id is in the answer, and in the logs of every service that had to do with it."""

from __future__ import annotations

import json
import time

import amqp

from shared.testing.running_system import RunningSystem, event, province, unique
from tests.contract.test_amqp import NC, Inbox, connect


def logged(system: RunningSystem, service: str, correlation: str) -> list[dict]:
    """Return what a service has logged about an id; every line of the log is one JSON object."""
    lines = (system.data / "logs" / f"{service}.log").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    assert all({"event", "level", "timestamp", "logger", "service"} <= set(entry) for entry in entries)
    assert all(entry["service"] == service for entry in entries)
    return [entry for entry in entries if entry.get("correlation_id") == correlation]


def test_an_id_goes_from_the_caller_through_the_front_door_to_the_owner_and_back(system):
    agency_id, correlation = unique("correlated"), unique("correlation")
    system.accept(province(agency_id))
    pushed = event("nonconformity.raised", agency_id, unique("kph"), NC)
    answer = system.raw(
        json.dumps(pushed).encode(), "application/cloudevents+json", **{"X-Correlation-Id": correlation}
    )
    assert answer.status == 200
    assert answer.headers["X-Correlation-Id"] == correlation
    assert [entry["event"][:27] for entry in logged(system, "inspection", correlation)] == [
        "answered POST /v1/events: 2"
    ]
    assert [entry["event"][:27] for entry in logged(system, "audit", correlation)] == ["answered POST /v1/events: 2"]
    assert logged(system, "documents", correlation) == []


def test_an_id_that_nobody_gave_is_made_and_told(system):
    first, second = (system.get("/v1/event-types").headers["X-Correlation-Id"] for _ in range(2))
    assert first != second


def test_an_id_in_the_event_is_published_with_it(system):
    agency_id, correlation = unique("correlated"), unique("correlation")
    system.accept(province(agency_id))
    connection = connect(system)
    inbox = Inbox(connection, binding="audit.nonconformity.raised")
    pushed = event("nonconformity.raised", agency_id, unique("kph"), NC, correlationid=correlation)
    system.accept(pushed)
    got = inbox.until(
        lambda messages: [one for message in messages for one in json.loads(message.body) if one["id"] == pushed["id"]]
    )
    assert got[0]["correlationid"] == correlation
    connection.close()


def test_an_id_of_a_message_is_in_the_log_and_in_its_answer(system):
    agency_id, user, correlation = unique("hub"), unique("hub"), unique("correlation")
    system.accept(province(agency_id))
    key = system.issue(agency_id)
    system.broker.add_user(user, "pw", (f"^{user}.*", f"^(qms[.]intake|{user}.*)$", f"^{user}.*"), vhost=system.vhost)
    bound = system.request(
        "POST",
        f"/v1/agencies/{agency_id}/keys/{key['key_id']}/amqp-user",
        body=json.dumps({"user": user}).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert bound.status in (200, 201, 204), bound.body
    connection = connect(system, user, "pw")
    replies = Inbox(connection, queue=f"{user}-replies")
    pushed = event("nonconformity.raised", agency_id, unique("kph"), NC)
    deadline = time.monotonic() + 20
    while not logged(system, "audit", correlation):
        # Until the key has come to audit's copy of the registry, the user stands for nobody there.
        message = amqp.Message(
            json.dumps(pushed).encode(),
            content_type="application/cloudevents+json",
            user_id=user,
            reply_to=replies.queue,
            correlation_id=correlation,
        )
        replies.channel.basic_publish(message, "qms.intake", pushed["type"])
        replies.until(lambda messages: messages)
        assert time.monotonic() < deadline
    assert {message.properties["correlation_id"] for message in replies.messages} == {correlation}
    assert logged(system, "audit", correlation)[0]["event"] == f"answered a message of {user}"
    connection.close()
