"""A working procedure (quy trình): drafted, reviewed, approved, in force, revised, withdrawn.

Source: ISO 9001:2015 7.5 (documented information). Owns the order of the steps and what must hold
at each; staleness itself is computed in `staleness.py`, here it is only remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.documents.domain import errors, procedure_codes
from services.documents.domain.named import stream_named
from shared import clock
from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, Refusal
from shared.eventsourcing.transitions import Moves, check_move, move

STATES = ("draft", "in_review", "rejected", "approved", "in_force", "withdrawn")

MOVES = Moves(
    vi="quy trình",
    en="procedure",
    table={
        "drafted": move(to="draft"),
        "baselined": move(),
        "submitted": move("draft", "rejected", to="in_review"),
        "returned": move("in_review", to="draft"),
        "rejected": move("in_review", to="rejected"),
        "approved": move("in_review", to="approved"),
        "issued": move("approved", to="in_force"),
        "revised": move("in_force"),
        "reviewed_no_change": move("in_force"),
        "committed_time_changed": move("in_force"),
        "published": move("in_force"),
        "acknowledged": move("in_force"),
        "withdrawn": move("draft", "rejected", "approved", "in_force", to="withdrawn"),
        "flagged_stale": move(*STATES, by_system=True),
        "staleness_cleared": move(*STATES, by_system=True),
    },
    words={
        "draft": "dự thảo",
        "in_review": "đang thẩm xét",
        "rejected": "bị từ chối",
        "approved": "đã phê duyệt",
        "in_force": "có hiệu lực",
        "withdrawn": "đã bãi bỏ",
    },
)


@dataclass(slots=True)
class ProcedureState:
    """What is needed to decide on the next event; the content itself stays in the events."""

    status: str
    #: `agency/id` of the procedure itself.
    record: str = ""
    code: str = ""
    kind: str = ""
    tthc_code: str | None = None
    step_count: int = 0
    #: Number of the first step that nobody owns.
    ownerless_step: int | None = None
    regulated_days: int | None = None
    committed_days: int | None = None
    author_ref: str | None = None
    #: Days as ISO 8601 text.
    approved_on: str | None = None
    effective_from: str | None = None
    edition: int = 0
    revision: int = 0
    #: Since when the procedure is stale, by the event that changed a text: {"source/id": day}.
    stale: dict[str, str] = field(default_factory=dict)


def _submit(state: ProcedureState, fact: Fact) -> Refusal | None:
    merged = _with_content(state, fact.data)
    if merged["step_count"] == 0:
        return errors.steps_missing()
    if merged["ownerless_step"] is not None:
        return errors.step_without_owner(merged["ownerless_step"])
    if merged["kind"] == "tthc" and not merged["tthc_code"]:
        return errors.tthc_code_missing()
    return _check_days(merged["committed_days"], merged["regulated_days"])


def _approve(state: ProcedureState, fact: Fact) -> Refusal | None:
    if state.author_ref is not None and fact.data["approver_ref"] == state.author_ref:
        return errors.approver_is_author()
    return None


def _issue(state: ProcedureState, fact: Fact) -> Refusal | None:
    if state.approved_on is not None and fact.data["effective_from"] < state.approved_on:
        return errors.effective_before_approval(state.approved_on)
    # Agencies number the first issue 0 or 1; a higher revision has predecessors we were not told of.
    if fact.data["revision"] > 1:
        return errors.revision_not_next(fact.data["edition"], 0)
    return None


def _revise(state: ProcedureState, fact: Fact) -> Refusal | None:
    data = fact.data
    live = (state.edition, state.revision)
    if (data.get("from_edition", live[0]), data.get("from_revision", live[1])) != live:
        return errors.revision_not_live(*live, "/data/from_revision")
    following = {(live[0], live[1] + 1), (live[0] + 1, 0), (live[0] + 1, 1)}
    if (data["edition"], data["revision"]) not in following:
        return errors.revision_not_next(live[0], live[1] + 1)
    if data["trigger"] == "legal_change" and "legal_text_id" not in data:
        return errors.legal_text_missing()
    merged = _with_content(state, data)
    return _check_days(merged["committed_days"], merged["regulated_days"])


def _change_committed_time(state: ProcedureState, fact: Fact) -> Refusal | None:
    return _check_days(fact.data["to_days"], state.regulated_days, "/data/to_days")


def _publish(state: ProcedureState, fact: Fact) -> Refusal | None:
    live = (state.edition, state.revision)
    named = (fact.data.get("edition", live[0]), fact.data.get("revision", live[1]))
    return None if named == live else errors.revision_not_live(*live, "/data/revision")


def _withdraw(_state: ProcedureState, fact: Fact) -> Refusal | None:
    return errors.replaces_itself() if _replacement(fact) == f"{fact.source}/{fact.subject}" else None


def _baseline(fact: Fact) -> Refusal | None:
    data = fact.data
    if data.get("status", "in_force") == "in_force" and "effective_from" not in data:
        return errors.baseline_incomplete("effective_from")
    return _check_days(data.get("committed_days"), data.get("regulated_days"))


_RULES: dict[str, Callable[[ProcedureState, Fact], Refusal | None]] = {
    "submitted": _submit,
    "approved": _approve,
    "issued": _issue,
    "revised": _revise,
    "committed_time_changed": _change_committed_time,
    "published": _publish,
    "withdrawn": _withdraw,
}


def decide(state: ProcedureState | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Return a refusal, or nothing further: a procedure's own events derive no others."""
    if state is None:
        opening = _baseline(fact) if fact.name == "baselined" else procedure_codes.refuse_code_in_use(fact, related)
        return opening or ACCEPT
    refusal = check_move(MOVES, state.status, fact)
    rule = _RULES.get(fact.name)
    if refusal is None and rule is not None:
        refusal = rule(state, fact)
    return refusal or ACCEPT


def evolve(state: ProcedureState | None, fact: Fact) -> ProcedureState:
    """Return the state after an accepted fact."""
    data = fact.data
    if state is None:
        record = f"{fact.source}/{fact.subject}"
        state = ProcedureState("draft", record, code=data.get("code", ""), kind=data.get("kind", ""))
        state.author_ref = data.get("author_ref")
    for name, value in _with_content(state, data).items():
        setattr(state, name, value)
    state.status = MOVES.after(state.status, fact.name)
    effect = _EFFECTS.get(fact.name)
    if effect:
        effect(state, fact)
    return state


def _approved(state: ProcedureState, fact: Fact) -> None:
    state.approved_on = clock.to_date(fact.day).isoformat()


def _numbered(state: ProcedureState, fact: Fact) -> None:
    state.edition = fact.data["edition"]
    state.revision = fact.data["revision"]
    state.effective_from = fact.data.get("effective_from")


def _committed(state: ProcedureState, fact: Fact) -> None:
    state.committed_days = fact.data["to_days"]


def _baselined(state: ProcedureState, fact: Fact) -> None:
    state.status = fact.data.get("status", "in_force")
    _numbered(state, fact)


def _flagged(state: ProcedureState, fact: Fact) -> None:
    state.stale[_change_key(fact)] = fact.data["since"]


def _cleared(state: ProcedureState, fact: Fact) -> None:
    state.stale.pop(_change_key(fact), None)


_EFFECTS: dict[str, Callable[[ProcedureState, Fact], None]] = {
    "approved": _approved,
    "issued": _numbered,
    "revised": _numbered,
    "committed_time_changed": _committed,
    "baselined": _baselined,
    "flagged_stale": _flagged,
    "staleness_cleared": _cleared,
}


def references(fact: Fact) -> Sequence[Reference]:
    """Return the procedure that takes over from a withdrawn one: it must be known first."""
    replacement = _replacement(fact)
    return (Reference("procedure", replacement),) if replacement else ()


def _replacement(fact: Fact) -> str | None:
    named = fact.data.get("replaced_by") if fact.name == "withdrawn" else None
    return None if named is None else stream_named(named, fact.source)


def _with_content(state: ProcedureState, data: Mapping[str, Any]) -> dict[str, Any]:
    merged = {name: data.get(name, getattr(state, name)) for name in ("tthc_code", "regulated_days", "committed_days")}
    merged |= {"kind": state.kind, "step_count": state.step_count, "ownerless_step": state.ownerless_step}
    if "steps" in data:
        merged["step_count"] = len(data["steps"])
        ownerless = [step["no"] for step in data["steps"] if not {"role", "owner_agency_id"} & step.keys()]
        merged["ownerless_step"] = ownerless[0] if ownerless else None
    return merged


def _check_days(committed: int | None, regulated: int | None, pointer: str = "/data/committed_days") -> Refusal | None:
    if committed is None or regulated is None or committed <= regulated:
        return None
    return errors.committed_above_regulated(committed, regulated, pointer)


def _change_key(fact: Fact) -> str:
    return stream_named(fact.data["change"], fact.source)


AGGREGATE = Aggregate(
    name="procedure",
    state_type=ProcedureState,
    opens=frozenset({"drafted", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=references,
    sees=procedure_codes.seen_by,
    indexed=procedure_codes.entries,
)
