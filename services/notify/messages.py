"""Words a delivery: Vietnamese first, English second, with a link to the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined

from services.notify.channels.email import Mail
from services.notify.domain.rule import Rule
from shared import clock

#: Labels of what happened, by the last part of the event's type.
EVENTS = {
    "opened": ("Cảnh báo mới", "New alert"),
    "reopened": ("Mở lại cảnh báo", "Alert reopened"),
    "severity_raised": ("Nâng mức độ cảnh báo", "Alert more urgent"),
    "escalated": ("Chuyển cảnh báo lên cấp trên", "Alert escalated"),
    "resolved": ("Kết thúc cảnh báo", "Alert resolved"),
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
    "event_id": ("Mã sự kiện đang chờ", "Waiting event"),
    "event_type": ("Loại sự kiện", "Event type"),
    "waits_for": ("Lý do chờ", "What it waits for"),
    "pushed_by": ("Bên gửi", "Pushed by"),
    "waiting_since": ("Chờ từ ngày", "Waiting since"),
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


def mail_of(
    row: Mapping[str, Any], rule: Rule, agency: tuple[str, str], *, to: str, base_url: str, sender: str
) -> Mail:
    """Return the e-mail of a delivery row (its `body` decoded)."""
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
    return Mail(
        to=to,
        subject=f"[{alert['rule']}] {happened[0]}: {rule.vi} – {agency[0]}",
        text=text,
        message_id=f"<{row['delivery_id']}@{_domain(sender)}>",
        date=format_datetime(datetime.fromtimestamp(row["created_at"] / 1_000_000, UTC)),
    )


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
