"""Event types of targets with milestones: what share of which agencies is to have reached what, and by when.

Example: communes of Gia Lai that declared conformity, at least 90 % by the end of 2017, 100 % by 30 June 2018
(658/QĐ-UBND). Whether a target is on track is computed from the indicator it names, and is no event; a milestone that
was assessed is, with the figure it was assessed on.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Date, ListOf, Number, Object, Sha256, Text, Timestamp
from shared.contracts.inspection.agency_vocabulary import KINDS, LEVELS, OBLIGATIONS
from shared.contracts.inspection.inspection_vocabulary import (
    Declared,
    InspectionFact,
    declare_events,
    reason,
    state_since,
)

#: At least for shares that should rise, at most for those that should fall.
COMPARATORS = ("at_least", "at_most")
VARIANTS = ("reported", "verified")


class Filter(EventSchema):
    """Which agencies count; what is left out does not restrict."""

    level = Choice("Level", "Cấp", LEVELS, required=False)
    kind = Choice("Kind of agency", "Loại cơ quan", KINDS, required=False)
    obligation = Choice("Duty to apply ISO 9001", "Nghĩa vụ áp dụng ISO 9001", OBLIGATIONS, required=False)
    territory = Text(
        "Agencies below this agency, by id", "Các cơ quan thuộc cơ quan này (mã cơ quan)", longest=128, required=False
    )


class Milestone(EventSchema):
    """What is to be reached by a day."""

    date = Date("Last day", "Thời hạn")
    value = Number("Value, a share from 0 to 1", "Giá trị, tỷ lệ từ 0 đến 1", low=0, high=1)


def _milestones(*, required: bool = True) -> ListOf:
    return ListOf(
        "Milestones, dates increasing",
        "Các mốc, thời hạn tăng dần",
        Object("One milestone", "Một mốc", Milestone),
        fewest=1,
        most=50,
        required=required,
    )


def _scope(*, required: bool = True) -> Object:
    return Object("Which agencies count", "Phạm vi cơ quan", Filter, required=required)


def _basis() -> Text:
    return Text("Decision it rests on", "Căn cứ: quyết định, kế hoạch", longest=500, required=False)


class Set(InspectionFact):
    """A target was set."""

    title = Text("Title", "Tên chỉ tiêu", longest=500, required=False)
    scope = _scope()
    metric = Text("Indicator it is measured by, such as I2", "Chỉ tiêu đo lường, ví dụ I2", longest=10)
    variant = Choice("Reported or verified figures", "Số liệu tự báo cáo hoặc đã xác minh", VARIANTS, required=False)
    comparator = Choice("At least, at most", "Tối thiểu, tối đa", COMPARATORS)
    set_on = Date("Day from which it is followed", "Ngày bắt đầu theo dõi", required=False)
    baseline = Number("Value on that day", "Giá trị tại ngày bắt đầu", low=0, high=1, required=False)
    milestones = _milestones()
    basis = _basis()
    evidence = EVIDENCE_LIST


class Amended(InspectionFact):
    """The target was changed by decision."""

    reason = reason()
    scope = _scope(required=False)
    comparator = Choice("At least, at most", "Tối thiểu, tối đa", COMPARATORS, required=False)
    milestones = _milestones(required=False)
    basis = _basis()


class MilestoneAssessed(InspectionFact):
    """A milestone was assessed on a figure that can be asked for again."""

    milestone = Date("The milestone, by its day", "Mốc được đánh giá (theo thời hạn)")
    value = Number("Value reached", "Giá trị đạt được", low=0, high=1)
    met = Boolean("Whether it was met", "Đạt hay không đạt")
    as_of = Date("Day the figure is of", "Ngày của số liệu")
    known_at = Timestamp("Instant the figure was known at", "Thời điểm biết số liệu", required=False)
    numerator = Number("Numerator", "Tử số", low=0, required=False)
    denominator = Number("Denominator", "Mẫu số", low=0, required=False)
    snapshot_hash = Sha256("SHA-256 digest of the indicator's answer", "Mã băm SHA-256 của số liệu", source="RFC 8785")


class Withdrawn(InspectionFact):
    """The target is no longer followed."""

    reason = reason()


class Baselined(Set):
    """The state of a target from before its owner joined."""

    state = Choice("Present state", "Trạng thái hiện tại", ("set", "withdrawn"))
    state_since = state_since()


_SET = {
    "title": "Tỷ lệ UBND cấp xã công bố áp dụng HTQLCL",
    "scope": {"level": "commune", "kind": "commune_pc", "territory": "ubnd-tinh-gia-lai"},
    "metric": "I2",
    "comparator": "at_least",
    "set_on": "2017-10-01",
    "baseline": 0.05,
    "milestones": [{"date": "2017-12-31", "value": 0.9}, {"date": "2018-06-30", "value": 1}],
    "basis": "Quyết định 658/QĐ-UBND",
}
_ASSESSED = {
    "milestone": "2017-12-31",
    "value": 0.0495,
    "met": False,
    "as_of": "2017-12-31",
    "known_at": "2018-01-05T08:00:00+07:00",
    "numerator": 11,
    "denominator": 222,
    "snapshot_hash": "4be2f8f6f2a9fe6dd4cdb35fb3f18ea4a8bb21b6ddbc23bd9b8cb4fc9a4b6a11",
}

declare_events(
    "target",
    (
        Declared(
            "set",
            "A target was set",
            "Đặt chỉ tiêu",
            Set,
            _SET,
            {
                "no milestone": {**_SET, "milestones": []},
                "share in per cent": {**_SET, "milestones": [{"date": "2017-12-31", "value": 90}]},
                "unknown level": {**_SET, "scope": {"level": "village"}},
            },
            "source",
        ),
        Declared(
            "amended",
            "The target was amended",
            "Điều chỉnh chỉ tiêu",
            Amended,
            {"reason": "Điều chỉnh theo kế hoạch mới", "milestones": [{"date": "2018-12-31", "value": 1}]},
            {"no reason": {"milestones": [{"date": "2018-12-31", "value": 1}]}},
            "source",
        ),
        Declared(
            "milestone_assessed",
            "A milestone of the target was assessed",
            "Đánh giá mốc của chỉ tiêu",
            MilestoneAssessed,
            _ASSESSED,
            {"no digest": {name: value for name, value in _ASSESSED.items() if name != "snapshot_hash"}},
            "source",
        ),
        Declared(
            "withdrawn",
            "The target was withdrawn",
            "Hủy bỏ chỉ tiêu",
            Withdrawn,
            {"reason": "Thay bằng chỉ tiêu của kế hoạch 2021-2030"},
            {"no reason": {}},
            "source",
        ),
        Declared(
            "baselined",
            "State of a target from before its owner joined",
            "Hiện trạng chỉ tiêu có từ trước khi tham gia hệ thống",
            Baselined,
            {**_SET, "state": "set", "state_since": "2017-10-01"},
            {"unknown state": {**_SET, "state": "missed", "state_since": "2017-10-01"}},
            "source",
        ),
    ),
)
