"""The notice at the top of a page that what somebody just sent was recorded: the address says which event, once."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from werkzeug.wrappers import Request

from shared.contracts.catalogue import EventType
from shared.service.context import ServiceContext

_NAME = "done"


def with_notice(target: str, event_type: str) -> str:
    """Return the address of a page that will say that an event of a type was recorded; the notice is at its top."""
    parts = urlsplit(target)
    query = [*_others(parts.query), (_NAME, event_type)]
    return urlunsplit(("", "", parts.path, urlencode(query), ""))


def without_notice(address: str) -> str:
    """Return an address as it is kept and sent on: without what was done before it was shown."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(query=urlencode(_others(parts.query)))) if f"{_NAME}=" in parts.query else address


def notice_of(context: ServiceContext, request: Request) -> EventType | None:
    """Return the type of the event that was just recorded; None where the address names none."""
    return context.catalogue.get(request.args.get(_NAME, ""))


def _others(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != _NAME]
