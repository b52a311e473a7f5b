"""Pushing over AMQP: who is believed, what is answered, and when a message is done."""

from __future__ import annotations

import threading

import amqp
import orjson
import pytest

from shared.messaging.broker import close_quietly, connect
from shared.messaging.intake import AmqpIntake, IntakeHandlers
from shared.messaging.topology import DEAD, INTAKE, intake_queue
from tests.integration.messaging.parts import running, wait_until

BATCH = "application/cloudevents-batch+json"


class Desk:
    """Stands for a service: knows one user and writes down what it gets."""

    def __init__(self):
        self.taken = []
        self.fail = None
        self.lock = threading.Lock()

    def caller_of(self, user):
        return {"so-y-te": "agency-7"}.get(user)

    def submit(self, body, content_type, caller):
        with self.lock:
            if self.fail is not None:
                raise self.fail
            self.taken.append((body, content_type, caller))
        return {"results": [{"id": "1", "status": "accepted"}]}


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture(scope="module")
def user_uri(session_broker):
    session_broker.start()
    return session_broker.add_user("so-y-te", "secret", ("so-y-te.*", ".*", ".*"))


@pytest.fixture
def node(broker):
    """Give the address of the default virtual host, where the user may work, with nothing left of other tests."""
    connection = connect(broker.amqp_uri, name="test")
    channel = connection.channel()
    for queue in (intake_queue("documents"), intake_queue("inspection"), f"{DEAD}.v1", "so-y-te.answers"):
        channel.queue_delete(queue)
    close_quietly(connection)
    return broker.amqp_uri


def intake_of(uri, desk, service="documents"):
    return AmqpIntake(service, uri, IntakeHandlers(desk.caller_of, desk.submit))


def push(uri, body=b"[]", routing_key="qms.procedure.revised", **properties):
    connection = connect(uri, name="test")
    message = amqp.Message(body, content_type=BATCH, **properties)
    connection.channel().basic_publish(message, INTAKE, routing_key)
    close_quietly(connection)


def test_a_known_user_is_answered_on_its_own_queue_after_the_commit(node, user_uri, desk):
    intake = intake_of(node, desk)
    with running(intake):
        assert wait_until(lambda: intake.state == "live")
        connection = connect(user_uri, name="test")
        channel = connection.channel()
        channel.queue_declare("so-y-te.answers", durable=False)
        push(user_uri, b"[1]", user_id="so-y-te", reply_to="so-y-te.answers", correlation_id="c-1")
        got = []
        assert wait_until(lambda: got.append(channel.basic_get("so-y-te.answers", no_ack=True)) or got[-1])
        assert orjson.loads(got[-1].body) == {"results": [{"id": "1", "status": "accepted"}]}
        assert got[-1].properties["correlation_id"] == "c-1"
        close_quietly(connection)
    assert desk.taken == [(b"[1]", BATCH, "agency-7")]


@pytest.mark.parametrize("reply_to", ["answers", "another.so-y-te", "so-y-ten.answers"])
def test_no_answer_goes_to_anybody_elses_queue(node, user_uri, desk, reply_to):
    intake = intake_of(node, desk)
    with running(intake):
        assert wait_until(lambda: intake.state == "live")
        connection = connect(node, name="test")
        channel = connection.channel()
        channel.queue_declare(reply_to, durable=False)
        push(user_uri, user_id="so-y-te", reply_to=reply_to)
        assert wait_until(lambda: desk.taken)
        assert wait_until(lambda: _depth(channel, intake_queue("documents")) == 0)
        assert channel.basic_get(reply_to) is None
        close_quietly(connection)


def test_the_broker_refuses_a_foreign_user_id(node, user_uri, desk):
    intake = intake_of(node, desk)
    with running(intake):
        assert wait_until(lambda: intake.state == "live")
        connection = connect(user_uri, name="test")
        channel = connection.channel()
        channel.basic_publish(amqp.Message(b"[]", user_id="bo-khoa-hoc"), INTAKE, "qms.procedure.revised")
        with pytest.raises(amqp.AMQPError, match="user_id"):
            connection.drain_events(timeout=5)
        connection.collect()
    assert desk.taken == []


def test_a_message_without_a_user_is_kept_as_a_dead_letter(node, desk):
    intake = intake_of(node, desk)
    with running(intake):
        assert wait_until(lambda: intake.state == "live")
        push(node, b"[2]")
        connection = connect(node, name="test")
        channel = connection.channel()
        got = []
        assert wait_until(lambda: got.append(channel.basic_get(f"{DEAD}.v1", no_ack=True)) or got[-1])
        assert bytes(got[-1].body) == b"[2]"
        close_quietly(connection)
    assert desk.taken == []


def test_nothing_is_acknowledged_while_the_service_cannot_commit(node, user_uri, desk):
    desk.fail = TimeoutError("no database")
    intake = intake_of(node, desk)
    with running(intake):
        assert wait_until(lambda: intake.state == "live")
        for number in range(5):
            push(user_uri, b"[%d]" % number, user_id="so-y-te")
        assert wait_until(lambda: intake.state == "disconnected")
        desk.fail = None
        assert wait_until(lambda: len(desk.taken) >= 5)
    assert [body for body, _, _ in desk.taken] == [b"[%d]" % number for number in range(5)]


def test_types_that_nobody_owns_reach_the_front_door(node, user_uri, desk):
    intake = intake_of(node, desk, service="inspection")
    with running(intake):
        assert wait_until(lambda: intake.state == "live")
        push(user_uri, b"[3]", routing_key="qms.nothing.known", user_id="so-y-te")
        assert wait_until(lambda: desk.taken)


def _depth(channel, queue):
    return channel.queue_declare(queue, passive=True).message_count
