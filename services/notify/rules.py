"""Reads and checks `rules.yaml`: the alert rules as data. What they mean is in `domain`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml  # type: ignore[import-untyped]  # ships no types
from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from services.notify.domain.alert import SEVERITIES
from services.notify.domain.evaluators import EVALUATORS
from services.notify.domain.rule import Crossing, Crossings, Level, Rule, Step
from shared.contracts.notify.vocabulary import CLEARINGS, RECIPIENTS

_ROLES = [role for role in RECIPIENTS if role != "webhook"]
#: About ten years; a longer wait is a slip of the pen.
_MOST_DAYS = 3650


class RulesError(ValueError):
    """The rules file is not usable; the message names the place and what is wrong with it."""


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _StepSchema(_Strict):
    severity = fields.String(required=True, validate=validate.OneOf(SEVERITIES))
    anchor = fields.String(required=True)
    after_days = fields.Integer(required=True, strict=True, validate=validate.Range(-_MOST_DAYS, _MOST_DAYS))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Step:
        return Step(**data)


class _LevelSchema(_Strict):
    after_days = fields.Integer(required=True, strict=True, validate=validate.Range(0, _MOST_DAYS))
    to = fields.String(required=True, validate=validate.OneOf(_ROLES))
    unless = fields.String()

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Level:
        return Level(**data)


class _CrossingSchema(_Strict):
    threshold = fields.String(required=True, validate=validate.Length(1, 60))
    direction = fields.String(required=True, validate=validate.OneOf(("up", "down")))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Crossing:
        return Crossing(**data)


class _CrossingsSchema(_Strict):
    opens = fields.List(fields.Nested(_CrossingSchema), required=True, validate=validate.Length(1))
    clears = fields.Nested(_CrossingSchema, required=True)
    clear_after_days = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, _MOST_DAYS))
    ended_by = fields.String(load_default="", validate=validate.Regexp(r"^[a-z_]+\.[a-z_]+$"))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Crossings:
        return Crossings(**{**data, "opens": tuple(data["opens"])})


class _RuleSchema(_Strict):
    id = fields.String(required=True, validate=validate.Regexp(r"^A[1-9][0-9]?$"))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1))
    vi = fields.String(required=True, validate=validate.Length(1, 200))
    en = fields.String(required=True, validate=validate.Length(1, 200))
    steps = fields.List(fields.Nested(_StepSchema), required=True, validate=validate.Length(1))
    first = fields.List(fields.String(validate=validate.OneOf(_ROLES)), required=True, validate=validate.Length(1))
    escalation = fields.List(fields.Nested(_LevelSchema), load_default=list)
    clearing = fields.String(load_default="auto", validate=validate.OneOf(CLEARINGS))
    reopen_days = fields.Integer(strict=True, load_default=7, validate=validate.Range(0, _MOST_DAYS))
    enabled = fields.Boolean(load_default=True)
    crossings = fields.Nested(_CrossingsSchema, load_default=None)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Rule:
        lists = {name: tuple(data[name]) for name in ("steps", "first", "escalation")}
        return Rule(**{**data, **lists})


class _FileSchema(_Strict):
    version = fields.Integer(strict=True, load_default=1, validate=validate.Range(1))
    rules = fields.List(fields.Nested(_RuleSchema), required=True)


def parse_rules(text: str) -> Mapping[str, Rule]:
    """Return the rules of a YAML text by id.

    Raises:
        RulesError: no YAML, an unknown rule or role, a wrong value, a rule given twice, escalation
            levels not in the order of their days, a rule with neither thresholds nor an evaluator.
    """
    try:
        loaded: list[Rule] = _FileSchema().load(yaml.safe_load(text))["rules"]
    except (yaml.YAMLError, ValidationError) as error:
        raise RulesError(f"the alert rules are not usable: {error}") from error
    rules = {rule.id: rule for rule in loaded}
    if len(rules) != len(loaded):
        raise RulesError("a rule is given twice")
    for rule in loaded:
        days = [level.after_days for level in rule.escalation]
        if days != sorted(set(days)):
            raise RulesError(f"{rule.id}: the days of escalation must rise from level to level")
        if (rule.crossings is None) != (rule.id in EVALUATORS):
            raise RulesError(f"the id {rule.id} needs an evaluator or thresholds (crossings), not both")
    return rules


@cache
def load_rules() -> Mapping[str, Rule]:
    """Return the rules that the service ships with, by id."""
    return parse_rules(resources.files("services.notify").joinpath("rules.yaml").read_text("utf-8"))
