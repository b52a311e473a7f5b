"""I15 and I16: management reviews held, quality objectives met."""

from __future__ import annotations

from services.inspection.indicators.coverage import covered
from services.inspection.indicators.declarations import DECLARATION
from services.inspection.indicators.objectives import OBJECTIVE, PARTS
from services.inspection.indicators.reviews import INPUTS, REVIEW_RECENT
from services.inspection.indicators.statistics import ratio
from services.inspection.indicators.sums import Need, Question
from services.inspection.read_models import Figure

REVIEW_NEEDS = (Need(REVIEW_RECENT), Need(DECLARATION, broken=True))
OBJECTIVE_NEEDS = (Need(OBJECTIVE, within="days"),)


def management_review(question: Question) -> Figure:
    """Return I15: declared agencies with a review in the last 365 days; how complete the reviews' inputs were."""
    live = covered(question.sums)
    declared = [member for member in question.members if member.agency_id in live]
    reviewed = sum(question.sums.total(REVIEW_RECENT, member.agency_id)[0] > 0 for member in declared)
    reviews, inputs, _, _ = question.sums.group(REVIEW_RECENT, question.members)
    return Figure(reviewed, len(declared), {"reviews": reviews, "inputs": ratio(inputs, len(INPUTS) * reviews)})


def objectives_met(question: Question) -> Figure:
    """Return I16: weight of the objectives met among the weight of those assessed in the period."""
    met, assessed, met_count, count = question.sums.group(OBJECTIVE, question.members)
    return Figure(_weight(met), _weight(assessed), {"objectives_met": met_count, "objectives_assessed": count})


def _weight(parts: int) -> int | float:
    return parts // PARTS if parts % PARTS == 0 else parts / PARTS
