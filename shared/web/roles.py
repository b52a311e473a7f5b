"""What each role of people may do, and whose records it may see: pure policy, no request and no database.

Owns the five roles and the holder of the staff token; who has which role is in the accounts of the service that has the
pages. Programs with keys are no people: their rules are in `shared/web/auth.py` and in the admission of events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

Role = Literal["ministry_inspector", "provincial_inspector", "agency_officer", "operator", "auditor"]
#: Roles that an account may have.
ROLES: tuple[Role, ...] = ("ministry_inspector", "provincial_inspector", "agency_officer", "operator", "auditor")
#: Whoever signed in with the ministry's staff token; never the role of an account.
STAFF = "staff"

#: `oversee`: boards and rooms over many agencies; `act`: inspect, decide, acknowledge, answer, each within
#: what the intake lets the own agency assert; `repair`: the quarantine of
#: one's own agencies; `operate`: the health of the system, everybody's quarantine, parked events.
Permission = Literal["read", "oversee", "act", "repair", "operate"]

_MAY: Mapping[str, frozenset[Permission]] = {
    STAFF: frozenset({"read", "oversee", "act", "repair", "operate"}),
    "ministry_inspector": frozenset({"read", "oversee", "act"}),
    "provincial_inspector": frozenset({"read", "oversee", "act", "repair"}),
    "agency_officer": frozenset({"read", "act", "repair"}),
    "operator": frozenset({"read", "oversee", "repair", "operate"}),
    "auditor": frozenset({"read", "oversee"}),
}
#: Roles that are bound to one agency: the officer to itself, the provincial inspector to all below it too.
BOUND: frozenset[str] = frozenset({"provincial_inspector", "agency_officer"})

#: Whether the first agency is the second, or above it.
Above = Callable[[str, str], bool]


def may(role: str, permission: Permission) -> bool:
    """Return whether a role may do something at all; an unknown role may do nothing."""
    return permission in _MAY.get(role, frozenset())


def sees(role: str, own: str | None, agency_id: str, above: Above) -> bool:
    """Return whether somebody may see the records of an agency.

    Args:
        role: The role.
        own: The agency that a bound role is bound to.
        agency_id: The agency whose records are asked for.
        above: The registry's answer.
    """
    if role not in BOUND:
        return may(role, "read")
    if own is None:
        return False
    return own == agency_id or (role == "provincial_inspector" and above(own, agency_id))


def scope_of(role: str, own: str | None) -> str | None:
    """Return the agency to which everything that the role sees is limited; None for the whole country."""
    return own if role in BOUND else None


#: What programs of a page may send with a session, by first part of the path, and the permission that it takes.
_SENDS: Mapping[str, Permission] = {
    "/v1/events": "act",
    "/v1/alerts": "act",
    "/v1/quarantine": "repair",
    "/v1/parked": "operate",
    "/v1/projections": "operate",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def may_send(role: str, method: str, path: str) -> bool:
    """Return whether a session of this role may send a request to the API; keys are issued with the staff token only."""
    if role == STAFF or method in _SAFE:
        return may(role, "read")
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _SENDS if may(role, _SENDS[prefix]))
