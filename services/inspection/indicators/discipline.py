"""I7, I7a, I7b, I9 and I11: dossiers on time, internal audits as planned, corrective actions by their due dates."""

from __future__ import annotations

from services.inspection.indicators.actions import ACTION, ACTION_EXTENSION, ACTION_LATE
from services.inspection.indicators.audits import AUDIT, AUDIT_RECENT
from services.inspection.indicators.coverage import covered
from services.inspection.indicators.declarations import DECLARATION
from services.inspection.indicators.dossiers import DOSSIER_BALANCE, DOSSIER_STOCK, DOSSIERS
from services.inspection.indicators.statistics import ratio
from services.inspection.indicators.sums import NOTHING, Need, Question
from services.inspection.read_models import Figure

BACKLOG_NEEDS = (Need(DOSSIER_STOCK, broken=True, within="months"),)
BALANCE_NEEDS = (Need(DOSSIERS, within="months"), Need(DOSSIER_BALANCE, within="months"))
DOSSIER_NEEDS = (
    Need(DOSSIERS, within="months"),
    Need(DOSSIER_STOCK, broken=True, within="months"),
    Need(DOSSIER_BALANCE, within="months"),
)
AUDIT_NEEDS = (Need(AUDIT, within="days"), Need(AUDIT_RECENT), Need(DECLARATION, broken=True))
ACTION_NEEDS = (Need(ACTION), Need(ACTION_EXTENSION), Need(ACTION_LATE))


def dossiers_on_time(question: Question) -> Figure:
    """Return I7, with the strict variant, I7a and I7b; what is pending counts as of the last month returned."""
    on_time, late, received, returns = question.sums.group(DOSSIERS, question.members)
    overdue, in_time = _stock(question)
    unbalanced, difference, _, _ = question.sums.group(DOSSIER_BALANCE, question.members)
    values = {
        "received": received,
        "returns": returns,
        "strict": ratio(on_time, on_time + late + overdue),
        "backlog": ratio(overdue, overdue + in_time),
        "unbalanced_returns": unbalanced,
        "balance_difference": difference,
    }
    return Figure(on_time, on_time + late, values)


def _stock(question: Question) -> tuple[int, int]:
    """Return what is pending overdue and in time; a dossier that waits for months is one dossier."""
    overdue = in_time = 0
    by_agency = question.sums.parts.get(DOSSIER_STOCK, {})
    for member in question.members:
        months = by_agency.get(member.agency_id)
        if months:
            amounts = months[max(months)]
            overdue += amounts[0]
            in_time += amounts[1]
    return overdue, in_time


def backlog(question: Question) -> Figure:
    """Return I7a: what is pending past its time, of all that was pending at the end of the last month returned."""
    overdue, in_time = _stock(question)
    return Figure(overdue, overdue + in_time, {"pending_in_time": in_time})


def balance(question: Question) -> Figure:
    """Return I7b: returns whose dossiers do not add up, of all returns; and by how many dossiers they differ."""
    unbalanced, difference, _, _ = question.sums.group(DOSSIER_BALANCE, question.members)
    returns = question.sums.group(DOSSIERS, question.members)[3]
    return Figure(unbalanced, returns, {"balance_difference": difference})


def audit_discipline(question: Question) -> Figure:
    """Return I9: planned audits of the period that were completed in time; and who had none for 365 days."""
    planned, on_time, _, _ = question.sums.group(AUDIT, question.members)
    audited, live = question.sums.totals.get(AUDIT_RECENT, {}), covered(question.sums)
    unaudited = [m.agency_id for m in question.members if audited.get(m.agency_id, NOTHING)[0] <= 0]
    values = {
        "agencies_without_audit": len(unaudited),
        "declared_without_audit": sum([agency_id in live for agency_id in unaudited]),
    }
    return Figure(on_time, planned, values)


def overdue_actions(question: Question) -> Figure:
    """Return I11: overdue among open actions; by the first due date too, so that moving it hides nothing."""
    still_open, overdue, original, first_due_days = question.sums.group(ACTION, question.members)
    over_30, over_90, _, _ = question.sums.group(ACTION_LATE, question.members)
    values = {
        "overdue_original": ratio(original, still_open),
        "extensions": question.sums.group(ACTION_EXTENSION, question.members)[0],
        "age_days_mean": (original * question.day - first_due_days) / original if original else None,
        "overdue_over_30_days": over_30,
        "overdue_over_90_days": over_90,
    }
    return Figure(overdue, still_open, values)
