"""Everything else (chat rooms, push services) through Apprise, and the only file that knows it.

Apprise loads some hundred plug-ins when it is first used, so it is imported then. It answers yes or no: a no may pass.
Addresses are the operators' own settings; what is sent is plain text.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.notify.channels.outcome import DELIVERED, Outcome


@dataclass(frozen=True, slots=True)
class AppriseChannel:
    """Addresses as Apprise writes them, such as `mattermost://host/token`."""

    urls: Sequence[str]

    def send(self, subject: str, text: str) -> Outcome:
        """Hand one message to all addresses; a repeated try reaches those again that took it."""
        notifier = _notifier(self.urls)
        if not len(notifier):
            return Outcome("never", "no usable address")
        taken = notifier.notify(body=text, title=subject, body_format="text")
        return DELIVERED if taken else Outcome("again", "not taken by every service")


def unusable(urls: Sequence[str]) -> list[int]:
    """Return the places of addresses that Apprise cannot read; addresses may hold secrets, so they are not named."""
    return [number for number, url in enumerate(urls, start=1) if not len(_notifier([url]))]


def _notifier(urls: Sequence[str]) -> Any:
    with warnings.catch_warnings():
        # Its plug-ins use modules that Python has announced to drop.
        warnings.simplefilter("ignore", DeprecationWarning)
        notifier = importlib.import_module("apprise").Apprise()
        for url in urls:
            notifier.add(url)
    return notifier
