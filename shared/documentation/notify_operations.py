"""The HTTP routes of alerts beyond the main line: progress, silences, signals of monitoring, deliveries sent again."""

from __future__ import annotations

from collections.abc import Mapping

from shared.documentation.operation import Operation, json_of

NOTIFY_OPERATIONS: Mapping[str, Operation] = {
    "POST /v1/alerts/<alert_id>/progress": Operation(
        "Say that work on an alert goes on; the time until it escalates further begins anew",
        "Báo cáo tiến độ xử lý cảnh báo; tính lại thời hạn chuyển lên cấp trên",
        access="staff or agency",
        body=json_of("Note"),
        problems=(400, 404, 422),
    ),
    "POST /v1/deliveries/<delivery_id>/replay": Operation(
        "Send a delivery again that is through: given up, not possible, or lost on the other side; on notify only",
        "Gửi lại một lượt gửi đã kết thúc (chỉ có ở dịch vụ notify)",
        access="staff",
        status=202,
        problems=(404,),
    ),
    "GET /v1/silences": Operation(
        "The silences that hold now or later",
        "Các khoảng lặng đang hoặc sắp có hiệu lực",
    ),
    "POST /v1/silences": Operation(
        "Send no alerts that match, for a time; an agency's silence holds for its own alerts and those below it",
        "Tạm ngừng gửi các cảnh báo thoả mãn điều kiện; của cơ quan chỉ áp dụng cho cảnh báo thuộc phạm vi cơ quan",
        access="staff or agency",
        body=json_of("Silence"),
        status=201,
        problems=(400, 422),
    ),
    "POST /v1/silences/<silence_id>/end": Operation(
        "End a silence before its time",
        "Kết thúc khoảng lặng trước thời hạn",
        access="staff or agency",
        body=json_of("SilenceEnd"),
        problems=(400, 404, 422),
    ),
    "POST /v1/system-signals": Operation(
        "Take alerts of the system's monitoring, as Alertmanager's webhook sends them; the label `rule` says A20 or A21",
        "Tiếp nhận cảnh báo giám sát hệ thống theo định dạng webhook của Alertmanager; nhãn `rule` là A20 hoặc A21",
        access="service",
        body=json_of("AlertmanagerWebhook"),
        problems=(400,),
    ),
}
