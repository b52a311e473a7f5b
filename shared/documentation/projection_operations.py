"""What the routes of the tables that are built from logs do: all of them anew, or set by set; read by `operations.py`."""

from __future__ import annotations

from shared.documentation.operation import Operation, Parameter

PROJECTION_OPERATIONS = {
    "GET /v1/projections": Operation(
        "What this service builds from the logs, and the positions reached",
        "Dữ liệu dịch vụ này dựng từ các nhật ký và vị trí đã xử lý",
        access="service",
    ),
    "POST /v1/projections/<name>/rebuild": Operation(
        "Build a projection anew from the logs",
        "Dựng lại dữ liệu từ các nhật ký",
        access="staff",
        status=202,
        problems=(404, 409),
    ),
    "POST /v1/projections/<name>/sets": Operation(
        "Fill another set of a projection's tables beside the one that serves",
        "Dựng một bộ dữ liệu khác bên cạnh bộ đang dùng",
        access="staff",
        status=202,
        parameters=(
            Parameter(
                "from",
                "`logs`: read all logs anew; otherwise the events may be taken from the serving set's copy",
                "`logs`: đọc lại toàn bộ nhật ký; nếu không, có thể lấy sự kiện từ bản sao của bộ đang dùng",
            ),
        ),
        problems=(404, 409),
    ),
    "POST /v1/projections/<name>/sets/compare": Operation(
        "Compare the set of tables beside the serving one with it, as soon as both are at the same positions",
        "So sánh bộ dữ liệu mới với bộ đang dùng, khi hai bộ đã xử lý đến cùng vị trí",
        access="staff",
        status=202,
        problems=(404, 409),
    ),
    "POST /v1/projections/<name>/sets/switch": Operation(
        "Let the set of tables that was filled serve; the former one is kept and fed",
        "Chuyển sang dùng bộ dữ liệu mới; bộ trước đây vẫn được giữ và cập nhật",
        access="staff",
        status=202,
        parameters=(
            Parameter(
                "different",
                "`true`: although the two do not say the same, because that is meant",
                "`true`: vẫn chuyển dù hai bộ khác nhau, vì đó là chủ ý",
            ),
        ),
        problems=(404, 409),
    ),
    "POST /v1/projections/<name>/sets/rollback": Operation(
        "Let the former set of tables serve again",
        "Quay lại dùng bộ dữ liệu trước đây",
        access="staff",
        status=202,
        problems=(404, 409),
    ),
    "POST /v1/projections/<name>/sets/drop": Operation(
        "Give up the set of tables that does not serve",
        "Bỏ bộ dữ liệu không còn dùng",
        access="staff",
        status=202,
        problems=(404, 409),
    ),
    "POST /v1/projections/<name>/resume": Operation(
        "Let a consumer that cannot be rebuilt go on after its source was restored to an earlier moment",
        "Cho bộ xử lý không dựng lại được đọc tiếp sau khi nguồn được khôi phục về thời điểm trước",
        access="staff",
        status=202,
        parameters=(
            Parameter("source", "The service whose log was restored", "Dịch vụ có nhật ký đã khôi phục", required=True),
        ),
        problems=(404, 409, 503),
    ),
}
