"""What each rule watches: one module per kind of rule, pure functions over the facts of one key.

To add a rule: one entry in `rules.yaml`, one module here with an `EVALUATOR`, one line below. Rules on indicators need
no module: they name thresholds.
"""

from __future__ import annotations

from services.notify.domain.evaluators import (
    contradicted_claim,
    crossing,
    due_record,
    inconsistency,
    late_conclusion,
    legal_change,
    major_nonconformity,
    overdue_action,
    overdue_waiting,
    overlap,
    recurrence,
    redeclaration,
    shortened_time,
    silent_agency,
    system_signal,
    unsettled_reorganisation,
    upkeep,
    vacancy,
    withdrawn_standard,
)
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen
from services.notify.domain.rule import Rule

#: Evaluators by rule id (domain model, alert rules), of rules that are not on indicators.
EVALUATORS: dict[str, Evaluator] = {
    "A1": major_nonconformity.EVALUATOR,
    "A2": overdue_action.EVALUATOR,
    "A3": legal_change.EVALUATOR,
    "A5": upkeep.EVALUATOR,
    "A6": redeclaration.EVALUATOR,
    "A7": withdrawn_standard.EVALUATOR,
    "A8": recurrence.EVALUATOR,
    "A9": due_record.RECOMMENDATION,
    "A10": due_record.PERIODIC_REPORT,
    "A11": silent_agency.EVALUATOR,
    "A14": contradicted_claim.EVALUATOR,
    "A16": overlap.EVALUATOR,
    "A17": vacancy.EVALUATOR,
    "A18": unsettled_reorganisation.EVALUATOR,
    "A19": late_conclusion.EVALUATOR,
    "A20": system_signal.evaluator("A20"),
    "A21": system_signal.evaluator("A21"),
    "A23": shortened_time.EVALUATOR,
    "A25": overdue_waiting.EVALUATOR,
    "A26": inconsistency.EVALUATOR,
}


def evaluator_of(rule: Rule) -> Evaluator:
    """Return what a rule watches.

    Raises:
        LookupError: neither thresholds nor an evaluator of its own.
    """
    return crossing.evaluator_of(rule) if rule.crossings else EVALUATORS[rule.id]


__all__ = ["EVALUATORS", "Evaluator", "Memory", "Seen", "evaluator_of"]
