"""Dashboards against Grafana's own model, and against what our services and rules really measure."""

import json
import re
from pathlib import Path

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana import dashboards
from tests.deploy.files import DEPLOY, PROJECT, run

FOLDER = DEPLOY / "grafana" / "dashboards"
FILES = sorted(FOLDER.glob("*.json"))
#: Of RabbitMQ's plugin and of Prometheus itself.
FOREIGN = {"rabbitmq_detailed_queue_messages", "rabbitmq_detailed_queue_messages_ready", "up", "ALERTS"}


@pytest.fixture(scope="module", autouse=True)
def _plugins():
    register_default_plugins()


@pytest.mark.parametrize("uid", dashboards.ALL)
def test_the_file_is_what_the_code_says(uid):
    told = "python -m deploy.grafana.dashboards"
    assert (FOLDER / f"{uid}.json").read_text(encoding="utf-8") == dashboards.text(dashboards.ALL[uid]), told


def test_no_file_is_left_over():
    assert {file.stem for file in FILES} == set(dashboards.ALL)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_grafanas_model_has_a_place_for_everything(file):
    """Grafana's generated classes drop what the model does not know: all of ours must come back."""
    given = json.loads(file.read_text(encoding="utf-8"))
    back = json.loads(JSONEncoder(sort_keys=True).encode(Dashboard.from_json(given)))
    assert list(_lost(given, back, "")) == []


def test_a_field_that_grafana_does_not_know_would_be_noticed():
    given = json.loads(FILES[0].read_text(encoding="utf-8")) | {"colour": "red"}
    back = json.loads(JSONEncoder().encode(Dashboard.from_json(given)))
    assert list(_lost(given, back, "")) == ["/colour"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_query_is_promql_on_numbers_that_exist(file, tmp_path):
    queries = [
        target["expr"]
        for panel in json.loads(file.read_text(encoding="utf-8"))["panels"]
        for target in panel.get("targets", ())
    ]
    assert queries
    rules = [
        {"record": f"tried:{index}", "expr": query.replace("$service", ".*")} for index, query in enumerate(queries)
    ]
    tried = tmp_path / "tried.yaml"
    tried.write_text(yaml.safe_dump({"groups": [{"name": "tried", "rules": rules}]}))
    run("promtool", "check", "rules", tried)
    known = _measured() | _recorded() | FOREIGN
    for query in queries:
        plain = re.sub(r"\{[^}]*\}|\[[^]]*\]|by \([^)]*\)", "", query)
        names = set(re.findall(r"(?:oversight[_:]|rabbitmq_)[a-z0-9_:]+", plain))
        assert {re.sub(r"_bucket$", "", name) for name in names} <= known, query


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_panels_are_numbered_placed_and_explained(file):
    panels = json.loads(file.read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, f"{panel['title']} lies on another one"
        taken |= cells
        assert panel["type"] == "row" or panel["description"]


def test_grafana_is_told_where_dashboards_and_numbers_are():
    (source,) = yaml.safe_load((DEPLOY / "grafana/provisioning/datasources/prometheus.yaml").read_text())["datasources"]
    assert source["uid"] == "prometheus"
    (provider,) = yaml.safe_load((DEPLOY / "grafana/provisioning/dashboards/oversight.yaml").read_text())["providers"]
    assert provider["options"]["path"] == "/etc/grafana/dashboards"


def test_rules_ask_for_numbers_that_exist():
    known = _measured() | _recorded()
    for file in (DEPLOY / "prometheus" / "rules").glob("*.yaml"):
        text = re.sub(r"#.*|alert: .*|runbook_url.*|name: .*|record: .*", "", file.read_text())
        names = {re.sub(r"_bucket$", "", name) for name in re.findall(r"oversight[_:][a-z0-9_:]+", text)}
        assert names <= known, names - known


def _lost(given, back, path):
    """Yield the paths of what did not come back as it was given."""
    if isinstance(given, dict):
        for name, value in given.items():
            yield from _lost(value, back[name], f"{path}/{name}") if name in back else [f"{path}/{name}"]
    elif isinstance(given, list):
        if len(given) != len(back):
            yield path
        for index, (one, other) in enumerate(zip(given, back, strict=False)):
            yield from _lost(one, other, f"{path}/{index}")
    elif given != back:
        yield path


def _measured():
    """Return the names of the metrics that our code declares."""
    sources = [path for folder in ("shared", "services") for path in Path(PROJECT, folder).rglob("*.py")]
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sources
        if "metric" in path.read_text(encoding="utf-8") or "prometheus" in path.read_text(encoding="utf-8")
    )
    declared = set(re.findall(r'(?:Counter|Gauge|Histogram)\(\s*"(oversight_[a-z0-9_]+)"', text))
    stated = {f"oversight_{name}" for name in re.findall(r'\bfamily\(\s*"([a-z0-9_]+)"', text)}
    assert len(declared) > 20
    assert len(stated) > 12
    return declared | stated


def _recorded():
    groups = yaml.safe_load((DEPLOY / "prometheus" / "rules" / "recording.yaml").read_text())["groups"]
    return {rule["record"] for group in groups for rule in group["rules"]}
