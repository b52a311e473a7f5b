"""What a procedure (quy trình) says: steps, times, legal basis, forms and records.

Shared by the events that carry content; owns no event type itself.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema
from shared.contracts.documents.vocabulary import (
    LEGAL_BASIS_EXAMPLE,
    DocumentFact,
    electronic,
    legal_basis,
)
from shared.contracts.fields import Choice, Integer, ListOf, Number, Object, Text

KINDS = ("system", "tthc", "internal")


class Step(EventSchema):
    """One step of a procedure."""

    no = Integer("Number of the step", "Bước số", low=1, high=200)
    title = Text("What is done", "Nội dung công việc", longest=500)
    role = Text("Post that does it; a step without an owner cannot be submitted", "Vị trí thực hiện",
                longest=200, required=False)  # fmt: skip
    owner_agency_id = Text("Agency that does it, where it is another one", "Cơ quan thực hiện, nếu là cơ quan khác",
                           longest=150, required=False)  # fmt: skip
    max_hours = Number("Longest time for the step", "Thời gian tối đa", low=0, high=100_000, unit="working hours",
                       required=False)  # fmt: skip
    output = Text("What the step yields", "Kết quả của bước", longest=500, required=False)
    form_ids = ListOf("Codes of the forms used", "Mã biểu mẫu sử dụng",
                      Text("Form code", "Mã biểu mẫu", longest=60), most=100, required=False)  # fmt: skip


class Form(EventSchema):
    """A form (biểu mẫu) that belongs to a procedure."""

    code = Text("Form code, such as BM-07-01", "Mã biểu mẫu, ví dụ BM-07-01", longest=60)
    title = Text("Title", "Tên biểu mẫu", longest=500)
    revision = Integer("Revision", "Lần sửa đổi", high=1000, required=False)


class Record(EventSchema):
    """A record (hồ sơ) that running the procedure leaves behind."""

    title = Text("Title", "Tên hồ sơ", longest=500)
    keep_years = Integer("How long it is kept", "Thời hạn lưu", unit="years", high=1000, required=False)


def _days(en: str, vi: str, source: str) -> Integer:
    return Integer(en, vi, high=5000, unit="working days", source=source, required=False)


class Content(DocumentFact):
    """The content of a procedure; a field that is left out stays as it was."""

    title = Text("Title", "Tên quy trình", longest=500, required=False)
    tthc_code = Text("Code of the public procedure (TTHC) it carries out", "Mã thủ tục hành chính", longest=60,
                     required=False)  # fmt: skip
    steps = ListOf("Steps", "Các bước", Object("One step", "Một bước", Step), most=200, required=False)
    regulated_days = _days("Time the law gives", "Thời hạn theo quy định", "Nghị định 61/2018/NĐ-CP")
    committed_days = _days("Time the agency commits to", "Thời hạn cơ quan cam kết", "Nghị định 61/2018/NĐ-CP")
    legal_basis = legal_basis()
    forms = ListOf("Forms", "Biểu mẫu", Object("One form", "Một biểu mẫu", Form), most=200, required=False)
    records = ListOf("Records kept", "Hồ sơ lưu", Object("One record", "Một loại hồ sơ", Record), most=200,
                     required=False)  # fmt: skip
    clause_refs = ListOf(
        "Clauses of the standard it answers to",
        "Các điều khoản của tiêu chuẩn",
        Text("Clause, such as 8.5.1", "Điều khoản, ví dụ 8.5.1", longest=12, pattern=r"^[0-9]+(\.[0-9]+)*$"),
        most=100,
        required=False,
        source="ISO 9001:2015",
    )
    electronic = electronic()


def kind() -> Choice:
    """Return the field with the kind of a procedure."""
    return Choice(
        "Kind: of the management system, for a public procedure (TTHC), internal",
        "Loại: quy trình hệ thống, quy trình giải quyết thủ tục hành chính, quy trình nội bộ",
        KINDS,
    )


def code() -> Text:
    """Return the field with the agency's own code of a procedure."""
    return Text("The agency's own code, such as QT-07", "Mã quy trình của cơ quan, ví dụ QT-07", longest=60)


def edition(*, required: bool = True) -> Integer:
    """Return the edition number (lần ban hành), from 1."""
    return Integer("Edition", "Lần ban hành", low=1, high=1000, required=required)


def revision(*, required: bool = True) -> Integer:
    """Return the revision number within the edition (lần sửa đổi), from 0."""
    return Integer("Revision within the edition", "Lần sửa đổi", high=1000, required=required)


#: Content of a realistic procedure, for the examples of event types.
CONTENT_EXAMPLE = {
    "title": "Quy trình giải quyết thủ tục cấp giấy chứng nhận đăng ký hộ kinh doanh",
    "tthc_code": "1.001612",
    "steps": [
        {
            "no": 1,
            "title": "Tiếp nhận hồ sơ tại bộ phận một cửa",
            "role": "Công chức bộ phận một cửa",
            "max_hours": 2,
            "output": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả",
            "form_ids": ["BM-07-01"],
        },
        {
            "no": 2,
            "title": "Thẩm định hồ sơ",
            "role": "Chuyên viên phòng Tài chính - Kế hoạch",
            "max_hours": 12.5,
        },
        {"no": 3, "title": "Ký duyệt và trả kết quả", "role": "Lãnh đạo phòng", "max_hours": 4},
    ],
    "regulated_days": 3,
    "committed_days": 2,
    "legal_basis": LEGAL_BASIS_EXAMPLE,
    "forms": [{"code": "BM-07-01", "title": "Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "revision": 1}],
    "records": [{"title": "Hồ sơ đăng ký hộ kinh doanh", "keep_years": 10}],
    "clause_refs": ["8.2", "8.5.1"],
    "electronic": False,
}
