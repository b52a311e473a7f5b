"""What a round of either system gives, and how rounds become figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median, quantiles


@dataclass(frozen=True, slots=True)
class Flood:
    """A round as fast as it goes."""

    events: int
    #: From the first request sent to the last event visible, seconds.
    seconds: float
    #: From the first request sent to the last answer, seconds.
    accepted_seconds: float
    #: Microseconds of processor time an event, by process, until nothing is left to do.
    cpu: Mapping[str, float] = field(default_factory=dict)
    #: From the first request sent until every consumer of every service has the last event, alert rules too.
    settled_seconds: float = 0.0

    @property
    def settled_rate(self) -> float:
        """Events a second, posted to known everywhere."""
        return self.events / self.settled_seconds

    @property
    def rate(self) -> float:
        """Events a second, posted to visible."""
        return self.events / self.seconds


@dataclass(frozen=True, slots=True)
class Freshness:
    """A round at a steady rate: milliseconds from the due time of each event until it is visible."""

    p50: float
    p99: float


def freshness(seconds: Sequence[float]) -> Freshness:
    """Return the percentiles of delays given in seconds."""
    cuts = quantiles(seconds, n=100, method="inclusive")
    return Freshness(cuts[49] * 1000, cuts[98] * 1000)


def middle(values: Sequence[float]) -> float:
    """Return the median."""
    return median(values)
