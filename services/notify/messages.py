"""Words a delivery: Vietnamese first, English second, with a link to the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.notify.channels.email import Mail, one_line
from services.notify.domain.rule import Rule
from shared import clock

#: Labels of what happened, by the last part of the event's type.
EVENTS = {
    "opened": ("Cảnh báo mới", "New alert"),
    "reopened": ("Mở lại cảnh báo", "Alert reopened"),
    "severity_raised": ("Nâng mức độ cảnh báo", "Alert more urgent"),
    "escalated": ("Chuyển cảnh báo lên cấp trên", "Alert escalated"),
    "resolved": ("Kết thúc cảnh báo", "Alert resolved"),
    "reminded": ("Nhắc lại cảnh báo", "Alert still open"),
}
SEVERITIES = {
    "info": ("thông tin", "information"),
    "warning": ("cảnh báo", "warning"),
    "serious": ("nghiêm trọng", "serious"),
    "critical": ("đặc biệt nghiêm trọng", "critical"),
}
FACTS = {
    "nonconformity_id": ("Mã phiếu không phù hợp", "Nonconformity"),
    "clause": ("Điều khoản TCVN ISO 9001", "Clause of ISO 9001"),
    "raised_on": ("Ngày lập phiếu", "Raised on"),
    "action_id": ("Mã hành động", "Action"),
    "original_due_on": ("Hạn ban đầu", "Original due date"),
    "due_on": ("Hạn hiện tại", "Present due date"),
    "legal_text_id": ("Văn bản", "Legal text"),
    "change": ("Hình thức thay đổi", "Kind of change"),
    "effective_on": ("Ngày có hiệu lực", "Effective on"),
    "uncovered_procedures": ("Số quy trình chưa cập nhật", "Procedures not updated"),
    "procedures": ("Mã các quy trình", "Procedures"),
    "last_event_on": ("Ngày gửi dữ liệu gần nhất", "Last event on"),
    "silent_since": ("Không có dữ liệu kể từ ngày", "Silent since"),
    "connected": ("Hình thức kết nối", "Connected"),
    "declared_on": ("Ngày công bố", "Declared on"),
    "last_audit_on": ("Đánh giá nội bộ gần nhất", "Last internal audit"),
    "last_review_on": ("Xem xét của lãnh đạo gần nhất", "Last management review"),
    "reason": ("Lý do", "Reason"),
    "changed_on": ("Ngày thay đổi", "Changed on"),
    "standard_version": ("Phiên bản tiêu chuẩn", "Version of the standard"),
    "transition_deadline": ("Hạn chuyển đổi", "Deadline to move"),
    "cases": ("Số lần trong 24 tháng", "Cases in 24 months"),
    "last_case_on": ("Lần gần nhất", "Last case on"),
    "nonconformities": ("Mã các phiếu không phù hợp", "Nonconformities"),
    "record_id": ("Mã hồ sơ", "Record"),
    "inspection_id": ("Cuộc kiểm tra", "Inspection"),
    "visits": ("Các cuộc đánh giá, kiểm tra", "Audits and inspections"),
    "first_ends_on": ("Cuộc thứ nhất kết thúc ngày", "First ends on"),
    "second_begins_on": ("Cuộc thứ hai bắt đầu ngày", "Second begins on"),
    "left_on": ("Ngày thôi đảm nhiệm", "Left on"),
    "reorganisation": ("Đợt sắp xếp", "Reorganisation"),
    "visit_ended_on": ("Ngày kết thúc làm việc tại cơ quan", "Visit ended on"),
    "signal": ("Tín hiệu giám sát", "Signal"),
    "service": ("Dịch vụ", "Service"),
    "summary": ("Nội dung", "What is wrong"),
    "runbook": ("Hướng dẫn xử lý", "What to do"),
    "tthc_code": ("Mã thủ tục hành chính", "Public procedure"),
    "committed_days": ("Số ngày cam kết", "Days committed"),
    "regulated_days": ("Số ngày quy định", "Days regulated"),
    "indicator": ("Chỉ số", "Indicator"),
    "value": ("Giá trị", "Value"),
    "threshold": ("Ngưỡng", "Threshold"),
    "crossed_on": ("Ngày vượt ngưỡng", "Crossed on"),
    "event_id": ("Mã sự kiện đang chờ", "Waiting event"),
    "event_type": ("Loại sự kiện", "Event type"),
    "record": ("Hồ sơ", "Record"),
    "waits_for": ("Lý do chờ", "What it waits for"),
    "pushed_by": ("Bên gửi", "Pushed by"),
    "waiting_since": ("Chờ từ ngày", "Waiting since"),
    "inconsistency": ("Loại mâu thuẫn", "Inconsistency"),
    "claim": ("Sự kiện bị mâu thuẫn", "Claim"),
    "claimed_on": ("Ngày của sự kiện", "Claimed on"),
    "found_on": ("Ngày phát hiện", "Found on"),
}

_ENVIRONMENT = Environment(
    loader=PackageLoader("services.notify"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    # Plain text; there is no markup to escape.
    autoescape=False,  # noqa: S701
)


@dataclass(frozen=True, slots=True)
class Message:
    """What a person is told, whatever the channel."""

    subject: str
    text: str
    #: One sentence for channels that hold no more.
    short: str
    link: str


#: Returns the names of an agency in Vietnamese and English.
Names = Callable[[str], tuple[str, str]]


def mail_of(row: Mapping[str, Any], message: Message, *, to: str, sender: str) -> Mail:
    """Return the e-mail of a delivery row."""
    return Mail(
        to=to,
        subject=message.subject,
        text=message.text,
        message_id=f"<{row['delivery_id']}@{_domain(sender)}>",
        date=format_datetime(datetime.fromtimestamp(row["created_at"] / 1_000_000, UTC)),
    )


def message_of(row: Mapping[str, Any], rules: Mapping[str, Rule], names: Names, base_url: str) -> Message:
    """Return the message of a delivery row (its `body` decoded): of one alert, or of a group.

    Raises:
        KeyError: the rule no longer exists.
    """

    def names_in_one_line(agency_id: str) -> tuple[str, str]:
        # Names are what somebody pushed; a line break in one must neither lose the message nor look like words of ours.
        vi, en = names(agency_id)
        return one_line(vi), one_line(en)

    if row["body"].get("count", 1) > 1:
        return _group_message(row["body"], rules, names_in_one_line, base_url)
    return _one_message(row, rules[row["body"]["alert"]["rule"]], names_in_one_line(row["agency_id"]), base_url)


def _one_message(row: Mapping[str, Any], rule: Rule, agency: tuple[str, str], base_url: str) -> Message:
    alert, event = row["body"]["alert"], str(row["event"]).rsplit(".", 1)[-1]
    happened = EVENTS.get(event, (event, event))
    text = _ENVIRONMENT.get_template("alert.txt.jinja").render(
        rule=rule,
        agency=agency,
        happened=happened,
        severity=SEVERITIES[alert["severity"]],
        opened_on=clock.to_date(alert["opened_on"]).isoformat(),
        facts=[(*FACTS.get(fact["name"], (fact["name"],) * 2), fact["value"]) for fact in alert["body"]["facts"]],
        link=f"{base_url}/v1/alerts/{quote(row['alert_id'])}",
        evidence=evidence_link(base_url, alert),
        event=event,
    )
    subject = f"[{alert['rule']}] {happened[0]}: {rule.vi} – {agency[0]}"
    return Message(subject, text, subject, f"{base_url}/v1/alerts/{quote(row['alert_id'])}")


def _group_message(body: Mapping[str, Any], rules: Mapping[str, Rule], names: Names, base_url: str) -> Message:
    lines = [_line(item, rules, names, base_url) for item in body["alerts"]]
    counts = [
        {**entry, "happened": EVENTS.get(entry["event"], (entry["event"],) * 2), "words": _words(rules, entry["rule"])}
        for entry in body["counts"]
    ]
    link = f"{base_url}/v1/alerts?state=open"
    text = _ENVIRONMENT.get_template("group.txt.jinja").render(
        count=body["count"], lines=lines, counts=counts, left=body["count"] - len(lines), link=link
    )
    told = sorted({entry["rule"] for entry in body["counts"]}, key=lambda name: int(name[1:]))
    what = _words(rules, told[0])[0] if len(told) == 1 else "nhiều quy tắc"
    subject = f"[{', '.join(told)}] {body['count']} cảnh báo: {what}"
    return Message(subject, text, subject, link)


def _words(rules: Mapping[str, Rule], rule_id: str) -> tuple[str, str]:
    rule = rules.get(rule_id)
    return (rule.vi, rule.en) if rule else (rule_id, rule_id)


def _line(item: Mapping[str, Any], rules: Mapping[str, Rule], names: Names, base_url: str) -> dict[str, Any]:
    alert = item["alert"]
    return {
        "happened": EVENTS.get(item["event"], (item["event"],) * 2),
        "rule": alert["rule"],
        "words": _words(rules, alert["rule"]),
        "agency": names(alert["agency_id"]),
        "severity": SEVERITIES[alert["severity"]],
        "since": clock.to_date(alert["opened_on"]).isoformat(),
        "link": f"{base_url}/v1/alerts/{quote(alert['alert_id'])}",
    }


def evidence_link(base_url: str, alert: Mapping[str, Any]) -> str:
    """Return where the events behind an alert can be seen: the agency's time line."""
    return f"{base_url}/v1/agencies/{quote(alert['agency_id'], safe='')}/timeline"


def webhook_body(row: Mapping[str, Any], base_url: str) -> bytes:
    """Return the payload of a webhook: type, time and data, the same bytes at every try."""
    alert = row["body"]["alert"]
    data = {
        "alert_id": row["alert_id"],
        "agency_id": row["agency_id"],
        "rule": alert["rule"],
        "severity": alert["severity"],
        "status": alert["status"],
        "opened_on": clock.to_date(alert["opened_on"]).isoformat(),
        "subject": alert["body"]["subject"],
        "facts": alert["body"]["facts"],
        "event": row["body"]["event"],
        "links": {
            "alert": f"{base_url}/v1/alerts/{quote(row['alert_id'])}",
            "evidence": evidence_link(base_url, alert),
        },
    }
    moment = clock.to_rfc3339(row["body"]["at"])
    return orjson.dumps({"type": row["event"], "timestamp": moment, "data": data}, option=orjson.OPT_SORT_KEYS)


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].strip(">") or urlsplit(sender).hostname or "localhost"
