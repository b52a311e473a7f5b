"""Events on the way to a declaration of conformity (công bố): plan, building, applying, declaring.

Source: Decision 19/2014/QĐ-TTg (build, apply, declare, maintain), Circular 26/2014/TT-BKHCN.
What follows a declaration is in `declaration_upkeep.py`.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.documents import vocabulary as words
from shared.contracts.evidence import evidence
from shared.contracts.fields import Choice, Date, Integer, ListOf, Object, Text

LAW = "Quyết định 19/2014/QĐ-TTg"


class ProcedureRevision(EventSchema):
    """One procedure in the revision that a declaration covers."""

    procedure_id = Text("The procedure's id", "Mã quy trình", longest=128)
    edition = Integer("Edition", "Lần ban hành", low=1, high=1000, required=False)
    revision = Integer("Revision", "Lần sửa đổi", high=1000, required=False)


class Exclusion(EventSchema):
    """What the scope leaves out, and why."""

    clause = Text("Clause of the standard", "Điều khoản của tiêu chuẩn", longest=12, required=False)
    procedure_id = Text("Procedure left out", "Quy trình không áp dụng", longest=128, required=False)
    tthc_code = Text("Public procedure left out", "Thủ tục hành chính không áp dụng", longest=60, required=False)
    reason = Text("Why", "Lý do", longest=1000)


def standard_version(*, required: bool = True) -> Text:
    """Return the field with the version of the standard; the domain says which ones exist."""
    return Text(
        "Version of the standard, such as TCVN ISO 9001:2015",
        "Phiên bản tiêu chuẩn, ví dụ TCVN ISO 9001:2015",
        longest=60,
        required=required,
    )


class Scope(words.DocumentFact):
    """What a declaration covers."""

    scope_fields = ListOf(
        "Fields of activity covered",
        "Các lĩnh vực hoạt động trong phạm vi áp dụng",
        Text("One field", "Một lĩnh vực", longest=300),
        most=500,
        required=False,
        source="ISO 9001:2015 4.3",
    )
    procedure_revisions = ListOf(
        "Procedures covered",
        "Danh mục quy trình",
        Object("One procedure", "Một quy trình", ProcedureRevision),
        most=5000,
        required=False,
    )
    exclusions = ListOf(
        "What is left out",
        "Nội dung không áp dụng",
        Object("One exclusion", "Một nội dung", Exclusion),
        most=1000,
        required=False,
        source="ISO 9001:2015 4.3",
    )


class PlanApproved(words.DocumentFact):
    """The plan to build and apply the system was approved."""

    plan_no = Text("Number of the plan or its decision", "Số kế hoạch hoặc quyết định phê duyệt", longest=100)
    approved_by = Text("Body that approved it", "Cơ quan phê duyệt", longest=300, required=False)
    approved_on = Date("When; default the day of the fact", "Ngày phê duyệt", required=False)
    target_on = Date("Declaration planned for", "Thời hạn công bố theo kế hoạch", required=False)
    evidence = evidence()


class BuildingStarted(words.DocumentFact):
    """The agency began to build its system."""

    started_on = Date("When; default the day of the fact", "Ngày bắt đầu xây dựng", required=False)


class Applied(words.DocumentFact):
    """The agency began to apply its system."""

    applied_from = Date("When; default the day of the fact", "Ngày bắt đầu áp dụng", required=False)


class Declared(Scope):
    """The head declares that the system conforms to the standard."""

    standard_version = standard_version()
    decision_no = words.decision_no(required=True)
    signed_by = Choice(
        "Post of the signer; only the head may sign",
        "Chức vụ người ký; chỉ người đứng đầu cơ quan được ký công bố",
        ("head", "deputy_head", "other"),
        source=LAW,
    )
    declared_on = Date("When", "Ngày công bố")
    evidence = evidence()


_SCOPE = {
    "scope_fields": ["Tư pháp - Hộ tịch", "Đăng ký kinh doanh"],
    "procedure_revisions": [{"procedure_id": "qt-07", "edition": 1, "revision": 2}],
    "exclusions": [{"clause": "8.3", "reason": "Cơ quan không thiết kế dịch vụ mới"}],
}

_DECLARED = {
    "standard_version": "TCVN ISO 9001:2015",
    "decision_no": "2156/QĐ-UBND",
    "signed_by": "head",
    "declared_on": "2019-12-16",
    **_SCOPE,
}

PLAN_APPROVED = declare(
    EventType(
        name="qms.declaration.plan_approved",
        owner="documents",
        en="The plan for the management system was approved",
        vi="Phê duyệt kế hoạch xây dựng, áp dụng hệ thống quản lý chất lượng",
        schema=PlanApproved,
        example={
            "plan_no": "87/KH-UBND",
            "approved_by": "Ủy ban nhân dân tỉnh Gia Lai",
            "approved_on": "2014-08-20",
            "target_on": "2018-06-30",
        },
        invalid={
            "plan_no_missing": {"target_on": "2018-06-30"},
            "no_such_day": {"plan_no": "1", "target_on": "2018-06-31"},
        },
    )
)

BUILDING_STARTED = declare(
    EventType(
        name="qms.declaration.building_started",
        owner="documents",
        en="The agency began to build its system",
        vi="Bắt đầu xây dựng hệ thống",
        schema=BuildingStarted,
        example={"started_on": "2015-03-02"},
        invalid={"day_with_slashes": {"started_on": "02/03/2015"}},
    )
)

APPLIED = declare(
    EventType(
        name="qms.declaration.applied",
        owner="documents",
        en="The agency began to apply its system",
        vi="Bắt đầu áp dụng hệ thống",
        schema=Applied,
        example={"applied_from": "2015-09-01"},
        invalid={"day_as_number": {"applied_from": 20150901}},
    )
)

DECLARED = declare(
    EventType(
        name="qms.declaration.declared",
        owner="documents",
        en="The agency declared conformity",
        vi="Công bố hệ thống quản lý chất lượng phù hợp tiêu chuẩn",
        schema=Declared,
        example=_DECLARED,
        invalid={
            "standard_missing": {key: value for key, value in _DECLARED.items() if key != "standard_version"},
            "unknown_signer": {**_DECLARED, "signed_by": "secretary"},
            "exclusion_without_reason": {**_DECLARED, "exclusions": [{"clause": "8.3"}]},
        },
    )
)
