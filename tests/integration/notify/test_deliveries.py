"""From alerts to mailboxes and webhooks, over real sockets, on both databases."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256

import orjson
import pytest
from sqlalchemy import select

from services.notify.channels.email import EmailChannel
from services.notify.channels.webhook import Webhook, WebhookChannel
from services.notify.delivery_worker import LEASE, DeliveryWorker
from services.notify.outlets import Outlets
from services.notify.recipients import Recipients
from services.notify.tables import deliveries
from shared import clock
from shared.database.bulk import insert_rows
from shared.eventstore.tables import registry_agencies
from shared.registry.copy import RegistryCopy
from tests.integration.notify.alert_world import AlertWorld, at
from tests.integration.notify.receivers import http_server, smtp_server

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
PLANNED = {"due_on": "2026-03-10"}


@pytest.fixture
def inbox():
    with smtp_server() as running:
        yield running


@pytest.fixture
def endpoint():
    with http_server() as running:
        yield running


@pytest.fixture
def sending(database_url: str) -> Iterator[AlertWorld]:
    """Give a world with one webhook whose agency has a contact and a parent."""
    world = AlertWorld(database_url, webhooks=1)
    rows = [
        _agency("so-khcn", "ubnd", "iso@so.test"),
        _agency("ubnd", None, "vp@ubnd.test"),
        _agency("phong", "so-khcn", ""),
    ]
    world.database.write(
        lambda connection: insert_rows(connection, registry_agencies, ("agency_id", "state", "position"), rows)
    )
    yield world
    world.close()


def _agency(agency_id: str, parent: str | None, email: str, **more: object) -> tuple[str, bytes, int]:
    state = {
        "agency_id": agency_id,
        "kind": "provincial_department",
        "level": "province",
        "valid_from": 0,
        # A name is what somebody pushed: the line break must not lose the message, and is not seen in it.
        "names": [[0, {"vi": f"Sở\r\n {agency_id}", "en": f"Department {agency_id}"}]],
        "parents": [[0, parent]],
        "contact": {"email": email} if email else {},
        **more,
    }
    return agency_id, orjson.dumps(state), 1


def worker_of(world: AlertWorld, *, smtp: int = 0, webhook: str = "", private: bool = True) -> DeliveryWorker:
    outlets = Outlets(
        email=EmailChannel(f"smtp://127.0.0.1:{smtp}", "canh-bao@oversight.test") if smtp else None,
        webhook=WebhookChannel(allow_private=private, timeout=2.0),
        webhooks=[Webhook(webhook, SECRET)] if webhook else [],
        recipients=Recipients(RegistryCopy(world.database), ["truc@oversight.test"], lambda: world.now),
        base_url="http://127.0.0.1:8000",
    )
    return DeliveryWorker(world.database, world.store, world.rules, outlets, lambda: world.now)


def open_alert(world: AlertWorld, source: str = "so-khcn") -> None:
    world.observe("action.planned", "HD-1", PLANNED, source=source)
    world.tick(at("2026-03-11"))


def work(world: AlertWorld, worker: DeliveryWorker, *, after: int = 0) -> None:
    world.now += after
    while world.new_dispatcher().run_due() + worker.run_due():
        world.settle()


def rows(world: AlertWorld, channel: str) -> list[dict]:
    query = select(deliveries).where(deliveries.c.channel == channel).order_by(deliveries.c.created_at)
    return world.database.read(lambda connection: [dict(row) for row in connection.execute(query).mappings()])


# -- e-mail ---------------------------------------------------------------------------------------------


def test_a_mail_reaches_the_agency_in_vietnamese_first_with_a_link(sending, inbox):
    open_alert(sending)
    work(sending, worker_of(sending, smtp=inbox.port))
    (mail,) = inbox.messages
    text = mail.get_content()
    assert (mail["To"], mail["From"]) == ("iso@so.test", "canh-bao@oversight.test")
    assert mail["Subject"] == "[A2] Cảnh báo mới: Hành động khắc phục quá hạn – Sở so-khcn"
    assert mail["Message-ID"].endswith("@oversight.test>")
    assert text.index("Hạn ban đầu: 2026-03-10") < text.index("Original due date: 2026-03-10")
    assert "http://127.0.0.1:8000/v1/alerts/A2-" in text
    assert [event.name for event in sending.log("delivery") if event.data["channel"] == "email"] == [
        "attempted",
        "succeeded",
    ]


def test_escalation_writes_to_the_level_above_only(sending, inbox):
    open_alert(sending)
    worker = worker_of(sending, smtp=inbox.port)
    work(sending, worker)
    for day in ("2026-03-18", "2026-03-25"):
        sending.tick(at(day))
        work(sending, worker)
    assert [mail["To"] for mail in inbox.messages] == ["iso@so.test", "iso@so.test", "vp@ubnd.test"]
    sending.observe("action.done", "HD-1", {})
    sending.tick()
    work(sending, worker)
    # All who were told learn of the end.
    assert sorted(mail["To"] for mail in inbox.messages[3:]) == ["iso@so.test", "vp@ubnd.test"]


def test_without_a_mail_server_the_delivery_is_recorded_as_undeliverable(sending):
    open_alert(sending)
    work(sending, worker_of(sending))
    (row,) = rows(sending, "email")
    assert (row["status"], row["error"], row["tries"]) == ("undeliverable", "not configured", 0)
    dead = [event.data for event in sending.log("delivery") if event.data["channel"] == "email"]
    assert [(data["n"], data["error"]) for data in dead] == [(0, "not configured")]


def test_an_agency_without_an_address_is_recorded_as_undeliverable(sending, inbox):
    open_alert(sending, source="phong")
    work(sending, worker_of(sending, smtp=inbox.port))
    assert [(row["status"], row["error"]) for row in rows(sending, "email")] == [("undeliverable", "no address")]
    assert inbox.messages == []


def test_a_message_about_an_ended_agency_reaches_its_successor_and_who_is_above_that(sending, inbox):
    gone = {"ended_on": clock.day_of("2026-01-01"), "ended_how": "merged"}
    rows = [
        _agency("phong-cu", "so-cu", "cu@so.test", **gone, successors=["phong-moi"]),
        _agency("phong-moi", "so-khcn", "", **gone, successors=["ban"]),
        _agency("ban", "so-khcn", "ban@so.test"),
        _agency("cuoi", None, "cuoi@so.test", **gone, successors=[]),
    ]
    sending.database.write(
        lambda connection: insert_rows(connection, registry_agencies, ("agency_id", "state", "position"), rows)
    )
    found = Recipients(RegistryCopy(sending.database), ["truc@oversight.test"], lambda: sending.now)
    told = ("agency_head:phong-cu", "so_khcn:phong-cu", "agency_head:cuoi", "operator:phong-cu")
    assert [found.address(one) for one in told] == ["ban@so.test", "iso@so.test", "cuoi@so.test", "truc@oversight.test"]
    open_alert(sending, "phong-cu")
    work(sending, worker_of(sending, smtp=inbox.port))
    assert [mail["To"] for mail in inbox.messages] == ["ban@so.test"]


def test_a_server_that_is_away_for_a_moment_is_tried_again(sending, inbox):
    open_alert(sending)
    inbox.answers = ["451 <iso@so.test> try later", "250 ok"]
    worker = worker_of(sending, smtp=inbox.port)
    work(sending, worker)
    (row,) = rows(sending, "email")
    assert (row["status"], row["tries"], row["error"]) == ("waiting", 1, "SMTP 451 <…> try later")
    work(sending, worker, after=4_000_000)
    assert inbox.messages == []
    work(sending, worker, after=3_000_000)
    assert len(inbox.messages) == 1
    mailed = [event.name for event in sending.log("delivery") if event.data["channel"] == "email"]
    assert mailed == ["attempted", "failed", "attempted", "succeeded"]


def test_an_unknown_mailbox_is_not_tried_again_and_its_address_stays_out_of_the_log(sending, inbox):
    open_alert(sending)
    inbox.answers = ["550 iso@so.test unknown"]
    work(sending, worker_of(sending, smtp=inbox.port))
    assert [(row["status"], row["error"]) for row in rows(sending, "email")] == [("dead", "SMTP 550 <…> unknown")]
    assert all(b"@so.test" not in event.body for event in sending.log("delivery"))


# -- webhooks -------------------------------------------------------------------------------------------


def test_a_webhook_carries_a_signature_that_a_receiver_can_verify(sending, endpoint):
    open_alert(sending)
    work(sending, worker_of(sending, webhook=endpoint.url))
    (call,) = endpoint.calls
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, sha256).digest()).decode()
    assert call.headers["webhook-signature"] == f"v1,{expected}"
    assert call.headers["webhook-timestamp"] == str(sending.now // 1_000_000)
    body = orjson.loads(call.body)
    assert call.path == "/hook?x=1"
    assert (body["type"], body["data"]["rule"], body["data"]["severity"]) == ("qms.alert.opened", "A2", "warning")


def test_a_try_keeps_its_id_and_body_and_gets_a_new_signature(sending, endpoint):
    open_alert(sending)
    endpoint.answers = [(500, {}), (200, {})]
    worker = worker_of(sending, webhook=endpoint.url)
    work(sending, worker)
    work(sending, worker, after=7_000_000)
    first, second = endpoint.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert first.headers["webhook-signature"] != second.headers["webhook-signature"]
    assert [row["status"] for row in rows(sending, "webhook")] == ["succeeded"]


def test_a_receiver_that_asks_to_wait_is_left_alone_for_that_long(sending, endpoint):
    open_alert(sending)
    endpoint.answers = [(429, {"Retry-After": "120"}), (200, {})]
    worker = worker_of(sending, webhook=endpoint.url)
    work(sending, worker)
    work(sending, worker, after=119_000_000)
    assert len(endpoint.calls) == 1
    work(sending, worker, after=1_000_000)
    assert len(endpoint.calls) == 2


def test_a_receiver_that_is_gone_is_not_called_again(sending, endpoint):
    open_alert(sending)
    endpoint.answers = [(410, {})]
    worker = worker_of(sending, webhook=endpoint.url)
    work(sending, worker)
    sending.observe("action.done", "HD-1", {})
    sending.tick()
    work(sending, worker)
    assert len(endpoint.calls) == 1
    assert [row["status"] for row in rows(sending, "webhook")] == ["dead", "undeliverable"]


def test_a_receiver_that_never_answers_well_is_given_up_after_days(sending, endpoint):
    open_alert(sending)
    endpoint.answers = [(503, {})]
    worker = worker_of(sending, webhook=endpoint.url)
    for _ in range(12):
        work(sending, worker, after=26 * 3_600_000_000)
    assert len(endpoint.calls) == 10
    assert [row["status"] for row in rows(sending, "webhook")] == ["dead"]


def test_redirects_are_not_followed(sending, endpoint):
    open_alert(sending)
    endpoint.answers = [(302, {"Location": "http://127.0.0.1:1/"})]
    work(sending, worker_of(sending, webhook=endpoint.url))
    assert [(row["status"], row["error"]) for row in rows(sending, "webhook")] == [("waiting", "HTTP 302")]


def test_a_webhook_into_the_private_network_is_refused_unless_allowed(sending, endpoint):
    open_alert(sending)
    secured = replace(Webhook(endpoint.url, SECRET), url=endpoint.url.replace("http:", "https:"))
    work(sending, worker_of(sending, webhook=secured.url, private=False))
    assert endpoint.calls == []
    (row,) = rows(sending, "webhook")
    assert (row["status"], row["error"]) == ("dead", "the webhook leads into a private network")


# -- crashes and replicas -------------------------------------------------------------------------------


class CrashError(Exception):
    """Stands for the end of a process."""


def test_a_crash_after_sending_repeats_the_try_under_the_same_id_when_the_lease_ends(sending, endpoint, monkeypatch):
    open_alert(sending)
    worker = worker_of(sending, webhook=endpoint.url)

    def crash(*_: object) -> None:
        raise CrashError

    with monkeypatch.context() as patched:
        patched.setattr(worker, "_settle", crash)
        with pytest.raises(CrashError):
            worker.run_due()
    sending.settle()
    restarted = worker_of(sending, webhook=endpoint.url)
    work(sending, restarted, after=LEASE - 1_000_000)
    assert len(endpoint.calls) == 1
    work(sending, restarted, after=2_000_000)
    assert len({call.headers["webhook-id"] for call in endpoint.calls}) == 1
    hooked = [event.name for event in sending.log("delivery") if event.data["channel"] == "webhook"]
    assert hooked == ["attempted", "attempted", "succeeded"]
    assert set(sending.statuses) == {"accepted"}


def test_two_workers_send_every_message_once(sending, endpoint):
    for number in range(12):
        sending.observe("action.planned", f"HD-{number}", PLANNED)
    sending.tick(at("2026-03-11"))
    workers = [worker_of(sending, webhook=endpoint.url) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        for _ in range(6):
            list(pool.map(lambda worker: worker.run_due(), workers))
    sending.settle()
    assert len(endpoint.calls) == 12
    assert {row["status"] for row in rows(sending, "webhook")} == {"succeeded"}
