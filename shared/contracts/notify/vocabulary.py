"""Words and fields that the alert and the delivery share; no event type of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.contracts.catalogue import EventSchema
from shared.contracts.fields import Choice, Integer, ListOf, Object, Reference, Text

#: From the least to the most urgent; the order is the order of raising.
SEVERITIES = ("info", "warning", "serious", "critical")

#: To whom an alert goes: a role at an agency, never a person. The agency's address of contact stands
#: for its ISO officer, its head and the owner of an action; `operator` runs this system.
RECIPIENTS = (
    "iso_officer",
    "owner",
    "agency_head",
    "addressee",
    "target_owner",
    "parent",
    "so_khcn",
    "inspector",
    "programme_owner",
    "team_head",
    "registry_officer",
    "risk_model",
    "stameq",
    "operator",
    "security",
    "webhook",
)

CHANNELS = ("email", "webhook", "sms", "zalo", "apprise")

#: How an alert ends: by itself when its condition is gone, or by a person's decision.
CLEARINGS = ("auto", "manual")


class Subject(EventSchema):
    """The record that an alert is about."""

    service = Choice("Service that owns it", "Dịch vụ quản lý", ("documents", "audit", "inspection", "notify"))
    aggregate = Text("Kind of record, such as `action`", "Loại bản ghi", longest=60)
    source = Text("Agency whose record it is", "Mã cơ quan có bản ghi", longest=150)
    id = Text("Id within that agency", "Mã trong phạm vi cơ quan", longest=300)


class NamedValue(EventSchema):
    """One fact behind an alert, as text."""

    name = Text("Name of the value, such as `original_due_on`", "Tên giá trị", longest=60)
    value = Text("The value; dates as YYYY-MM-DD", "Giá trị; ngày theo dạng YYYY-MM-DD", longest=500)


def severity(en: str = "How urgent it is", vi: str = "Mức độ khẩn cấp", **options: Any) -> Choice:
    """Return a field with one of the four severities."""
    return Choice(en, vi, SEVERITIES, source="ISO 9001:2015 9.1", **options)


def facts() -> ListOf:
    """Return the list of named values that the alert rests on."""
    return ListOf(
        "What the alert rests on, at this moment",
        "Các dữ liệu làm căn cứ cảnh báo tại thời điểm này",
        Object("One value", "Một giá trị", NamedValue),
        most=30,
    )


def cause() -> Reference:
    """Return the reference to the event since which the condition holds."""
    return Reference(
        "The event since which the condition holds", "Sự kiện làm phát sinh điều kiện cảnh báo", required=False
    )


def actor() -> Text:
    """Return the field that says who acted: the ministry's staff or an agency, never a person."""
    return Text(
        "Who acted: `staff` for the ministry, else the agency's id",
        "Bên thực hiện: `staff` là cơ quan quản lý ở trung ương, còn lại là mã cơ quan",
        longest=150,
    )


def count() -> Integer:
    """Return the number of records that meet the condition."""
    return Integer("How many records meet the condition", "Số bản ghi thoả điều kiện", low=1)


#: Accepted example of a subject and of facts, for the examples of event types.
SUBJECT_EXAMPLE: Mapping[str, Any] = {
    "service": "audit",
    "aggregate": "action",
    "source": "so-khcn-phu-tho",
    "id": "HD-2026-014",
}
FACTS_EXAMPLE = [{"name": "original_due_on", "value": "2026-02-27"}, {"name": "overdue_days", "value": "3"}]
