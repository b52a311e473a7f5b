"""Loads the demonstration through the front door, once per data directory, and waits until the views have it.

Remembers in the data directory what was begun and how far the logs were when it was done. An interrupted loading is
begun again with the same events: what is in the logs already answers `duplicate`.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console

from shared import clock
from shared.cli.errors import CommandError
from shared.cli.progress import progress_bar
from shared.cli.running import Client
from shared.client.pushing import Pusher, Totals, batches
from shared.simulation.demonstration import Demonstration
from shared.simulation.geography import REFORM

_YEAR = 364
#: How long the views may take after the last event was accepted, seconds.
_PATIENCE = 600.0
_POLL = 0.5
#: Looks in a row at which nothing may have moved.
_QUIET = 3


class Loading:
    """The demonstration in one data directory."""

    def __init__(self, data: Path, urls: Mapping[str, str], client: Client, console: Console) -> None:
        """Take the directory, the services' addresses, a client with the staff token, and where progress goes."""
        self._file = data / "demonstration.json"
        self._urls = urls
        self._client = client
        self._console = console

    def ensure(self, *, small: bool) -> None:
        """Load what is not loaded yet, and wait until every view has every event.

        Raises:
            CommandError: an event was refused, or the views do not catch up.
        """
        state = self._state(small=small)
        if self._is_loaded(state):
            self._console.print("The demonstration is loaded already.")
        else:
            self._push(Demonstration(state["first"], state["last"], state["small"]))
        self._settle()
        self._remember({**state, "heads": self._heads()})

    def _state(self, *, small: bool) -> dict[str, Any]:
        """Return what this directory holds or is being filled with; a new directory gets a year up to today."""
        try:
            state: dict[str, Any] = json.loads(self._file.read_text())
        except (OSError, ValueError):
            today = clock.vietnam_day(clock.now())
            state = {"first": max(today - _YEAR, REFORM + 31), "last": today, "small": small, "heads": None}
            self._remember(state)
        if state["small"] != small:
            self._console.print("[bold]note:[/bold] this data directory holds the other size of the demonstration")
        return state

    def _is_loaded(self, state: Mapping[str, Any]) -> bool:
        """Return whether the logs still reach as far as when loading finished."""
        if not state["heads"]:
            return False
        heads = self._heads()
        return all(heads.get(service, 0) >= position for service, position in state["heads"].items())

    def _remember(self, state: Mapping[str, Any]) -> None:
        temporary = self._file.with_suffix(".tmp")
        temporary.write_text(json.dumps(state))
        temporary.replace(self._file)

    def _push(self, demonstration: Demonstration) -> None:
        pusher = Pusher(self._client.url, self._client.key)
        totals = Totals()
        events = [orjson.dumps(event) for event in demonstration.events()]
        with progress_bar(self._console) as progress:
            task = progress.add_task("loading", total=len(events))
            for batch in batches(events):
                totals.add(pusher.push(batch))
                progress.update(task, advance=len(batch))
        counts = "  ".join(f"{status} {count}" for status, count in sorted(totals.counts.items()))
        self._console.print(f"{len(events)} events pushed: {counts}", highlight=False)
        if totals.refusals:
            first = totals.refusals[0]
            raise CommandError(
                f"an event of the demonstration was refused: {first['code']}: {first['hint']['en']}",
                hint="start with an empty data directory (--data)",
            )

    # -- waiting ------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Wait until all subscriptions of all services have reached the heads, and no log grows any more."""
        deadline = time.monotonic() + _PATIENCE
        quiet, before = 0, self._heads()
        with self._console.status("the views are catching up …"):
            while quiet < _QUIET:
                time.sleep(_POLL)
                reports = self._reports()
                heads = _heads_of(reports)
                behind = list(_behind(reports, heads))
                quiet = 0 if behind or heads != before else quiet + 1
                before = heads
                if time.monotonic() > deadline:
                    listed = ", ".join(behind) or "the logs, which still grow"
                    raise CommandError(f"the views did not catch up: {listed}", hint="see `oversight doctor`")

    def _heads(self) -> dict[str, int]:
        return _heads_of(self._reports())

    def _reports(self) -> dict[str, Any]:
        return {service: self._client.get(f"{url}/readyz")["checks"] for service, url in self._urls.items()}


def _heads_of(reports: Mapping[str, Any]) -> dict[str, int]:
    return {service: checks["log"]["position"] for service, checks in reports.items()}


def _behind(reports: Mapping[str, Any], heads: Mapping[str, int]) -> Iterator[str]:
    for service, checks in reports.items():
        for log in checks.get("subscriptions", {}).get("logs", ()):
            if log["position"] < heads[log["source"]]:
                yield f"{service}.{log['consumer']} from {log['source']} ({log['position']}/{heads[log['source']]})"
