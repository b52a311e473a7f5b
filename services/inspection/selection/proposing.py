"""A selection as it is proposed and, once confirmed, recorded: the list with its reasons, entries by quarter, scores.

Asked again with the same moment, parameters and seed it is the same, bit for bit; so confirming means asking again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.inspection.selection.gathering import Gathered
from services.inspection.selection.inputs import as_json, inputs_hash
from services.inspection.selection.risk import MODEL_VERSION, Score, scores
from services.inspection.selection.selecting import Parameters, Pick, Selected, select
from shared import clock
from shared.contracts.envelope import SOURCE_PREFIX

_QUARTERS = 4
_MONTHS_OF_A_QUARTER = 3


@dataclass(frozen=True, slots=True)
class Proposal:
    """A selection with all that repeats it."""

    gathered: Gathered
    parameters: Parameters
    seed: str
    digest: str
    selected: Selected
    scores: Mapping[str, Score]


def propose(gathered: Gathered, parameters: Parameters, seed: str) -> Proposal:
    """Return the selection of candidates.

    Args:
        gathered: The candidates.
        parameters: What is asked for.
        seed: Seed of the random part; empty: the digest of the inputs, so that nobody can look for a seed that suits.
    """
    told = {"asked": _parameters(parameters), "begins": parameters.begins, "ends": parameters.ends}
    digest = inputs_hash(MODEL_VERSION, gathered.as_of, told, [as_json(one) for one in gathered.candidates])
    found = scores(gathered.candidates, gathered.as_of)
    chosen = seed or digest
    selected = select(gathered.candidates, found, parameters, chosen, gathered.as_of)
    return Proposal(gathered, parameters, chosen, digest, selected, found)


def _parameters(parameters: Parameters) -> dict[str, Any]:
    told: dict[str, Any] = {
        "capacity": parameters.capacity,
        "random_share": parameters.random_share,
        "onsite_share_min": parameters.onsite_share_min,
        "most_per_territory": parameters.most_per_territory,
        "other_body_days": parameters.other_body_days,
    }
    return told if parameters.capacity_days is None else {**told, "capacity_days": parameters.capacity_days}


def selection_data(proposal: Proposal, programme: str, year: int) -> dict[str, Any]:
    """Return the fields of `selection.run`."""
    picks = proposal.selected.picks
    return {
        "programme_id": programme,
        "year": year,
        "as_of": clock.to_date(proposal.gathered.as_of).isoformat(),
        "known_at": clock.to_rfc3339(proposal.gathered.known_at),
        "seed": proposal.seed,
        "model_version": MODEL_VERSION,
        "inputs_hash": proposal.digest,
        "candidates": len(proposal.gathered.candidates),
        "parameters": _parameters(proposal.parameters),
        "picked": [pick.agency_id for pick in picks],
        "reasons": [_reason(pick) for pick in picks],
        "random_picks": [pick.agency_id for pick in picks if pick.ground == "random"],
        "dropped": [{"agency_id": agency_id, "ground": why} for agency_id, why in proposal.selected.dropped],
    }


def _reason(pick: Pick) -> dict[str, Any]:
    told = {
        "agency_id": pick.agency_id,
        "ground": pick.ground,
        "details": [one.vi for one in pick.details],
        "score": pick.score,
        "mode": pick.mode,
        "person_days": pick.person_days,
        "territory": pick.territory,
    }
    return {**told, "joint_with": _reference(pick)} if pick.joint else told


def _reference(pick: Pick) -> dict[str, str] | None:
    if pick.joint is None:
        return None
    body, _, subject = pick.joint.inspection.partition("/")
    return {"source": SOURCE_PREFIX + body, "id": subject}


def entries(proposal: Proposal) -> list[dict[str, Any]]:
    """Return the picks as entries of a programme: joint ones in the quarter of the other visit, the rest spread evenly."""
    picks = proposal.selected.picks
    return [_entry(pick, index, len(picks)) for index, pick in enumerate(picks)]


def _entry(pick: Pick, index: int, count: int) -> dict[str, Any]:
    quarter = 1 + index * _QUARTERS // count
    if pick.joint is not None:
        quarter = 1 + (clock.to_date(pick.joint.begins).month - 1) // _MONTHS_OF_A_QUARTER
    told = {"agency_id": pick.agency_id, "mode": pick.mode, "quarter": quarter, "person_days": pick.person_days}
    return {**told, "joint_with": _reference(pick)} if pick.joint else told


def score_data(score: Score, proposal: Proposal) -> dict[str, Any]:
    """Return the fields of `risk_score.computed`."""
    return {
        "agency_id": score.agency_id,
        "as_of": clock.to_date(proposal.gathered.as_of).isoformat(),
        "known_at": clock.to_rfc3339(proposal.gathered.known_at),
        "score": score.score,
        "parts": [
            {"part": part.part, "value": part.value, "weight": part.weight, "explained": part.explained.vi}
            for part in score.parts
        ],
        "model_version": MODEL_VERSION,
    }
