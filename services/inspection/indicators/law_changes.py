"""Proposals to amend a legal text over time: feeds I31 (law-change hotspot).

Measure `law_proposal` by legal text (1 per proposal).
"""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Family, Happening, Step

LAW_PROPOSAL = "law_proposal"


@dataclass(slots=True)
class ProposalState:
    """One proposal."""

    legal_text: str = ""
    proposed_on: int = 0


def evolve(state: ProposalState, fact: Happening) -> None:
    """Take one fact; a proposal is made once."""
    if fact.name == "proposed" and not state.legal_text:
        state.legal_text = str(fact.data["legal_text_id"])
        state.proposed_on = day_in(fact.data, "proposed_on", fact.day)


def steps(state: ProposalState) -> list[Step]:
    """Return what the proposal contributes from which day on."""
    return [Step(LAW_PROPOSAL, state.legal_text, state.proposed_on, (1, 0, 0, 0))] if state.legal_text else []


FAMILY: Family[ProposalState] = Family("law_change", ProposalState, evolve, steps)
