"""Event types of a silence (khoảng lặng): alerts that match it are not sent for a time, with author, reason and end."""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import ListOf, Text, Timestamp
from shared.contracts.notify.vocabulary import actor


class Started(EventSchema):
    """A silence begins."""

    matchers = ListOf(
        "Conditions on an alert's labels, all of which must hold: name, operator (=, !=, =~, !~), value",
        "Điều kiện trên nhãn của cảnh báo, phải đồng thời thoả mãn",
        Text("One condition, such as rule=A11", "Một điều kiện, ví dụ rule=A11", longest=200),
        fewest=1,
        most=20,
    )
    begins_at = Timestamp("From when", "Thời điểm bắt đầu")
    ends_at = Timestamp("Until when", "Thời điểm kết thúc")
    reason = Text("Why", "Lý do", longest=2000)
    by = actor()


class Ended(EventSchema):
    """A silence is ended before its time."""

    reason = Text("Why", "Lý do", longest=2000, required=False)
    by = actor()


_STARTED = {
    "matchers": ["rule=A11", "agency=so-khcn-phu-tho"],
    "begins_at": "2026-03-02T01:00:00.000000Z",
    "ends_at": "2026-03-09T10:00:00.000000Z",
    "reason": "Bảo trì đường truyền của tỉnh theo kế hoạch.",
    "by": "staff",
}

STARTED = declare(
    EventType(
        name="qms.silence.started",
        owner="notify",
        en="Matching alerts are not sent for a time",
        vi="Bắt đầu khoảng lặng cảnh báo",
        schema=Started,
        example=_STARTED,
        invalid={
            "no_reason": {name: value for name, value in _STARTED.items() if name != "reason"},
            "of_everything": {**_STARTED, "matchers": []},
            "without_end": {name: value for name, value in _STARTED.items() if name != "ends_at"},
        },
        asserter="system",
    )
)

ENDED = declare(
    EventType(
        name="qms.silence.ended",
        owner="notify",
        en="The silence was ended before its time",
        vi="Kết thúc khoảng lặng trước thời hạn",
        schema=Ended,
        example={"by": "staff", "reason": "Hoàn thành bảo trì sớm."},
        invalid={"by_nobody": {"reason": "x"}},
        asserter="system",
    )
)
