"""Says in the log when another arrangement of alerts holds: rules, routes, duty roster.

They are files under version control; what the log keeps is from when on which one held, by digest. Looked at once when
the process begins to do the work, and the roster with every further look, since it may change at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib import resources
from pathlib import Path

import orjson

from services.notify.configuration import Configuration
from services.notify.domain.arrangement import ArrangementState
from services.notify.domain.system_signal import SYSTEM
from services.notify.pipeline.routes import load_routes
from shared.clock import Clock
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.store import EventStore, StoreTransaction
from shared.ids import stream_key

_SUBJECT = "current"


class Arrangements:
    """Remembers which arrangement was said last by this process."""

    def __init__(self, store: EventStore, configuration: Configuration, now: Clock) -> None:
        """Take the store, the settings that name the files, and the clock."""
        self._store = store
        self._configuration = configuration
        self._now = now
        self._said: dict[str, str] = {}

    def run_due(self) -> int:
        """Say what has changed, and return how much that was."""
        found = [(name, digest, version) for name, digest, version in self._present() if self._said.get(name) != digest]
        if not found:
            return 0
        said = self._store.transact(lambda tx: self._say(tx, found))
        self._said |= {name: digest for name, digest, _ in found}
        return said

    def _present(self) -> Iterator[tuple[str, str, int | None]]:
        files = resources.files("services.notify")
        yield "escalation_policy", _digest(files.joinpath("rules.yaml").read_bytes()), None
        path = self._configuration.routes
        routes = Path(path) if path else files.joinpath("routes.yaml")
        yield "subscription", _digest(routes.read_bytes()), load_routes(path).version
        try:
            roster = Path(self._configuration.roster).read_bytes() if self._configuration.roster else b""
        except OSError:
            # The roster itself tells of a file that cannot be read.
            return
        if roster:
            yield "oncall", _digest(roster), None

    def _say(self, tx: StoreTransaction, found: list[tuple[str, str, int | None]]) -> int:
        now = self._now()
        keys = {name: stream_key(name, f"{SYSTEM}/{_SUBJECT}") for name, _, _ in found}
        states = tx.states(list(keys.values()))
        events = []
        for name, digest, version in found:
            stored = states.get(keys[name])
            if stored and ArrangementState(**orjson.loads(stored.state)).digest == digest:
                continue
            data = {"digest": digest, **({"version": version} if version else {})}
            event_id = f"{name}-{digest[:32]}-{now}"
            events.append(DerivedEvent(f"qms.{name}.changed", SYSTEM, _SUBJECT, event_id, now, data))
        tx.put_derived(events)
        return len(events)


def after(first: Callable[[], int], then: Callable[[], int]) -> Callable[[], int]:
    """Return work that does both, the first one first."""
    return lambda: first() + then()


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()
