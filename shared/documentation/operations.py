"""The HTTP routes of all services, as the reference and OpenAPI describe them.

Keyed by method and werkzeug rule, as in the service classes; a test holds both to each other. Schemas of bodies and
answers are in `schemas`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.contracts.inspection.agency_vocabulary import KINDS, LEVELS, OBLIGATIONS
from shared.contracts.notify.vocabulary import CHANNELS, SEVERITIES
from shared.documentation.inspection_operations import INSPECTION_OPERATIONS
from shared.documentation.notify_operations import NOTIFY_OPERATIONS
from shared.documentation.operation import Operation, Parameter, json_of, ref, whole, words
from shared.documentation.projection_operations import PROJECTION_OPERATIONS
from shared.documentation.registry_operations import REGISTRY_OPERATIONS

_DATE = {"type": "string", "format": "date"}
_INSTANT = {"type": "string", "format": "date-time"}
_AS_OF = Parameter("as_of", "Day; default today in Viet Nam", "Tính đến hết ngày; mặc định hôm nay", _DATE)
_KNOWN_AT = Parameter(
    "known_at",
    "As known at this instant; default all that is known now",
    "Theo thông tin có lúc này; mặc định mọi thông tin hiện có",
    _INSTANT,
)
_AFTER = Parameter("after", "`next` of the page before", "Giá trị `next` của trang trước")
_FILTERS = (
    Parameter("level", "Only agencies of this level", "Chỉ cơ quan thuộc cấp này", words(*LEVELS)),
    Parameter("kind", "Only agencies of this kind", "Chỉ cơ quan thuộc loại này", words(*KINDS)),
    Parameter("obligation", "Only agencies with this duty", "Chỉ cơ quan có nghĩa vụ này", words(*OBLIGATIONS)),
)
_SCOPE = Parameter(
    "scope",
    "Agency id: this agency and all below it; default all that the caller may see",
    "Mã cơ quan: cơ quan này và các đơn vị trực thuộc; mặc định mọi cơ quan được phép xem",
)
_FIGURE = (
    _SCOPE,
    _AS_OF,
    _KNOWN_AT,
    Parameter(
        "from",
        "First day of the period; default that of the 12 full months up to `as_of`",
        "Ngày đầu kỳ; mặc định kỳ 12 tháng tròn tính đến `as_of`",
        _DATE,
    ),
    Parameter("to", "Last day of the period", "Ngày cuối kỳ", _DATE),
    Parameter(
        "variant", "As reported, or as verified", "Theo báo cáo hoặc đã được xác minh", words("reported", "verified")
    ),
    Parameter("by", "One row per group", "Chia theo nhóm", words("none", "province", "level", "kind", "agency")),
    *_FILTERS,
    Parameter(
        "geography",
        "Provinces as they were on the day, or as they are today",
        "Địa giới tại ngày được hỏi hoặc địa giới hiện nay",
        words("at_date", "today"),
    ),
)


def _limit(most: int, default: int) -> Parameter:
    return Parameter("limit", "Most rows of a page", "Số dòng tối đa của một trang", whole(1, most, default))


_EVENT_BODIES: Mapping[str, Mapping[str, Any]] = {
    "application/cloudevents+json": ref("Event"),
    "application/cloudevents-batch+json": {"type": "array", "items": ref("Event"), "minItems": 1},
    "application/json": {"description": "Binary mode: `data` alone; attributes in `ce-` headers.", "type": "object"},
}
_ALERT_LISTS = (
    Parameter(
        "state",
        "States with commas between, or `open`",
        "Các trạng thái, cách nhau bằng dấu phẩy, hoặc `open`",
    ),
    Parameter("rule", "Rule, such as A2", "Quy tắc, ví dụ A2"),
    Parameter("severity", f"Of {', '.join(SEVERITIES)}", f"Trong số {', '.join(SEVERITIES)}"),
    Parameter("agency", "Agency id", "Mã cơ quan"),
    _SCOPE,
    _limit(500, 50),
    _AFTER,
)

#: Routes of every service.
_KERNEL = {
    "POST /v1/events": Operation(
        "Push events: structured, batched or binary CloudEvents; every item gets its own answer",
        "Gửi sự kiện CloudEvents (một sự kiện, theo lô hoặc dạng nhị phân); mỗi sự kiện có câu trả lời riêng",
        access="staff or agency",
        body=_EVENT_BODIES,
        answer=json_of("Results"),
        problems=(400, 413, 415, 422, 429, 503),
    ),
    "POST /v1/events/bundle": Operation(
        "Between services: pushes of several callers, each with its own credential, that the front door brings together",
        "Giữa các dịch vụ: các lượt gửi của nhiều bên, mỗi lượt kèm thông tin xác thực riêng, do cổng chung chuyển một lần",
        access="service",
        problems=(400, 503),
    ),
    "GET /v1/event-types": Operation(
        "List the event types of all services",
        "Danh mục loại sự kiện của mọi dịch vụ",
        access="open",
        answer=json_of("EventTypes"),
    ),
    "GET /v1/event-types/<event_type>/schema": Operation(
        "JSON Schema of a type's whole event, with an example that is accepted",
        "Lược đồ JSON của một loại sự kiện, kèm ví dụ hợp lệ",
        access="open",
        parameters=(Parameter("version", "Version of the type", "Phiên bản", whole(1)),),
        problems=(404,),
    ),
    "GET /v1/receipts": Operation(
        "What became of an event: status, position, digest",
        "Sự kiện đã được xử lý thế nào: trạng thái, vị trí trong nhật ký, mã băm",
        parameters=(
            Parameter("source", "`/agencies/{agency_id}`", "`/agencies/{agency_id}`", required=True),
            Parameter("id", "The event's id", "Mã sự kiện", required=True),
        ),
        answer=json_of("Receipt"),
        problems=(400, 404),
    ),
    "GET /v1/log/<service>/feed": Operation(
        "A service's log by position, with its head and the promise that nothing older will come behind it",
        "Nhật ký của một dịch vụ theo vị trí, kèm vị trí cuối",
        access="service",
        parameters=(
            Parameter("after", "Position behind which to begin", "Bắt đầu sau vị trí này", whole(0, default=0)),
            _limit(5000, 1000),
        ),
        answer=json_of("Feed"),
        problems=(400, 404),
    ),
    "GET /v1/quarantine": Operation(
        "Refused and waiting items of the caller's agencies, the latest first",
        "Sự kiện bị từ chối hoặc đang chờ của các cơ quan thuộc phạm vi người gọi, mới nhất trước",
        parameters=(
            Parameter("status", "Only these", "Chỉ trạng thái này", words("waiting", "refused")),
            Parameter("overdue", "Only those that have waited too long", "Chỉ các mục chờ quá hạn", words("true")),
            Parameter("agency", "Only of or by this agency", "Chỉ của cơ quan này"),
            Parameter("code", "Only with this code", "Chỉ mang mã lỗi này"),
            _limit(500, 100),
        ),
        answer=json_of("Quarantine"),
        problems=(400,),
    ),
    "GET /v1/quarantine/counts": Operation(
        "How many items of each agency were refused or wait, by status and code",
        "Số mục bị từ chối hoặc đang chờ của từng cơ quan, theo trạng thái và mã lỗi",
        answer=json_of("QuarantineCounts"),
    ),
    "GET /v1/quarantine/<item_id>": Operation(
        "One refused or waiting item, with all that is kept of its text",
        "Một mục bị từ chối hoặc đang chờ, kèm toàn bộ nội dung được lưu",
        answer=json_of("QuarantineItem"),
        problems=(403, 404),
    ),
    "POST /v1/quarantine/<item_id>/replay": Operation(
        "Try an item again: as it came (no body), or repaired (the body is the repaired event)",
        "Xử lý lại một mục: nguyên trạng (không có nội dung) hoặc đã sửa (nội dung là sự kiện đã sửa)",
        access="staff or agency",
        body={"application/json": ref("Event")},
        answer=json_of("Results"),
        problems=(404, 422),
    ),
    "POST /v1/quarantine/<item_id>/discard": Operation(
        "Give an item up: it is tried no more; its bytes are kept",
        "Hủy bỏ một mục: không xử lý lại nữa; nội dung vẫn được lưu",
        access="staff or agency",
        answer=json_of("Discarded"),
        problems=(404,),
    ),
    "GET /v1/parked": Operation(
        "Events that a consumer of this service could not apply, oldest first",
        "Sự kiện mà dịch vụ này chưa xử lý được, cũ nhất trước",
        access="service",
        parameters=(_limit(1000, 200),),
        problems=(400,),
    ),
    "POST /v1/parked/replay": Operation(
        "Apply parked events again, in order, after the cause has been mended",
        "Xử lý lại các sự kiện đó theo thứ tự, sau khi đã khắc phục nguyên nhân",
        access="staff",
        parameters=(
            Parameter("consumer", "Only this consumer's", "Chỉ của bộ xử lý này"),
            Parameter("stream", "Only this record's", "Chỉ của bản ghi này"),
        ),
        problems=(404,),
    ),
    "GET /healthz": Operation("The process answers", "Tiến trình còn hoạt động", access="open"),
    "GET /readyz": Operation(
        "Whether events can be committed here, and how relay and subscriptions stand",
        "Dịch vụ có ghi được sự kiện hay không; tình trạng truyền tin và nhận tin",
        access="open",
        problems=(503,),
    ),
    "GET /metrics": Operation(
        "Metrics in Prometheus' text format",
        "Số đo theo định dạng Prometheus",
        access="open",
        answer={"text/plain": {"type": "string"}},
    ),
    "GET /openapi.json": Operation("This description (OpenAPI 3.1)", "Bản mô tả này (OpenAPI 3.1)", access="open"),
    "GET /asyncapi.json": Operation(
        "What travels over AMQP (AsyncAPI 3.0)", "Mô tả truyền tin qua AMQP (AsyncAPI 3.0)", access="open"
    ),
}

#: Routes of the registry and the oversight views.
_INSPECTION = {
    "GET /v1/indicators": Operation(
        "The indicators with names, formulas and sources",
        "Danh mục chỉ số: tên, công thức, căn cứ",
        answer=json_of("Indicators"),
    ),
    "GET /v1/indicators/<indicator>": Operation(
        "An indicator's figures",
        "Số liệu của một chỉ số",
        parameters=_FIGURE,
        answer=json_of("Figures"),
        problems=(400, 404),
    ),
    "GET /v1/indicators/<indicator>/explain": Operation(
        "The agencies and events behind one row of an indicator",
        "Các cơ quan và sự kiện làm căn cứ cho một dòng số liệu",
        parameters=(
            *_FIGURE,
            Parameter("key", "`key` of the row; default the total", "`key` của dòng; mặc định dòng tổng"),
            _limit(1000, 50),
            _AFTER,
        ),
        problems=(400, 404),
    ),
    "GET /v1/agencies": Operation(
        "The agencies that exist on a day",
        "Danh sách cơ quan đang tồn tại tại một ngày",
        parameters=(
            Parameter("q", "Part of the name or id; accents may be left out", "Một phần tên hoặc mã, có thể bỏ dấu"),
            Parameter("province", "Code of a province, such as P92", "Mã tỉnh, ví dụ P92"),
            Parameter("parent", "Only directly below this agency", "Chỉ đơn vị trực thuộc cơ quan này"),
            _SCOPE,
            _AS_OF,
            _KNOWN_AT,
            *_FILTERS,
            _limit(1000, 100),
            _AFTER,
        ),
        problems=(400, 404),
    ),
    "GET /v1/agencies/<agency_id>": Operation(
        "One agency on a day, with its dated history",
        "Thông tin một cơ quan tại một ngày, kèm lịch sử thay đổi",
        parameters=(_AS_OF, _KNOWN_AT),
        problems=(400, 404),
    ),
    "GET /v1/agencies/<agency_id>/timeline": Operation(
        "The events about one agency, newest first",
        "Các sự kiện của một cơ quan, mới nhất trước",
        parameters=(_AS_OF, _KNOWN_AT, _limit(1000, 100), _AFTER),
        problems=(400, 404),
    ),
    "POST /v1/agencies/<agency_id>/keys": Operation(
        "Issue a key; the answer is the only place where it is ever shown",
        "Cấp khóa cho cơ quan; khóa chỉ hiện một lần trong câu trả lời này",
        access="staff",
        body=json_of("KeyWish"),
        answer=json_of("Key"),
        status=201,
        problems=(404,),
    ),
    "DELETE /v1/agencies/<agency_id>/keys/<key_id>": Operation(
        "Withdraw a key", "Thu hồi khóa", access="staff", problems=(404,)
    ),
    "POST /v1/agencies/<agency_id>/keys/<key_id>/amqp-user": Operation(
        "Bind a user of the broker to a key: what it pushes over AMQP counts as the agency's",
        "Gắn tài khoản RabbitMQ với khóa: sự kiện tài khoản đó gửi qua AMQP được tính là của cơ quan",
        access="staff",
        body=json_of("AmqpUser"),
        problems=(404, 422),
    ),
}

#: Who may use the pages.
_ACCOUNTS = {
    "GET /v1/accounts": Operation(
        "List the accounts of people, with the staff token only",
        "Danh sách tài khoản người dùng (chỉ với mã truy cập của Bộ)",
        access="staff",
    ),
    "POST /v1/accounts": Operation(
        "Create an account of a role, with a password, an OpenID subject, or both",
        "Tạo tài khoản theo vai trò, dùng mật khẩu, định danh OpenID hoặc cả hai",
        access="staff",
        body=json_of("AccountWish"),
        status=201,
        problems=(400, 409, 422),
    ),
    "POST /v1/accounts/<name>": Operation(
        "Disable an account, or give it another password; its sessions end",
        "Khóa tài khoản hoặc đổi mật khẩu; các phiên đang mở kết thúc",
        access="staff",
        body=json_of("AccountChange"),
        problems=(400, 404, 422),
    ),
}

#: Routes of the alerts, also behind the front door.
_NOTIFY = {
    "GET /v1/alerts": Operation(
        "List alerts, the latest first", "Danh sách cảnh báo, mới nhất trước", parameters=_ALERT_LISTS, problems=(400,)
    ),
    "GET /v1/alerts/<alert_id>": Operation(
        "One alert with its history and deliveries", "Một cảnh báo, kèm lịch sử và các lần gửi", problems=(404,)
    ),
    "POST /v1/alerts/<alert_id>/acknowledge": Operation(
        "Take an alert into hand; escalation stops",
        "Nhận xử lý cảnh báo; dừng chuyển lên cấp trên",
        access="staff or agency",
        body=json_of("Note"),
        problems=(400, 404, 422),
    ),
    "POST /v1/alerts/<alert_id>/snooze": Operation(
        "Put an alert off, at most 30 days",
        "Tạm hoãn cảnh báo, tối đa 30 ngày",
        access="staff or agency",
        body=json_of("Snooze"),
        problems=(400, 404, 422),
    ),
    "POST /v1/alerts/<alert_id>/resolve": Operation(
        "End an alert by decision; refused while its condition holds",
        "Kết thúc cảnh báo; bị từ chối khi nguyên nhân vẫn còn",
        access="staff or agency",
        body=json_of("Note"),
        problems=(400, 404, 422),
    ),
    "GET /v1/deliveries": Operation(
        "What was sent to whom, on notify only",
        "Cảnh báo đã gửi cho ai (chỉ có ở dịch vụ notify)",
        parameters=(
            Parameter("status", "Status of the delivery", "Trạng thái gửi"),
            Parameter("channel", "Channel", "Kênh gửi", words(*CHANNELS)),
            Parameter("alert", "Alert id", "Mã cảnh báo"),
            _SCOPE,
            _limit(500, 50),
            _AFTER,
        ),
        problems=(400,),
    ),
}

OPERATIONS: Mapping[str, Operation] = {
    **_KERNEL,
    **PROJECTION_OPERATIONS,
    **_INSPECTION,
    **REGISTRY_OPERATIONS,
    **INSPECTION_OPERATIONS,
    **_ACCOUNTS,
    **_NOTIFY,
    **NOTIFY_OPERATIONS,
}
