"""Slows down guessing: counts failed sign-ins by client address (OWASP API2:2023)."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from shared.eventsourcing import Hint
from shared.web.problem import Problem

#: Failed attempts a minute from one address after which it has to wait.
FAILURES_A_MINUTE = 60
#: Failed attempts a minute at one account, from all addresses together.
ACCOUNT_FAILURES_A_MINUTE = 5


class FailedAttempts:
    """Failed attempts of the last minute, by client address, in this process."""

    def __init__(self, a_minute: int = FAILURES_A_MINUTE) -> None:
        """Take how many failures a minute are forgiven."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._allowed = RateLimitItemPerMinute(a_minute)
        self._under_way: Counter[str] = Counter()

    def failed(self, address: str) -> None:
        """Count a failed attempt."""
        self._limiter.hit(self._allowed, address)

    @contextmanager
    def trying(self, address: str) -> Iterator[None]:
        """Turn away an address that has failed too often; inside the block an attempt is under way.

        What is under way counts as failed until it has ended: the check waits for the database, and whoever guesses many
        times at once would have all of them looked at before the first has failed.

        Raises:
            Problem: 429 with the seconds to wait.
        """
        self.check(address)
        self._under_way[address] += 1
        try:
            yield
        finally:
            self._under_way[address] -= 1
            if not self._under_way[address]:
                del self._under_way[address]

    def check(self, address: str) -> None:
        """Turn away an address that has failed too often, or has as many attempts under way as it may fail.

        Raises:
            Problem: 429 with the seconds to wait.
        """
        if self._limiter.test(self._allowed, address, cost=1 + self._under_way[address]):
            return
        wait = 1
        if not self._limiter.test(self._allowed, address):
            reset_at, _ = self._limiter.get_window_stats(self._allowed, address)
            wait = max(1, int(reset_at - time.time()) + 1)
        raise Problem(
            429,
            "TOO_MANY_FAILED_SIGN_INS",
            Hint(
                f"Quá nhiều lần xác thực không thành công từ địa chỉ này. Hãy thử lại sau {wait} giây.",
                f"Too many failed sign-ins from this address. Try again in {wait} seconds.",
            ),
            headers={"Retry-After": str(wait)},
        )
