"""The event type of an indicator that crosses a threshold: derived by the system, computed by `inspection` alone.

Which thresholds are watched is data of the service. Alert rules live on these events and compute nothing themselves.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import Choice, Date, Number, Text, Timestamp


class Crossed(EventSchema):
    """A figure came to the other side of a watched threshold."""

    threshold_id = Text(
        "Watched threshold, such as I6-20", "Mã ngưỡng theo dõi, ví dụ I6-20", longest=60, pattern=r"^[A-Za-z0-9-]+$"
    )
    indicator = Text("Indicator, such as I6", "Chỉ số, ví dụ I6", longest=20)
    scope = Text(
        "Agency whose figure it is; `all` for the whole country",
        "Mã cơ quan của số liệu; `all` là toàn quốc",
        longest=128,
    )
    target = Text(
        "Target that is tracked, where it is one", "Mã mục tiêu, nếu là mục tiêu", longest=300, required=False
    )
    direction = Choice(
        "To which side: up to or above the threshold, or down below it",
        "Chiều: lên trên hoặc xuống dưới ngưỡng",
        ("up", "down"),
    )
    value = Number(
        "The figure; null where there is none any more (nothing to divide by)",
        "Giá trị; rỗng nếu không còn số liệu",
        required=False,
        nullable=True,
    )
    threshold = Number("The threshold", "Ngưỡng")
    numerator = Number("Numerator, where it is a ratio", "Tử số", required=False)
    denominator = Number("Denominator, where it is a ratio", "Mẫu số", required=False)
    as_of = Date("Day of the figure", "Ngày của số liệu")
    known_at = Timestamp("What was known when it was computed", "Thời điểm dữ liệu được biết")


_CROSSED = {
    "threshold_id": "I6-20",
    "indicator": "I6",
    "scope": "so-khcn-phu-tho",
    "direction": "up",
    "value": 0.25,
    "threshold": 0.2,
    "numerator": 5,
    "denominator": 20,
    "as_of": "2026-03-02",
    "known_at": "2026-03-02T17:05:00.000000Z",
}

CROSSED = declare(
    EventType(
        name="qms.indicator.crossed",
        owner="inspection",
        en="An indicator crossed a watched threshold",
        vi="Chỉ số vượt qua ngưỡng theo dõi",
        schema=Crossed,
        example=_CROSSED,
        invalid={
            "no_direction": {name: value for name, value in _CROSSED.items() if name != "direction"},
            "sideways": {**_CROSSED, "direction": "sideways"},
            "no_day": {name: value for name, value in _CROSSED.items() if name != "as_of"},
        },
        asserter="system",
    )
)
