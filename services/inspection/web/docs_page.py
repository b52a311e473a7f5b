"""What programs can ask and push: the routes, and every event type with an example. Open to all, as the catalogue is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from werkzeug.wrappers import Request, Response

from services.inspection.web.filters import N_
from services.inspection.web.rendering import language_of, page
from shared.contracts.catalogue import OWNERS, EventType
from shared.documentation.events import in_order
from shared.documentation.operations import OPERATIONS
from shared.documentation.routes import Route
from shared.service.catalogue_api import example
from shared.service.context import ServiceContext

#: Who may call a route.
ACCESS = {
    "open": N_("everybody"),
    "credential": N_("an agency, the ministry's staff"),
    "staff or agency": N_("an agency, the ministry's staff"),
    "staff": N_("the ministry's staff"),
    "service": N_("the ministry's staff, other services"),
}
#: Who may push a type.
ASSERTERS = {
    "source": N_("the agency itself, one above it, or its legal successor"),
    "inspection_body": N_("a body with inspection rights"),
    "ministry": N_("the ministry only"),
    "parent": N_("an agency above it, or the ministry"),
    "system": N_("nobody: the system derives it"),
}


@dataclass(frozen=True, slots=True)
class RouteLine:
    """A route as the page shows it."""

    method: str
    path: str
    summary: str
    #: Message id.
    access: str
    #: Name and meaning.
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TypeLine:
    """An event type as the page shows it."""

    name: str
    meaning: str
    #: Message id.
    asserter: str
    #: JSON of a whole event.
    example: str


def docs(context: ServiceContext, request: Request) -> Response:
    """Show the routes and the event types."""
    english = language_of(request) == "en"
    return page(
        context, request, "docs.html", "docs", routes=list(_routes(english=english)), owners=_owners(english=english)
    )


def _routes(*, english: bool) -> Iterator[RouteLine]:
    for key, operation in OPERATIONS.items():
        method, _, rule = key.partition(" ")
        parameters = tuple((one.name, one.en if english else one.vi) for one in operation.parameters)
        summary = operation.en if english else operation.vi
        yield RouteLine(method, Route(method, rule).path, summary, ACCESS[operation.access], parameters)


def _owners(*, english: bool) -> dict[str, dict[str, list[TypeLine]]]:
    """Return the types by owner and record."""
    found: dict[str, dict[str, list[TypeLine]]] = {owner: {} for owner in OWNERS}
    for kind in in_order():
        found[kind.owner].setdefault(kind.aggregate, []).append(_type(kind, english=english))
    return found


def _type(kind: EventType, *, english: bool) -> TypeLine:
    whole = orjson.dumps(example(kind), option=orjson.OPT_INDENT_2).decode()
    return TypeLine(kind.name, kind.en if english else kind.vi, ASSERTERS[kind.asserter], whole)
