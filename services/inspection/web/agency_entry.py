"""What people write where an agency is asked for: its id, or a name that only one agency has."""

from __future__ import annotations

from services.inspection.web.filters import Filters
from services.inspection.web.rendering import views_of
from shared import clock
from shared.service.context import ServiceContext
from shared.vietnam.text import folded


def agency_meant(context: ServiceContext, text: str) -> str:
    """Return the id of the agency that a text names; the text where it is an id, or names none or several."""
    written = text.strip()
    if not written or context.registry.agency(written) is not None:
        return written
    today = clock.vietnam_day(context.clock())
    found = views_of(context).agencies(Filters(today, query=written, today=today)).agencies
    exact = [
        one.agency_id for one in found if folded(written) in (one.agency_id, folded(one.name_vi), folded(one.name_en))
    ]
    ids = exact or [one.agency_id for one in found]
    return ids[0] if len(ids) == 1 else written
