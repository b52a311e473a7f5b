"""Turns the facts of one stream into a line of the agency file: what it is, where it stands on a day.

Pure. The states over time of procedures and actions come from the indicator families, so that file and figures cannot
differ; nonconformities and declarations are read here. Facts are given in business order, all of them up to the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.inspection.indicators import actions, declarations, procedures
from services.inspection.indicators.days import day_in
from services.inspection.indicators.timeline import Happening
from services.inspection.read_models import ActionLine, DeclarationLine, NonconformityLine, ProcedureLine

Facts = Sequence[Happening]

_PROCEDURE_STATUS = {
    "submitted": "in_review",
    "returned": "draft",
    "rejected": "draft",
    "approved": "approved",
    "issued": "in_force",
    "withdrawn": "withdrawn",
}
_NONCONFORMITY_STATUS = {
    "accepted": "accepted",
    "disputed": "disputed",
    "cause_identified": "analysing",
    "action_planned": "action_planned",
    "completed": "completed",
    "closed": "closed",
    "reopened": "analysing",
    "withdrawn": "withdrawn",
}


def _merged(facts: Facts) -> dict[str, Any]:
    """Return the latest value of every field."""
    values: dict[str, Any] = {}
    for fact in facts:
        values.update(fact.data)
    return values


def _subject(source: str, facts: Facts) -> tuple[str, str]:
    return facts[0].subject, source


def procedure_line(source: str, facts: Facts, day: int) -> ProcedureLine:
    """Return a procedure as of a day."""
    state = procedures.ProcedureState()
    status = "draft"
    for fact in facts:
        procedures.evolve(state, fact)
        status = (
            fact.data.get("status", "in_force")
            if fact.name == "baselined"
            else _PROCEDURE_STATUS.get(fact.name, status)
        )
    values = _merged([fact for fact in facts if fact.name not in ("flagged_stale", "staleness_cleared")])
    since = procedures.stale_since(state, day)
    subject, owner = _subject(source, facts)
    return ProcedureLine(
        procedure_id=subject,
        source=owner,
        code=str(values.get("code", subject)),
        title=str(values.get("title", "")),
        kind=str(values.get("kind", "")),
        tthc_code=values.get("tthc_code"),
        status=status,
        edition=values.get("edition"),
        revision=values.get("revision"),
        effective_from=day_in(values, "effective_from", 0) or None,
        regulated_days=values.get("regulated_days"),
        committed_days=values.get("to_days", values.get("committed_days")),
        stale=since is not None,
        stale_days=None if since is None else day - since,
        stale_due=None if since is None else since + procedures.GRACE,
    )


def action_line(source: str, facts: Facts, day: int) -> ActionLine:
    """Return a corrective action as of a day."""
    state = actions.ActionState()
    for fact in facts:
        actions.evolve(state, fact)
    values = _merged(facts)
    subject, owner = _subject(source, facts)
    return ActionLine(
        action_id=subject,
        source=owner,
        nc_id=_reference(values.get("nc_id")),
        title=str(values.get("what", "")),
        status=state.status,
        open=state.open,
        due=state.due,
        original_due=state.original_due,
        extensions=state.extensions,
        overdue_days=max(0, day - state.due) if state.open else 0,
        overdue_original_days=max(0, day - state.original_due) if state.open else 0,
    )


def _reference(named: Any) -> str | None:
    if isinstance(named, Mapping):
        return str(named["id"])
    return None if named is None else str(named)


def nonconformity_line(source: str, facts: Facts, day: int) -> NonconformityLine:
    """Return a nonconformity as of a day."""
    status, grade, ended_on = "raised", str(facts[0].data.get("class", "")), None
    for fact in facts:
        status = _nonconformity_status(status, fact)
        grade = fact.data["to"] if fact.name == "regraded" else grade
        if status in ("closed", "withdrawn"):
            ended_on = ended_on if ended_on is not None else day_in(fact.data, "closed_on", fact.day)
        else:
            ended_on = None
    raised_on = day_in(facts[0].data, "raised_on", facts[0].day)
    subject, owner = _subject(source, facts)
    return NonconformityLine(
        nc_id=subject,
        source=owner,
        grade=grade,
        clause=facts[0].data.get("clause"),
        statement=str(facts[0].data.get("statement", "")),
        status=status,
        open=ended_on is None,
        raised_on=raised_on,
        age_days=(day if ended_on is None else ended_on) - raised_on,
    )


def _nonconformity_status(status: str, fact: Happening) -> str:
    if fact.name == "baselined":
        return str(fact.data["state"])
    if fact.name == "dispute_resolved":
        return "accepted" if fact.data["outcome"] == "upheld" else "withdrawn"
    if fact.name == "effectiveness_verified":
        return "verifying" if fact.data["effective"] else "analysing"
    return _NONCONFORMITY_STATUS.get(fact.name, status)


def declaration_line(source: str, facts: Facts, day: int) -> DeclarationLine:
    """Return a declaration, plan or certificate as of a day; an expired certificate has lapsed."""
    state = declarations.DeclarationState()
    for fact in facts:
        declarations.evolve(state, fact)
    values = _merged(facts)
    reached = [segment for segment in state.segments if segment[1] <= day]
    status, since = reached[-1] if reached else (state.status, facts[0].day)
    last_valid = max((valid_to for _issued_on, valid_to, _version in state.certificates), default=None)
    if status == "certified" and last_valid is not None and last_valid < day:
        status, since = "lapsed", last_valid + 1
    subject, owner = _subject(source, facts)
    return DeclarationLine(
        declaration_id=subject,
        source=owner,
        status=status,
        standard_version=values.get("to_version", values.get("standard_version")),
        decision_no=values.get("decision_no", values.get("certificate_no")),
        since=since,
        fields=list(values.get("scope_fields", ())),
    )


#: Builder of lines by aggregate.
BUILDERS = {
    "procedure": procedure_line,
    "action": action_line,
    "nonconformity": nonconformity_line,
    "declaration": declaration_line,
}
