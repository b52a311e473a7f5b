"""Signing, retrying, and where a webhook may lead."""

from __future__ import annotations

import base64
import socket

import pytest

from services.notify.channels import guard
from services.notify.channels.guard import TargetError, is_public, resolve
from services.notify.channels.signing import headers, parse_secret, sign
from services.notify.channels.webhook import judge
from services.notify.retry import DELAYS, MOST_TRIES, next_try

SECOND = 1_000_000


def test_the_signature_is_that_of_the_specification():
    # The example that the reference implementations of Standard Webhooks are tested with.
    key = parse_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = headers(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert signed == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_the_signature_depends_on_id_time_and_body():
    key = b"k" * 32
    signatures = {sign(key, "a", 1, b"x"), sign(key, "b", 1, b"x"), sign(key, "a", 2, b"x"), sign(key, "a", 1, b"y")}
    assert len(signatures) == 4


@pytest.mark.parametrize(
    "secret",
    ["whsec_!!", "whsec_", "whsec_" + base64.b64encode(b"x" * 23).decode(), base64.b64encode(b"x" * 65).decode()],
)
def test_a_secret_that_is_too_weak_or_no_base64_is_refused(secret):
    with pytest.raises(ValueError):
        parse_secret(secret)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b:1::7f00:1", False),
        ("fec0::1", False),
        ("::7f00:1", False),
        ("::ffff:0:7f00:1", False),
        ("5f00::1", False),
        ("3fff::1", False),
        ("192.88.99.1", False),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_only_the_public_internet_is_public(address, public):
    assert is_public(address) is public


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]
    monkeypatch.setattr(guard.socket, "getaddrinfo", lambda *_, **__: found)


def test_the_checked_address_is_the_one_that_is_called(monkeypatch):
    answering(monkeypatch, "8.8.8.8")
    target = resolve("https://hub.test/a/b?c=1")
    assert target == ("https", "hub.test", "8.8.8.8", 443, "/a/b?c=1")


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("https://hub.test/", ["10.0.0.1"]),
        # One public answer does not excuse a private one.
        ("https://hub.test/", ["8.8.8.8", "127.0.0.1"]),
        ("http://hub.test/", ["8.8.8.8"]),
        ("https://user:word@hub.test/", ["8.8.8.8"]),
        ("ftp://hub.test/", ["8.8.8.8"]),
        ("file:///etc/passwd", ["8.8.8.8"]),
        ("https://hub.test:99999/", ["8.8.8.8"]),
        ("https:///", ["8.8.8.8"]),
    ],
)
def test_a_target_that_could_reach_inside_is_refused(monkeypatch, url, addresses):
    answering(monkeypatch, *addresses)
    with pytest.raises(TargetError):
        resolve(url)


def test_the_private_network_is_reached_where_it_is_allowed(monkeypatch):
    answering(monkeypatch, "127.0.0.1")
    assert resolve("http://hub.test:8080/", allow_private=True).port == 8080


@pytest.mark.parametrize(
    ("status", "retry_after", "result", "wait"),
    [
        (200, None, "delivered", None),
        (204, "5", "delivered", None),
        (301, None, "again", None),
        (400, "5", "again", None),
        (410, None, "gone", None),
        (429, "7", "again", 7),
        (429, "soon", "again", None),
        (503, "Wed, 21 Oct 2015 07:28:00 GMT", "again", 0),
        (500, None, "again", None),
    ],
)
def test_a_status_says_what_becomes_of_the_delivery(status, retry_after, result, wait):
    outcome = judge(status, retry_after)
    assert (outcome.result, outcome.retry_after) == (result, wait)


def test_delays_grow_to_days_and_end():
    times = [next_try("dlv-1", tries, 0) for tries in range(1, MOST_TRIES + 1)]
    waits = [time / SECOND for time in times[:-1] if time is not None]
    assert times[-1] is None
    assert all(delay <= wait <= delay * 1.2 for delay, wait in zip(DELAYS, waits, strict=True))
    assert sum(waits) > 3 * 86_400


def test_tries_of_different_deliveries_are_spread():
    assert len({next_try(f"dlv-{number}", 3, 0) for number in range(50)}) > 40


@pytest.mark.parametrize(("asked", "seconds"), [(600, 600), (1, 5), (10**9, 86_400)])
def test_a_receiver_may_ask_for_more_time_but_for_a_day_at_most(asked, seconds):
    found = next_try("dlv-1", 1, 0, asked)
    assert found is not None
    assert seconds <= found / SECOND <= max(seconds, 6)
