"""Rules and configurations of Prometheus and Alertmanager, by their own tools; every alert has a test and a page."""

import re

import pytest
import yaml

from tests.deploy.files import DEPLOY, PROJECT, run

RULES = sorted((DEPLOY / "prometheus" / "rules").glob("*.yaml"))
TESTS = sorted((DEPLOY / "prometheus" / "tests").glob("*.yaml"))
RUNBOOKS = PROJECT / "docs" / "runbooks"
SECTIONS = ["What it means", "How to look", "What to do"]


def _rules(kind):
    groups = [group for file in RULES for group in yaml.safe_load(file.read_text())["groups"]]
    return {rule[kind]: rule for group in groups for rule in group["rules"] if kind in rule}


ALERTS = _rules("alert")


def test_prometheus_reads_its_rules_and_its_configuration():
    run("promtool", "check", "rules", "--lint=all", "--lint-fatal", *RULES)
    said = run("promtool", "check", "config", DEPLOY / "prometheus" / "prometheus.yaml")
    assert f"{len(RULES)} rule files found" in said


def test_the_rules_open_and_stay_quiet_as_their_tests_say():
    assert run("promtool", "test", "rules", *TESTS).count("SUCCESS") == len(TESTS)


def test_a_rule_that_never_fires_would_be_noticed(tmp_path):
    broken = tmp_path / "prometheus"
    for folder in ("rules", "tests"):
        (broken / folder).mkdir(parents=True)
        for file in (DEPLOY / "prometheus" / folder).glob("*.yaml"):
            (broken / folder / file.name).write_text(file.read_text().replace("_state) == 1", "_state) == 7"))
    said = run("promtool", "test", "rules", broken / "tests" / "integrity.yaml", expected=1)
    assert "OversightLogBroken opens" in said


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_is_tested_both_ways(alert):
    named = {case["name"] for file in TESTS for case in yaml.safe_load(file.read_text())["tests"]}
    assert f"{alert} opens" in named
    assert f"{alert} stays quiet" in named or alert == "OversightWatchdog"


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_has_a_page_in_the_order_in_which_it_is_needed(alert):
    rule = ALERTS[alert]
    page = rule["annotations"]["runbook_url"].rpartition("/")[2]
    text = (RUNBOOKS / page).read_text()
    assert text.startswith(f"# {alert}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    for section in text.split("\n## ")[1:]:
        assert len(section.split("\n", 1)[1].strip()) > 40, "every section says something"


def test_every_page_has_an_alert_and_its_links_lead_somewhere():
    pages = {rule["annotations"]["runbook_url"].rpartition("/")[2] for rule in ALERTS.values()}
    assert {page.name for page in RUNBOOKS.glob("*.md")} == pages
    for page in RUNBOOKS.glob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert (RUNBOOKS / target).exists(), f"{page.name} leads to {target}"


def test_every_alert_says_which_rule_of_the_domain_it_belongs_to_and_speaks_both_languages():
    for rule in ALERTS.values():
        assert rule["labels"]["rule"] in ("A20", "A21")
        assert rule["labels"]["severity"] in ("critical", "serious", "warning", "none")
        assert set(rule["annotations"]) == {"summary", "summary_vi", "runbook_url"}


def test_alertmanager_reads_its_configuration():
    assert "SUCCESS" in run("amtool", "check-config", DEPLOY / "alertmanager" / "alertmanager.yaml")


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["alertname=OversightLogBroken", "rule=A20", "severity=critical"], "integrity"),
        (["alertname=OversightProjectionLag", "rule=A21", "severity=serious"], "operators"),
        (["alertname=OversightProvinceSilent", "rule=A21", "severity=warning"], "operators"),
        (["alertname=OversightWatchdog", "rule=A21", "severity=none"], "watchdog"),
    ],
)
def test_an_alert_finds_its_receiver(labels, receiver):
    configuration = DEPLOY / "alertmanager" / "alertmanager.yaml"
    said = run("amtool", "config", "routes", "test", f"--config.file={configuration}", *labels)
    assert said.splitlines()[0] == receiver
