"""Every page there is: for each address of the routes, examples that can be opened.

Derived from the routes, so that a page without an example fails a test instead of being forgotten. Most examples lie in
the small country of `country.py`; what needs the other services lies in the running system.
"""

from __future__ import annotations

from services.inspection.web.pages import ROUTES
from tests.browser.country import DEPARTMENT
from tests.browser.people import People

#: Addresses that answer no page of ours.
NO_PAGES = frozenset({"/static/<path:name>", "/sign-in/oidc", "/sign-in/oidc/return"})
#: Examples in the small country, by rule; the first one is also weighed.
OF_COUNTRY: dict[str, tuple[str, ...]] = {
    "/": ("/", "/?as_of=x&level=province&from=01/01/2026&to=30/06/2026&map=I6&scope=ubnd-92"),
    "/agencies": ("/agencies", "/agencies?q=can+tho"),
    "/agencies/<agency_id>": (f"/agencies/{DEPARTMENT}", "/agencies/khong-co"),
    "/indicators/<indicator>/explain": (
        "/indicators/I6/explain",
        "/indicators/I2a/explain?province=P92",
        f"/indicators/I2/explain?agency={DEPARTMENT}",
    ),
    "/indicators/<indicator>/trend": ("/indicators/I6/trend",),
    "/report": ("/report",),
    "/peers": ("/peers",),
    "/events/<service>/<int:position>": ("/events/documents/120",),
    "/work": ("/work",),
    "/alerts": ("/alerts?severity=serious",),
    "/law": ("/law",),
    "/law/<source>/<path:event_id>": ("/law/bo-khcn/documents-107",),
    "/act/<event_type>": ("/act/qms.inspection.planned?agency_id=so-khcn-92",),
    "/views": ("/views",),
    "/docs": ("/docs",),
    "/sign-in": ("/sign-in",),
}
#: Examples in the running system; names in braces are those of `People.places`.
OF_SYSTEM: dict[str, tuple[str, ...]] = {
    "/programmes": ("/programmes",),
    "/programmes/<body>/<int:year>": ("/programmes/{body}/{year}",),
    "/targets": ("/targets",),
    "/targets/<owner>/<path:target_id>": ("/targets/{province}/{target}",),
    "/reporting": ("/reporting",),
    "/reporting/<agency_id>/<report>": ("/reporting/{commune}/{report}",),
    "/reporting/<body>/<report>/roll-up": ("/reporting/{body}/{report}/roll-up",),
    "/reorganisations": ("/reorganisations",),
    "/reorganisations/<source>/<subject>": ("/reorganisations/{province}/{reorganisation}",),
    "/good-practice": ("/good-practice",),
    "/records/<aggregate>": ("/records/inspection?state=all", "/records/recommendation"),
    "/records/<aggregate>/<source>/<path:subject>": (
        "/records/inspection/{body}/{inspection}",
        "/records/recommendation/{body}/{recommendation}",
    ),
    "/submissions": ("/submissions", "/submissions?source={commune}&id={claim}"),
    "/submissions/<item_id>": ("/submissions/{item}",),
    "/health": ("/health",),
}


def page_rules() -> set[str]:
    """Return the rules of all pages."""
    return {url for method, url, _handler in ROUTES if method == "GET"} - NO_PAGES


def pages_of_country() -> list[str]:
    """Return the addresses of the examples in the small country, for who is signed in."""
    return [path for paths in OF_COUNTRY.values() for path in paths if path != "/sign-in"]


def pages_of_system(people: People) -> list[str]:
    """Return the addresses of the examples in the running system."""
    return [path.format(**people.places) for paths in OF_SYSTEM.values() for path in paths]
