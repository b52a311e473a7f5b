"""Takes small pushes to the service that owns their events: one request at a time, with all that came meanwhile.

A push that meets nobody goes at once. While a request is on its way, those that follow gather, and go together with the
next one: the busier, the fewer requests for an event. The owner has one writer that commits groups, so a second request
beside the first would wait there.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.intake import bundles
from shared.intake.bundles import Part
from shared.intake.relayed import pass_on, relayed
from shared.registry.copy import RegistryCopy
from shared.service.peers import Peers
from shared.web.problem import Problem

_log = logging.getLogger(__name__)

#: Of one bundle: parts, and bytes of the events in it.
_MOST_PARTS = 500
_MOST_BYTES = 2 * 1024 * 1024


@dataclass(slots=True)
class _Parcel:
    part: Part
    size: int
    done: threading.Event = field(default_factory=threading.Event)
    results: list[dict[str, Any]] = field(default_factory=list)
    problem: Exception | None = None


class Courier:
    """Carries the parts for one owner; called from many threads of control at a time."""

    def __init__(self, peers: Peers, owner: str, registry: RegistryCopy) -> None:
        """Take whom to bring it to; nothing is on its way."""
        self._peers = peers
        self._owner = owner
        self._registry = registry
        self._waiting: deque[_Parcel] = deque()
        self._on_its_way = False

    def deliver(self, part: Part) -> list[dict[str, Any]]:
        """Bring a part to the owner and return the results of its events.

        Raises:
            Problem: as the owner answered, or 503 where it cannot be reached.
        """
        parcel = _Parcel(part, sum(len(item.body) for item in part.items))
        self._waiting.append(parcel)
        if not self._on_its_way:
            # Greenlets: nothing comes between the look and the mark.
            self._on_its_way = True
            threading.Thread(target=self._carry, name=f"courier to {self._owner}", daemon=True).start()
        parcel.done.wait()
        if parcel.problem is not None:
            raise parcel.problem
        return parcel.results

    def _carry(self) -> None:
        try:
            while self._waiting:
                self._bring(self._next())
        finally:
            self._on_its_way = False

    def _next(self) -> list[_Parcel]:
        taken = [self._waiting.popleft()]
        size = taken[0].size
        while self._waiting and len(taken) < _MOST_PARTS and size + self._waiting[0].size <= _MOST_BYTES:
            size += self._waiting[0].size
            taken.append(self._waiting.popleft())
        return taken

    def _bring(self, parcels: Sequence[_Parcel]) -> None:
        try:
            answers = self._ask(parcels)
            for parcel, answer in zip(parcels, answers, strict=True):
                if isinstance(answer, list):
                    parcel.results = answer
                else:
                    parcel.problem = relayed(answer["status"], orjson.dumps(answer))
        except Problem as problem:
            for parcel in parcels:
                parcel.problem = problem
        except Exception as error:  # noqa: BLE001 - whoever waits gets an answer, whatever it was
            _log.exception("a bundle to %s failed", self._owner)
            for parcel in parcels:
                parcel.problem = error
        finally:
            for parcel in parcels:
                parcel.done.set()

    def _ask(self, parcels: Sequence[_Parcel]) -> list[Any]:
        headers = {**self._peers.own_credential(), "Content-Type": "application/json"}
        body = bundles.encode([parcel.part for parcel in parcels])
        return list(pass_on(self._peers, self._registry, self._owner, bundles.PATH, headers=headers, body=body))
