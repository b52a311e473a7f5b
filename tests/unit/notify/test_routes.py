"""The route tree, inhibition, hours and durations: what ships is usable, what is wrong is named."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from services.notify.cli import notify, preview_of
from services.notify.domain.matching import LABELS, MatcherError, parse_matcher
from services.notify.messages import EVENTS
from services.notify.pipeline.duration import parse_duration
from services.notify.pipeline.hours import Hours, next_digest
from services.notify.pipeline.routes import RoutesError, load_routes, parse_routes
from services.notify.rules import load_rules
from shared.cli.errors import CommandError
from shared.vietnam.calendar import WorkingCalendar
from tests.integration.notify.alert_world import HOUR, at

TREE = """
version: 1
hours: {begins: "07:30", ends: "17:00"}
receivers:
  - {name: all, to: [rule], channels: [email]}
  - {name: province, to: [parent], channels: [email]}
  - {name: duty, to: [operator], channels: [sms]}
route:
  receiver: all
  routes:
    - {matchers: [severity=critical], receiver: duty, continue: true}
    - matchers: ['rule=~"A1|A2"']
      receiver: province
      group_wait: 1m
      routes:
        - {matchers: [province=bac-ninh], receiver: duty, group_by: [agency]}
    - {matchers: ['rule!=A3'], receiver: all}
inhibitions: [{source: [rule=A21], target: [rule=A11], equal: [province]}]
"""


def labels(**given: str) -> dict[str, str]:
    return {**dict.fromkeys(LABELS, ""), **given}


@pytest.mark.parametrize(
    ("given", "receivers"),
    [
        ({"rule": "A1"}, ["province"]),
        ({"rule": "A1", "province": "bac-ninh"}, ["duty"]),
        # Continues to the next that matches.
        ({"rule": "A1", "severity": "critical"}, ["duty", "province"]),
        ({"rule": "A5"}, ["all"]),
        # None of the children: the root itself.
        ({"rule": "A3"}, ["all"]),
    ],
)
def test_the_first_match_wins_unless_a_route_continues(given, receivers):
    assert [receiver.name for _, receiver in parse_routes(TREE).route(labels(**given))] == receivers


def test_what_a_route_does_not_say_it_has_from_above():
    ((route, _),) = parse_routes(TREE).route(labels(rule="A2", province="bac-ninh"))
    assert (route.path, route.group_wait, route.group_by) == ("0.1.0", 60_000_000, ("agency",))


def test_an_open_alert_inhibits_others_where_the_labels_are_equal():
    (inhibition,) = parse_routes(TREE).inhibitions
    source = labels(rule="A21", alert="1", province="x")
    assert inhibition.mutes(source, labels(rule="A11", alert="2", province="x"))
    assert not inhibition.mutes(source, labels(rule="A11", alert="2", province="y"))
    assert not inhibition.mutes(source, labels(rule="A2", alert="2", province="x"))
    assert not inhibition.mutes(labels(rule="A20", alert="1"), labels(rule="A11", alert="2"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("receiver: all\n", "receiver: nobody\n"),
        ("severity=critical", "urgency=critical"),
        ("severity=critical", "critical"),
        ('rule=~"A1|A2"', 'rule=~"A(1"'),
        ("group_wait: 1m", "group_wait: a minute"),
        ("to: [parent]", "to: [giám đốc]"),
        ("channels: [sms]", "channels: [pigeon]"),
        ("group_by: [agency]", "group_by: [agent]"),
        ("source: [rule=A21]", "source: [severity=critical]"),
        ('begins: "07:30"', 'begins: "7.30"'),
        ("version: 1", "version: 0"),
        ("routes:", "ruotes:"),
        ("hours: {", "hours: [{"),
    ],
)
def test_a_mistake_in_the_routes_is_refused(old, new):
    parse_routes(TREE)
    with pytest.raises(RoutesError):
        parse_routes(TREE.replace(old, new, 1))


@pytest.mark.parametrize(
    ("rule", "receiver"),
    [*((f"A{number}", "responsible") for number in range(1, 20)), ("A20", "on-call"), ("A21", "on-call")],
)
def test_the_shipped_routes_lead_every_rule_to_its_receiver(rule, receiver):
    assert [found.name for _, found in load_routes().route(labels(rule=rule, severity="serious"))] == [receiver]


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("1h30m", 5400), ("7d", 604_800), ("2w", 1_209_600)])
def test_durations_are_read(text, seconds):
    assert parse_duration(text) == seconds * 1_000_000


@pytest.mark.parametrize("text", ["", "30", "s", "-5m", "5 m", "1y"])
def test_other_durations_are_refused(text):
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    "text", ["rule", "who=x", "=x", 'rule=~"("', "rule=~(?=A)A1", r"rule=~(A)\1", "rule=~((.{99}){99}){99}"]
)
def test_a_matcher_that_cannot_be_used_is_refused(text):
    with pytest.raises(MatcherError):
        parse_matcher(text)


@pytest.mark.parametrize(
    ("text", "found", "holds"),
    [
        ("rule=A1", "A1", True),
        ("rule=A1", "A11", False),
        ('rule=~"A1|A2"', "A2", True),
        ('rule=~"A1"', "A11", False),
        ('rule!~"A1.*"', "A11", False),
        ("rule!=A1", "", True),
        ('rule="A1"', "A1", True),
        ('rule=~"A1"', "A1\n", False),
        ('rule=~"(?i)cần.*"', "CẦN THƠ", True),
        # Whose time would double with every letter if the ways through the text were tried one after the other.
        ("rule=~(a+)+b", "a" * 256, False),
        ("rule=~(a|a)*(.*.*.*.*)*b", "a" * 256, False),
    ],
)
def test_matchers_hold_for_whole_values(text, found, holds):
    assert parse_matcher(text).holds({"rule": found}) is holds


HOURS = Hours(7 * 3600 + 1800, 17 * 3600)


@pytest.mark.parametrize(
    ("instant", "opens"),
    [
        (at("2026-03-02", 9), at("2026-03-02", 9)),
        (at("2026-03-02", 6), at("2026-03-02", 7) + HOUR // 2),
        (at("2026-03-02", 17), at("2026-03-03", 7) + HOUR // 2),
        # Friday evening; the eve of Tết.
        (at("2026-03-06", 18), at("2026-03-09", 7) + HOUR // 2),
        (at("2026-02-13", 18), at("2026-02-23", 7) + HOUR // 2),
        # A Saturday that is worked for the Friday between two holidays, and that Friday.
        (at("2025-04-26", 9), at("2025-04-26", 9)),
        (at("2025-05-02", 9), at("2025-05-05", 7) + HOUR // 2),
    ],
)
def test_offices_open_by_the_vietnamese_working_calendar(instant, opens):
    assert HOURS.next_open(instant, WorkingCalendar()) == opens


def test_a_digest_comes_on_working_days():
    digest = 7 * 3600 + 1800
    assert next_digest(at("2026-03-06", 6), digest, WorkingCalendar()) == at("2026-03-06", 7) + HOUR // 2
    assert next_digest(at("2026-03-06", 8), digest, WorkingCalendar()) == at("2026-03-09", 7) + HOUR // 2


# -- command line ---------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(notify, arguments)
    return result.exit_code, result.output


def test_check_counts_what_ships():
    code, output = run("check")
    assert (code, output.splitlines()[0].split(":")[0]) == (0, "rules")


def test_check_names_what_cannot_be_used(tmp_path):
    path = tmp_path / "routes.yaml"
    path.write_text(TREE.replace("receiver: province", "receiver: nobody"), "utf-8")
    result = CliRunner().invoke(notify, ["check", "--routes", str(path)])
    assert isinstance(result.exception, CommandError)
    assert "nobody" in str(result.exception)


def test_route_test_holds_the_receivers_to_what_is_expected():
    assert run("route-test", "rule=A20", "severity=critical", "--expect", "on-call")[0] == 0
    code, output = run("route-test", "rule=A1", "severity=serious", "--expect", "on-call")
    assert code == 1
    assert "expected on-call, got responsible" in output


@pytest.mark.parametrize("rule_id", list(load_rules()))
@pytest.mark.parametrize("count", [1, 25])
def test_every_rule_has_a_message_in_both_languages(rule_id, count):
    message = preview_of(load_rules(), rule_id, "opened", count)
    rule = load_rules()[rule_id]
    assert rule.vi in message.text
    assert message.text.index(rule.vi) < message.text.index(rule.en)
    assert ("… và 5 cảnh báo khác." in message.text) == (count == 25)
    assert "\n" not in message.subject


@pytest.mark.parametrize("event", list(EVENTS))
def test_every_event_has_words(event):
    assert EVENTS[event][0] in preview_of(load_rules(), "A2", event).subject
