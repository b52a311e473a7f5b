"""Event types of the nonconformity after its actions: completion, verification, closing, reopening.

Completion and verification name the actions they rely on (`action_ids`): the fact waits for actions that
are not known yet, and is refused while one of them is open or owned by the verifier.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.audit.nonconformity import action_ids, root_causes
from shared.contracts.audit.vocabulary import RECORD_CLASSES, AuditFact, finding_class, reason, role_ref
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_EXAMPLE, EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Contract, Date, Reference, Text

SIMILARITIES = ("same_clause", "same_procedure", "same_cause")


class Completed(AuditFact):
    """All actions of the nonconformity are done or cancelled."""

    action_ids = action_ids(
        "All actions of the nonconformity; none for an observation that needed none",
        "Tất cả hành động của sự không phù hợp; để trống nếu lưu ý không cần hành động",
        fewest=0,
    )
    completed_on = Date("Day the last action was completed", "Ngày hoàn thành hành động cuối cùng", required=False)


class EffectivenessVerified(AuditFact):
    """Whether the actions took effect was checked; earliest 30 days after completion."""

    effective = Boolean("Whether the cause is gone", "Hành động có hiệu lực hay không")
    verifier = role_ref(
        "Role that checked; not the owner of an action", "Vị trí kiểm tra; không phải người thực hiện hành động"
    )
    checked_on = Date("Day of the check", "Ngày kiểm tra")
    action_ids = action_ids("All actions of the nonconformity", "Tất cả hành động của sự không phù hợp", fewest=0)
    evidence = EVIDENCE_LIST


class Closed(AuditFact):
    """The nonconformity is settled."""

    closed_on = Date("Day of closing", "Ngày đóng", required=False)
    by = role_ref("Role that closed it", "Vị trí đóng phiếu", required=False)
    reason = Text(
        "Reason; needed for observations and opportunities closed without action",
        "Lý do; bắt buộc khi đóng lưu ý hoặc cơ hội cải tiến mà không có hành động",
        longest=2000,
        required=False,
    )


class Reopened(AuditFact):
    """The nonconformity has come back, or its closing proved wrong."""

    cause = Text("Why it is opened again", "Lý do mở lại", longest=2000)
    root_causes = root_causes(required=False)
    reopened_on = Date("Day of reopening", "Ngày mở lại", required=False)
    evidence = EVIDENCE_LIST


class Regraded(AuditFact):
    """The grade was changed."""

    class Meta(AuditFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"from": finding_class(RECORD_CLASSES)}

    to = finding_class(RECORD_CLASSES)
    reason = reason()


class RecurrenceLinked(AuditFact):
    """The nonconformity repeats an earlier one."""

    earlier_nc_id = Reference("The earlier nonconformity", "Sự không phù hợp trước đó")
    similarity = Choice(
        "What is the same: clause, procedure, cause", "Trùng điều khoản, quy trình hoặc nguyên nhân", SIMILARITIES
    )


declare(
    EventType(
        name="qms.nonconformity.completed",
        owner="audit",
        en="All actions of the nonconformity are completed",
        vi="Đã hoàn thành tất cả hành động khắc phục",
        schema=Completed,
        example={"action_ids": ["HDKP-2026-011"], "completed_on": "2026-04-10"},
        invalid={"actions not named": {"completed_on": "2026-04-10"}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.effectiveness_verified",
        owner="audit",
        en="The effectiveness of the actions was verified",
        vi="Xác nhận hiệu lực của hành động khắc phục",
        schema=EffectivenessVerified,
        example={
            "effective": True,
            "verifier": "thu-ky-ban-chi-dao-iso",
            "checked_on": "2026-05-20",
            "action_ids": ["HDKP-2026-011"],
            "evidence": [EVIDENCE_EXAMPLE],
        },
        invalid={
            "result as text": {
                "effective": "có",
                "verifier": "thu-ky-ban-chi-dao-iso",
                "checked_on": "2026-05-20",
                "action_ids": ["HDKP-2026-011"],
            },
            "no verifier": {"effective": True, "checked_on": "2026-05-20", "action_ids": ["HDKP-2026-011"]},
        },
    )
)
declare(
    EventType(
        name="qms.nonconformity.closed",
        owner="audit",
        en="The nonconformity was closed",
        vi="Đóng sự không phù hợp",
        schema=Closed,
        example={"closed_on": "2026-05-22", "by": "truong-ban-chi-dao-iso"},
        invalid={"time instead of a day": {"closed_on": "2026-05-22T08:00:00+07:00"}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.reopened",
        owner="audit",
        en="The closed nonconformity was opened again",
        vi="Mở lại sự không phù hợp đã đóng",
        schema=Reopened,
        example={
            "cause": "Đợt kiểm tra tháng 9 lại phát hiện 02 hồ sơ thiếu phiếu hẹn",
            "evidence": [EVIDENCE_EXAMPLE],
        },
        invalid={"no cause": {"evidence": [EVIDENCE_EXAMPLE]}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.regraded",
        owner="audit",
        en="The grade of the nonconformity was changed",
        vi="Thay đổi mức độ của sự không phù hợp",
        schema=Regraded,
        example={
            "from": "minor_nc",
            "to": "major_nc",
            "reason": "Lặp lại ở ba phòng, ảnh hưởng kết quả giải quyết hồ sơ",
        },
        invalid={"no reason": {"from": "minor_nc", "to": "major_nc"}},
    )
)
declare(
    EventType(
        name="qms.nonconformity.recurrence_linked",
        owner="audit",
        en="The nonconformity repeats an earlier one",
        vi="Sự không phù hợp lặp lại một sự không phù hợp trước đó",
        schema=RecurrenceLinked,
        example={"earlier_nc_id": "KPH-2025-017", "similarity": "same_clause"},
        invalid={"unknown similarity": {"earlier_nc_id": "KPH-2025-017", "similarity": "same_person"}},
    )
)
