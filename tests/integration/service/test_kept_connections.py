"""Connections to a peer that stay open: used again, given up when the peer has closed them."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from shared.service.kept_connections import KeptConnections


class Peer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port=0):
        self.connections = 0
        self.sockets = []
        super().__init__(("127.0.0.1", port), Handler)
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def process_request(self, request, client_address):
        self.connections += 1
        self.sockets.append(request)
        super().process_request(request, client_address)

    def hang_up(self):
        for one in self.sockets:
            one.shutdown(2)

    def end(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def peer():
    peer = Peer()
    yield peer
    peer.end()


def test_a_connection_serves_one_request_after_the_other(peer):
    kept = KeptConnections(f"http://127.0.0.1:{peer.server_port}/base/")
    for number in range(5):
        body = b"%d" % number
        assert kept.request("POST", "/echo", {"X-A": "1"}, body) == (200, "text/plain", body)
    assert peer.connections == 1


def test_requests_at_the_same_time_have_connections_of_their_own(peer):
    kept = KeptConnections(f"http://127.0.0.1:{peer.server_port}")
    answers = []
    workers = [
        threading.Thread(target=lambda n=n: answers.append(kept.request("POST", "/", {}, b"%d" % n)[2] == b"%d" % n))
        for n in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert answers == [True] * 8


def test_a_connection_that_the_peer_has_closed_is_replaced_without_an_error(peer):
    kept = KeptConnections(f"http://127.0.0.1:{peer.server_port}")
    kept.request("POST", "/", {}, b"before")
    peer.hang_up()
    assert kept.request("POST", "/", {}, b"after")[2] == b"after"


def test_a_peer_that_is_not_there_is_an_error(peer):
    kept = KeptConnections(f"http://127.0.0.1:{peer.server_port}")
    kept.request("POST", "/", {}, b"before")
    peer.hang_up()
    peer.end()
    with pytest.raises(OSError, match="refused"):
        kept.request("POST", "/", {}, b"after")
