"""`oversight notify`: checks the arrangement of alerts, tells who would get one, and shows what it would look like.

Works on the files alone; no service needs to run.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from services.notify.channels.apprise import unusable
from services.notify.domain.condition import digest
from services.notify.domain.matching import LABELS
from services.notify.domain.rule import Rule
from services.notify.messages import EVENTS, FACTS, Message, message_of
from services.notify.pipeline.dispatcher import SHOWN
from services.notify.pipeline.routes import BY_RULE, Routes, RoutesError, load_routes
from services.notify.roster import RosterError, parse_roster
from services.notify.rules import RulesError, load_rules, parse_rules
from shared import clock
from shared.cli.errors import CommandError

_ROUTES = click.option("--routes", default="", help="A route file; default: the one that the service ships with.")
_RULES = click.option("--rules", default="", help="A rules file; default: the one that the service ships with.")


@click.group()
def notify() -> None:
    r"""Alerts: check rules, routes and roster, test routes, see messages.

    \b
    Examples:
      oversight notify check --routes routes.yaml --roster lich-truc.ics
      oversight notify route-test rule=A2 severity=critical --expect responsible
      oversight notify preview A3 --count 12
    """


@notify.command()
@_ROUTES
@_RULES
@click.option("--roster", default="", help="A duty roster, an iCalendar file.")
@click.option("--apprise", default="", help="Addresses as Apprise writes them, separated by blanks.")
def check(routes: str, rules: str, roster: str, apprise: str) -> None:
    """Check rules, routes and roster; exit status 1 if something cannot be used."""
    found_rules, found_routes = _rules(rules), _routes(routes)
    click.echo(f"rules: {len(found_rules)}, of them {sum(1 for rule in found_rules.values() if rule.enabled)} enabled")
    count = sum(1 for _ in found_routes.root.walk())
    click.echo(f"routes: version {found_routes.version}, {count} routes, {len(found_routes.receivers)} receivers")
    if roster:
        click.echo(f"roster: {len(_roster(roster))} turns of duty")
    wrong = unusable(apprise.split())
    if wrong:
        raise CommandError(f"Apprise cannot read address number {', '.join(map(str, wrong))}")
    for warning in _warnings(found_rules, found_routes):
        click.echo(f"warning: {warning}", err=True)


def _warnings(rules: Mapping[str, Rule], routes: Routes) -> Iterator[str]:
    used = {receiver.name for rule in rules.values() for _, receiver in routes.route({"rule": rule.id})}
    for route in routes.root.walk():
        used.add(route.receiver)
    for name in sorted(set(routes.receivers) - used):
        yield f"no route leads to the receiver {name}"
    for rule in rules.values():
        if not rule.enabled:
            yield f"{rule.id} is not enabled"


@notify.command("route-test")
@click.argument("labels", nargs=-1, required=True)
@click.option("--expect", default="", help="Receivers that must come out, separated by commas.")
@click.option("--json", "as_json", is_flag=True)
@_ROUTES
@_RULES
def route_test(labels: Sequence[str], expect: str, routes: str, rules: str, *, as_json: bool) -> None:
    """Tell who would get an alert with these LABELS (`rule=A2 severity=critical`); exit status 1 if not as expected."""
    given = _labels(labels)
    rule = _rules(rules).get(given.get("rule", ""))
    found: list[dict[str, Any]] = [
        {
            "route": route.path,
            "receiver": receiver.name,
            "to": [role for to in receiver.to for role in (rule.first if to == BY_RULE and rule else (to,))],
            "channels": list(receiver.channels),
            "group": route.group_labels(given),
            "digest": route.digest is not None,
            "in_hours": route.in_hours,
        }
        for route, receiver in _routes(routes).route(given)
    ]
    if as_json:
        click.echo(json.dumps({"labels": given, "receivers": found}, ensure_ascii=False))
    else:
        for one in found:
            how = " (daily digest)" if one["digest"] else ""
            to, channels = ", ".join(one["to"]), ", ".join(one["channels"])
            click.echo(f"{one['receiver']}: {to} by {channels}{how}, route {one['route']}, grouped by {one['group']}")
    if expect and sorted(expect.split(",")) != sorted(str(one["receiver"]) for one in found):
        click.echo(f"expected {expect}, got {','.join(str(one['receiver']) for one in found)}", err=True)
        sys.exit(1)


@notify.command()
@click.argument("rule_id")
@click.option("--event", type=click.Choice(sorted(EVENTS)), default="opened", show_default=True)
@click.option("--count", type=click.IntRange(1, 100_000), default=1, show_default=True, help="Alerts in the message.")
@click.option("--short", is_flag=True, help="As SMS and Zalo carry it.")
@_RULES
def preview(rule_id: str, event: str, count: int, rules: str, *, short: bool) -> None:
    """Show the message of a rule's alert, in Vietnamese and English, with made-up values."""
    found = _rules(rules)
    if rule_id not in found:
        raise CommandError(f"there is no rule {rule_id}", hint=f"there are {', '.join(found)}")
    message = preview_of(found, rule_id, event, count)
    click.echo(f"{message.short} {message.link}" if short else f"{message.subject}\n\n{message.text}")


def preview_of(rules: Mapping[str, Rule], rule_id: str, event: str, count: int = 1) -> Message:
    """Return the message of alerts with made-up values."""
    rule = rules[rule_id]
    shown: list[dict[str, Any]] = [
        {"event": event, "alert": _alert(rule, number)} for number in range(min(count, SHOWN))
    ]
    body = {
        "alert": shown[0]["alert"],
        "alerts": shown,
        "count": count,
        "counts": [{"rule": rule_id, "event": event, "count": count}],
        "event": {},
        "at": 0,
    }
    row = {
        "body": body,
        "event": f"qms.alert.{event}",
        "agency_id": "ubnd-xa-1",
        "alert_id": shown[0]["alert"]["alert_id"],
    }
    return message_of(
        row, rules, lambda name: (f"Cơ quan mẫu ({name})", f"Sample agency ({name})"), "http://127.0.0.1:8000"
    )


def _alert(rule: Rule, number: int) -> dict[str, Any]:
    facts = [{"name": name, "value": "…"} for name in list(FACTS)[:2]]
    return {
        "alert_id": f"{rule.id}-{digest('preview', str(number))}",
        "agency_id": f"ubnd-xa-{number + 1}",
        "rule": rule.id,
        "severity": rule.steps[-1].severity,
        "opened_on": clock.vietnam_day(clock.now()),
        "body": {"facts": facts},
    }


def _labels(given: Sequence[str]) -> dict[str, str]:
    labels = dict.fromkeys(LABELS, "")
    for text in given:
        name, _, value = text.partition("=")
        if name not in labels:
            raise CommandError(f"there is no label {name!r}", hint=f"there are {', '.join(LABELS)}")
        labels[name] = value
    return labels


def _rules(path: str) -> Mapping[str, Rule]:
    try:
        return parse_rules(Path(path).read_text("utf-8")) if path else load_rules()
    except (OSError, RulesError) as error:
        raise CommandError(str(error)) from error


def _routes(path: str) -> Routes:
    try:
        return load_routes(path)
    except (OSError, RoutesError) as error:
        raise CommandError(str(error)) from error


def _roster(path: str) -> Sequence[Any]:
    try:
        return parse_roster(Path(path).read_bytes())
    except (OSError, RosterError) as error:
        raise CommandError(f"the duty roster cannot be used: {error}") from error
