"""Risk scores and selections as records: said once, never edited; another run makes another record.

How scores and lists come about is in `services/inspection/selection/`; here is only what any such record must agree with
in itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle
from shared.eventsourcing.transitions import Moves, move

#: Scores are given to two decimals; the sum of their parts may differ by as much.
_TOLERANCE = 0.01


@dataclass(slots=True)
class ScoreState:
    """A score that was computed."""

    status: str
    agency_id: str
    score: float


@dataclass(slots=True)
class SelectionState:
    """A selection that was run."""

    status: str
    seed: str
    model_version: str
    inputs_hash: str
    picked: list[str] = field(default_factory=list)


def _score_is_the_sum(fact: Fact) -> Refusal | None:
    total = sum(part["value"] * part["weight"] for part in fact.data["parts"])
    if abs(total - fact.data["score"]) <= _TOLERANCE:
        return None
    return refuse(
        "SCORE_DIFFERS",
        f"Điểm {fact.data['score']:g} không bằng tổng các thành phần ({total:.2f}).",
        f"The score {fact.data['score']:g} is not the sum of its parts ({total:.2f}).",
        "/data/score",
    )


def _lists_agree(fact: Fact) -> Refusal | None:
    data: Mapping[str, Any] = fact.data
    picked, drawn = data["picked"], data["random_picks"]
    explained = [entry["agency_id"] for entry in data["reasons"]]
    random = [entry["agency_id"] for entry in data["reasons"] if entry["ground"] == "random"]
    for wrong, pointer in (
        (len(set(picked)) < len(picked), "/data/picked"),
        (explained != picked, "/data/reasons"),
        (random != drawn, "/data/random_picks"),
        (len(picked) > data["parameters"]["capacity"], "/data/picked"),
    ):
        if wrong:
            return refuse(
                "SELECTION_INCONSISTENT",
                "Danh sách chọn, lý do và phần ngẫu nhiên không khớp nhau hoặc vượt số lượng tối đa.",
                "The picks, their reasons and the random part do not agree, or there are more than asked for.",
                pointer,
            )
    return None


_SCORE = Lifecycle(
    moves=Moves("điểm rủi ro", "risk score", {"computed": move(to="computed")}),
    opened=lambda fact: ScoreState("computed", fact.data["agency_id"], fact.data["score"]),
    openings={"computed": _score_is_the_sum},
)
_SELECTION = Lifecycle(
    moves=Moves("lần lựa chọn", "selection", {"run": move(to="run")}),
    opened=lambda fact: SelectionState(
        "run", fact.data["seed"], fact.data["model_version"], fact.data["inputs_hash"], list(fact.data["picked"])
    ),
    openings={"run": _lists_agree},
)

SCORE: Aggregate[ScoreState] = Aggregate(
    name="risk_score",
    state_type=ScoreState,
    opens=frozenset({"computed"}),
    decide=_SCORE.decide,
    evolve=_SCORE.evolve,
)
SELECTION: Aggregate[SelectionState] = Aggregate(
    name="selection",
    state_type=SelectionState,
    opens=frozenset({"run"}),
    decide=_SELECTION.decide,
    evolve=_SELECTION.evolve,
)
