"""What each rule watches: one module per rule, pure functions over the facts of one key.

To add a rule: one entry in `rules.yaml`, one module here with an `EVALUATOR`, one line below.
"""

from __future__ import annotations

from services.notify.domain.evaluators import legal_change, major_nonconformity, overdue_action, silent_agency
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen

#: Evaluators by rule id (domain model, alert rules).
EVALUATORS: dict[str, Evaluator] = {
    "A1": major_nonconformity.EVALUATOR,
    "A2": overdue_action.EVALUATOR,
    "A3": legal_change.EVALUATOR,
    "A11": silent_agency.EVALUATOR,
}

__all__ = ["EVALUATORS", "Evaluator", "Memory", "Seen"]
