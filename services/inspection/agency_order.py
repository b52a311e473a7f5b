"""The agencies of a day in the order of their names, and what searches look through; worked out once for a snapshot.

A page of the registry shows a hundred of 15,000 agencies: ordering and folding all names for each page took longer than all
the rest of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.inspection.agencies import Snapshot
from shared.turns import in_turns
from shared.vietnam.collation import collation_key
from shared.vietnam.text import search_text


def places(snapshot: Snapshot) -> Mapping[str, int]:
    """Return the place of each live agency in Vietnamese order of the names of the day."""
    found: Mapping[str, int] | None = snapshot.worked_out.get("places")
    if found is None:
        day = snapshot.day
        named = [(collation_key(one.record.name_on(day)), one.agency_id) for one in in_turns(snapshot.members.values())]
        found = {agency_id: place for place, (_name, agency_id) in enumerate(sorted(named))}
        snapshot.worked_out["places"] = found
    return found


def search_texts(snapshot: Snapshot) -> Mapping[str, str]:
    """Return by agency what a search looks through: its names on the day in both languages, and its id."""
    found: Mapping[str, str] | None = snapshot.worked_out.get("texts")
    if found is None:
        day = snapshot.day
        found = {
            agency_id: search_text(one.record.name_on(day), one.record.name_on(day, "en"), agency_id)
            for agency_id, one in in_turns(snapshot.members.items())
        }
        snapshot.worked_out["texts"] = found
    return found
