"""A real service behind the intake queue: from an agency's message to the log, and back to its own queue."""

from __future__ import annotations

import threading
from dataclasses import replace

import amqp
import orjson
import pytest
import sqlalchemy as sa

from services.documents.domain import AGGREGATES
from shared.eventstore.tables import quarantine, registry_credentials
from shared.intake.amqp import amqp_intake
from shared.messaging.broker import close_quietly, connect
from shared.messaging.topology import INTAKE
from shared.service.assembly import build
from shared.service.settings import Settings
from shared.service.spec import ServiceSpec
from tests.integration.messaging.parts import running, wait_until

BATCH = "application/cloudevents-batch+json"


@pytest.fixture
def context(amqp_uri, sqlite_url):
    made = build(Settings("documents", sqlite_url, amqp_uri=amqp_uri), ServiceSpec("documents", AGGREGATES))
    row = {"key_id": "k1", "agency_id": "agency-7", "key_hash": "", "amqp_user": _user(amqp_uri), "position": 1}
    made.database.write(lambda c: c.execute(sa.insert(registry_credentials).values(**row)))
    committer = threading.Thread(target=made.committer.run, daemon=True)
    committer.start()
    yield made
    made.committer.stop()
    committer.join(10)
    made.database.close()


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        (BATCH, b"[{", "refused", None),
        ("text/plain", b"hello", "refused", "UNSUPPORTED_CONTENT_TYPE"),
        (BATCH, orjson.dumps([{"specversion": "1.0", "id": "1"}]), "refused", None),
    ],
)
def test_what_is_refused_is_answered_and_kept(context, amqp_uri, content_type, body, status, code):
    (result,) = _push(context, amqp_uri, content_type, body)["results"]
    assert result["status"] == status
    assert code in (None, result["code"])
    assert result["hint"]["vi"]
    assert result["hint"]["en"]
    kept = context.database.read(lambda c: c.execute(sa.select(quarantine.c.asserter, quarantine.c.code)).all())
    assert [tuple(row) for row in kept] == [("agency-7", result["code"])]


def test_a_body_above_the_limit_is_answered_with_the_limit_and_its_beginning_kept(context, amqp_uri, monkeypatch):
    settings = replace(context.settings, max_body_bytes=5000, max_event_bytes=1000)
    monkeypatch.setattr(context, "settings", settings)
    body = orjson.dumps([{"specversion": "1.0", "id": str(number)} for number in range(200)])
    (result,) = _push(context, amqp_uri, BATCH, body)["results"]
    assert (result["status"], result["code"]) == ("refused", "BODY_TOO_LARGE")
    assert "5000" in result["hint"]["vi"]
    [(raw, code)] = context.database.read(lambda c: c.execute(sa.select(quarantine.c.raw, quarantine.c.code)).all())
    assert code == "BODY_TOO_LARGE"
    assert body[:800] in raw
    assert len(raw) < 1200


def test_an_example_of_the_catalogue_from_an_unknown_agency_waits(context, amqp_uri):
    event_type = next(t for t in context.catalogue.values() if t.owner == "documents" and t.asserter == "source")
    event = {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/agencies/agency-7",
        "type": event_type.name,
        "subject": "s-1",
        "time": "2026-03-02T08:00:00+07:00",
        "datacontenttype": "application/json",
        "data": dict(event_type.example),
    }
    (result,) = _push(context, amqp_uri, "application/cloudevents+json", orjson.dumps(event))["results"]
    assert (result["id"], result["status"]) == ("e-1", "waiting"), result


def _push(context, uri, content_type, body):
    intake = amqp_intake(context)
    with running(intake):
        assert wait_until(lambda: intake.state == "live")
        user = _user(uri)
        connection = connect(uri, name="test")
        channel = connection.channel()
        channel.queue_declare(f"{user}.answers", durable=False)
        message = amqp.Message(body, content_type=content_type, user_id=user, reply_to=f"{user}.answers")
        channel.basic_publish(message, INTAKE, "qms.procedure.revised")
        got = []
        assert wait_until(lambda: got.append(channel.basic_get(f"{user}.answers", no_ack=True)) or got[-1])
        close_quietly(connection)
    return orjson.loads(got[-1].body)


def _user(uri):
    return uri.removeprefix("amqp://").partition(":")[0]
