"""What the routes of inspections do: selecting agencies, overlaps, checklists, periodic reports; read by `operations.py`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.contracts.inspection.agency_vocabulary import KINDS, LEVELS, OBLIGATIONS
from shared.documentation.operation import Operation, Parameter, words

_DATE = {"type": "string", "format": "date"}
_INSTANT = {"type": "string", "format": "date-time"}


def _number(low: float, high: float, default: float | None = None, *, kind: str = "number") -> dict[str, Any]:
    schema: dict[str, Any] = {"type": kind, "minimum": low, "maximum": high}
    return schema if default is None else {**schema, "default": default}


_SELECTION: Mapping[str, Any] = {
    "type": "object",
    "required": ["capacity"],
    "additionalProperties": False,
    "properties": {
        "capacity": _number(0, 20_000, kind="integer"),
        "capacity_days": _number(0, 1_000_000),
        "as_of": _DATE,
        "known_at": _INSTANT,
        "scope": {"type": "string"},
        "level": words(*LEVELS),
        "kind": words(*KINDS),
        "obligation": words(*OBLIGATIONS),
        "seed": {"type": "string", "maxLength": 128},
        "random_share": _number(0, 1, 0.2),
        "onsite_share_min": _number(0, 1, 0.5),
        "most_per_territory": _number(1, 20_000, 10, kind="integer"),
        "other_body_days": _number(0, 365, 60, kind="integer"),
        "days_on_site": _number(0, 1000, 6),
        "days_by_report": _number(0, 1000, 2),
        "instructed": {"type": "object", "additionalProperties": {"type": "string"}},
        "selection_id": {"type": "string", "maxLength": 100},
        "confirm": {"type": "boolean", "default": False},
    },
}

INSPECTION_OPERATIONS = {
    "POST /v1/inspection-programmes/<body>/<int:year>/selection": Operation(
        "Propose the agencies that a body inspects in a year, with risk, reasons, seed and digest of the inputs; with the "
        "`known_at` and `seed` of the answer and `confirm` the same list is recorded and becomes the programme's entries",
        "Đề xuất danh sách cơ quan kiểm tra trong năm, kèm điểm rủi ro, lý do, hạt giống và mã băm dữ liệu đầu vào; gửi lại "
        "với `known_at`, `seed` của kết quả và `confirm` để ghi nhận đúng danh sách đó vào kế hoạch",
        access="staff or agency",
        body={"application/json": _SELECTION},
        problems=(400, 403, 404, 409, 503),
    ),
    "GET /v1/overlaps": Operation(
        "Audits and inspections of one agency within 30 days of each other with something in common, what combining them "
        "would save, and the proposal to combine",
        "Các cuộc đánh giá, kiểm tra tại cùng một cơ quan cách nhau không quá 30 ngày và trùng nội dung, số ngày công tiết "
        "kiệm được và đề xuất phối hợp",
        parameters=(
            Parameter("scope", "Agency and all below it", "Cơ quan và các cơ quan trực thuộc"),
            Parameter("from", "First day of the period; default 30 days before `as_of`", "Từ ngày", _DATE),
            Parameter("to", "Last day of the period; default a year after `as_of`", "Đến ngày", _DATE),
            Parameter("as_of", "Day; default today", "Ngày; mặc định hôm nay", _DATE),
            Parameter("known_at", "As known at this instant", "Theo hiểu biết tại thời điểm này", _INSTANT),
        ),
        problems=(400, 404),
    ),
    "GET /v1/checklists": Operation(
        "The checklists of inspections, by version", "Các bảng kiểm dùng khi kiểm tra, theo phiên bản"
    ),
    "GET /v1/report-templates": Operation(
        "The forms of periodic reports, by version, with all fields", "Các mẫu báo cáo định kỳ, theo phiên bản"
    ),
    "GET /v1/periodic-reports/<agency_id>/<report>": Operation(
        "One report: values filled in and submitted, every difference with its reason",
        "Một báo cáo: số liệu điền sẵn, số liệu nộp, từng chênh lệch kèm lý do",
        problems=(403, 404),
    ),
    "POST /v1/periodic-reports/<agency_id>/<report>/prefill": Operation(
        "Fill the report in from the agency's events, as of the last day of its period",
        "Điền sẵn số liệu báo cáo từ các sự kiện, tính đến ngày cuối kỳ",
        access="staff or agency",
        problems=(403, 404, 409),
    ),
    "GET /v1/periodic-reports/<body>/<report>/roll-up": Operation(
        "What rolling up would give: sums over the receiver's own events and all accepted reports, which are missing",
        "Xem trước số liệu tổng hợp từ các báo cáo đã tiếp nhận, các báo cáo còn thiếu",
        access="staff or agency",
        problems=(403, 404, 409),
    ),
    "POST /v1/periodic-reports/<body>/<report>/roll-up": Operation(
        "Fill the receiver's own report in with the sums, and record which reports became part of it; at the top this is "
        "the report to the Prime Minister",
        "Điền số liệu tổng hợp vào báo cáo của cơ quan nhận và ghi nhận các báo cáo đã tổng hợp; ở cấp trung ương là báo cáo "
        "trình Thủ tướng Chính phủ",
        access="staff or agency",
        problems=(403, 404, 409),
    ),
}
