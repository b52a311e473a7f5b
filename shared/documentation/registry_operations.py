"""What the routes of the registry do: reorganisations and administrative units; read by `operations.py`."""

from __future__ import annotations

from shared.contracts.inspection.inconsistency import KINDS as INCONSISTENCIES
from shared.contracts.inspection.obligation import KINDS
from shared.documentation.operation import Operation, Parameter, whole, words

_SOURCE = Parameter(
    "source",
    "Agency that runs it, where several agencies use the same id",
    "Cơ quan chủ trì, khi nhiều cơ quan dùng cùng một mã",
)
_KNOWN_AT = Parameter(
    "known_at",
    "As known at this instant; default all that is known now",
    "Theo thông tin có lúc này; mặc định mọi thông tin hiện có",
    {"type": "string", "format": "date-time"},
)
_DATE = {"type": "string", "format": "date"}

REGISTRY_OPERATIONS = {
    "GET /v1/reorganisations": Operation(
        "All reorganisations of agencies, the latest first", "Các đợt sắp xếp cơ quan, mới nhất trước"
    ),
    "GET /v1/reorganisations/<reorganisation>": Operation(
        "One reorganisation: counts by kind of what the old agencies owed, what is left, who has not ended yet",
        "Một đợt sắp xếp: số nghĩa vụ theo loại của các cơ quan cũ, phần còn lại, cơ quan chưa kết thúc",
        parameters=(_SOURCE,),
        problems=(403, 404),
    ),
    "GET /v1/reorganisations/<reorganisation>/obligations": Operation(
        "What the old agencies owed on their last day, who inherited each thing, or who would by default",
        "Các nghĩa vụ của cơ quan cũ vào ngày cuối, cơ quan kế thừa hoặc cơ quan kế thừa mặc định",
        parameters=(
            _SOURCE,
            Parameter(
                "state",
                "Only these: left, inherited, lapsed, closed by themselves since",
                "Chỉ trạng thái này: còn lại, đã kế thừa, đã chấm dứt, đã tự hoàn thành",
                words("left", "inherited", "lapsed", "closed"),
            ),
            Parameter("kind", "Only this kind", "Chỉ loại này", words(*KINDS)),
            Parameter("agency", "Only of this old agency", "Chỉ của cơ quan cũ này"),
            Parameter("limit", "Most things of the answer", "Số dòng tối đa", whole(1, 5000, default=1000)),
            Parameter("after", "`next` of the page before", "Giá trị `next` của trang trước"),
        ),
        problems=(400, 403, 404),
    ),
    "POST /v1/reorganisations/<reorganisation>/settle": Operation(
        "Settle it: refused while anything has neither an inheritor nor a decision that it lapses",
        "Kết thúc bàn giao: bị từ chối khi còn nghĩa vụ chưa có cơ quan kế thừa hoặc quyết định chấm dứt",
        access="staff or agency",
        parameters=(_SOURCE,),
        problems=(403, 404, 409, 503),
    ),
    "GET /v1/inconsistencies": Operation(
        "What facts of several services contradict, those that hold first, the newest first",
        "Các mâu thuẫn giữa dữ liệu của nhiều mảng nghiệp vụ, mục còn tồn tại trước, mới nhất trước",
        parameters=(
            Parameter(
                "scope", "An agency with all below it; default all", "Cơ quan và các cơ quan cấp dưới; mặc định tất cả"
            ),
            Parameter("kind", "Only this kind", "Chỉ loại này", words(*INCONSISTENCIES)),
            Parameter(
                "state",
                "Only those that hold, or only ended ones",
                "Chỉ mục còn tồn tại hoặc đã hết",
                words("open", "ended"),
            ),
            Parameter("as_of", "Day; default today", "Ngày; mặc định hôm nay", _DATE),
            _KNOWN_AT,
            Parameter(
                "known_at",
                "Instant of knowledge; default the watermark",
                "Thời điểm biết; mặc định là mốc đã xử lý",
                {"type": "string", "format": "date-time"},
            ),
            Parameter("limit", "Most of the answer", "Số dòng tối đa", whole(1, 5000, default=500)),
        ),
        problems=(400, 403, 404),
    ),
    "GET /v1/sequence-gaps": Operation(
        "Sources in whose running numbers (`sequence`) some are missing for ten minutes or longer, those that miss most first",
        "Các nguồn có số thứ tự (`sequence`) bị thiếu từ mười phút trở lên, nguồn thiếu nhiều nhất trước",
        parameters=(
            Parameter("scope", "Only this agency's", "Chỉ của cơ quan này"),
            Parameter("limit", "Most of the answer", "Số dòng tối đa", whole(1, 1000, default=100)),
        ),
        problems=(400, 403),
    ),
    "GET /v1/admin-units": Operation(
        "The administrative units of a day",
        "Các đơn vị hành chính tại một ngày",
        parameters=(
            Parameter("as_of", "Day; default today", "Ngày; mặc định hôm nay", _DATE),
            _KNOWN_AT,
            Parameter(
                "parent", "Code of the unit they lie in; `none` for provinces", "Mã đơn vị cấp trên; `none` là cấp tỉnh"
            ),
            Parameter("limit", "Most units of the answer", "Số dòng tối đa", whole(1, 5000, default=1000)),
            Parameter("after", "`next` of the page before", "Giá trị `next` của trang trước"),
        ),
        problems=(400,),
    ),
    "GET /v1/admin-units/<code>": Operation(
        "All units that have had a code, each with its period, its predecessors and its successors",
        "Các đơn vị từng mang một mã, kèm thời gian, đơn vị tiền thân và đơn vị kế tiếp",
        parameters=(_KNOWN_AT,),
        problems=(400, 404),
    ),
}
