"""Runs one service: `python -m shared.runner SERVICE [--role ROLE]`, what `oversight serve` and containers start.

Own runner instead of the `nameko` command: the standard library must be patched before anything else is imported,
and nameko waits for its workers without a deadline, so SIGTERM gets one here.
"""
# ruff: noqa: E402 - the patch comes first

from __future__ import annotations

import os
import warnings

# eventlet announces its end on import; docs/adr/0001 says what we do about it.
warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
# Names are looked up by the system, in threads (`names.py`): eventlet's own resolver takes 20 MB a process.
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
import eventlet

eventlet.monkey_patch()
os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")

import argparse
import importlib
import logging
import sys
from dataclasses import replace

from nameko.runners import ServiceRunner

from shared.observability import tracing
from shared.observability.logging import configure
from shared.runner import collector, names
from shared.runner.requests_to_stop import on_request
from shared.service.settings import Settings, from_environment
from shared.web.server import web_config

_log = logging.getLogger(__name__)
_SERVICES = ("inspection", "documents", "audit", "notify")
#: Grace beyond the drain deadline before the process ends anyway, seconds.
_GRACE = 2.0


def main(arguments: list[str] | None = None) -> int:
    """Run a service until SIGTERM or Ctrl-C; return the exit status."""
    parser = argparse.ArgumentParser(prog="oversight serve", description=__doc__)
    parser.add_argument("service", choices=_SERVICES)
    parser.add_argument("--role", choices=("all", "web", "relay", "projector"), default=None)
    given = parser.parse_args(arguments)
    settings = from_environment(given.service)
    if given.role:
        settings = replace(settings, role=given.role)
    names.look_up_in_threads()
    configure(given.service, as_json=os.environ.get("OVERSIGHT_LOG_FORMAT") == "json")
    tracing.configure(given.service, settings.traces_url)
    return _run(settings)


def _run(settings: Settings) -> int:
    module = importlib.import_module(f"services.{settings.service}.service")
    runner = ServiceRunner({**web_config(settings), "OVERSIGHT_SETTINGS": settings, "max_workers": 50})
    runner.add_service(module.SERVICE)
    on_request(lambda: eventlet.spawn(_drain, runner, settings.drain_seconds))
    runner.start()
    collector.settle()
    _log.info("%s listens on %s:%d as %s", settings.service, settings.host, settings.port, settings.role)
    runner.wait()
    return 0


def _drain(runner: ServiceRunner, seconds: float) -> None:
    """Stop gently; end the process when the deadline has passed."""
    _log.info("draining, at most %.0f s", seconds)
    timer = eventlet.spawn_after(seconds + _GRACE, _give_up)
    runner.stop()
    timer.cancel()
    tracing.flush()


def _give_up() -> None:
    _log.critical("not drained in time: ending the process; what was accepted is in the log")
    logging.shutdown()
    os._exit(75)


if __name__ == "__main__":
    sys.exit(main())
