"""The real Prometheus and Alertmanager with our rules and routes: what a service measures reaches whoever is to know."""

import http.client
import json
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml

from deploy.local.ports import free_ports
from services.notify.pipeline_api import _signal
from shared.contracts import catalogue
from tests.deploy.files import DEPLOY, program

#: Instead of seconds that people wait, moments.
QUICK = {"group_wait": "0s", "group_interval": "1s", "repeat_interval": "1h"}


class Service(BaseHTTPRequestHandler):
    """Gives the metrics that a test wants to be seen, and takes what Alertmanager sends."""

    def do_GET(self):
        self._answer("".join(f"{line}\n" for line in self.server.metrics))

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append((self.path, self.headers.get("Authorization"), body))
        self._answer("")

    def _answer(self, text):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def service():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    server.metrics, server.received = ['oversight_log_broken_state{service="audit"} 0'], []
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def alerting(service, tmp_path):
    """Start both with our files; only addresses and waits are others."""
    prometheus_port, alertmanager_port = free_ports(2)
    (tmp_path / "token").write_text("token of alertmanager")
    processes = [
        _start(
            tmp_path / "alertmanager",
            _alertmanager(tmp_path, service.server_port),
            "prometheus-alertmanager",
            "--cluster.listen-address=",
            f"--web.listen-address=127.0.0.1:{alertmanager_port}",
            f"--storage.path={tmp_path / 'alertmanager'}",
        ),
        _start(
            tmp_path / "prometheus",
            _prometheus(service.server_port, alertmanager_port),
            "prometheus",
            f"--web.listen-address=127.0.0.1:{prometheus_port}",
            f"--storage.tsdb.path={tmp_path / 'prometheus'}",
            # What was found before Alertmanager was, is told again after a minute else.
            "--rules.alert.resend-delay=500ms",
        ),
    ]
    try:
        for port in (alertmanager_port, prometheus_port):
            _until(lambda port=port: _ready(port))
        yield service
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(15)


def test_a_broken_log_reaches_those_responsible_with_its_runbook_and_is_taken_back(alerting):
    watchdog = _until(lambda: _of(alerting, "OversightWatchdog"))
    assert watchdog[0] == "/oversight", "the proof that alerting works goes its own way"
    assert not _of(alerting, "OversightLogBroken")

    alerting.metrics = ['oversight_log_broken_state{service="audit"} 1']
    path, authorization, alert = _until(lambda: _of(alerting, "OversightLogBroken"))
    assert (path, authorization) == ("/v1/system-signals", "Bearer token of alertmanager")
    assert alert["labels"] == {
        "alertname": "OversightLogBroken",
        "service": "audit",
        "severity": "critical",
        "rule": "A20",
    }
    assert alert["annotations"]["summary"] == "The log of audit is not whole"
    assert alert["annotations"]["runbook_url"].endswith("/runbooks/log-broken.md")
    signal = _signal(alert)
    assert signal.type == "qms.system_signal.raised", "what Alertmanager really sends is what notify takes"
    assert catalogue.load()[signal.type].schema().load(signal.data)["rule"] == "A20"

    alerting.metrics = ['oversight_log_broken_state{service="audit"} 0']
    assert _until(lambda: _of(alerting, "OversightLogBroken", status="resolved"))


def _alertmanager(folder, port):
    told = yaml.safe_load((DEPLOY / "alertmanager" / "alertmanager.yaml").read_text())
    told["global"] = {"resolve_timeout": "5m"}
    told["route"] |= QUICK
    for route in told["route"]["routes"]:
        route.update(QUICK)
    for receiver in told["receivers"]:
        receiver.pop("email_configs", None)
        for webhook in receiver["webhook_configs"]:
            webhook["url"] = f"http://127.0.0.1:{port}/" + webhook["url"].split("/", 3)[3]
            if "http_config" in webhook:
                webhook["http_config"] = {"authorization": {"credentials_file": str(folder / "token")}}
    return told


def _prometheus(service_port, alertmanager_port):
    told = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text())
    told["global"] |= {"scrape_interval": "250ms", "scrape_timeout": "250ms", "evaluation_interval": "250ms"}
    told["rule_files"] = [str(DEPLOY / "prometheus" / "rules" / "*.yaml")]
    told["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager_port}"]}]}]
    (services,) = [job for job in told["scrape_configs"] if job["job_name"] == "oversight"]
    services["static_configs"] = [{"targets": [f"127.0.0.1:{service_port}"], "labels": {"service": "audit"}}]
    told["scrape_configs"] = [services]
    return told


def _start(folder, configuration, name, *options):
    folder.mkdir()
    file = folder / "configuration.yaml"
    file.write_text(yaml.safe_dump(configuration))
    with (folder / "log").open("wb") as log:
        command = [program(name), f"--config.file={file}", "--log.level=warn", *options]
        return subprocess.Popen(command, stdout=log, stderr=log)


def _of(service, name, status="firing"):
    for path, authorization, body in list(service.received):
        for alert in body["alerts"]:
            if alert["labels"]["alertname"] == name and alert["status"] == status:
                return path, authorization, alert
    return None


def _ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/-/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _until(condition, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)
    return found
