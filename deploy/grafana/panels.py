"""The parts that our dashboards are made of: Grafana's dashboard model (schema version 39), as plain values.

Names follow the model (https://grafana.com/docs/grafana/latest/visualizations/dashboards/build-dashboards/view-dashboard-json-model/).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SOURCE = {"type": "prometheus", "uid": "prometheus"}
_WIDTH = 24
_HEIGHT = 8


@dataclass(frozen=True, slots=True)
class Panel:
    """One chart or number; `width` in 24ths of the row."""

    title: str
    description: str
    #: PromQL and legend of each series.
    queries: Sequence[tuple[str, str]]
    unit: str = "short"
    width: int = 12
    kind: str = "timeseries"
    #: Value from which it is shown red.
    red: float | None = None


def dashboard(uid: str, title: str, description: str, rows: Sequence[tuple[str, Sequence[Panel]]]) -> dict[str, Any]:
    """Return a dashboard of rows of panels, with a choice of services."""
    return {
        "uid": uid,
        "title": title,
        "description": description,
        "tags": ["oversight"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "Asia/Ho_Chi_Minh",
        "weekStart": "monday",
        "links": [_other_dashboards()],
        "annotations": {"list": [_alerts()]},
        "templating": {"list": [_services()]},
        "panels": _placed(rows),
    }


def _placed(rows: Sequence[tuple[str, Sequence[Panel]]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    top = 0
    for title, panels in rows:
        at = {"x": 0, "y": top, "w": _WIDTH, "h": 1}
        found.append(
            {"id": len(found) + 1, "type": "row", "title": title, "collapsed": False, "gridPos": at, "panels": []}
        )
        top += 1
        left = 0
        for panel in panels:
            if left + panel.width > _WIDTH:
                left, top = 0, top + _HEIGHT
            found.append(_panel(panel, len(found) + 1, {"x": left, "y": top, "w": panel.width, "h": _HEIGHT}))
            left += panel.width
        top += _HEIGHT
    return found


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    if panel.red is not None:
        steps.append({"color": "red", "value": panel.red})
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": SOURCE,
        "gridPos": place,
        "targets": [
            {"refId": chr(ord("A") + index), "datasource": SOURCE, "expr": expression, "legendFormat": legend}
            for index, (expression, legend) in enumerate(panel.queries)
        ],
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}},
            "overrides": [],
        },
        "options": _options(panel.kind),
    }


def _options(kind: str) -> dict[str, Any]:
    if kind == "stat":
        return {
            "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
            "colorMode": "background",
            "graphMode": "area",
            "textMode": "auto",
        }
    return {
        "legend": {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }


def _services() -> dict[str, Any]:
    return {
        "name": "service",
        "label": "Dịch vụ / Service",
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": "label_values(oversight_log_position, service)", "refId": "services"},
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"text": ["All"], "value": ["$__all"]},
        "sort": 1,
    }


def _alerts() -> dict[str, Any]:
    """Show since when which alert has been open."""
    return {
        "name": "Cảnh báo / Alerts",
        "datasource": SOURCE,
        "enable": True,
        "hide": False,
        "iconColor": "red",
        "expr": 'ALERTS{alertstate="firing",alertname!="OversightWatchdog"}',
    }


def _other_dashboards() -> dict[str, Any]:
    return {
        "title": "Oversight",
        "type": "dashboards",
        "tags": ["oversight"],
        "asDropdown": True,
        "includeVars": True,
        "keepTime": True,
        "icon": "external link",
        "tooltip": "",
        "url": "",
        "targetBlank": False,
    }
