"""The silence (khoảng lặng): alerts that match it are not sent for a time. It has an author, a reason and an end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.notify.domain.matching import MatcherError, parse_matcher
from shared import clock
from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, Refusal, refuse
from shared.eventsourcing.transitions import Moves, check_move, move

#: Longest silence, days; what must stay quiet for longer needs another rule or route.
LONGEST_SILENCE = 90
_DAY = 86_400_000_000

MOVES = Moves(
    "khoảng lặng",
    "silence",
    {"started": move(to="active"), "ended": move("active", to="ended")},
    {"active": "đang hiệu lực", "ended": "đã kết thúc"},
)


@dataclass(slots=True)
class SilenceState:
    """What the log says of one silence."""

    #: `active` or `ended`.
    status: str
    ends_at: str


def decide(state: SilenceState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return whether the silence may begin or end."""
    refusal: Refusal | None = check_move(MOVES, state.status if state else None, fact)
    if refusal is not None or fact.name != "started":
        return refusal or ACCEPT
    return _started(fact)


def _started(fact: Fact) -> Decision:
    try:
        for text in fact.data["matchers"]:
            parse_matcher(text)
    except MatcherError as error:
        return refuse(
            "MATCHER_NOT_USABLE",
            f"Điều kiện không hợp lệ: {error}.",
            f"A condition cannot be used: {error}.",
            "/data/matchers",
        )
    begins, ends = clock.from_rfc3339(fact.data["begins_at"]), clock.from_rfc3339(fact.data["ends_at"])
    if ends <= begins or ends - begins > LONGEST_SILENCE * _DAY:
        return refuse(
            "SILENCE_LENGTH",
            f"Khoảng lặng phải kết thúc sau khi bắt đầu và không dài quá {LONGEST_SILENCE} ngày.",
            f"A silence ends after it begins and lasts {LONGEST_SILENCE} days at most.",
            "/data/ends_at",
        )
    return ACCEPT


def evolve(state: SilenceState | None, fact: Fact) -> SilenceState:
    """Return the silence after the event."""
    if state is None:
        return SilenceState("active", fact.data["ends_at"])
    state.status = MOVES.after(state.status, fact.name)
    return state


AGGREGATE: Aggregate[SilenceState] = Aggregate(
    name="silence", state_type=SilenceState, opens=frozenset({"started"}), decide=decide, evolve=evolve
)
