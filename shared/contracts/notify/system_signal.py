"""Event types of a signal from the system's own monitoring (tín hiệu hệ thống): raised, and cleared again.

Alertmanager hands them in; rules A20 (integrity) and A21 (operation) turn them into alerts. Their source is the system.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import Choice, Text


class Signal(EventSchema):
    """What monitoring says."""

    rule = Choice("Alert rule that it belongs to", "Quy tắc cảnh báo", ("A20", "A21"))
    signal = Text("Name of the monitoring rule", "Tên quy tắc giám sát", longest=200)
    service = Text("Service concerned", "Dịch vụ liên quan", longest=100, required=False)
    summary = Text("What is wrong", "Nội dung", longest=500, required=False)
    runbook = Text("Where it says what to do", "Địa chỉ hướng dẫn xử lý", longest=500, required=False)


class Raised(Signal):
    """Something is wrong."""


class Cleared(Signal):
    """It is normal again."""


_EXAMPLE = {
    "rule": "A21",
    "signal": "OversightProjectionLag",
    "service": "inspection",
    "summary": "Dữ liệu tổng hợp chậm hơn 60 giây.",
    "runbook": "https://giam-sat.example.vn/docs/operate/runbooks/projection-lag",
}

RAISED = declare(
    EventType(
        name="qms.system_signal.raised",
        owner="notify",
        en="Monitoring found something wrong in the system",
        vi="Giám sát hệ thống phát hiện sự cố",
        schema=Raised,
        example=_EXAMPLE,
        invalid={"of_another_rule": {**_EXAMPLE, "rule": "A1"}, "nameless": {"rule": "A20"}},
        asserter="system",
    )
)

CLEARED = declare(
    EventType(
        name="qms.system_signal.cleared",
        owner="notify",
        en="Monitoring finds the system normal again",
        vi="Sự cố hệ thống đã chấm dứt",
        schema=Cleared,
        example=_EXAMPLE,
        invalid={"of_another_rule": {**_EXAMPLE, "rule": "A3"}},
        asserter="system",
    )
)
