"""What is refused of a periodic report: late without a reason, unknown fields, differences that nobody explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from services.inspection.domain.report_templates import templates
from shared.eventsourcing import references
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Related
from shared.eventsourcing.rules import day_field, refuse_future, refuse_subject


class Report(Protocol):
    """What the rules look at."""

    status: str
    agency_id: str
    template_version: str
    lock_on: str
    receiver: str | None
    tolerance: float
    prefilled: dict[str, float | None]
    submitted: dict[str, float | None]
    reasons: dict[str, str]


def subject_of(template: str, period: str) -> str:
    """Return the subject of a report: one per form and period."""
    return f"{template}:{period}"


def opened(fact: Fact) -> Refusal | None:
    """Judge the opening, or a state that was brought along."""
    data = fact.data
    if data["template_version"] not in templates():
        known = ", ".join(templates())
        return refuse(
            "UNKNOWN_TEMPLATE",
            f"Không có mẫu báo cáo '{data['template_version']}'. Các mẫu: {known}.",
            f"There is no template '{data['template_version']}'. Known: {known}.",
            "/data/template_version",
        )
    if data.get("lock_on", data["due_on"]) < data["due_on"]:
        return refuse(
            "DATES_REVERSED",
            "Ngày khóa sổ sớm hơn hạn nộp.",
            "The report would be locked before it is due.",
            "/data/lock_on",
        )
    known_fields = _unknown_field(data["template_version"], data.get("values", ()), "values")
    return known_fields or refuse_subject(fact, subject_of(data["template_version"], data["period"]))


def _unknown_field(template: str, entries: Sequence[Mapping[str, Any]], name: str) -> Refusal | None:
    known = templates()[template].names
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        if entry["field"] not in known or entry["field"] in seen:
            return refuse(
                "UNKNOWN_FIELD",
                f"Mẫu {template} không có trường '{entry['field']}', hoặc trường được ghi hai lần.",
                f"The template {template} has no field '{entry['field']}', or it is given twice.",
                f"/data/{name}/{index}/field",
            )
        seen.add(entry["field"])
    return None


def prefilled(state: Report, fact: Fact, _related: Related) -> Refusal | None:
    """Judge what the platform filled in."""
    return _unknown_field(state.template_version, fact.data["values"], "values")


def submitted(state: Report, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a report that is late without a reason, or whose differences are not what they are."""
    data = fact.data
    day = day_field(fact, "submitted_on")
    if day > state.lock_on and not data.get("late_reason") and not fact.imported:
        return refuse(
            "LATE_REASON_MISSING",
            f"Kỳ báo cáo đã khóa sau ngày {state.lock_on}; nêu lý do nộp muộn (late_reason).",
            f"The report was locked after {state.lock_on}; say why it is late (late_reason).",
            "/data/late_reason",
        )
    return (
        refuse_future(fact, "submitted_on")
        or _unknown_field(state.template_version, data["values"], "values")
        or _unknown_field(state.template_version, data.get("differences", ()), "differences")
        or _wrong_difference(state, data)
    )


def _wrong_difference(state: Report, data: Mapping[str, Any]) -> Refusal | None:
    given = {entry["field"]: entry["value"] for entry in data["values"]}
    for index, entry in enumerate(data.get("differences", ())):
        name = entry["field"]
        if entry["prefilled"] != state.prefilled.get(name) or entry["submitted"] != given.get(name):
            return refuse(
                "DIFFERENCE_WRONG",
                f"Chênh lệch của '{name}' không khớp: hệ thống {state.prefilled.get(name)}, nộp {given.get(name)}.",
                f"The difference of '{name}' is not what it is: filled in {state.prefilled.get(name)}, submitted "
                f"{given.get(name)}.",
                f"/data/differences/{index}",
            )
    return None


def difference(before: float | None, after: float | None) -> float:
    """Return how far a submitted value departs from the one filled in, as indicator I24 has it; 1 for one that is null."""
    if before is None or after is None:
        return 0.0 if before == after else 1.0
    return abs(after - before) / max(1.0, abs(before))


def unexplained(state: Report) -> list[str]:
    """Return the fields whose difference exceeds the tolerance and has no reason, in order."""
    return sorted(
        name
        for name, before in state.prefilled.items()
        if name in state.submitted
        and difference(before, state.submitted[name]) > state.tolerance
        and name not in state.reasons
    )


def _by_receiver(state: Report, fact: Fact) -> Refusal | None:
    """Refuse that an agency receives its own report, or that somebody else's receiver does."""
    if fact.source == state.agency_id:
        if fact.asserter in ("staff", "system"):
            return None
        return refuse(
            "OWN_REPORT",
            "Cơ quan không tự tiếp nhận hoặc trả lại báo cáo của chính mình.",
            "An agency does not receive or return its own report.",
            "/source",
        )
    if state.receiver in (None, fact.source):
        return None
    return refuse(
        "NOT_RECEIVER",
        f"Báo cáo này gửi {state.receiver}; chỉ cơ quan đó được tiếp nhận hoặc trả lại.",
        f"The report goes to {state.receiver}; only that agency receives or returns it.",
        "/source",
    )


def returned(state: Report, fact: Fact, _related: Related) -> Refusal | None:
    """Judge who returns the report."""
    return _by_receiver(state, fact)


def accepted(state: Report, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse to accept while a difference above the tolerance is unexplained."""
    missing = unexplained(state)
    if missing:
        listed = ", ".join(missing)
        return refuse(
            "UNEXPLAINED_DIFFERENCE",
            f"Chênh lệch vượt mức cho phép chưa được giải trình: {listed}. Trả lại để cơ quan nêu lý do.",
            f"Differences above the tolerance are unexplained: {listed}. Return the report for the reasons.",
            "/data",
        )
    return _by_receiver(state, fact) or refuse_future(fact, "accepted_on")


def rolled_up(state: Report, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a report that would become part of itself."""
    if roll_up_of(fact).stream_id == f"{state.agency_id}/{fact.subject}":
        return refuse(
            "INTO_ITSELF",
            "Báo cáo không thể tổng hợp vào chính nó.",
            "A report does not become part of itself.",
            "/data/into",
        )
    return _by_receiver(state, fact)


def roll_up_of(fact: Fact) -> Reference:
    """Return the report that this one became part of."""
    return references.to("periodic_report", fact.data["into"], fact)
