"""The real nginx with our configuration in front of services that only say who they are."""

import http.client
import json
import os
import re
import shutil
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deploy.local.ports import free_ports
from tests.deploy.certificates import certify
from tests.deploy.files import DEPLOY, SERVICES, program, run

#: As root nginx would work under an account that may not enter this test's directory.
USER = "; user root" if os.geteuid() == 0 else ""


class Backend(BaseHTTPRequestHandler):
    """Answers with its service's name and what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        told = {"service": self.server.service, "path": self.path, "bytes": len(self.rfile.read(length))}
        told |= {name: self.headers.get(name) for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Correlation-Id")}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *args):
        """Say nothing."""


def scratch_configuration(folder, ports, backends):
    """Write our configuration for this machine: other ports, other places, and nothing else."""
    folder.mkdir()
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    certify(certificate, key)
    text = (DEPLOY / "nginx" / "nginx.conf").read_text()
    for ours, here in (
        ("/tmp/", f"{folder}/"),
        ("listen 8080", f"listen 127.0.0.1:{ports[0]}"),
        ("listen 8443", f"listen 127.0.0.1:{ports[1]}"),
        ("/run/secrets/tls_certificate", str(certificate)),
        ("/run/secrets/tls_key", str(key)),
        ("/dev/stdout", f"{folder}/access.log"),
        ("include mime.types", "include /etc/nginx/mime.types"),
        ("worker_processes auto", f"worker_processes 1; daemon off{USER}"),
    ):
        assert ours in text
        text = text.replace(ours, here)
    (folder / "nginx.conf").write_text(text)
    upstreams = (DEPLOY / "nginx" / "upstreams.conf").read_text()
    for service, port in backends.items():
        upstreams, found = re.subn(rf"server {service}:8000", f"server 127.0.0.1:{port}", upstreams)
        assert found == 1
    (folder / "upstreams.conf").write_text(upstreams)
    (folder / "resolver.conf").write_text((DEPLOY / "nginx" / "resolver.conf").read_text())
    return folder / "nginx.conf"


@pytest.fixture(scope="module")
def door(tmp_path_factory):
    """Give a function that asks nginx."""
    servers = {}
    for service in SERVICES[:3]:
        servers[service] = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
        servers[service].service = service
        threading.Thread(target=servers[service].serve_forever, args=(0.05,), daemon=True).start()
    ports = free_ports(3)
    folder = tmp_path_factory.mktemp("nginx") / "here"
    # Nobody listens where notify should be.
    backends = {name: server.server_port for name, server in servers.items()} | {"notify": ports[2]}
    configuration = scratch_configuration(folder, ports, backends)
    command = [program("nginx"), "-c", str(configuration), "-p", str(folder), "-e", "stderr"]
    said = run("nginx", "-t", *command[1:])
    assert "test is successful" in said
    assert "warn" not in said
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    trust = ssl.create_default_context(cafile=folder / "certificate.pem")

    def ask(method, path, *, body=None, tls=True, **headers):
        if tls:
            connection = http.client.HTTPSConnection("localhost", ports[1], timeout=10, context=trust)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", ports[0], timeout=10)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    deadline = time.monotonic() + 10
    while True:
        try:
            ask("GET", "/nginx-health", tls=False)
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    yield ask
    process.terminate()
    process.wait(10)
    for server in servers.values():
        server.shutdown()
        server.server_close()
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("path", "service", "passed"),
    [
        ("/", "inspection", "/"),
        ("/v1/events", "inspection", "/v1/events"),
        ("/v1/indicators/I2?scope=x", "inspection", "/v1/indicators/I2?scope=x"),
        ("/v1/alerts", "inspection", "/v1/alerts"),
        ("/v1/log/audit/feed?after=0&limit=5", "inspection", "/v1/log/audit/feed?after=0&limit=5"),
        ("/v1/log/documents/checkpoint", "inspection", "/v1/log/documents/checkpoint"),
        ("/static/site.css", "inspection", "/static/site.css"),
        ("/services/audit/v1/events", "audit", "/v1/events"),
        ("/services/documents/v1/receipts?id=a", "documents", "/v1/receipts?id=a"),
    ],
)
def test_each_path_leads_to_its_service(door, path, service, passed):
    status, _, body = door("GET", path)
    assert status == 200, body
    told = json.loads(body)
    assert (status, told["service"], told["path"]) == (200, service, passed)


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/readyz", "/v1/parked", "/v1/parked/replay", "/v1/projections/oversight/rebuild"),
        *("/metrics/", "/metrics%2f", "/readyz/", "/readyz%2F", "//metrics", "/./readyz//"),
        *("/services/audit/metrics", "/services/audit/v1/parked", "/services/rabbitmq/"),
    ],
)
def test_what_is_for_operators_does_not_go_outside(door, path):
    assert door("GET", path)[0] == 404


def test_who_asks_is_said_by_the_proxy_alone(door):
    told = json.loads(door("GET", "/", X_Forwarded_For="10.9.9.9", X_Forwarded_Proto="gopher")[2])
    assert (told["X-Forwarded-For"], told["X-Forwarded-Proto"]) == ("127.0.0.1", "https")


def test_the_correlation_id_goes_through_or_is_made(door):
    assert json.loads(door("GET", "/", X_Correlation_Id="abc-1")[2])["X-Correlation-Id"] == "abc-1"
    made = json.loads(door("GET", "/", X_Correlation_Id='"bad; id"')[2])["X-Correlation-Id"]
    assert re.fullmatch("[0-9a-f]{32}", made)


def test_a_body_up_to_the_intakes_limit_passes_and_one_above_is_turned_away(door):
    from shared.service.settings import from_environment

    limit = from_environment("inspection", {}).max_body_bytes
    status, _, body = door("POST", "/v1/events", body=b"x" * limit)
    assert (status, json.loads(body)["bytes"]) == (200, limit)
    status, headers, body = door("POST", "/v1/events", body=b"x" * (limit + 1))
    problem = json.loads(body)
    assert (status, problem["code"], problem["limit"]) == (413, "BODY_TOO_LARGE", limit)
    assert headers["Content-Type"].startswith("application/problem+json")
    assert headers["X-Correlation-Id"]


def test_a_service_that_is_away_is_worded_as_a_problem(door):
    status, headers, body = door("GET", "/v1/deliveries")
    assert (status, json.loads(body)["code"], headers["Retry-After"]) == (503, "SERVICE_UNREACHABLE", "2")


def test_plain_http_is_sent_to_tls(door):
    status, headers, _ = door("GET", "/v1/indicators?scope=a", tls=False)
    assert status == 308
    assert headers["Location"] == "https://127.0.0.1/v1/indicators?scope=a"


def test_guessing_passwords_is_slowed_down(door):
    names = ("/sign-in", "/sign-in/", "/sign-in%2f")
    answers = [door("POST", names[number % 3], body=b"") for number in range(12)]
    statuses = [status for status, _, _ in answers]
    assert statuses[:6] == [200] * 6
    assert 429 in statuses
    assert json.loads(answers[-1][2])["code"] == "RATE_LIMITED"
