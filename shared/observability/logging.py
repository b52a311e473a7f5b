"""Logs through structlog: readable in a terminal, JSON in production; no personal data, no bodies."""

from __future__ import annotations

import io
import logging
import sys
from typing import TextIO

from shared.lean_imports import without

with without("rich"):
    import structlog


def configure(service: str, *, as_json: bool, level: int = logging.INFO) -> None:
    """Send all logs, the libraries' included, to standard error in one form."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor
    if as_json:
        renderer = structlog.processors.JSONRenderer()
    else:
        # Plain: the default prints the local variables of every frame, tokens and bodies among them.
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=_indented)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _named(service),
            _unchanged if as_json else _one_line,
            structlog.processors.format_exc_info if as_json else _unchanged,
            renderer,
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # The broker's client reports each reconnect attempt; ours says it once with the reason.
    for noisy in ("alembic", "amqp", "kombu", "nameko", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _named(service: str) -> structlog.typing.Processor:
    def add_service(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        event["service"] = service
        return event

    return add_service


def _one_line(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    # Paths and names are what somebody sent: with a line break in one, or a terminal's escape, it could write lines of its own.
    # Tracebacks come later, on lines of their own.
    return {name: _escaped(value) if isinstance(value, str) else value for name, value in event.items()}


def _indented(file: TextIO, error: structlog.typing.ExcInfo) -> None:
    """Write a traceback, without local variables, so that none of its lines looks like one of the log."""
    whole = io.StringIO()
    structlog.dev.plain_traceback(whole, error)
    file.write("".join(f"\n    {_escaped(line)}" for line in whole.getvalue().strip().splitlines()))


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _unchanged(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return event
