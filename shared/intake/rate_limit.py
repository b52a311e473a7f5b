"""Keeps one noisy agency from delaying the others: a token bucket of events per credential.

The default is far above what an agency's own system ever sends and lets a back-fill go on at a steady rate. The
ministry's staff token is not limited.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from shared.eventsourcing import Hint
from shared.web.problem import Problem

#: Events a second that a credential may push for long, and at once after a pause.
RATE = 2_000.0
BURST = 20_000.0
#: Credentials remembered; one that is forgotten starts with a full bucket.
_KEPT = 20_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at: float


class RateLimit:
    """Token buckets by credential, in this process."""

    def __init__(
        self, *, rate: float = RATE, burst: float = BURST, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Take events a second, the size of a full bucket, and the clock."""
        self._rate = rate
        self._burst = burst
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def spend(self, credential: str, events: int) -> None:
        """Take tokens for events; a request larger than the bucket passes when the bucket is full.

        Raises:
            Problem: 429 with `Retry-After` in whole seconds.
        """
        now = self._monotonic()
        bucket = self._buckets.pop(credential, None) or _Bucket(self._burst, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.filled_at) * self._rate)
        bucket.filled_at = now
        self._buckets[credential] = bucket
        while len(self._buckets) > _KEPT:
            self._buckets.popitem(last=False)
        needed = min(float(events), self._burst)
        if bucket.tokens < needed:
            raise _slow_down(math.ceil((needed - bucket.tokens) / self._rate))
        bucket.tokens -= events


def _slow_down(seconds: int) -> Problem:
    return Problem(
        429,
        "RATE_LIMITED",
        Hint(
            f"Khóa này gửi quá nhanh; hãy gửi lại nguyên yêu cầu sau {seconds} giây.",
            f"This key pushes too fast; send the same request again in {seconds} seconds.",
        ),
        headers={"Retry-After": str(seconds)},
    )
