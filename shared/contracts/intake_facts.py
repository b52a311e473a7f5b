"""What a service says of its own intake: an item waits too long for what it names, and no longer does.

Every service has the two types alike, each under its own name (`audit_intake`), since a type has one owner. The record is
the waiting item, under its id in the quarantine. Nobody pushes, corrects or takes back these facts.
"""

from __future__ import annotations

from shared.contracts import fields
from shared.contracts.catalogue import CATALOGUE, EventSchema, EventType, Owner, declare

OVERDUE = "waiting_overdue"
ENDED = "waiting_ended"
ENDS = ("applied", "refused", "discarded")


def aggregate_of(owner: str) -> str:
    """Return the name of a service's intake as an aggregate: `audit_intake`."""
    return f"{owner}_intake"


class WaitingOverdue(EventSchema):
    """The item has waited longer than is allowed; it goes on waiting."""

    agency_id = fields.Text("Agency that it is about", "Cơ quan liên quan", longest=128, required=False)
    event_id = fields.Text("Id of the waiting event", "Mã sự kiện đang chờ", longest=256)
    event_type = fields.Text("Its type", "Loại sự kiện", longest=256)
    code = fields.Text("Why it waits", "Mã lý do chờ", longest=64, pattern="^[A-Z][A-Z0-9_]*$")
    reason_vi = fields.Text("What it waits for, in Vietnamese", "Sự kiện đang chờ điều gì", longest=2000)
    reason_en = fields.Text("What it waits for, in English", "Điều đang chờ, bằng tiếng Anh", longest=2000)
    pushed_by = fields.Text("Agency that pushed it, or staff", "Bên gửi", longest=128)
    waiting_since = fields.Timestamp("When it first came", "Thời điểm gửi đến lần đầu")


class WaitingEnded(EventSchema):
    """The item said to be overdue waits no more."""

    agency_id = fields.Text("Agency that it is about", "Cơ quan liên quan", longest=128, required=False)
    event_id = fields.Text("Id of the event", "Mã sự kiện", longest=256)
    how = fields.Choice(
        "How it ended: applied, refused by the rules once it could be decided, discarded by somebody entitled",
        "Kết thúc thế nào: đã ghi nhận, bị từ chối, hoặc được người có thẩm quyền hủy bỏ",
        ENDS,
    )


_OVERDUE = {
    "event_id": "kph-2026-017-chap-nhan",
    "event_type": "qms.nonconformity.accepted",
    "code": "PREDECESSOR_MISSING",
    "reason_vi": "Chưa có hồ sơ “KPH-2026-017” để ghi nhận 'accepted'.",
    "reason_en": "There is no record “KPH-2026-017” yet for 'accepted'.",
    "pushed_by": "H38.12",
    "waiting_since": "2026-03-02T08:00:00+07:00",
}


def declare_intake_facts(owner: Owner) -> None:
    """Declare the two types of a service; once however often called."""
    aggregate = aggregate_of(owner)
    if f"qms.{aggregate}.{OVERDUE}" in CATALOGUE:
        return
    declare(
        EventType(
            f"qms.{aggregate}.{OVERDUE}",
            owner,
            "An event waits too long for what it names",
            "Sự kiện chờ quá lâu mà hồ sơ được nhắc tới chưa đến",
            WaitingOverdue,
            _OVERDUE,
            {"no reason": {name: value for name, value in _OVERDUE.items() if name != "reason_vi"}},
            asserter="system",
        )
    )
    declare(
        EventType(
            f"qms.{aggregate}.{ENDED}",
            owner,
            "An event that had waited too long waits no more",
            "Sự kiện chờ quá lâu đã được xử lý xong",
            WaitingEnded,
            {"event_id": "kph-2026-017-chap-nhan", "how": "applied"},
            {"ended in another way": {"event_id": "e-1", "how": "forgotten"}},
            asserter="system",
        )
    )
