"""Event types of the alert (cảnh báo): what a rule found, who took it up, how it ended.

An alert belongs to the agency whose record or silence it is about. All of them are made by the
system: people act through the alert's own addresses, never by pushing events.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import Choice, Date, Integer, Object, Reference, Text
from shared.contracts.notify.vocabulary import (
    CLEARINGS,
    FACTS_EXAMPLE,
    RECIPIENTS,
    SEVERITIES,
    SUBJECT_EXAMPLE,
    Subject,
    actor,
    cause,
    count,
    facts,
    severity,
)


class Opened(EventSchema):
    """A rule's condition began to hold."""

    rule = Text("Rule, such as A2", "Quy tắc, ví dụ A2", longest=10, pattern=r"^A[1-9][0-9]?$")
    rule_version = Integer("Version of the rule", "Phiên bản quy tắc", low=1)
    key = Text("What the rule watches under one name", "Khóa gộp cảnh báo", longest=700)
    subject = Object("The record it is about", "Bản ghi liên quan", Subject)
    severity = severity()
    opened_on = Date("Day since which the condition holds", "Ngày bắt đầu thoả điều kiện cảnh báo")
    count = count()
    clearing = Choice(
        "How it ends: by itself when the condition is gone, or by decision",
        "Cách kết thúc: tự động khi điều kiện không còn, hoặc do người có trách nhiệm quyết định",
        CLEARINGS,
    )
    levels = Integer("Levels of escalation above the first recipients", "Số cấp chuyển tiếp", high=20, required=False)
    reopen_days = Integer(
        "Days after its end within which it is opened again rather than a new one",
        "Số ngày sau khi kết thúc mà cảnh báo được mở lại thay vì tạo mới",
        high=3650,
        required=False,
    )
    facts = facts()
    cause = cause()


class Repeated(EventSchema):
    """Further records meet the condition of an alert that is already open."""

    count = count()
    facts = facts()
    cause = cause()


class SeverityRaised(EventSchema):
    """The alert became more urgent."""

    class Meta(EventSchema.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar = {"from": severity("Severity so far", "Mức độ hiện tại")}

    to = severity("New severity", "Mức độ mới")
    facts = facts()


def escalates_on() -> Date:
    """Return the field with the day on which escalation goes on."""
    return Date(
        "Day on which it escalates further if no progress is seen; absent: never (the top is reached)",
        "Ngày tiếp tục chuyển lên cấp trên nếu chưa có tiến độ",
        required=False,
    )


class Acknowledged(EventSchema):
    """Someone took the alert up; escalation stops, and goes on if no progress follows."""

    by = actor()
    note = Text("What will be done", "Nội dung tiếp nhận, hướng xử lý", longest=2000, required=False)
    escalates_on = escalates_on()


class Progressed(EventSchema):
    """Work on the matter is seen: an event of the record it is about, or the word of those who took it up."""

    evidence = Reference("The event that shows it", "Sự kiện thể hiện tiến độ xử lý", required=False)
    by = Text("Who says so", "Bên báo cáo tiến độ", longest=150, required=False)
    note = Text("What was done", "Nội dung đã xử lý", longest=2000, required=False)
    escalates_on = escalates_on()


class Suppressed(EventSchema):
    """Nobody is told of it for the time being: another alert explains it, or a silence covers it."""

    by = Choice("By what", "Do", ("alert", "silence"))
    ref = Text("Id of the alert or silence", "Mã cảnh báo hoặc khoảng lặng", longest=128)
    reason = Text("Why", "Lý do", longest=2000, required=False)


class Released(EventSchema):
    """What kept it quiet is gone."""


class Closed(EventSchema):
    """It stayed resolved for as long as it could be opened again; its file is closed."""


class Escalated(EventSchema):
    """Nobody took the alert up in time; it goes one level higher."""

    level = Integer("Level reached, 1 is the first above the first recipients", "Cấp chuyển tiếp", low=1, high=20)
    to = Choice("Who is told at this level", "Nơi nhận ở cấp này", RECIPIENTS)


class Snoozed(EventSchema):
    """The alert is put off to a day, with a reason."""

    until = Date("Last day of the pause, at most 30 days ahead", "Ngày cuối tạm hoãn, không quá 30 ngày")
    reason = Text("Why it can wait", "Lý do tạm hoãn", longest=2000)
    by = actor()


class Resolved(EventSchema):
    """The alert ended."""

    how = Choice("By itself, or by decision", "Tự động, hoặc do người có trách nhiệm quyết định", ("auto", "manual"))
    evidence = Reference("The event that ended it", "Sự kiện làm chấm dứt điều kiện", required=False)
    by = Text("Who decided", "Bên quyết định", longest=150, required=False)
    note = Text("Why it is settled", "Căn cứ kết thúc", longest=2000, required=False)


class Reopened(EventSchema):
    """The condition holds again soon after the alert ended."""

    severity = severity()
    count = count()
    facts = facts()
    cause = cause()


_CAUSE = {"source": "so-khcn-phu-tho", "id": "su-kien-2026-0311"}

OPENED = declare(
    EventType(
        name="qms.alert.opened",
        owner="notify",
        en="An alert was opened",
        vi="Phát sinh cảnh báo",
        schema=Opened,
        example={
            "rule": "A2",
            "rule_version": 1,
            "key": "so-khcn-phu-tho/HD-2026-014",
            "subject": SUBJECT_EXAMPLE,
            "severity": "warning",
            "opened_on": "2026-02-28",
            "count": 1,
            "clearing": "auto",
            "facts": FACTS_EXAMPLE,
            "cause": _CAUSE,
        },
        invalid={
            "rule_of_another_form": {"rule": "overdue", "rule_version": 1},
            "severity_unknown": {
                "rule": "A2",
                "rule_version": 1,
                "key": "so-khcn-phu-tho/HD-2026-014",
                "subject": SUBJECT_EXAMPLE,
                "severity": "urgent",
                "opened_on": "2026-02-28",
                "count": 1,
                "clearing": "auto",
                "facts": [],
            },
        },
        asserter="system",
    )
)

REPEATED = declare(
    EventType(
        name="qms.alert.repeated",
        owner="notify",
        en="Further records meet the alert's condition",
        vi="Cảnh báo lặp lại với bản ghi khác",
        schema=Repeated,
        example={"count": 4, "facts": [{"name": "uncovered_procedures", "value": "4"}], "cause": _CAUSE},
        invalid={"nothing_counted": {"count": 0, "facts": []}},
        asserter="system",
    )
)

SEVERITY_RAISED = declare(
    EventType(
        name="qms.alert.severity_raised",
        owner="notify",
        en="The alert became more urgent",
        vi="Nâng mức độ cảnh báo",
        schema=SeverityRaised,
        example={"from": "warning", "to": "serious", "facts": [{"name": "overdue_days", "value": "30"}]},
        invalid={"where_from_missing": {"to": "serious", "facts": []}},
        asserter="system",
    )
)

ACKNOWLEDGED = declare(
    EventType(
        name="qms.alert.acknowledged",
        owner="notify",
        en="Someone took the alert up",
        vi="Đã tiếp nhận cảnh báo",
        schema=Acknowledged,
        example={"by": "so-khcn-phu-tho", "note": "Phòng chuyên môn hoàn thành hồ sơ trong tuần này."},
        invalid={"by_nobody": {"note": "Đã xem."}, "blank_note": {"by": "staff", "note": "  "}},
        asserter="system",
    )
)

PROGRESSED = declare(
    EventType(
        name="qms.alert.progressed",
        owner="notify",
        en="Work on the alert's matter is seen",
        vi="Cảnh báo đang được xử lý",
        schema=Progressed,
        example={"evidence": _CAUSE, "escalates_on": "2026-03-16"},
        invalid={"no_such_day": {"escalates_on": "2026-02-30"}, "blank_note": {"by": "staff", "note": " "}},
        asserter="system",
    )
)

SUPPRESSED = declare(
    EventType(
        name="qms.alert.suppressed",
        owner="notify",
        en="Nobody is told of the alert for the time being",
        vi="Tạm ngừng thông báo về cảnh báo",
        schema=Suppressed,
        example={"by": "alert", "ref": "A21-5d0c8e77a1b2c3d4", "reason": "Hệ thống tiếp nhận đang gián đoạn."},
        invalid={"by_nothing": {"ref": "A21-5d0c8e77a1b2c3d4"}, "by_a_person": {"by": "staff", "ref": "x"}},
        asserter="system",
    )
)

RELEASED = declare(
    EventType(
        name="qms.alert.released",
        owner="notify",
        en="What kept the alert quiet is gone",
        vi="Thông báo lại về cảnh báo",
        schema=Released,
        example={},
        invalid={"a_reason_is_not_asked": {"reason": "x"}},
        asserter="system",
    )
)

CLOSED = declare(
    EventType(
        name="qms.alert.closed",
        owner="notify",
        en="The alert's file is closed",
        vi="Đóng hồ sơ cảnh báo",
        schema=Closed,
        example={},
        invalid={"a_reason_is_not_asked": {"reason": "x"}},
        asserter="system",
    )
)

ESCALATED = declare(
    EventType(
        name="qms.alert.escalated",
        owner="notify",
        en="The alert goes one level higher",
        vi="Chuyển cảnh báo lên cấp trên",
        schema=Escalated,
        example={"level": 1, "to": "agency_head"},
        invalid={"to_a_person": {"level": 1, "to": "giam-doc"}, "level_zero": {"level": 0, "to": "parent"}},
        asserter="system",
    )
)

SNOOZED = declare(
    EventType(
        name="qms.alert.snoozed",
        owner="notify",
        en="The alert is put off",
        vi="Tạm hoãn cảnh báo",
        schema=Snoozed,
        example={
            "until": "2026-03-20",
            "reason": "Chờ Quyết định công bố thủ tục hành chính mới của Bộ.",
            "by": "so-khcn-phu-tho",
        },
        invalid={"no_reason": {"until": "2026-03-20", "by": "staff"}, "no_such_day": {"until": "2026-02-30"}},
        asserter="system",
    )
)

RESOLVED = declare(
    EventType(
        name="qms.alert.resolved",
        owner="notify",
        en="The alert ended",
        vi="Kết thúc cảnh báo",
        schema=Resolved,
        example={"how": "auto", "evidence": _CAUSE},
        invalid={"how_unknown": {"how": "forgotten"}},
        asserter="system",
    )
)

REOPENED = declare(
    EventType(
        name="qms.alert.reopened",
        owner="notify",
        en="The condition holds again soon after the alert ended",
        vi="Mở lại cảnh báo",
        schema=Reopened,
        example={"severity": SEVERITIES[2], "count": 1, "facts": FACTS_EXAMPLE, "cause": _CAUSE},
        invalid={"severity_missing": {"count": 1, "facts": []}},
        asserter="system",
    )
)
