"""I17 and I18: what people say, asked in surveys and unasked as feedback."""

from __future__ import annotations

from services.inspection.indicators.feedback import FEEDBACK, FEEDBACK_NONE
from services.inspection.indicators.statistics import SMALL_SAMPLE, ratio, wilson
from services.inspection.indicators.sums import Need, Question
from services.inspection.indicators.surveys import SURVEY
from services.inspection.read_models import Figure

SATISFACTION_NEEDS = (Need(SURVEY, within="days"),)
FEEDBACK_NEEDS = (Need(FEEDBACK, within="days"), Need(FEEDBACK_NONE))


def satisfaction(question: Question) -> Figure:
    """Return I17: satisfied among the valid answers of the period, how sure that is, and how many answered."""
    satisfied, valid, received, sent = question.sums.group(SURVEY, question.members)
    interval = wilson(satisfied, valid)
    values = {
        "wilson_lower": interval[0] if interval else None,
        "wilson_upper": interval[1] if interval else None,
        "small_sample": valid < SMALL_SAMPLE,
        "response": ratio(received, sent),
    }
    return Figure(satisfied, valid, values)


def feedback_on_time(question: Question) -> Figure:
    """Return I18: handled in time among the feedback received in the period, and the satisfied share."""
    total, in_time, unhappy, answered = question.sums.group(FEEDBACK, question.members)
    values = {
        "satisfied": ratio(total - unhappy, total),
        "answered": answered,
        "statements_of_none": question.sums.group(FEEDBACK_NONE, question.members)[0],
    }
    return Figure(in_time, total, values)
