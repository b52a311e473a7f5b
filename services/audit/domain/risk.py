"""A risk or an opportunity: identified, treated, closed (ISO 9001:2015 6.1).

Owns the order of the three and which treatment fits which kind; accepting a risk is a treatment too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import refuse_future, refuse_incomplete
from shared.eventsourcing.transitions import Moves, move

MOVES = Moves(
    vi="rủi ro, cơ hội",
    en="risk",
    table={
        "identified": move(to="identified"),
        "baselined": move(),
        "treated": move("identified", "treated", to="treated"),
        "closed": move("treated", to="closed"),
    },
    words={"identified": "đã nhận diện", "treated": "đã xử lý", "closed": "đã kết thúc"},
)


@dataclass(slots=True)
class RiskState:
    """Where a risk or an opportunity stands; degrees from 1 to 5."""

    status: str
    kind: str
    #: Likelihood times impact, 1 to 25: as identified, and as it is now.
    level: int
    present_level: int
    treatment: str | None = None


def _wrong_treatment(kind: str, treatment: str) -> Refusal | None:
    if (treatment == "pursue") == (kind == "opportunity"):
        return None
    return refuse(
        "TREATMENT_DOES_NOT_FIT",
        "Tận dụng (pursue) chỉ dành cho cơ hội; tránh, giảm thiểu, chuyển giao, chấp nhận chỉ dành cho rủi ro.",
        "Only an opportunity is pursued; only a risk is avoided, reduced, transferred or accepted.",
        "/data/treatment",
    )


def _identified(fact: Fact) -> Refusal | None:
    return refuse_future(fact, "identified_on")


def _baselined(fact: Fact) -> Refusal | None:
    refused = _identified(fact) or refuse_incomplete(fact, "treatment", ("treated", "closed"))
    if refused is None and "treatment" in fact.data:
        refused = _wrong_treatment(fact.data["kind"], fact.data["treatment"])
    return refused


def _treated(state: RiskState, fact: Fact, _related: Related) -> Refusal | None:
    return _wrong_treatment(state.kind, fact.data["treatment"]) or refuse_future(fact, "treated_on")


def _closed(_state: RiskState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_future(fact, "closed_on")


def _opened(fact: Fact) -> RiskState:
    data = fact.data
    level = int(data["likelihood"] * data["impact"])
    return RiskState(data.get("state", "identified"), data["kind"], level, level, data.get("treatment"))


def _with_treatment(state: RiskState, fact: Fact) -> dict[str, Any]:
    data = fact.data
    known = "residual_likelihood" in data and "residual_impact" in data
    level = int(data["residual_likelihood"] * data["residual_impact"]) if known else state.present_level
    return {"treatment": data["treatment"], "present_level": level}


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_opened,
    openings={"identified": _identified, "baselined": _baselined},
    rules={"treated": _treated, "closed": _closed},
    changes={"treated": _with_treatment},
)


def _references(fact: Fact) -> Sequence[Reference]:
    return [references.to("action", named, fact) for named in fact.data.get("action_ids", ())]


AGGREGATE: Aggregate[RiskState] = Aggregate(
    name="risk",
    state_type=RiskState,
    opens=frozenset({"identified", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
    references=_references,
)
