"""What an inspection may not do once it is under way: leave items unanswered, conclude without a record, end too soon."""

from __future__ import annotations

from services.inspection.domain.checklists import checklist
from services.inspection.domain.inspection_state import InspectionState
from services.inspection.domain.inspection_team import judge_inspector, unknown_item
from services.inspection.domain.limits import OBJECTION_DAYS
from shared import clock
from shared.contracts.audit.vocabulary import NC_CLASSES
from shared.contracts.inspection.recommendation_outcome import FINAL_STATES
from shared.eventsourcing import references
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Related
from shared.eventsourcing.rules import (
    refuse_future,
    refuse_missing_criterion,
    refuse_missing_evidence,
    refuse_reversed,
    refuse_unknown_clause,
)


def checklist_answered(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse an answer to an item that there is not, or by an inspector who was not assigned it."""
    known = checklist(state.checklist)
    if known and fact.data["item"] not in known.names:
        return unknown_item(fact.data["item"], state.checklist, "/data/item")
    return judge_inspector(state, fact)


def finding_recorded(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a finding that is there already, or a nonconformity without criterion or evidence."""
    data = fact.data
    if data["finding_id"] in state.findings:
        return refuse(
            "FINDING_EXISTS",
            f"Đã có phát hiện '{data['finding_id']}'. Dùng mã khác, hoặc gửi sự kiện đính chính (corrects).",
            f"There is a finding '{data['finding_id']}' already. Use another id, or correct it (corrects).",
            "/data/finding_id",
        )
    refused = refuse_unknown_clause(fact)
    if refused is None and data["class"] in NC_CLASSES:
        refused = refuse_missing_criterion(fact) or refuse_missing_evidence(fact)
    return refused


def claim_verified(_state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a verdict of a day to come, or on an event of nobody; whether the event exists is another log's knowledge."""
    if isinstance(fact.data["event_id"], str) and "agency_id" not in fact.data:
        return refuse(
            "CLAIM_SOURCE_MISSING",
            "Nêu sự kiện kèm nguồn {source, id}, hoặc cơ quan được kiểm tra (agency_id).",
            "Name the event with its source {source, id}, or the inspected agency (agency_id).",
            "/data/event_id",
        )
    return refuse_future(fact, "verified_on")


def record_signed(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a record while mandatory items are unanswered."""
    missing = state.unanswered
    if missing:
        listed = ", ".join(missing)
        return refuse(
            "CHECKLIST_INCOMPLETE",
            f"Bảng kiểm {state.checklist} còn mục bắt buộc chưa trả lời: {listed}.",
            f"Mandatory items of the checklist {state.checklist} are unanswered: {listed}.",
            "/data",
        )
    return refuse_future(fact, "signed_on")


def concluded(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a conclusion on site without the signed record; a late one is accepted, and seen as late."""
    if state.mode == "on_site" and state.status != "record_signed":
        return refuse(
            "RECORD_NOT_SIGNED",
            "Kiểm tra trực tiếp phải ký biên bản (record_signed) trước khi kết luận.",
            "An inspection on site needs the signed record (record_signed) before its conclusion.",
            "/type",
        )
    earliest = state.started_on or fact.data["concluded_on"]
    return refuse_future(fact, "concluded_on") or refuse_reversed(fact, "concluded_on", earliest)


def objection_filed(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse an objection after its time, a second one, or one of an agency that was not inspected."""
    if fact.source not in (state.agency_id, state.key.partition("/")[0]):
        return refuse(
            "NOT_INSPECTED_AGENCY",
            "Chỉ cơ quan được kiểm tra (hoặc cơ quan kiểm tra ghi nhận thay) được nêu ý kiến.",
            "Only the inspected agency objects (or the inspecting body records it).",
            "/source",
        )
    if state.objection_open:
        return refuse(
            "OBJECTION_OPEN",
            "Đang có ý kiến chưa giải quyết.",
            "There is an objection that is not decided yet.",
            "/type",
        )
    last = clock.day_of(state.concluded_on or clock.to_date(fact.day).isoformat()) + OBJECTION_DAYS
    filed = clock.day_of(fact.data["filed_on"]) if "filed_on" in fact.data else fact.day
    if filed <= last:
        return refuse_future(fact, "filed_on")
    return refuse(
        "OBJECTION_TOO_LATE",
        f"Quá thời hạn nêu ý kiến ({OBJECTION_DAYS} ngày từ ngày kết luận, đến hết {clock.to_date(last)}).",
        f"Objections are possible for {OBJECTION_DAYS} days after the conclusion, until {clock.to_date(last)}.",
        "/data/filed_on",
    )


def objection_resolved(state: InspectionState, _fact: Fact, _related: Related) -> Refusal | None:
    """Refuse to decide on an objection that there is not."""
    if state.objection_open:
        return None
    return refuse(
        "NO_OPEN_OBJECTION", "Không có ý kiến nào chờ giải quyết.", "There is no objection to decide on.", "/type"
    )


def closed(state: InspectionState, fact: Fact, related: Related) -> Refusal | None:
    """Refuse to close while an objection or a recommendation is open, or a recommendation is not accounted for."""
    if state.objection_open:
        return refuse(
            "OBJECTION_OPEN",
            "Còn ý kiến chưa giải quyết (objection_resolved).",
            "An objection is not decided yet (objection_resolved).",
            "/type",
        )
    named = fact.data.get("recommendations", ())
    streams = {references.stream_of(one, fact) for one in named}
    missing = [stream for stream in state.recommendations if stream not in streams]
    if missing:
        listed = ", ".join(missing)
        return refuse(
            "RECOMMENDATIONS_UNACCOUNTED",
            f"Chưa nêu kiến nghị: {listed}. Liệt kê toàn bộ kiến nghị của kết luận.",
            f"Nothing is said about: {listed}. List all recommendations of the conclusion.",
            "/data/recommendations",
        )
    for index, one in enumerate(named):
        recommendation = related.get(references.to("recommendation", one, fact))
        if recommendation is not None and recommendation.status not in FINAL_STATES:
            return refuse(
                "RECOMMENDATION_OPEN",
                f"Kiến nghị đang ở trạng thái '{recommendation.status}'; chưa kết thúc được hồ sơ.",
                f"The recommendation is in state '{recommendation.status}', which is not final.",
                f"/data/recommendations/{index}",
            )
    return refuse_future(fact, "closed_on")
