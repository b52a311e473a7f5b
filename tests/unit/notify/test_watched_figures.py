"""Rules on figures that cross thresholds and on signals of monitoring, as tables of histories: how urgent on which day."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from services.notify.domain.evaluators import Seen
from tests.unit.notify.judging import RULES, severity
from tests.unit.notify.test_evaluators import seen


@pytest.mark.parametrize("rule", ["A20", "A21"])
def test_signals_of_monitoring_are_raised_and_cleared(rule):
    data = {"rule": rule, "signal": "OversightProjectionLag"}
    raised = seen("2026-03-02", "system_signal.raised", data, source="system", subject="f")
    cleared = seen("2026-03-03", "system_signal.cleared", data, source="system", subject="f")
    assert severity(rule, [raised], "2026-03-02") == {"A20": "critical", "A21": "serious"}[rule]
    assert severity(rule, [raised, cleared], "2026-03-03") is None


def crossed(on: str, threshold: str, direction: str) -> Seen:
    data = {
        "threshold_id": threshold,
        "indicator": threshold.split("-", maxsplit=1)[0],
        "scope": "so-khcn",
        "direction": direction,
        "value": 0.5,
        "threshold": 0.2,
        "as_of": on,
    }
    return seen(on, "indicator.crossed", data, subject=threshold, event_id=f"{threshold}-{direction}-{on}")


UP_20, UP_15 = crossed("2026-03-01", "I6-20", "up"), crossed("2026-03-01", "I6-15", "up")


@pytest.mark.parametrize(
    ("history", "day", "expected"),
    [
        ([UP_15, UP_20], "2026-03-14", None),
        ([UP_15, UP_20], "2026-03-15", "serious"),
        # Not long enough above.
        ([UP_15, UP_20, crossed("2026-03-10", "I6-20", "down")], "2026-04-01", None),
        # Below the upper threshold is not yet below the lower one.
        ([UP_15, UP_20, crossed("2026-03-20", "I6-20", "down")], "2026-06-01", "serious"),
        (
            [UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")],
            "2026-04-07",
            "serious",
        ),
        (
            [UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")],
            "2026-04-08",
            None,
        ),
        # Above again before the seven days are over: the same alert goes on.
        (
            [
                *(UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")),
                crossed("2026-04-05", "I6-15", "up"),
            ],
            "2026-05-01",
            "serious",
        ),
        # Above once more after it had ended: another fourteen days.
        (
            [
                *(UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")),
                *(crossed("2026-05-01", "I6-15", "up"), crossed("2026-05-01", "I6-20", "up")),
            ],
            "2026-05-14",
            None,
        ),
        (
            [
                *(UP_15, UP_20, crossed("2026-03-20", "I6-20", "down"), crossed("2026-04-01", "I6-15", "down")),
                *(crossed("2026-05-01", "I6-15", "up"), crossed("2026-05-01", "I6-20", "up")),
            ],
            "2026-05-15",
            "serious",
        ),
    ],
)
def test_a4_has_hysteresis(history, day, expected):
    assert severity("A4", history, day) == expected


@pytest.mark.parametrize(
    ("rule", "history", "day", "expected"),
    [
        ("A12", [crossed("2026-03-01", "I7-drop-10", "up")], "2026-03-01", "warning"),
        ("A12", [crossed("2026-03-01", "I7-95-two-months", "down")], "2026-03-01", "warning"),
        ("A12", [crossed("2026-03-01", "I7-95", "down")], "2026-03-01", None),
        (
            "A12",
            [crossed("2026-03-01", "I7-drop-10", "up"), crossed("2026-04-01", "I7-drop-10", "down")],
            "2026-04-01",
            "warning",
        ),
        ("A12", [crossed("2026-03-01", "I7-drop-10", "up"), crossed("2026-04-01", "I7-95", "up")], "2026-04-01", None),
        ("A13", [crossed("2026-03-01", "I17-lower-80", "down")], "2026-03-01", "warning"),
        (
            "A13",
            [crossed("2026-03-01", "I17-lower-80", "down"), crossed("2026-03-09", "I17-lower-80", "up")],
            "2026-03-09",
            None,
        ),
        ("A15", [crossed("2026-03-01", "I28-off-track", "up")], "2026-03-01", "warning"),
        (
            "A15",
            [crossed("2026-03-01", "I28-off-track", "up"), crossed("2026-04-01", "I28-milestone-missed", "up")],
            "2026-04-01",
            "serious",
        ),
        (
            "A15",
            [crossed("2026-03-01", "I28-off-track", "up"), crossed("2026-04-01", "I28-off-track", "down")],
            "2026-04-30",
            "warning",
        ),
        (
            "A15",
            [crossed("2026-03-01", "I28-off-track", "up"), crossed("2026-04-01", "I28-off-track", "down")],
            "2026-05-01",
            None,
        ),
        ("A22", [crossed("2026-03-01", "I22-back-dated", "up")], "2026-03-01", "warning"),
        ("A24", [crossed("2026-03-01", "zero-variance", "up")], "2026-03-01", "info"),
    ],
)
def test_rules_on_indicators_follow_the_crossings(rule, history, day, expected):
    assert severity(rule, history, day) == expected


def test_every_threshold_that_a_rule_names_is_watched_by_the_service_that_computes():
    text = (Path(__file__).parents[3] / "services/inspection/crossings/thresholds.yaml").read_text("utf-8")
    watched = {one["id"] for one in yaml.safe_load(text)["thresholds"]}
    named = {
        one.threshold
        for rule in RULES.values()
        if rule.crossings
        for one in (*rule.crossings.opens, rule.crossings.clears)
    }
    assert named == watched
