"""The levels of the administration, as far as they have been abolished: nothing begins in one that is gone.

One record per level (aggregate `registry`), whoever tells of it. An agency of the level may stand only while it has a
planned end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.inspection.domain import agency_index
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, refuse
from shared.eventsourcing.facts import Fact, Reference

_SHOWN = 5


@dataclass(slots=True)
class LevelState:
    """Where and since when a level no longer exists."""

    level: str
    #: `[agency below which it ended or None for the whole country, first day without it]`, ISO days.
    abolitions: list[list[Any]] = field(default_factory=list)


def decide(state: LevelState | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Accept the end of a level, unless agencies of it go on."""
    level, territory = fact.data["level"], fact.data.get("territory")
    if fact.subject != level:
        return refuse(
            "SUBJECT_DIFFERS",
            f"subject phải là cấp hành chính ({level}).",
            f"The subject must be the level ({level}).",
            "/subject",
        )
    if state is not None and any(gone in (None, territory) for gone, _day in state.abolitions):
        return refuse(
            "ALREADY_ABOLISHED",
            f"Cấp {level} đã được kết thúc hoạt động trước đó.",
            f"The level {level} has been abolished already.",
            "/data/level",
        )
    left = agency_index.left_of_level(related, level, territory)
    if not left:
        return ACCEPT
    shown = ", ".join(left[:_SHOWN]) + (" …" if len(left) > _SHOWN else "")
    return refuse(
        "LEVEL_STILL_IN_USE",
        f"Còn {len(left)} cơ quan cấp {level} chưa có ngày kết thúc ({shown}); ghi nhận việc kết thúc của chúng trước.",
        f"{len(left)} agencies of the level {level} have no planned end ({shown}); tell of their end first.",
        "/data/level",
    )


def evolve(state: LevelState | None, fact: Fact) -> LevelState:
    """Return the state after an accepted fact."""
    state = state or LevelState(fact.data["level"])
    state.abolitions.append([fact.data.get("territory"), fact.data["effective"]])
    return state


def _references(fact: Fact) -> Sequence[Reference]:
    territory = fact.data.get("territory")
    return [Reference("agency", territory)] if territory else []


def _sees(fact: Fact) -> Sequence[Reference]:
    return agency_index.whole_level(fact.data["level"])


def _stream_id(fact: Fact) -> str:
    return fact.subject


AGGREGATE: Aggregate[LevelState] = Aggregate(
    name="registry",
    state_type=LevelState,
    opens=frozenset({"level_abolished"}),
    decide=decide,
    evolve=evolve,
    references=_references,
    sees=_sees,
    stream_id=_stream_id,
)
