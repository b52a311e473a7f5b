"""Reads and checks `thresholds.yaml`, and says on which side of a threshold a value is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml  # type: ignore[import-untyped]  # ships no types
from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from services.inspection.crossings.measures import MEASURES
from services.inspection.indicators.definitions import INDICATORS

UP, DOWN = "up", "down"


class ThresholdsError(ValueError):
    """The thresholds are not usable; the message names the place."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One watched threshold."""

    id: str
    indicator: str
    measure: str
    threshold: float
    #: `above` or `at_least`.
    up: str
    #: Side that is no news.
    rest: str
    #: `rest` or `keep`.
    missing: str

    def side(self, value: float | None, present: str) -> str:
        """Return the side of a value, `up` or `down`; of none, what the threshold says."""
        if value is None:
            return self.rest if self.missing == "rest" else present
        return UP if value > self.threshold or (self.up == "at_least" and value >= self.threshold) else DOWN


class _Strict(Schema):
    class Meta:
        unknown = RAISE


class _ThresholdSchema(_Strict):
    id = fields.String(required=True, validate=validate.Regexp(r"^[A-Za-z0-9-]{1,60}$"))
    indicator = fields.String(required=True, validate=validate.OneOf(tuple(INDICATORS)))
    measure = fields.String(required=True, validate=validate.OneOf(tuple(MEASURES)))
    threshold = fields.Float(required=True)
    up = fields.String(required=True, validate=validate.OneOf(("above", "at_least")))
    rest = fields.String(required=True, validate=validate.OneOf((UP, DOWN)))
    missing = fields.String(required=True, validate=validate.OneOf(("rest", "keep")))

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Threshold:
        return Threshold(**data)


class _FileSchema(_Strict):
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1))
    thresholds = fields.List(fields.Nested(_ThresholdSchema), required=True)


def parse_thresholds(text: str) -> Mapping[str, Threshold]:
    """Return the thresholds of a YAML text by id.

    Raises:
        ThresholdsError: no YAML, an unknown indicator or measure, a wrong value, one given twice.
    """
    try:
        loaded: list[Threshold] = _FileSchema().load(yaml.safe_load(text))["thresholds"]
    except (yaml.YAMLError, ValidationError) as error:
        raise ThresholdsError(f"the thresholds are not usable: {error}") from error
    found = {one.id: one for one in loaded}
    if len(found) != len(loaded):
        raise ThresholdsError("a threshold is given twice")
    return found


@cache
def load_thresholds() -> Mapping[str, Threshold]:
    """Return the thresholds that the service ships with."""
    return parse_thresholds(resources.files(__package__).joinpath("thresholds.yaml").read_text("utf-8"))
