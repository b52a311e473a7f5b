"""The route tree and the rest of `routes.yaml`: who gets which alerts, when, over which channel. Checked at load.

First match wins among siblings, unless a route says `continue`; what a route does not say it has from above.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]  # ships no types
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from services.notify.domain.matching import LABELS, Matcher, MatcherError, all_hold, parse_matcher
from services.notify.pipeline.duration import parse_duration
from services.notify.pipeline.hours import Hours, parse_clock
from shared.contracts.notify.vocabulary import CHANNELS, RECIPIENTS, SEVERITIES

#: Receivers of a route may be the roles that the rule names.
BY_RULE = "rule"


class RoutesError(ValueError):
    """The routes are not usable; the message names the place and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who gets messages, and over which channels."""

    name: str
    #: Roles; `("rule",)` stands for those the rule has told so far.
    to: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """One node of the tree; durations in microseconds."""

    #: Place in the tree, such as `0.2`; part of a group's identity.
    path: str
    receiver: str
    group_by: tuple[str, ...]
    group_wait: int
    group_interval: int
    repeat_interval: int
    #: Time of the day of a digest, seconds; None: no digest.
    digest: int | None
    #: Severities from this one on ignore working hours; the name after the last one: none does.
    urgent_from: str
    #: Whether other alerts wait for working hours.
    in_hours: bool
    matchers: tuple[Matcher, ...] = ()
    goes_on: bool = False
    routes: tuple[Route, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> list[Route]:
        """Return the deepest routes that the labels lead to from here; none where they do not come here at all."""
        if not all_hold(self.matchers, labels):
            return []
        found: list[Route] = []
        for route in self.routes:
            deeper = route.matches(labels)
            found += deeper
            if deeper and not route.goes_on:
                break
        return found or [self]

    def walk(self) -> Iterator[Route]:
        """Return this route and all below it."""
        yield self
        for route in self.routes:
            yield from route.walk()

    def group_labels(self, labels: Mapping[str, str]) -> dict[str, str]:
        """Return the labels that alerts of one message share."""
        return {name: labels.get(name, "") for name in self.group_by}


@dataclass(frozen=True, slots=True)
class Inhibition:
    """An open alert (source) keeps others (target) quiet where the named labels are equal."""

    source: tuple[Matcher, ...]
    target: tuple[Matcher, ...]
    equal: tuple[str, ...]

    def mutes(self, source: Mapping[str, str], target: Mapping[str, str]) -> bool:
        """Return whether one alert keeps another one quiet."""
        if source.get("alert") == target.get("alert") or not all_hold(self.source, source):
            return False
        same = all(source.get(label, "") == target.get(label, "") for label in self.equal)
        return same and all_hold(self.target, target)


@dataclass(frozen=True, slots=True)
class Routes:
    """All of `routes.yaml`."""

    version: int
    root: Route
    receivers: Mapping[str, Receiver]
    inhibitions: tuple[Inhibition, ...]
    hours: Hours

    def route(self, labels: Mapping[str, str]) -> list[tuple[Route, Receiver]]:
        """Return routes and receivers of an alert."""
        return [(route, self.receivers[route.receiver]) for route in self.root.matches(labels)]

    def at(self, path: str) -> Route | None:
        """Return the route at a place; None where the tree has changed and there is none any more."""
        return next((route for route in self.root.walk() if route.path == path), None)


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _ReceiverSchema(_Strict):
    name = fields.String(required=True, validate=validate.Length(1, 60))
    to = fields.List(
        fields.String(validate=validate.OneOf((BY_RULE, *RECIPIENTS))), required=True, validate=validate.Length(1)
    )
    channels = fields.List(
        fields.String(validate=validate.OneOf(tuple(name for name in CHANNELS if name != "webhook"))),
        required=True,
        validate=validate.Length(1),
    )


class _RouteSchema(_Strict):
    receiver = fields.String()
    matchers = fields.List(fields.String())
    group_by = fields.List(fields.String(validate=validate.OneOf(LABELS)))
    group_wait = fields.String()
    group_interval = fields.String()
    repeat_interval = fields.String()
    digest = fields.String(allow_none=True)
    in_hours = fields.Boolean()
    urgent_from = fields.String(validate=validate.OneOf((*SEVERITIES, "never")))
    goes_on = fields.Boolean(data_key="continue")
    routes = fields.List(fields.Nested(lambda: _RouteSchema()))  # noqa: PLW0108 - not defined yet


class _InhibitionSchema(_Strict):
    source = fields.List(fields.String(), required=True, validate=validate.Length(1))
    target = fields.List(fields.String(), required=True, validate=validate.Length(1))
    equal = fields.List(fields.String(validate=validate.OneOf(LABELS)), load_default=list)


class _HoursSchema(_Strict):
    begins = fields.String(required=True)
    ends = fields.String(required=True)


class _FileSchema(_Strict):
    version = fields.Integer(strict=True, required=True, validate=validate.Range(1))
    hours = fields.Nested(_HoursSchema, required=True)
    receivers = fields.List(fields.Nested(_ReceiverSchema), required=True, validate=validate.Length(1))
    route = fields.Nested(_RouteSchema, required=True)
    inhibitions = fields.List(fields.Nested(_InhibitionSchema), load_default=list)


@dataclass(frozen=True, slots=True)
class _Builder:
    receivers: Mapping[str, Receiver] = field(default_factory=dict)

    def route(self, given: Mapping[str, Any], above: Route, path: str) -> Route:
        """Return a route with what it has from above, and those below it."""
        own: dict[str, Any] = {"path": path, "matchers": (), "goes_on": False, "routes": ()}
        for name in ("group_wait", "group_interval", "repeat_interval"):
            if name in given:
                own[name] = parse_duration(given[name])
        for name in ("receiver", "in_hours", "urgent_from", "goes_on"):
            if name in given:
                own[name] = given[name]
        if "digest" in given:
            own["digest"] = None if given["digest"] is None else parse_clock(given["digest"])
        if "group_by" in given:
            own["group_by"] = tuple(given["group_by"])
        own["matchers"] = tuple(parse_matcher(text) for text in given.get("matchers", ()))
        route = replace(above, **own)
        if route.receiver not in self.receivers:
            raise RoutesError(f"route {path}: there is no receiver {route.receiver!r}")
        below = tuple(self.route(one, route, f"{path}.{number}") for number, one in enumerate(given.get("routes", ())))
        return replace(route, routes=below)


_TOP = Route("", "", ("rule", "cause"), 30_000_000, 300_000_000, 7 * 86_400_000_000, None, "critical", in_hours=False)


def parse_routes(text: str) -> Routes:
    """Return the routes of a YAML text.

    Raises:
        RoutesError: no YAML, an unknown field, label, role, channel, receiver or severity, a matcher or duration
            that cannot be read, an inhibition whose source names no rule.
    """
    try:
        loaded = _FileSchema().load(yaml.safe_load(text))
        receivers = {
            one["name"]: Receiver(one["name"], tuple(one["to"]), tuple(one["channels"])) for one in loaded["receivers"]
        }
        if loaded["route"].get("matchers"):
            raise RoutesError("the root route takes everything; it has no matchers")
        root = _Builder(receivers).route(loaded["route"], _TOP, "0")
        inhibitions = tuple(_inhibition(one) for one in loaded["inhibitions"])
        hours = Hours(parse_clock(loaded["hours"]["begins"]), parse_clock(loaded["hours"]["ends"]))
    except (yaml.YAMLError, ValidationError, MatcherError, ValueError) as error:
        raise RoutesError(f"the routes are not usable: {error}") from error
    return Routes(loaded["version"], root, receivers, inhibitions, hours)


def _inhibition(given: Mapping[str, Any]) -> Inhibition:
    source = tuple(parse_matcher(text) for text in given["source"])
    if not any(matcher.label == "rule" and matcher.operator == "=" for matcher in source):
        raise RoutesError("an inhibition's source names its rule, as in rule=A21")
    return Inhibition(source, tuple(parse_matcher(text) for text in given["target"]), tuple(given["equal"]))


@cache
def load_routes(path: str = "") -> Routes:
    """Return the routes of a file; without a path, those that the service ships with."""
    file = Path(path) if path else resources.files("services.notify").joinpath("routes.yaml")
    return parse_routes(file.read_text("utf-8"))
