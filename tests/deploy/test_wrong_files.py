"""A check that lets a wrong file pass is none: each tool, on our own files with one fault put in, must say no.

The others have theirs beside them: compose and Kubernetes schemas, Grafana's model, systemd, `promtool test rules`, Dockerfile.
"""

from __future__ import annotations

import shutil

import pytest

from deploy.local.ports import free_ports
from tests.deploy.files import DEPLOY, SERVICES, run
from tests.deploy.test_nginx import scratch_configuration


@pytest.fixture
def copied(tmp_path):
    """Give a function that copies a folder of deploy/ with a fault in one file."""

    def copy(folder, file, ours, wrong):
        place = tmp_path / folder
        shutil.copytree(DEPLOY / folder, place)
        text = (place / file).read_text()
        assert ours in text
        (place / file).write_text(text.replace(ours, wrong, 1))
        return place / file

    return copy


@pytest.mark.parametrize(
    ("file", "ours", "wrong", "said"),
    [
        ("rules/operation.yaml", "== 0'", "== '", "unexpected"),
        ("rules/operation.yaml", "for: 1m", "for: soon", "duration"),
        ("rules/recording.yaml", "record: oversight:intake_items:rate5m", "recorded: x", "recorded"),
        ("rules/integrity.yaml", "{{ $labels.service }}", "{{ $labels.service", "template"),
    ],
)
def test_promtool_refuses_a_wrong_rule(copied, file, ours, wrong, said):
    assert said in run("promtool", "check", "rules", copied("prometheus", file, ours, wrong), expected=1)


@pytest.mark.parametrize(
    ("ours", "wrong"), [("scrape_interval", "scrape_intervall"), ("rules/*.yaml", "rules/none/operation.yaml")]
)
def test_promtool_refuses_a_wrong_configuration(copied, ours, wrong):
    file = copied("prometheus", "prometheus.yaml", ours, wrong)
    run("promtool", "check", "config", file, expected=1)


@pytest.mark.parametrize(
    ("ours", "wrong", "said"),
    [
        ("receiver: watchdog", "receiver: nobody", "undefined receiver"),
        ("group_wait: 30s", "group_wait: later", "duration"),
        ("repeat_interval", "repeat_intervall", "not found"),
    ],
)
def test_amtool_refuses_a_wrong_configuration(copied, ours, wrong, said):
    file = copied("alertmanager", "alertmanager.yaml", ours, wrong)
    assert said in run("amtool", "check-config", file, expected=1)


@pytest.mark.parametrize(
    ("file", "ours", "wrong"),
    [
        ("nginx.conf", "proxy_pass", "proxy_past"),
        ("nginx.conf", "ssl_protocols TLSv1.2", "ssl_protocols TLSv0.9"),
        ("upstreams.conf", "keepalive 32", "keepalive many"),
    ],
)
def test_nginx_refuses_a_wrong_configuration(tmp_path, file, ours, wrong):
    folder = tmp_path / "here"
    ports = free_ports(6)
    configuration = scratch_configuration(folder, ports, dict(zip(SERVICES, ports[2:], strict=True)))
    text = (folder / file).read_text()
    assert ours in text
    (folder / file).write_text(text.replace(ours, wrong, 1))
    assert "test failed" in run("nginx", "-t", "-c", configuration, "-p", folder, "-e", "stderr", expected=1)
