"""Each service works with the rights that its own user has in production, and is refused what belongs to others."""

from __future__ import annotations

import json
import subprocess
import time

import amqp
import pytest

from deploy.local import processes, rabbitmq_config
from deploy.local.rabbitmq_program import find_rabbitmq
from deploy.rabbitmq import definitions as made
from shared.messaging import topology
from shared.messaging.broker import close_quietly, connect, open_channel
from shared.messaging.intake import AmqpIntake, IntakeHandlers
from tests.integration.messaging.parts import append, relay, running, subscription, wait_until

VHOST = "least-rights"
PASSWORDS = {name: f"secret of {name}" for name in (*made.SERVICES, made.MONITORING)}


@pytest.fixture(scope="module")
def node(session_broker, server_slot):
    """Give the shared node with production's definitions in a virtual host of their own."""
    session_broker.start()
    file = session_broker.directory / "definitions.json"
    file.write_text(json.dumps(made.definitions(PASSWORDS, vhost=VHOST)))
    file.chmod(0o644)
    environment = rabbitmq_config.environment(session_broker.directory, session_broker.identity)
    command = [str(find_rabbitmq().control), "import_definitions", str(file)]
    done = subprocess.run(
        command,
        env=environment,
        cwd=session_broker.directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **processes.dropped_to(session_broker._account),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    yield session_broker
    session_broker.delete_vhost(VHOST)
    own = session_broker.identity.user
    for name in PASSWORDS:
        session_broker.evaluate(f'rabbit_auth_backend_internal:delete_user(<<"{name}">>, <<"{own}">>)')


@pytest.fixture
def uri(node):
    return lambda user: node.uri(VHOST, user=user, password=PASSWORDS[user].replace(" ", "%20"))


@pytest.fixture
def channel(uri):
    """Give a channel of a user; those that the broker closed are closed too."""
    opened = []

    def of(user):
        connection = connect(uri(user), name="test")
        opened.append(connection)
        return open_channel(connection)

    yield of
    for connection in opened:
        close_quietly(connection)


@pytest.mark.parametrize("service", made.SERVICES)
def test_every_service_declares_what_it_needs(channel, service):
    own = channel(service)
    topology.declare(own, service)
    for source in made.SERVICES:
        if source != service:
            own.basic_consume(topology.declare_subscription(own, service, "tried", 1, source))
    own.basic_consume(topology.intake_queue(service))


def test_a_log_is_published_and_read_by_those_whose_business_it_is(uri, store, database, feed, feed_server, consumer):
    reader = subscription(database, consumer, feed, amqp_uri=uri("inspection"))
    with running(relay(store, uri("documents")), reader):
        assert wait_until(lambda: reader.state == "broker")
        append(store, "a", 50)
        assert wait_until(lambda: reader.position == 50)
    assert consumer.positions(database) == list(range(1, 51))


def test_a_push_over_amqp_is_answered(node, uri, channel):
    taken = []

    def submit(body, content_type, caller):
        taken.append((body, content_type, caller))
        return {"results": []}

    intake = AmqpIntake("audit", uri("audit"), IntakeHandlers(lambda user: user, submit))
    agency = node.add_user(
        "agency", "pw", ("^agency[.-].*", "^(qms[.]intake|agency[.-].*)$", "^agency[.-].*"), vhost=VHOST
    )
    sender = connect(agency, name="agency")
    with running(intake):
        assert wait_until(lambda: intake.state == "live")
        replies, answers = open_channel(sender), []
        replies.queue_declare("agency-replies", durable=False, exclusive=True, auto_delete=True)
        replies.basic_consume("agency-replies", callback=answers.append, no_ack=True)
        properties = {"user_id": "agency", "reply_to": "agency-replies", "content_type": "application/cloudevents+json"}
        replies.basic_publish(amqp.Message(b"{}", **properties), topology.INTAKE, "qms.audit.planned")
        deadline = time.monotonic() + 15
        while not answers and time.monotonic() < deadline:
            sender.drain_events(timeout=5)
    close_quietly(sender)
    assert taken == [(b"{}", "application/cloudevents+json", "agency")]
    assert answers


FORBIDDEN = {
    "reading another's subscription": lambda c: c.basic_consume("inspection.oversight.from.audit.v1"),
    "reading another's intake": lambda c: c.basic_consume("documents.intake.v1"),
    "emptying another's intake": lambda c: c.queue_purge("documents.intake.v1"),
    "deleting another's intake": lambda c: c.queue_delete("documents.intake.v1"),
    "declaring a queue of another": lambda c: topology.declare_intake(c, "documents", ["procedure"]),
    "declaring any other queue": lambda c: c.queue_declare("anything", durable=True, auto_delete=False),
    "reading the dead letters": lambda c: c.basic_consume("qms.dead.v1"),
    "pushing for an agency": lambda c: _publish(c, topology.INTAKE, "qms.audit.planned"),
    "publishing in another's name": lambda c: _publish(c, topology.EVENTS, "documents.procedure.issued"),
}


@pytest.mark.parametrize("attempt", FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_belongs_to_others_is_refused(channel, attempt):
    everybody = channel("inspection")
    topology.declare(channel("documents"), "documents")
    topology.declare_subscription(everybody, "inspection", "oversight", 1, "audit")
    with pytest.raises(amqp.AccessRefused):
        attempt(channel("audit"))


def test_who_only_measures_may_touch_nothing(channel):
    with pytest.raises(amqp.AccessRefused):
        channel("monitoring").basic_consume("documents.intake.v1")


def test_the_file_in_the_repository_is_what_the_topology_says():
    assert made.STORED.read_text() == made.text(), (
        "python -m deploy.rabbitmq.definitions > deploy/rabbitmq/definitions.json"
    )
    assert {user["password_hash"] for user in json.loads(made.STORED.read_text())["users"]} == {""}


def _publish(channel, exchange, key):
    """Publish, and wait for the broker's opinion."""
    channel.confirm_select()
    channel.basic_publish(amqp.Message(b"[]"), exchange, key)
    channel.connection.drain_events(timeout=5)
