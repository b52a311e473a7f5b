"""The satisfaction survey: opened, results recorded, closed (ISO 9001:2015 9.1.2).

Owns the agreement of the counts: the scores add up to the valid answers, which are among those received, which are
among those sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.audit.domain.periods import refuse_period_closed
from shared.contracts.audit.survey import SCORES
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.transitions import Moves, move

MOVES = Moves(
    vi="cuộc khảo sát",
    en="survey",
    table={
        "opened": move(to="opened"),
        "baselined": move(),
        "results_recorded": move("opened", "recorded", to="recorded"),
        # A survey that nobody answered is closed with counts of zero: zero is a value, silence is none.
        "closed": move("recorded", to="closed"),
    },
    words={"opened": "đang khảo sát", "recorded": "đã có kết quả", "closed": "đã kết thúc"},
)


@dataclass(slots=True)
class SurveyState:
    """Where a survey stands, and its latest counts."""

    status: str
    period: str
    channel: str
    #: Unknown where the survey is a box that anybody may use.
    sent: int | None = None
    received: int = 0
    valid: int = 0
    #: Valid answers by score, best first.
    scores: dict[str, int] = field(default_factory=dict)


def _counts(data: Mapping[str, Any], channel: str) -> Refusal | None:
    total = sum(data["scores"][score] for score in SCORES)
    if total != data["valid"]:
        return refuse(
            "SCORES_DIFFER",
            f"Tổng các mức độ hài lòng là {total}, khác số phiếu hợp lệ {data['valid']}.",
            f"The scores add up to {total}, not to the {data['valid']} valid answers.",
            "/data/scores",
        )
    if data["valid"] > data["received"]:
        return refuse(
            "VALID_ABOVE_RECEIVED",
            f"Số phiếu hợp lệ {data['valid']} lớn hơn số phiếu thu về {data['received']}.",
            f"{data['valid']} valid answers are more than the {data['received']} received.",
            "/data/valid",
        )
    return _sent(data, channel)


def _sent(data: Mapping[str, Any], channel: str) -> Refusal | None:
    if "sent" not in data:
        if channel == "box":
            return None
        return refuse(
            "SENT_MISSING",
            "Phải ghi số phiếu phát ra (sent); chỉ hòm thư (box) mới được bỏ trống.",
            "Give how many forms were sent; only for a box may it be left out.",
            "/data/sent",
        )
    if data["received"] <= data["sent"]:
        return None
    return refuse(
        "RECEIVED_ABOVE_SENT",
        f"Số phiếu thu về {data['received']} lớn hơn số phiếu phát ra {data['sent']}.",
        f"{data['received']} answers received are more than the {data['sent']} sent.",
        "/data/received",
    )


def _results_recorded(state: SurveyState, fact: Fact, _related: Related) -> Refusal | None:
    return _counts(fact.data, state.channel) or refuse_period_closed(fact, state.period)


def _baselined(fact: Fact) -> Refusal | None:
    return _counts(fact.data, fact.data["channel"])


def _counted(data: Mapping[str, Any]) -> dict[str, Any]:
    scores = {score: int(data["scores"][score]) for score in SCORES}
    return {
        "sent": data.get("sent"),
        "received": int(data["received"]),
        "valid": int(data["valid"]),
        "scores": scores,
    }


def _opened(fact: Fact) -> SurveyState:
    data = fact.data
    counts = _counted(data) if "scores" in data else {}
    return SurveyState(data.get("state", "opened"), data["period"], data["channel"], **counts)


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_opened,
    openings={"baselined": _baselined},
    rules={"results_recorded": _results_recorded},
    changes={"results_recorded": lambda _state, fact: _counted(fact.data)},
)

AGGREGATE: Aggregate[SurveyState] = Aggregate(
    name="survey",
    state_type=SurveyState,
    opens=frozenset({"opened", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
)
