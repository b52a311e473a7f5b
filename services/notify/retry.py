"""When to try a delivery again: growing delays over about three days, with a jitter that is no chance.

Source: Standard Webhooks, operational considerations (a few seconds first, then hours; a 429 or
503 with `Retry-After` is heeded).
"""

from __future__ import annotations

from hashlib import sha256

_SECOND = 1_000_000
#: Seconds after the first, second, … failed try.
DELAYS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
#: Tries in all; after the last one the delivery is dead.
MOST_TRIES = len(DELAYS) + 1
#: A receiver may not put us off for longer, seconds.
_LONGEST_WAIT = 86_400


def next_try(delivery_id: str, tries: int, now: int, retry_after: int | None = None) -> int | None:
    """Return when to try again after `tries` failed tries (microseconds), None to give up.

    Args:
        delivery_id: Spreads the tries of different deliveries by up to a fifth of the delay.
        tries: Tries made so far, at least 1.
        now: The present instant, microseconds.
        retry_after: What the receiver asked for, seconds; counts only where it is longer.
    """
    if tries >= MOST_TRIES:
        return None
    delay = DELAYS[tries - 1]
    spread = sha256(f"{delivery_id}/{tries}".encode()).digest()[0] / 255 / 5
    wanted = max(delay * (1 + spread), min(retry_after or 0, _LONGEST_WAIT))
    return now + int(wanted * _SECOND)
