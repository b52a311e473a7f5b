"""The credential of an agency: issued, bound to a broker user, revoked.

Holds the digest of the secret only. Made by the service's own key endpoint; never pushed from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move


@dataclass(slots=True)
class CredentialState:
    """One key of one agency."""

    status: str
    key_id: str
    agency_id: str
    #: SHA-256 digest of the secret, hexadecimal.
    key_hash: str
    label: str | None = None
    #: Broker user whose messages count as pushed with this key.
    amqp_user: str | None = None


MOVES = Moves(
    vi="khóa kết nối",
    en="key",
    table={
        "issued": move(to="active"),
        "amqp_user_bound": move("active"),
        "revoked": move("active", to="revoked"),
    },
    words={"active": "đang dùng", "revoked": "đã thu hồi"},
)


def decide(state: CredentialState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Accept the fact, or refuse it: wrong state, or the key's id is not the subject."""
    if fact.data.get("key_id", fact.subject) != fact.subject:
        return refuse(
            "SUBJECT_DIFFERS",
            "subject phải là mã khóa (key_id).",
            "The subject must be the key's id (key_id).",
            "/subject",
        )
    refused = check_move(MOVES, state.status if state else None, fact)
    if refused is None and state is not None and state.agency_id != fact.source:
        refused = refuse(
            "KEY_OF_ANOTHER_AGENCY",
            "Khóa này được cấp cho cơ quan khác.",
            "The key was issued to another agency.",
            "/source",
        )
    return refused or ACCEPT


def _stream_id(fact: Fact) -> str:
    """A key is looked up by its id alone, so no two agencies may have one of the same id."""
    return fact.subject


def evolve(state: CredentialState | None, fact: Fact) -> CredentialState:
    """Return the state after an accepted fact."""
    data = fact.data
    if state is None:
        return CredentialState("active", data["key_id"], fact.source, data["key_hash"], data.get("label"))
    after = replace(state, status=MOVES.after(state.status, fact.name))
    if fact.name == "amqp_user_bound":
        after.amqp_user = data["user"]
    return after


AGGREGATE: Aggregate[CredentialState] = Aggregate(
    name="credential",
    state_type=CredentialState,
    opens=frozenset({"issued"}),
    decide=decide,
    evolve=evolve,
    stream_id=_stream_id,
)
