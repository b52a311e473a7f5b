"""I25, I26 and I27: who looks after the system, how long they stay, and the money there is for it."""

from __future__ import annotations

from services.inspection.indicators.budgets import BUDGET, BUDGET_REST, MILLION
from services.inspection.indicators.coverage import covered
from services.inspection.indicators.days import iso
from services.inspection.indicators.declarations import DECLARATION
from services.inspection.indicators.focal_points import FOCAL_LEFT, FOCAL_POINT, FOCAL_VACANT
from services.inspection.indicators.statistics import counted, median, ratio
from services.inspection.indicators.sums import Need, Question
from services.inspection.indicators.timeline import months_later
from services.inspection.indicators.trainings import TRAINED
from services.inspection.read_models import Figure
from shared import clock

TRAINING_NEEDS = (Need(FOCAL_POINT, broken=True), Need(TRAINED, broken=True))
STABILITY_NEEDS = (Need(FOCAL_POINT, broken=True), Need(FOCAL_VACANT), Need(FOCAL_LEFT, broken=True))
BUDGET_NEEDS = (
    Need(BUDGET, within="years"),
    Need(BUDGET_REST, within="years"),
    Need(DECLARATION, broken=True),
)


def _has_trained(question: Question, agency_id: str) -> bool:
    """Return whether a present focal point is trained: when appointed, or in a class since that focal points attended."""
    held = question.sums.part(FOCAL_POINT, agency_id)
    if any(amounts[1] > 0 for amounts in held.values()):
        return True
    classes = [day for day, amounts in question.sums.part(TRAINED, agency_id).items() if amounts[1] > 0]
    latest = max(classes, default="")
    return any(amounts[0] > 0 and since <= latest for since, amounts in held.items())


def training_coverage(question: Question) -> Figure:
    """Return I25: agencies with a trained present focal point; people trained and classes in the period."""
    trained = sum(_has_trained(question, member.agency_id) for member in question.members)
    first, last = iso(question.begins), iso(question.ends)
    people = classes = 0
    for member in question.members:
        for day, amounts in question.sums.part(TRAINED, member.agency_id).items():
            if first <= day <= last:
                people += amounts[0]
                classes += amounts[2]
    return Figure(trained, len(question.members), {"people_trained": people, "attendances": classes})


def focal_point_stability(question: Question) -> Figure:
    """Return I26: posts vacant, how long holders stay and have stayed, and how many left in the last twelve months."""
    since = iso(months_later(question.day, -12) + 1)
    present: list[dict[int, int]] = []
    past: list[dict[int, int]] = []
    changes = 0
    for member in question.members:
        held = question.sums.part(FOCAL_POINT, member.agency_id)
        present.append({question.day - clock.day_of(day): amounts[0] for day, amounts in held.items()})
        for dimension, amounts in question.sums.part(FOCAL_LEFT, member.agency_id).items():
            left_on, _, days = dimension.partition("|")
            past.append({int(days): amounts[0]})
            changes += amounts[0] if left_on >= since else 0
    holders = counted(present)
    vacant = question.sums.group(FOCAL_VACANT, question.members)[0]
    posts = vacant + sum(count for _days, count in holders)
    values = {
        "posts": posts,
        "vacant": vacant,
        "tenure_median_days": median(counted(past)),
        "present_tenure_median_days": median(holders),
        "changes": changes,
        "changes_per_post": changes / posts if posts else None,
    }
    return Figure(None, None, values)


def budget(question: Question) -> Figure:
    """Return I27: money allocated of what was requested for the years of the period; what was spent; VND."""
    millions = question.sums.group(BUDGET, question.members)
    rests = question.sums.group(BUDGET_REST, question.members)
    requested, allocated, spent = (millions[index] * MILLION + rests[index] for index in range(3))
    live = covered(question.sums)
    declared = sum([member.agency_id in live for member in question.members])
    values = {
        "spent": ratio(spent, allocated),
        "declared_agencies": declared,
        "cost_per_declared_agency": spent / declared if declared else None,
    }
    return Figure(allocated, requested, values)
