"""Matchers on an alert's labels, as Alertmanager has them: `name=value`, `!=`, `=~`, `!~` (whole-value expressions).

Agencies write matchers too, and one is tried on every alert: expressions take linear time (`shared.expressions`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from shared.expressions import ExpressionError, whole_match

#: What an alert is labelled with.
LABELS = (
    "rule",
    "severity",
    "event",
    "agency",
    "province",
    "level",
    "kind",
    "service",
    "aggregate",
    "subject",
    "cause",
    "alert",
)
_FORM = re.compile(r'\s*([a-z_]+)\s*(=~|!~|!=|=)\s*("?)(.*)\3\s*', re.DOTALL)


class MatcherError(ValueError):
    """A matcher is not usable; the message says why."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label."""

    label: str
    operator: str
    value: str
    matches: Callable[[str], bool] | None = None

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Return whether the labels meet it; a label that is missing counts as empty."""
        found = labels.get(self.label, "")
        same = found == self.value if self.matches is None else self.matches(found)
        return same == (self.operator in ("=", "=~"))


@lru_cache(maxsize=1024)
def parse_matcher(text: str) -> Matcher:
    """Return the matcher of a text such as `severity=~"serious|critical"`.

    Raises:
        MatcherError: another form, an unknown label, an expression that cannot be read.
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise MatcherError(f"{text!r} is not name=value")
    label, operator, _, value = found.groups()
    if label not in LABELS:
        raise MatcherError(f"there is no label {label!r}; there are {', '.join(LABELS)}")
    if operator in ("=", "!="):
        return Matcher(label, operator, value)
    try:
        return Matcher(label, operator, value, whole_match(value))
    except ExpressionError as error:
        raise MatcherError(f"{value!r} is not a regular expression: {error}") from error


def all_hold(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Return whether all conditions hold; none at all hold for everything."""
    return all(matcher.holds(labels) for matcher in matchers)
