"""I31: the legal texts that make most procedures stale, and where agencies propose to amend the law."""

from __future__ import annotations

from dataclasses import dataclass

from services.inspection.indicators.law_changes import LAW_PROPOSAL
from services.inspection.indicators.procedures import STALE_TEXT
from services.inspection.indicators.sums import Need, Question
from services.inspection.read_models import Figure

HOTSPOT_NEEDS = (Need(STALE_TEXT, broken=True), Need(LAW_PROPOSAL, broken=True))

#: Texts listed, the hottest first.
LISTED = 20


@dataclass(slots=True)
class _Text:
    procedures: int = 0
    agencies: int = 0
    proposals: int = 0


def hotspots(question: Question) -> Figure:
    """Return I31: texts by stale procedures times agencies, then by proposals; how many texts there are in all."""
    texts: dict[str, _Text] = {}
    for member in question.members:
        for text, amounts in question.sums.part(STALE_TEXT, member.agency_id).items():
            if amounts[0] > 0:
                found = texts.setdefault(text, _Text())
                found.procedures += amounts[0]
                found.agencies += 1
        for text, amounts in question.sums.part(LAW_PROPOSAL, member.agency_id).items():
            if amounts[0] > 0:
                texts.setdefault(text, _Text()).proposals += amounts[0]
    listed = sorted(
        texts.items(), key=lambda item: (-item[1].procedures * item[1].agencies, -item[1].proposals, item[0])
    )
    values = {
        "legal_texts": len(texts),
        "texts": [
            {
                "legal_text": name,
                "stale_procedures": text.procedures,
                "agencies": text.agencies,
                "weight": text.procedures * text.agencies,
                "proposals": text.proposals,
            }
            for name, text in listed[:LISTED]
        ],
    }
    return Figure(None, None, values)
