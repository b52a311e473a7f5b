"""The rules file: what ships is usable, what is wrong is named."""

from __future__ import annotations

import pytest

from services.notify.configuration import ConfigurationError, read_configuration
from services.notify.domain.evaluators import EVALUATORS
from services.notify.messages import FACTS
from services.notify.rules import RulesError, load_rules, parse_rules
from shared.service.settings import Settings

GOOD = """
rules:
  - id: A2
    version: 1
    vi: "Quá hạn"
    en: "Overdue"
    steps: [{severity: warning, anchor: due, after_days: 1}]
    first: [owner]
    escalation: [{after_days: 7, to: parent}, {after_days: 14, to: so_khcn}]
"""


def test_every_shipped_rule_has_an_evaluator_and_escalates_upwards():
    rules = load_rules()
    assert {f"A{number}" for number in range(1, 25)} <= set(rules)
    assert {rule.id for rule in rules.values() if not rule.crossings} == set(EVALUATORS)


def test_the_shipped_rules_are_those_of_the_domain_model():
    rules = load_rules()
    assert [(step.severity, step.after_days) for step in rules["A2"].steps] == [
        ("warning", 1),
        ("serious", 30),
        ("critical", 90),
    ]
    assert [(level.after_days, level.to) for level in rules["A2"].escalation] == [
        (7, "agency_head"),
        (14, "parent"),
        (30, "so_khcn"),
    ]
    assert rules["A2"].first == ("owner",)
    assert rules["A1"].escalation == ((10, "stameq", "planned"),)
    assert [(step.anchor, step.after_days) for step in rules["A11"].steps] == [
        ("last_event", 90),
        ("last_event_automatic", 60),
    ]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("id: A2", "id: X2", "id"),
        ("id: A2", "id: A99", "A99"),
        ("version: 1", "version: 0", "version"),
        ("severity: warning", "severity: urgent", "severity"),
        ("after_days: 1}", "after_days: -4000}", "after_days"),
        ("first: [owner]", "first: [owner]\n    crossings: {opens: [], clears: {}}", "crossings"),
        ("after_days: 1}", "after_days: '1'}", "after_days"),
        ("first: [owner]", "first: [Giám đốc]", "first"),
        ("first: [owner]", "first: []", "first"),
        ("first: [owner]", "frist: [owner]", "frist"),
        ("after_days: 14", "after_days: 7", "must rise"),
        ("rules:", "rules: [", "not usable"),
    ],
)
def test_a_mistake_in_the_rules_is_named(old, new, named):
    assert parse_rules(GOOD)["A2"].first == ("owner",)
    with pytest.raises(RulesError, match=named):
        parse_rules(GOOD.replace(old, new))


def test_a_rule_given_twice_is_refused():
    with pytest.raises(RulesError, match="twice"):
        parse_rules(GOOD + GOOD.replace("\nrules:", ""))


def settings(**extra: str) -> Settings:
    return Settings("notify", "sqlite://", extra={f"OVERSIGHT_NOTIFY_{name}": value for name, value in extra.items()})


def test_the_configuration_is_read_from_the_settings():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = read_configuration(
        settings(
            OPERATOR_EMAIL="truc@a.test, ca2@a.test",
            WEBHOOKS=f'[{{"url": "https://hub.test/", "secret": "{secret}"}}]',
            SETTLE_SECONDS="0.5",
            DAYS_OFF="2026-03-02",
        )
    )
    assert found.operators == ("truc@a.test", "ca2@a.test")
    assert [webhook.url for webhook in found.webhooks] == ["https://hub.test/"]
    assert found.settle == 500_000
    assert not found.allow_private


@pytest.mark.parametrize(
    "extra",
    [
        {"WEBHOOKS": "{"},
        {"WEBHOOKS": '[{"url": "https://hub.test/"}]'},
        {"WEBHOOKS": '[{"url": "https://hub.test/", "secret": "short"}]'},
        {"SETTLE_SECONDS": "soon"},
        {"DAYS_OFF": "mai"},
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start(extra):
    with pytest.raises(ConfigurationError):
        read_configuration(settings(**extra))


def test_every_fact_of_every_rule_has_words_in_both_languages():
    from tests.unit.notify import test_evaluators as cases

    found = [
        cases.standing("A1", cases.nc(cases.RAISED)),
        cases.standing("A2", cases.action(cases.PLANNED)),
        cases.standing("A3", [cases.flag("QT-1")]),
        cases.standing("A11", [cases.REGISTERED]),
    ]
    for standing in found:
        assert standing is not None
        assert set(standing.facts) <= set(FACTS)
