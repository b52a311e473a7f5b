"""What an audit refuses, beyond the order of its states: one function per event."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from services.audit.domain.audit_state import AuditState
from shared.contracts.audit.vocabulary import FINDING_CLASSES, NC_CLASSES
from shared.eventsourcing import references
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.rules import (
    refuse_future,
    refuse_missing_criterion,
    refuse_missing_evidence,
    refuse_reversed,
    refuse_unknown_clause,
)

State: TypeAlias = AuditState
Related: TypeAlias = Mapping[Reference, Any]


def _dates_in_order(fact: Fact) -> Refusal | None:
    if fact.data["planned_from"] <= fact.data["planned_to"]:
        return None
    return refuse(
        "DATES_REVERSED",
        "Ngày kết thúc theo kế hoạch sớm hơn ngày bắt đầu.",
        "The last planned day is before the first.",
        "/data/planned_to",
    )


def _planned(fact: Fact) -> Refusal | None:
    refused = _dates_in_order(fact)
    if refused is None and not any(member["role"] == "lead" for member in fact.data["team"]):
        refused = refuse(
            "LEAD_AUDITOR_MISSING",
            "Đoàn đánh giá phải có trưởng đoàn (role: lead).",
            "The team needs a lead auditor (role: lead).",
            "/data/team",
        )
    return refused or _impartial(fact)


def _impartial(fact: Fact) -> Refusal | None:
    """Refuse a team whose member would audit the own work (ISO 9001:2015 9.2.2 c)."""
    scope = fact.data["scope"]
    audited = {*scope.get("procedures", ()), *scope.get("divisions", ())}
    for index, member in enumerate(fact.data["team"]):
        own = audited.intersection(member.get("own_areas", ()))
        if own and member["role"] != "observer":
            listed = ", ".join(sorted(own))
            return refuse(
                "AUDITS_OWN_WORK",
                f"Đánh giá viên không được đánh giá công việc của chính mình: {listed}. Phân công người khác.",
                f"An auditor must not audit the own work: {listed}. Assign somebody else.",
                f"/data/team/{index}/own_areas",
            )
    return None


def _rescheduled(_state: State, fact: Fact, _related: Related) -> Refusal | None:
    return _dates_in_order(fact)


def _combined(_state: State, fact: Fact, related: Related) -> Refusal | None:
    into = references.to("audit", fact.data["into"], fact)
    if into.stream_id == f"{fact.source}/{fact.subject}" or not related[into].ahead:
        return refuse(
            "OTHER_AUDIT_NOT_PLANNED",
            "Chỉ ghép vào một cuộc đánh giá khác đang ở giai đoạn kế hoạch.",
            "An audit can be combined only with another one that has yet to begin.",
            "/data/into",
        )
    if references.agency_of(fact.data["into"], fact) != fact.source and "consent" not in fact.data:
        return refuse(
            "CONSENT_MISSING",
            "Ghép với cuộc đánh giá của cơ quan khác phải có văn bản đồng ý (consent).",
            "Combining with another agency's audit needs its consent (consent).",
            "/data/consent",
        )
    return None


def _finding_recorded(state: State, fact: Fact, _related: Related) -> Refusal | None:
    if fact.data["finding_id"] in state.findings:
        return refuse(
            "FINDING_EXISTS",
            "Mã phát hiện này đã được ghi nhận. Dùng mã khác.",
            "A finding with this id is recorded already. Use another id.",
            "/data/finding_id",
        )
    refused = refuse_unknown_clause(fact)
    if refused is None and fact.data["class"] in NC_CLASSES:
        refused = refuse_missing_criterion(fact) or refuse_missing_evidence(fact)
    return refused


def _reported(state: State, fact: Fact, _related: Related) -> Refusal | None:
    open_items = [item for item in state.mandatory_items if item not in state.answers]
    if open_items:
        listed = ", ".join(open_items)
        return refuse(
            "CHECKLIST_INCOMPLETE",
            f"Còn mục bắt buộc chưa trả lời: {listed}.",
            f"Mandatory items are unanswered: {listed}.",
            "/type",
        )
    recorded = Counter(state.findings.values())
    wrong = [name for name in FINDING_CLASSES if fact.data["counts"].get(name, 0) != recorded[name]]
    if not wrong:
        return refuse_future(fact, "reported_on")
    listed = ", ".join(f"{name}: {recorded[name]}" for name in wrong)
    return refuse(
        "COUNTS_DIFFER",
        f"Số phát hiện trong báo cáo khác số đã ghi nhận ({listed}).",
        f"The counts differ from the findings on record ({listed}).",
        f"/data/counts/{wrong[0]}",
    )


def _completed(state: State, fact: Fact, related: Related) -> Refusal | None:
    named = fact.data.get("nonconformities", ())
    for index, entry in enumerate(named):
        raised = related[references.to("nonconformity", entry["nonconformity_id"], fact)]
        if entry["finding_id"] not in state.findings or not _belongs(raised, state, fact):
            return refuse(
                "NONCONFORMITY_OF_ANOTHER_AUDIT",
                "Phiếu không phù hợp phải nêu cuộc đánh giá này (source_id) và một phát hiện của nó (finding_id).",
                "The nonconformity must name this audit (source_id) and a finding of it (finding_id).",
                f"/data/nonconformities/{index}",
            )
    settled = {entry["finding_id"] for entry in named}
    missing = [key for key, grade in state.findings.items() if grade in NC_CLASSES and key not in settled]
    if missing:
        listed = ", ".join(missing)
        return refuse(
            "NONCONFORMITY_NOT_RAISED",
            f"Phát hiện không phù hợp chưa có phiếu: {listed}. Lập phiếu (nonconformity.raised) rồi nêu trong nonconformities.",
            f"No nonconformity is raised for: {listed}. Raise it, then name it in nonconformities.",
            "/data/nonconformities",
        )
    return refuse_future(fact, "completed_on") or refuse_reversed(fact, "completed_on", state.started_on or "")


def _belongs(raised: Any, state: AuditState, fact: Fact) -> bool:
    """Whether a nonconformity names this audit, and none but its findings."""
    named = raised.finding_id
    return bool(raised.origin == f"{fact.source}/{fact.subject}" and (named is None or named in state.findings))


def _baselined(fact: Fact) -> Refusal | None:
    if fact.data["state"] == "completed" and "completed_on" not in fact.data:
        return refuse(
            "BASELINE_INCOMPLETE",
            "Cuộc đánh giá đã hoàn thành phải có ngày hoàn thành (completed_on).",
            "A completed audit needs the day of its completion (completed_on).",
            "/data/completed_on",
        )
    return _dates_in_order(fact)


#: Rules of the events that open a record.
OPENINGS: dict[str, Callable[[Fact], Refusal | None]] = {"planned": _planned, "baselined": _baselined}

#: Rules of the other events; those without one are bound by the order of states alone.
RULES: dict[str, Callable[[State, Fact, Related], Refusal | None]] = {
    "rescheduled": _rescheduled,
    "combined": _combined,
    "finding_recorded": _finding_recorded,
    "reported": _reported,
    "completed": _completed,
}
