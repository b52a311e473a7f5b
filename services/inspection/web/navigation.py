"""The rooms of the pages: names, addresses, letters of the keyboard, and who may enter.

Owns the menu; whether a page opens is decided by the page itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.inspection.web.filters import N_
from shared.web.roles import Permission, may
from shared.web.sessions import Session


@dataclass(frozen=True, slots=True)
class Room:
    """One entry of the menu."""

    name: str
    address: str
    #: Message id.
    title: str
    #: `g` and this letter lead here.
    letter: str
    needs: Permission


ROOMS = (
    Room("board", "/", N_("National board"), "b", "oversee"),
    Room("agencies", "/agencies", N_("Agencies"), "a", "oversee"),
    Room("work", "/work", N_("Work queue"), "w", "oversee"),
    Room("law", "/law", N_("Changes of the law"), "l", "oversee"),
    Room("inspection", "/records/inspection", N_("Inspections"), "i", "oversee"),
    Room("recommendation", "/records/recommendation", N_("Recommendations"), "r", "read"),
    Room("programmes", "/programmes", N_("Programmes"), "k", "oversee"),
    Room("targets", "/targets", N_("Targets"), "t", "oversee"),
    Room("reporting", "/reporting", N_("Periodic reports"), "o", "read"),
    Room("reorganisations", "/reorganisations", N_("Reorganisations"), "x", "oversee"),
    Room("good-practice", "/good-practice", N_("Good practices"), "d", "oversee"),
    Room("peers", "/peers", N_("Peers"), "e", "oversee"),
    Room("report", "/report", N_("Report"), "p", "oversee"),
    Room("health", "/health", N_("Submission health"), "h", "oversee"),
    Room("submissions", "/submissions", N_("Submissions"), "s", "repair"),
    Room("views", "/views", N_("Kept views"), "v", "read"),
)


def rooms_of(session: Session | None) -> Sequence[Room]:
    """Return the rooms that somebody may enter; an agency's officer begins with the own file."""
    if session is None:
        return ()
    own = (Room("agencies", f"/agencies/{session.agency_id}", N_("My agency"), "a", "read"),)
    rooms = [room for room in ROOMS if may(session.role, room.needs)]
    return rooms if may(session.role, "oversee") else [*own, *rooms]
