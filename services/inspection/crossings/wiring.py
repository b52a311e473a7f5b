"""The loop of the crossings: looks when the day changes and, at intervals, when something new is known."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from services.inspection.crossings.publisher import CrossingPublisher
from services.inspection.crossings.tables import CROSSINGS
from services.inspection.crossings.thresholds import load_thresholds
from shared.database.schema import ensure_tables
from shared.service.context import ServiceContext
from shared.service.spec import Loop

_log = logging.getLogger(__name__)

#: Seconds between two looks: `OVERSIGHT_INSPECTION_CROSSINGS_SECONDS`. A look reads the figures of all agencies.
_SECONDS = "900"
_AFTER_ERROR = 30.0


def loops(context: ServiceContext) -> Sequence[Loop]:
    """Return the loop."""
    pause = float(context.settings.extra.get("OVERSIGHT_INSPECTION_CROSSINGS_SECONDS") or _SECONDS)
    publisher = CrossingPublisher(context.database, context.store, load_thresholds(), context.clock)

    def run(stopping: threading.Event) -> None:
        context.database.write(lambda connection: ensure_tables(connection, CROSSINGS))
        # The views are behind at the start; a look at once would be a look at less than is known.
        while not stopping.wait(min(pause, _AFTER_ERROR)):
            try:
                if publisher.run_due():
                    context.committer.on_derived()
            except Exception:  # noqa: BLE001 - whatever it was, the loop must go on
                _log.exception("looking for crossed thresholds failed; it is tried again")
                continue
            stopping.wait(pause)

    return (Loop("crossings", run),)
