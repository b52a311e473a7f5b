"""A reorganisation: planned, announced, effective, settled; who takes over from whom.

Whether something is still open, and so whether it may be settled, is not known here: the service looks it up in its own
views (`services/inspection/obligations/`) and says `settled` itself. Here the figures must add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move


@dataclass(slots=True)
class ReorganisationState:
    """Where it stands, and its mapping."""

    status: str
    #: Day from which the new agencies work, ISO.
    effective_on: str
    #: Old agency to its links, `[new agency, whole or part, is_default]`.
    links: dict[str, list[list[Any]]] = field(default_factory=dict)


MOVES = Moves(
    vi="đợt sắp xếp",
    en="reorganisation",
    table={
        "planned": move(),
        "mapped": move("planned"),
        "announced": move("planned", to="announced"),
        "took_effect": move("announced", to="effective"),
        "settled": move("effective", to="settled", by_system=True),
        "cancelled": move("planned", "announced", to="cancelled"),
    },
    words={
        "planned": "đã lập kế hoạch",
        "announced": "đã công bố",
        "effective": "đã có hiệu lực",
        "settled": "đã bàn giao xong",
        "cancelled": "đã hủy",
    },
)


def _mapped(state: ReorganisationState, fact: Fact) -> Refusal | None:
    told: dict[str, list[list[Any]]] = {}
    for place, link in enumerate(fact.data["links"]):
        known = [*state.links.get(link["old"], ()), *told.get(link["old"], ())]
        refused = _fits(link, known, f"/data/links/{place}")
        if refused is not None:
            return refused
        told.setdefault(link["old"], []).append([link["new"], link["share"], link["is_default"]])
    return None


def _fits(link: Mapping[str, Any], known: Sequence[Sequence[Any]], pointer: str) -> Refusal | None:
    """Refuse a link that contradicts the others of the same old agency."""
    old = link["old"]
    if any(new == link["new"] for new, _share, _default in known):
        return refuse(
            "LINK_TWICE",
            f"Liên kết {old} → {link['new']} đã có trong bảng chuyển tiếp.",
            f"The link {old} → {link['new']} is in the mapping already.",
            pointer,
        )
    if known and "whole" in (link["share"], *(share for _new, share, _default in known)):
        return refuse(
            "WHOLE_AND_OTHERS",
            f"Cơ quan {old} chỉ có thể chuyển toàn bộ (whole) cho một cơ quan; nhiều cơ quan thì ghi part.",
            f"Agency {old} can go as a whole to one agency only; say part where it goes to several.",
            f"{pointer}/share",
        )
    if link["is_default"] and any(default for _new, _share, default in known):
        return refuse(
            "DEFAULT_TWICE",
            f"Cơ quan {old} đã có cơ quan kế thừa mặc định.",
            f"Agency {old} has a default successor already.",
            f"{pointer}/is_default",
        )
    return None


def _announced(state: ReorganisationState, _fact: Fact) -> Refusal | None:
    if not state.links:
        return refuse(
            "MAPPING_EMPTY",
            "Chưa có bảng chuyển tiếp: gửi reorganisation.mapped trước khi công bố.",
            "There is no mapping yet: push reorganisation.mapped before it is announced.",
        )
    without = [old for old, links in state.links.items() if not any(default for _new, _share, default in links)]
    if not without:
        return None
    return refuse(
        "DEFAULT_MISSING",
        f"{len(without)} cơ quan chưa có cơ quan kế thừa mặc định, ví dụ {without[0]}.",
        f"{len(without)} agencies have no default successor, such as {without[0]}.",
    )


def _took_effect(state: ReorganisationState, fact: Fact) -> Refusal | None:
    if fact.data.get("effective", state.effective_on) == state.effective_on:
        return None
    return refuse(
        "EFFECTIVE_DIFFERS",
        f"Ngày có hiệu lực theo kế hoạch là {state.effective_on}.",
        f"By the plan it takes effect on {state.effective_on}.",
        "/data/effective",
    )


def _settled(_state: ReorganisationState, fact: Fact) -> Refusal | None:
    for place, count in enumerate(fact.data["counts"]):
        if count["open_before"] != count["inherited"] + count["lapsed"] + count["closed"]:
            return refuse(
                "NOT_CONSERVED",
                f"Số nghĩa vụ loại {count['kind']} không khớp: trước = kế thừa + chấm dứt + đã hoàn thành.",
                f"Obligations of kind {count['kind']} do not add up: before = inherited + lapsed + closed.",
                f"/data/counts/{place}",
            )
    return None


_RULES: dict[str, Callable[[ReorganisationState, Fact], Refusal | None]] = {
    "mapped": _mapped,
    "announced": _announced,
    "took_effect": _took_effect,
    "settled": _settled,
}


def decide(state: ReorganisationState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks."""
    refused = check_move(MOVES, state.status if state else None, fact)
    if refused is None and state is not None and fact.name in _RULES:
        refused = _RULES[fact.name](state, fact)
    return refused or ACCEPT


def evolve(state: ReorganisationState | None, fact: Fact) -> ReorganisationState:
    """Return the state after an accepted fact."""
    if state is None:
        return ReorganisationState("planned", fact.data["effective_on"])
    state.status = MOVES.after(state.status, fact.name)
    for link in fact.data.get("links", ()):
        state.links.setdefault(link["old"], []).append([link["new"], link["share"], link["is_default"]])
    return state


AGGREGATE: Aggregate[ReorganisationState] = Aggregate(
    name="reorganisation",
    state_type=ReorganisationState,
    opens=frozenset({"planned"}),
    decide=decide,
    evolve=evolve,
)
