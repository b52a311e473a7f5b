"""The HTTP entrypoint in a real nameko container: limits on the wire, connections, stopping."""

from __future__ import annotations

import http.client
import json
import threading
import time

import pytest

from shared.testing.system import wait_until

LIMIT = 1_000_000


def read_answer(connection) -> tuple[int, dict, bytes]:
    """Return status, headers and body of the next answer on a socket."""
    answer = http.client.HTTPResponse(connection)
    answer.begin()
    body = answer.read()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


def exchange(service, data: bytes):
    with service.connect() as connection:
        connection.sendall(data)
        return read_answer(connection)


def ask(service, path="/hello", method="GET", **headers):
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return exchange(service, f"{method} {path} HTTP/1.1\r\nHost: x\r\n{lines}\r\n".encode("latin-1"))


@pytest.fixture
def connection(service):
    with service.connect() as opened:
        yield opened


def still_usable(connection) -> bool:
    connection.sendall(b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
    return read_answer(connection)[0] == 200


def _is_refused(service) -> bool:
    try:
        with service.connect():
            return False
    except ConnectionRefusedError:
        return True


def test_handlers_get_request_path_and_dependencies(service):
    status, headers, body = ask(service)
    assert (status, json.loads(body)) == (200, {"hello": "xin chào", "context": {"started": True}})
    assert headers["content-type"] == "application/json"
    assert json.loads(ask(service, "/agencies/C%E1%BA%A7n")[2]) == {"agency_id": "Cần"}


def test_fifty_megabytes_are_refused_with_the_limit_and_the_connection_stays_usable(service, connection):
    size = 50_000_000
    connection.sendall(f"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
    block = bytes(1_000_000)
    sender = threading.Thread(target=lambda: [connection.sendall(block) for _ in range(size // len(block))])
    sender.start()
    status, _headers, body = read_answer(connection)
    sender.join(timeout=30)
    assert (status, json.loads(body)["limit"]) == (413, LIMIT)
    assert still_usable(connection)


def test_a_client_that_waits_for_100_continue_sends_nothing_in_vain(service):
    head = "POST /length HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: {}\r\n\r\n"
    status, headers, _body = exchange(service, head.format(50_000_000).encode())
    assert (status, headers.get("connection")) == (413, "close")
    with service.connect() as connection:
        connection.sendall(head.format(5).encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 100 Continue")
        connection.sendall(b"12345")
        assert json.loads(read_answer(connection)[2]) == {"length": 5}


def chunked(*chunks: bytes) -> bytes:
    framed = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"POST /length HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + framed + b"0\r\n\r\n"


def test_chunked_bodies_are_taken_up_to_the_limit(service, connection):
    connection.sendall(chunked(b"abc", b"d" * 500))
    assert json.loads(read_answer(connection)[2]) == {"length": 503}
    connection.sendall(chunked(b"x" * LIMIT))
    assert json.loads(read_answer(connection)[2]) == {"length": LIMIT}
    connection.sendall(chunked(*[b"x" * 100_000] * 11))
    assert read_answer(connection)[0] == 413
    assert still_usable(connection)


@pytest.mark.parametrize("broken", [b"zz\r\nabc\r\n", b"1" * 10_000 + b"\r\n"])
def test_broken_chunks_are_answered_and_the_connection_closed(service, broken):
    head = b"POST /length HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    status, headers, body = exchange(service, head + broken)
    assert (status, json.loads(body)["code"], headers["connection"]) == (400, "BODY_INCOMPLETE", "close")


def test_a_body_that_drips_is_cut_off(service, connection):
    connection.sendall(b"POST /length HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
    started = time.monotonic()

    def drip() -> None:
        for _ in range(30):
            try:
                connection.sendall(b"x")
            except OSError:
                return
            time.sleep(0.1)

    sender = threading.Thread(target=drip)
    sender.start()
    status, headers, body = read_answer(connection)
    sender.join()
    assert (status, json.loads(body)["code"], headers["connection"]) == (408, "BODY_TOO_SLOW", "close")
    assert time.monotonic() - started < 5


def test_a_body_the_handler_does_not_read_does_not_disturb_the_next_request(service, connection):
    connection.sendall(b"POST /unread HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n12345")
    assert json.loads(read_answer(connection)[2]) == {"read": False}
    assert still_usable(connection)


@pytest.mark.parametrize(
    "head",
    [
        b"GET /hello\r\n",
        b"GET  /hello HTTP/1.1\r\n",
        b"GET /hello HTTP/9.9\r\n",
        b"GET /hello HTTP/1.1\r\nno colon\r\n",
        b"GET /hello HTTP/1.1\r\nA : b\r\n",
        b"GET /hello HTTP/1.1\r\nA: b\r\n folded\r\n",
        b"POST /length HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
        b"POST /length HTTP/1.1\r\nContent-Length: +1\r\n",
        b"POST /length HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        b"POST /length HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n",
        b"GET /hello HTTP/1.1\r\n" + b"A: b\r\n" * 101,
        b"GET /hello HTTP/1.1\r\nA: " + b"b" * 70_000 + b"\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n",
    ],
)
def test_heads_that_proxies_might_read_differently_are_refused_and_the_connection_closed(service, head):
    with service.connect() as connection:
        connection.sendall(head + b"\r\n")
        status, headers, _body = read_answer(connection)
        assert status in (400, 414, 501)
        assert headers["connection"] == "close"


def test_addresses_that_are_not_utf8_are_malformed(service):
    for path in ("/agencies/%ff", "/agencies/\xff", "/hello?q=%00"):
        status, _headers, body = ask(service, path)
        assert (status, json.loads(body)["code"]) == (400, "ADDRESS_MALFORMED")


def test_unknown_paths_and_methods_are_problems(service):
    status, headers, body = ask(service, "/nope")
    assert (status, json.loads(body)["code"]) == (404, "NOT_FOUND")
    assert headers["content-type"] == "application/problem+json"
    status, headers, body = ask(service, "/hello", "DELETE")
    assert (status, headers["allow"], json.loads(body)["code"]) == (405, "GET, HEAD", "METHOD_NOT_ALLOWED")


def test_an_exception_tells_nothing_and_the_connection_stays_usable(service, connection):
    for path in (b"/fails", b"/wrong", b"/refuses"):
        connection.sendall(b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nX-Correlation-Id: fall-7\r\n\r\n")
        status, headers, body = read_answer(connection)
        assert status in (500, 422)
        assert headers["x-correlation-id"] == "fall-7"
        assert b"hunter2" not in body
        assert b"Error" not in body.replace(b"Internal error", b"")
    assert still_usable(connection)
    assert "hunter2" in service.logged()


def test_more_slow_handlers_than_nameko_has_workers_run_together(service):
    started = time.monotonic()
    threads = [threading.Thread(target=lambda: ask(service, "/slow?seconds=3")) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < 8, "three rounds of ten take nine seconds"


def test_connections_that_end_in_the_middle_of_a_message_leave_the_service_alive(service):
    for beginning in (b"GET /he", b"POST /length HTTP/1.1\r\nContent-Length: 900\r\n\r\nabc", b""):
        with service.connect() as connection:
            connection.sendall(beginning)
    assert ask(service)[0] == 200
    assert service.process.poll() is None


def test_stopping_lets_running_requests_end_and_turns_new_ones_away(own_service):
    with own_service.connect() as idle, own_service.connect() as busy:
        idle.sendall(b"GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")
        assert read_answer(idle)[0] == 200
        busy.sendall(b"GET /slow?seconds=2 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wait_until(lambda: "slow begins" in own_service.logged())
        own_service.process.terminate()
        assert wait_until(lambda: _is_refused(own_service))
        assert idle.recv(1) == b""
        status, headers, body = read_answer(busy)
        assert (status, json.loads(body), headers["connection"]) == (200, {"slow": True}, "close")
    assert own_service.stop() == 0


def test_being_asked_to_stop_again_and_again_changes_nothing(own_service):
    while own_service.process.poll() is None:
        own_service.process.terminate()
        time.sleep(0.001)
    assert own_service.process.returncode == 0


def test_a_handler_that_does_not_end_does_not_hold_up_the_stop_beyond_the_deadline(own_service):
    with own_service.connect() as busy:
        busy.sendall(b"GET /slow?seconds=60 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert wait_until(lambda: "slow begins" in own_service.logged())
        started = time.monotonic()
        own_service.process.terminate()
        own_service.process.wait(timeout=15)
        assert time.monotonic() - started < 8
