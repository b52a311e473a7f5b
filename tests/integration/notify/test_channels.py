"""Every channel against a real receiver on loopback: a TLS mail server, signed webhooks, gateways over HTTP."""

from __future__ import annotations

import base64
import contextlib
import email
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.header import decode_header, make_header
from pathlib import Path

import orjson
import pytest
from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from services.notify.channels.apprise import AppriseChannel, unusable
from services.notify.channels.email import EmailChannel, Mail
from services.notify.channels.sms import SmsChannel, plain
from services.notify.channels.webhook import Webhook, WebhookChannel
from services.notify.channels.zalo import ZaloChannel
from shared import clock
from tests.integration.notify.receivers import Endpoint, http_server

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
MAIL = Mail("iso@so.test", "Cảnh báo mới", "Nội dung", "<dlv-1@oversight.test>", "Mon, 02 Mar 2026 09:00:00 +0700")


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with http_server() as running:
        yield running


# -- e-mail over TLS ------------------------------------------------------------------------------------


class Keeper:
    """Keeps what it was sent."""

    def __init__(self) -> None:
        self.contents: list[bytes] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 - the name that aiosmtpd looks for
        self.contents.append(envelope.content)
        return "250 taken"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that is its own authority."""
    directory = tmp_path_factory.mktemp("tls")
    key, cert = directory / "key.pem", directory / "cert.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    return key, cert


def _server(certificate: tuple[Path, Path], *, starttls: bool) -> tuple[Controller, Keeper]:
    key, cert = certificate
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    keeper = Keeper()
    tls = {"tls_context": context, "require_starttls": True} if starttls else {"ssl_context": context}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Controller(keeper, hostname="127.0.0.1", port=port, **tls), keeper


@pytest.mark.parametrize(("scheme", "starttls"), [("smtp+starttls", True), ("smtps", False)])
def test_mail_travels_encrypted_to_a_server_whose_certificate_is_trusted(certificate, monkeypatch, scheme, starttls):
    controller, keeper = _server(certificate, starttls=starttls)
    controller.start()
    try:
        channel = EmailChannel(f"{scheme}://127.0.0.1:{controller.port}", "canh-bao@oversight.test", timeout=5.0)
        # Nobody vouches for the certificate: nothing is sent.
        assert channel.send(MAIL).result == "again"
        assert keeper.contents == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
        assert channel.send(MAIL).result == "delivered"
        assert b"Message-ID: <dlv-1@oversight.test>" in keeper.contents[0]
        assert channel.send(replace(MAIL, subject="Sở\r\nBcc: a@b.test\u2028\x00\tX")).result == "delivered"
        sent = email.message_from_bytes(keeper.contents[1])
        assert (sent["Bcc"], str(make_header(decode_header(sent["Subject"])))) == (None, "Sở Bcc: a@b.test X")
        assert channel.send(replace(MAIL, to="iso@so.test\nBcc: a@b.test")).result == "never"
    finally:
        controller.stop()


# -- webhooks -------------------------------------------------------------------------------------------


def test_the_standard_webhooks_package_accepts_our_signature_and_nobody_elses(endpoint):
    body = orjson.dumps({"type": "qms.alert.opened", "data": {"rule": "A2"}})
    channel = WebhookChannel(allow_private=True, timeout=5.0)
    assert channel.send(Webhook(endpoint.url, SECRET), "dlv-1", body, now=clock.now()).result == "delivered"
    (call,) = endpoint.calls
    assert Verifier(SECRET).verify(call.body, call.headers) == orjson.loads(body)
    for wrong in (call.body + b" ", b"{}"):
        with pytest.raises(WebhookVerificationError):
            Verifier(SECRET).verify(wrong, call.headers)
    other = "whsec_" + base64.b64encode(b"x" * 32).decode()
    with pytest.raises(WebhookVerificationError):
        Verifier(other).verify(call.body, call.headers)


def test_an_old_call_cannot_be_replayed(endpoint):
    channel = WebhookChannel(allow_private=True, timeout=5.0)
    channel.send(Webhook(endpoint.url, SECRET), "dlv-1", b"{}", now=clock.now() - 3_600_000_000)
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(endpoint.calls[0].body, endpoint.calls[0].headers)


def test_a_name_that_leads_elsewhere_the_second_time_is_asked_once(endpoint, monkeypatch):
    """DNS rebinding: the address that was checked is the one that is called, under the receiver's own name."""
    real, asked = socket.getaddrinfo, []

    def answer(host, *arguments, **more):
        if host != "hub.invalid":
            return real(host, *arguments, **more)
        asked.append(host)
        assert len(asked) == 1, "a second answer could lead into our own network"
        return real("127.0.0.1", *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    url = endpoint.url.replace("127.0.0.1", "hub.invalid")
    found = WebhookChannel(allow_private=True, timeout=5.0).send(Webhook(url, SECRET), "dlv-1", b"{}", now=clock.now())
    assert (found.result, asked) == ("delivered", ["hub.invalid"])
    assert endpoint.calls[0].headers["host"].startswith("hub.invalid:")


@pytest.mark.parametrize(
    ("begin", "result"),
    [
        (b"HTTP/1.1 2", "again"),
        # It has said that it took the message; its words do not matter.
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n", "delivered"),
    ],
)
def test_a_receiver_that_answers_drop_by_drop_is_cut_off(begin, result):
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as receiver:
        done = receiver.submit(_drip, server, begin)
        started = time.monotonic()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        channel = WebhookChannel(allow_private=True, timeout=0.5)
        assert channel.send(Webhook(url, SECRET), "dlv-1", b"{}", now=clock.now()).result == result
        assert time.monotonic() - started < 4.5, "it drips for five seconds"
        done.result(10)


def _drip(server: socket.socket, begin: bytes) -> None:
    taken, _ = server.accept()
    with taken, contextlib.suppress(OSError):
        taken.sendall(begin)
        for _ in range(100):
            taken.sendall(b"x")
            time.sleep(0.05)


# -- telephone ------------------------------------------------------------------------------------------


def sms(endpoint: Endpoint) -> SmsChannel:
    return SmsChannel("key", "secret", "OVERSIGHT", url=endpoint.url, allow_private=True, timeout=5.0)


def zalo(endpoint: Endpoint, directory: Path) -> ZaloChannel:
    token = directory / "token"
    token.write_text("TOKEN\n", "ascii")
    return ZaloChannel(str(token), "4711", url=endpoint.url, allow_private=True, timeout=5.0)


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"CodeResult": "100"}, "delivered"),
        # A request that it knows already was taken before.
        ({"CodeResult": "124"}, "delivered"),
        # An operator tops the account up within the days of the tries.
        ({"CodeResult": "103"}, "again"),
        ({"CodeResult": 101}, "again"),
        # The number is blocked; the brand name does not exist.
        ({"CodeResult": "99"}, "never"),
        ({"CodeResult": "104"}, "never"),
        ({"other": 1}, "again"),
    ],
)
def test_the_sms_gateway_is_spoken_to_as_it_documents(endpoint, answer, result):
    endpoint.body = orjson.dumps(answer)
    endpoint.answers = [(200, {})]
    assert sms(endpoint).send("0912 345 678", "Cảnh báo: Đề nghị kiểm tra – xã Yên Sơn", "dlv-1").result == result
    sent = orjson.loads(endpoint.calls[0].body)
    assert (sent["Phone"], sent["Content"], sent["RequestId"]) == (
        "84912345678",
        "Canh bao: De nghi kiem tra - xa Yen Son",
        "dlv-1",
    )


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ({"error": 0}, "delivered"),
        ({"error": -124}, "again"),
        ({"error": -108}, "never"),
        ({"error": -101}, "never"),
        ({"message": "x"}, "again"),
    ],
)
def test_zalo_is_spoken_to_as_it_documents(endpoint, tmp_path, answer, result):
    endpoint.body = orjson.dumps(answer)
    endpoint.answers = [(200, {})]
    assert zalo(endpoint, tmp_path).send("+84912345678", {"content": "x" * 300}, "dlv-1").result == result
    (call,) = endpoint.calls
    assert call.headers["access_token"] == "TOKEN"
    sent = orjson.loads(call.body)
    assert (sent["template_id"], len(sent["template_data"]["content"]), sent["tracking_id"]) == ("4711", 100, "dlv-1")


@pytest.mark.parametrize(("status", "result"), [(500, "again"), (429, "again"), (410, "gone")])
def test_a_gateway_in_trouble_is_tried_again(endpoint, tmp_path, status, result):
    endpoint.answers = [(status, {"Retry-After": "7"})]
    found = sms(endpoint).send("0912345678", "x", "dlv-1"), zalo(endpoint, tmp_path).send("0912345678", {}, "dlv-1")
    assert {one.result for one in found} == {result}
    assert {one.retry_after for one in found} == ({7} if status != 410 else {None})


def test_what_is_no_telephone_number_of_viet_nam_is_never_sent_to(endpoint, tmp_path):
    assert sms(endpoint).send("12345", "x", "dlv-1").result == "never"
    assert zalo(endpoint, tmp_path).send("+1 202 555 0100", {}, "dlv-1").result == "never"
    assert endpoint.calls == []


def test_a_token_that_is_not_there_is_waited_for(endpoint, tmp_path):
    channel = ZaloChannel(str(tmp_path / "missing"), "4711", url=endpoint.url, allow_private=True)
    assert channel.send("0912345678", {}, "dlv-1").result == "again"


def test_diacritics_are_dropped_for_the_short_message():
    assert plain("Quyết định của Ủy ban – ĐƠN VỊ") == "Quyet dinh cua Uy ban - DON VI"


# -- Apprise --------------------------------------------------------------------------------------------


def test_apprise_carries_the_rest(endpoint):
    endpoint.answers = [(200, {})]
    address = endpoint.url.replace("http://", "json://").partition("?")[0]
    assert AppriseChannel([address]).send("[A21] Sự cố", "Nội dung").result == "delivered"
    sent = orjson.loads(endpoint.calls[0].body)
    assert (sent["title"], sent["message"]) == ("[A21] Sự cố", "Nội dung")
    endpoint.answers = [(500, {})]
    assert AppriseChannel([address]).send("x", "y").result == "again"


def test_an_address_that_apprise_cannot_read_is_named_by_its_place():
    assert unusable(["json://127.0.0.1/", "nothing"]) == [2]
    assert AppriseChannel(["nothing"]).send("x", "y").result == "never"
