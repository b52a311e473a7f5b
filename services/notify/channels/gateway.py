"""What a telephone gateway's answer means: such gateways say 200 and put their own code into a JSON body."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import orjson

from services.notify.channels.caller import Answer
from services.notify.channels.outcome import DELIVERED, Outcome
from services.notify.channels.webhook import judge


@dataclass(frozen=True, slots=True)
class Codes:
    """How one gateway words its result; codes as text."""

    #: Name of the gateway in what the log says.
    gateway: str
    #: Field of the body that holds the code.
    field: str
    #: The message was taken, now or by an earlier try.
    taken: Collection[str]
    #: It may work later: the gateway's own trouble, quotas, send hours.
    passing: Collection[str]

    def judge(self, answer: Answer | Outcome) -> Outcome:
        """Return what came of the try: by the HTTP status, and where that is well by the code."""
        outcome = answer if isinstance(answer, Outcome) else judge(answer.status, answer.retry_after)
        if isinstance(answer, Outcome) or outcome.result != "delivered":
            return outcome
        try:
            code = str(orjson.loads(answer.body)[self.field])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return Outcome("again", f"the answer of {self.gateway} cannot be read")
        if code in self.taken:
            return DELIVERED
        return Outcome("again" if code in self.passing else "never", f"{self.gateway} says {code}"[:300])
