"""What came of one try to send."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Outcome(NamedTuple):
    """The result of one try over a channel."""

    #: `delivered`; `again`: may work later; `never`: pointless to repeat; `gone`: the receiver
    #: wants nothing more at this address (HTTP 410).
    result: Literal["delivered", "again", "never", "gone"]
    error: str = ""
    #: Seconds that the receiver asked us to wait, if it did.
    retry_after: int | None = None


DELIVERED = Outcome("delivered")
