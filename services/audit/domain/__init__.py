"""Rules of the audit service: from audits and their programme to objectives, reviews, surveys, and what supports them.

Plain Python: no framework, no clock, no input or output. `AGGREGATES` is how the kernel finds them.
"""

from __future__ import annotations

from services.audit.domain import (
    action,
    audit,
    audit_programme,
    budget,
    dossier_stats,
    dossier_step,
    feedback,
    focal_point,
    management_review,
    nonconformity,
    objective,
    risk,
    single_facts,
    survey,
)
from shared.eventsourcing.aggregate import AnyAggregate

AGGREGATES: dict[str, AnyAggregate] = {
    aggregate.name: aggregate
    for aggregate in (
        audit_programme.AGGREGATE,
        audit.AGGREGATE,
        nonconformity.AGGREGATE,
        action.AGGREGATE,
        objective.AGGREGATE,
        management_review.AGGREGATE,
        survey.AGGREGATE,
        feedback.AGGREGATE,
        dossier_stats.AGGREGATE,
        dossier_step.AGGREGATE,
        single_facts.TRAINING,
        focal_point.AGGREGATE,
        budget.AGGREGATE,
        single_facts.COMMENDATION,
        single_facts.GOOD_PRACTICE,
        risk.AGGREGATE,
    )
}
