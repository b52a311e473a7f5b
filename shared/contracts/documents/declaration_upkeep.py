"""Events that follow a declaration of conformity, certificates of the old regime, and baselines.

Source: Circular 26/2014/TT-BKHCN (publication, notification, declaring again when the scope
changes); Decisions 144/2006 and 118/2009/QĐ-TTg for certificates before 18 May 2014.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventType, declare
from shared.contracts.documents import vocabulary as words
from shared.contracts.documents.declaration import Scope, standard_version
from shared.contracts.evidence import evidence
from shared.contracts.fields import Choice, Date, ListOf, Text

STATUSES = (
    "planned",
    "building",
    "applying",
    "certified",
    "declared",
    "needs_redeclaration",
    "rescinded",
)


class Published(words.DocumentFact):
    """The declaration was made public on one channel."""

    channel = words.channel()
    url = Text("Where", "Địa chỉ", longest=2000, required=False)
    published_on = Date("When; default the day of the fact", "Ngày công khai", required=False)
    evidence = evidence()


class Notified(words.DocumentFact):
    """The declaration was reported to the parent or to the provincial Department of S&T."""

    to = Choice(
        "To whom: the parent agency, the provincial Department of Science and Technology",
        "Nơi nhận: cơ quan chủ quản, Sở Khoa học và Công nghệ",
        ("parent", "so_khcn"),
    )
    notified_on = Date("When; default the day of the fact", "Ngày thông báo", required=False)


class ScopeChanged(words.DocumentFact):
    """Something changed that the declaration does not cover any more."""

    change = Text("What changed", "Nội dung thay đổi phạm vi", longest=2000)
    changed_on = Date("When; default the day of the fact", "Ngày thay đổi", required=False)


class Redeclared(Scope):
    """The agency declares again, with a changed scope or standard."""

    standard_version = standard_version(required=False)
    decision_no = words.decision_no(required=True)
    signed_by = Choice(
        "Post of the signer; only the head may sign",
        "Chức vụ người ký; chỉ người đứng đầu cơ quan được ký công bố",
        ("head", "deputy_head", "other"),
    )
    declared_on = Date("When", "Ngày công bố lại")
    evidence = evidence()


class Rescinded(words.DocumentFact):
    """The declaration no longer holds."""

    by = Choice(
        "By the head, or after the conclusion of an inspection",
        "Theo quyết định của người đứng đầu hoặc theo kết luận kiểm tra",
        ("head", "inspection_conclusion"),
    )
    reason = Text("Why", "Lý do hủy bỏ", longest=2000)
    rescinded_on = Date("When; default the day of the fact", "Ngày hủy bỏ", required=False)


class StandardTransitionCompleted(words.DocumentFact):
    """The system was moved to a newer version of the standard."""

    from_version = standard_version()
    to_version = standard_version()
    completed_on = Date("When; default the day of the fact", "Ngày hoàn thành chuyển đổi", required=False)
    evidence = evidence()


class CertificateRecorded(words.DocumentFact):
    """A certificate of the regime before 18 May 2014; recorded for history."""

    certificate_no = Text("Number", "Số giấy chứng nhận", longest=100, required=False)
    kind = Choice(
        "First certificate, renewed, or with a wider scope",
        "Cấp mới, cấp lại, mở rộng phạm vi",
        ("new", "renewed", "extended"),
    )
    standard_version = standard_version()
    issued_on = Date("Issued on", "Ngày cấp")
    valid_to = Date("Last day of validity", "Ngày hết hiệu lực")
    comment = Text(
        "Why there is a certificate from after 18 May 2014",
        "Giải trình khi giấy chứng nhận được cấp từ ngày 18/5/2014",
        longest=2000,
        required=False,
    )
    evidence = evidence()


class Baselined(Scope):
    """The declaration as it stands when the agency joins with a history."""

    state_since = Date("In this state since", "Ở trạng thái này từ ngày")
    status = Choice("State", "Trạng thái", STATUSES)
    plan_no = Text("Number of the plan", "Số kế hoạch", longest=100, required=False)
    plan_approved_on = Date("Plan approved on", "Ngày phê duyệt kế hoạch", required=False)
    building_started_on = Date("Building since", "Ngày bắt đầu xây dựng", required=False)
    applied_from = Date("Applying since", "Ngày bắt đầu áp dụng", required=False)
    standard_version = standard_version(required=False)
    decision_no = words.decision_no()
    declared_on = Date("Last declared on", "Ngày công bố gần nhất", required=False)
    published_on = Date("Published on", "Ngày công khai", required=False)
    published_channels = ListOf("Channels of publication", "Nơi đã công khai", words.channel(), most=4, required=False)
    notified_on = Date("Notified on", "Ngày thông báo", required=False)
    certificate_valid_to = Date("Last day of the certificate", "Ngày hết hiệu lực giấy chứng nhận", required=False)
    rescinded_on = Date("Rescinded on", "Ngày hủy bỏ", required=False)


PUBLISHED = declare(
    EventType(
        name="qms.declaration.published",
        owner="documents",
        en="The declaration was made public",
        vi="Công khai bản công bố",
        schema=Published,
        example={"channel": "notice_board", "published_on": "2019-12-18"},
        invalid={"unknown_channel": {"channel": "radio"}},
    )
)

NOTIFIED = declare(
    EventType(
        name="qms.declaration.notified",
        owner="documents",
        en="The declaration was reported",
        vi="Thông báo việc công bố",
        schema=Notified,
        example={"to": "so_khcn", "notified_on": "2019-12-20"},
        invalid={"unknown_recipient": {"to": "press"}},
    )
)

SCOPE_CHANGED = declare(
    EventType(
        name="qms.declaration.scope_changed",
        owner="documents",
        en="The scope changed",
        vi="Thay đổi phạm vi áp dụng",
        schema=ScopeChanged,
        example={"change": "Bổ sung 12 thủ tục hành chính lĩnh vực đất đai", "changed_on": "2021-04-05"},
        invalid={"change_missing": {"changed_on": "2021-04-05"}},
    )
)

_REDECLARED = {
    "decision_no": "874/QĐ-UBND",
    "signed_by": "head",
    "declared_on": "2021-06-01",
    "standard_version": "TCVN ISO 9001:2015",
    "scope_fields": ["Tư pháp - Hộ tịch", "Đăng ký kinh doanh", "Đất đai"],
}

REDECLARED = declare(
    EventType(
        name="qms.declaration.redeclared",
        owner="documents",
        en="The agency declared again",
        vi="Công bố lại",
        schema=Redeclared,
        example=_REDECLARED,
        invalid={"declared_on_missing": {"decision_no": "874/QĐ-UBND", "signed_by": "head"}},
    )
)

RESCINDED = declare(
    EventType(
        name="qms.declaration.rescinded",
        owner="documents",
        en="The declaration was rescinded",
        vi="Hủy bỏ công bố",
        schema=Rescinded,
        example={
            "by": "inspection_conclusion",
            "reason": "Hệ thống không được duy trì",
            "rescinded_on": "2022-08-15",
        },
        invalid={"reason_missing": {"by": "head"}},
    )
)

STANDARD_TRANSITION_COMPLETED = declare(
    EventType(
        name="qms.declaration.standard_transition_completed",
        owner="documents",
        en="The system was moved to a newer version of the standard",
        vi="Hoàn thành chuyển đổi phiên bản tiêu chuẩn",
        schema=StandardTransitionCompleted,
        example={
            "from_version": "TCVN ISO 9001:2008",
            "to_version": "TCVN ISO 9001:2015",
            "completed_on": "2019-11-30",
        },
        invalid={"to_version_missing": {"from_version": "TCVN ISO 9001:2008"}},
    )
)

_CERTIFICATE = {
    "certificate_no": "HT 1234.13.17",
    "kind": "new",
    "standard_version": "TCVN ISO 9001:2008",
    "issued_on": "2013-08-15",
    "valid_to": "2016-08-14",
}

CERTIFICATE_RECORDED = declare(
    EventType(
        name="qms.declaration.certificate_recorded",
        owner="documents",
        en="A certificate from before 18 May 2014 was recorded",
        vi="Ghi nhận giấy chứng nhận cấp trước ngày 18/5/2014",
        schema=CertificateRecorded,
        example=_CERTIFICATE,
        invalid={
            "valid_to_missing": {key: value for key, value in _CERTIFICATE.items() if key != "valid_to"},
            "unknown_kind": {**_CERTIFICATE, "kind": "honorary"},
        },
    )
)

_BASELINED = {
    "state_since": "2019-12-16",
    "status": "declared",
    "plan_approved_on": "2014-08-20",
    "building_started_on": "2015-03-02",
    "applied_from": "2015-09-01",
    "standard_version": "TCVN ISO 9001:2015",
    "decision_no": "2156/QĐ-UBND",
    "declared_on": "2019-12-16",
    "published_on": "2019-12-18",
    "published_channels": ["website", "notice_board"],
    "scope_fields": ["Tư pháp - Hộ tịch"],
}

BASELINED = declare(
    EventType(
        name="qms.declaration.baselined",
        owner="documents",
        en="The declaration as it stands when the agency joins",
        vi="Ghi nhận hiện trạng công bố khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example=_BASELINED,
        invalid={
            "status_missing": {"state_since": "2019-12-16"},
            "unknown_status": {**_BASELINED, "status": "maintained"},
        },
    )
)
