"""Event types of the periodic report (báo cáo định kỳ): agency to receiver, and in the end to the Prime Minister.

The record is the reporting agency's, its subject `{template}:{period}`. The platform fills the form in from events;
the agency confirms or overrides, and every difference is kept with its reason. The receiver returns or accepts with
its own `source`, naming the agency in `data.agency_id`, and rolls accepted reports up into its own.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.audit.periods import period
from shared.contracts.catalogue import Asserter, EventSchema
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Contract, Date, ListOf, Number, Object, Reference, Sha256, Text, Timestamp
from shared.contracts.inspection.inspection_vocabulary import (
    Declared,
    InspectionFact,
    about_agency,
    declare_events,
    reason,
    role_ref,
    state_since,
)

STATES = ("opened", "prefilled", "submitted", "returned", "accepted", "rolled_up")


def _field() -> Text:
    return Text(
        "Field of the template, such as nonconformities.open",
        "Trường của mẫu báo cáo, ví dụ nonconformities.open",
        longest=64,
        pattern=r"^[a-z][a-z0-9_.]*$",
    )


def _value() -> Number:
    return Number("Value", "Giá trị", low=0, nullable=True)


class Value(EventSchema):
    """One field of the report; null where it does not apply."""

    field = _field()
    value = _value()
    note = Text(
        "Remark, or the text of a field that is no number", "Ghi chú, nội dung bằng lời", longest=10_000, required=False
    )


class Difference(EventSchema):
    """A field in which the agency departs from what its events say, and why."""

    field = _field()
    prefilled = _value()
    submitted = _value()
    reason = Text("Why it differs", "Lý do khác số liệu hệ thống", longest=2000, required=False)


def _values() -> ListOf:
    return ListOf("Values by field", "Số liệu theo trường", Object("One field", "Một trường", Value), most=500)


def _differences() -> ListOf:
    return ListOf(
        "Differences from what was filled in",
        "Chênh lệch so với số liệu hệ thống",
        Object("One difference", "Một chênh lệch", Difference),
        most=500,
        required=False,
    )


def _template() -> Text:
    return Text(
        "Template and its version, such as qd19-year.1",
        "Mẫu báo cáo và phiên bản, ví dụ qd19-year.1",
        longest=64,
        pattern=r"^[a-z0-9-]+\.[0-9]+$",
    )


def _receiver() -> Text:
    return Text(
        "Agency that receives it", "Cơ quan nhận báo cáo", longest=128, pattern=r"^[^/ \t\r\n]+$", required=False
    )


class Opened(InspectionFact):
    """The agency owes a report; from now on it can be filled in."""

    agency_id = about_agency()
    template_version = _template()
    period = period()
    due_on = Date("Due", "Hạn nộp")
    lock_on = Date(
        "Last day on which it is taken without a reason for being late; the due date where it is left out",
        "Ngày khóa sổ: sau ngày này phải nêu lý do nộp muộn; mặc định là hạn nộp",
        required=False,
    )
    receiver = _receiver()
    tolerance = Number(
        "Relative difference that needs no reason; 0 where it is left out",
        "Chênh lệch tương đối không cần giải trình; mặc định 0",
        low=0,
        high=1,
        required=False,
    )


class Prefilled(InspectionFact):
    """The platform filled in what events say."""

    agency_id = about_agency()
    values = _values()
    as_of = Date("Day the figures are of", "Ngày của số liệu")
    known_at = Timestamp("Instant the figures were known at", "Thời điểm biết số liệu")
    inputs_hash = Sha256("SHA-256 digest of the values", "Mã băm SHA-256 của số liệu", source="RFC 8785")


class Submitted(InspectionFact):
    """The agency handed the report in."""

    values = _values()
    differences = _differences()
    submitted_on = Date("Day of submission", "Ngày nộp", required=False)
    late_reason = Text("Why it is late", "Lý do nộp muộn", longest=2000, required=False)
    signer = role_ref("Post that signed", "Vị trí ký", required=False)
    report_no = Text("Number of the report", "Số báo cáo", longest=100, required=False)
    evidence = EVIDENCE_LIST


class Returned(InspectionFact):
    """The receiver asks for corrections."""

    class Meta(InspectionFact.Meta):
        """Adds the field whose name marshmallow uses itself."""

        include: ClassVar[dict[str, Contract]] = {
            "fields": ListOf("Fields to look at", "Các trường cần xem lại", _field(), most=500, required=False)
        }

    agency_id = about_agency()
    reason = reason()


class Accepted(InspectionFact):
    """The receiver takes the report as it is."""

    agency_id = about_agency()
    accepted_on = Date("Day of acceptance", "Ngày tiếp nhận", required=False)
    note = Text("Remark", "Ghi chú", longest=2000, required=False)


class RolledUp(InspectionFact):
    """The report became part of the receiver's own."""

    agency_id = about_agency()
    into = Reference("The report it became part of", "Báo cáo tổng hợp")


class Baselined(InspectionFact):
    """The state of a report from before the agency joined."""

    agency_id = about_agency()
    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    template_version = _template()
    period = period()
    due_on = Date("Due", "Hạn nộp")
    receiver = _receiver()
    submitted_on = Date("Day of submission", "Ngày nộp", required=False)
    values = ListOf(
        "Values by field", "Số liệu theo trường", Object("One field", "Một trường", Value), most=500, required=False
    )


_SUBJECT = "qd19-year.1:2025"
_OPENED = {
    "template_version": "qd19-year.1",
    "period": "2025",
    "due_on": "2025-12-15",
    "lock_on": "2025-12-31",
    "receiver": "so-khcn-phu-tho",
    "tolerance": 0.05,
}
_VALUES = [{"field": "procedures.in_force", "value": 50}, {"field": "nonconformities.open", "value": 3}]
_PREFILLED = {
    "values": _VALUES,
    "as_of": "2025-11-30",
    "known_at": "2025-12-01T08:00:00+07:00",
    "inputs_hash": "4be2f8f6f2a9fe6dd4cdb35fb3f18ea4a8bb21b6ddbc23bd9b8cb4fc9a4b6a11",
}
_SUBMITTED = {
    "values": [{"field": "procedures.in_force", "value": 50}, {"field": "nonconformities.open", "value": 1}],
    "differences": [
        {
            "field": "nonconformities.open",
            "prefilled": 3,
            "submitted": 1,
            "reason": "02 điểm đã khắc phục trong tháng 11, chưa cập nhật phiếu",
        }
    ],
    "submitted_on": "2025-12-10",
    "signer": "chu-tich-ubnd-xa",
    "report_no": "215/BC-UBND",
}
_ABOUT = {"agency_id": "ubnd-xa-thanh-son"}
_BODY: Asserter = "inspection_body"
_SOURCE: Asserter = "source"
_SYSTEM: Asserter = "system"

declare_events(
    "periodic_report",
    (
        Declared(
            "opened",
            "A periodic report was opened for the agency",
            "Mở kỳ báo cáo cho cơ quan",
            Opened,
            {**_ABOUT, **_OPENED},
            {
                "no due date": {name: value for name, value in _OPENED.items() if name != "due_on"},
                "template without a version": {**_OPENED, "template_version": "qd19"},
            },
            _BODY,
        ),
        Declared(
            "prefilled",
            "The platform filled in the report from events",
            "Hệ thống điền sẵn số liệu báo cáo",
            Prefilled,
            _PREFILLED,
            {"negative": {**_PREFILLED, "values": [{"field": "procedures.in_force", "value": -1}]}},
            _SYSTEM,
        ),
        Declared(
            "submitted",
            "The agency submitted its report",
            "Cơ quan nộp báo cáo",
            Submitted,
            _SUBMITTED,
            {"number as text": {**_SUBMITTED, "values": [{"field": "procedures.in_force", "value": "50"}]}},
            _SOURCE,
        ),
        Declared(
            "returned",
            "The receiver returned the report",
            "Trả lại báo cáo để hoàn thiện",
            Returned,
            {**_ABOUT, "reason": "Số hồ sơ giải quyết trễ hạn chưa khớp", "fields": ["dossiers.late"]},
            {"no reason": dict(_ABOUT)},
            _BODY,
        ),
        Declared(
            "accepted",
            "The receiver accepted the report",
            "Tiếp nhận báo cáo",
            Accepted,
            {**_ABOUT, "accepted_on": "2025-12-20"},
            {"unknown field": {**_ABOUT, "ok": True}},
            _BODY,
        ),
        Declared(
            "rolled_up",
            "The report became part of the receiver's report",
            "Tổng hợp vào báo cáo cấp trên",
            RolledUp,
            {**_ABOUT, "into": {"source": "/agencies/so-khcn-phu-tho", "id": "qd19-year.1:2025"}},
            {"into nothing": dict(_ABOUT)},
            _BODY,
        ),
        Declared(
            "baselined",
            "State of a periodic report from before the agency joined",
            "Hiện trạng báo cáo định kỳ có từ trước khi tham gia hệ thống",
            Baselined,
            {
                "state": "accepted",
                "state_since": "2025-12-22",
                "template_version": "qd19-year.1",
                "period": "2025",
                "due_on": "2025-12-15",
                "submitted_on": "2025-12-14",
            },
            {"unknown state": {"state": "done", "state_since": "2024-12-22"}},
            _SOURCE,
        ),
    ),
    subject=_SUBJECT,
)
