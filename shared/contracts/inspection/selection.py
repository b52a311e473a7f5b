"""Event types of risk scores and selections: why an agency is inspected, repeatable bit for bit.

A selection cannot be edited: another run makes another record. It carries all that a second run needs to give the same
list: the seed, the digest of the inputs, the model's version, the parameters, and the moment as of and known at which
the inputs were taken.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import Choice, Date, Integer, ListOf, Number, Object, Reference, Sha256, Text, Timestamp
from shared.contracts.inspection.inspection_vocabulary import (
    InspectionFact,
    about_agency,
    mode,
    onsite_share,
    person_days,
    year,
)

#: The ten parts of the risk score.
PARTS = (
    "stale",
    "overdue_actions",
    "recurrence",
    "reliability",
    "years_since_onsite",
    "late_dossiers",
    "silence",
    "open_major",
    "reorganised",
    "complaints",
)
#: Why an agency is on the list.
GROUNDS = ("must_pick", "highest_risk", "random")
#: Why an agency is not, although it was its turn.
DROP_GROUNDS = ("territory_full", "other_body_near", "capacity_used", "not_live")


def _score() -> Number:
    return Number("Risk score, 0 to 100", "Điểm rủi ro, từ 0 đến 100", low=0, high=100, unit="points")


def _model() -> Text:
    return Text("Version of the risk model", "Phiên bản mô hình rủi ro", longest=40)


def _inputs_hash() -> Sha256:
    return Sha256(
        "SHA-256 digest of the inputs, as canonical JSON", "Mã băm SHA-256 của dữ liệu đầu vào", source="RFC 8785"
    )


def _as_of() -> Date:
    return Date("Day the inputs are of", "Ngày của số liệu")


def _known_at(*, required: bool = True) -> Timestamp:
    return Timestamp("Instant the inputs were known at", "Thời điểm biết số liệu", required=required)


class Part(EventSchema):
    """One part of the score: how bad, and how much it counts."""

    part = Choice(
        "Stale procedures, overdue actions, recurrence, reliability of claims, years since the last visit on site, late "
        "dossiers, silence, open major nonconformity, reorganised, complaints",
        "Quy trình lạc hậu, hành động quá hạn, tái diễn, độ tin cậy, số năm chưa kiểm tra trực tiếp, hồ sơ trễ hạn, không "
        "gửi dữ liệu, điểm không phù hợp nặng, mới sắp xếp tổ chức, khiếu nại",
        PARTS,
    )
    value = Number("How bad, 0 to 1", "Mức độ, từ 0 đến 1", low=0, high=1)
    weight = Number("Points at most", "Điểm tối đa", low=0, high=100, unit="points")
    explained = Text("From which figures", "Diễn giải số liệu", longest=500, required=False)


class Computed(InspectionFact):
    """The risk of one agency was computed."""

    agency_id = about_agency(required=True)
    as_of = _as_of()
    known_at = _known_at(required=False)
    score = _score()
    parts = ListOf("Its parts", "Các thành phần", Object("One part", "Một thành phần", Part), fewest=1, most=20)
    model_version = _model()


class PickReason(EventSchema):
    """Why one agency was picked."""

    agency_id = about_agency(required=True)
    ground = Choice("Must be picked, highest risk, drawn at random", "Bắt buộc, rủi ro cao nhất, ngẫu nhiên", GROUNDS)
    details = ListOf(
        "In particular",
        "Cụ thể",
        Text("One reason", "Một lý do", longest=500),
        most=20,
    )
    score = _score()
    mode = mode()
    person_days = person_days()
    territory = Text("Territory it counts under", "Địa bàn", longest=128, required=False)
    joint_with = Reference("Visit that it can be joined to", "Cuộc kiểm tra có thể phối hợp", required=False)


class Dropped(EventSchema):
    """Why one agency was passed over when it was its turn."""

    agency_id = about_agency(required=True)
    ground = Choice(
        "Territory full, another body comes within 60 days, capacity used, not live",
        "Địa bàn đã đủ, cơ quan khác kiểm tra trong vòng 60 ngày, hết năng lực, cơ quan không hoạt động",
        DROP_GROUNDS,
    )


class Parameters(EventSchema):
    """What was asked for."""

    capacity = Integer("Agencies to pick at most", "Số cơ quan tối đa")
    capacity_days = person_days(required=False)
    random_share = Number("Share drawn at random", "Tỷ lệ chọn ngẫu nhiên", low=0, high=1)
    onsite_share_min = onsite_share()
    most_per_territory = Integer("Agencies of one territory at most", "Số cơ quan tối đa của một địa bàn", low=1)
    other_body_days = Integer(
        "Days around another body's visit in which no own one is made",
        "Số ngày trước và sau cuộc kiểm tra của cơ quan khác",
        unit="days",
    )


def _ids(en: str, vi: str) -> ListOf:
    return ListOf(en, vi, about_agency(required=True), most=20_000)


class Run(InspectionFact):
    """Agencies were selected for inspection."""

    programme_id = Reference("Programme it is for", "Kế hoạch kiểm tra", required=False)
    year = year()
    as_of = _as_of()
    known_at = _known_at()
    seed = Text("Seed of the random draw", "Hạt giống ngẫu nhiên", longest=128)
    model_version = _model()
    inputs_hash = _inputs_hash()
    candidates = Integer("Agencies that could be picked", "Số cơ quan được xem xét")
    parameters = Object("What was asked for", "Tham số", Parameters)
    picked = _ids("Agencies picked, in order", "Các cơ quan được chọn, theo thứ tự")
    reasons = ListOf(
        "Why each was picked, in the same order",
        "Lý do chọn từng cơ quan, cùng thứ tự",
        Object("One agency", "Một cơ quan", PickReason),
        most=20_000,
    )
    random_picks = _ids("Those of them drawn at random", "Các cơ quan chọn ngẫu nhiên")
    dropped = ListOf(
        "Agencies passed over",
        "Các cơ quan bị bỏ qua",
        Object("One agency", "Một cơ quan", Dropped),
        most=20_000,
        required=False,
    )


_DIGEST = "4be2f8f6f2a9fe6dd4cdb35fb3f18ea4a8bb21b6ddbc23bd9b8cb4fc9a4b6a11"
_COMPUTED = {
    "agency_id": "ubnd-xa-thanh-son",
    "as_of": "2025-12-31",
    "score": 34.5,
    "parts": [
        {"part": "stale", "value": 0.6, "weight": 20, "explained": "9/50 quy trình lạc hậu"},
        {"part": "open_major", "value": 1, "weight": 7},
    ],
    "model_version": "risk-1",
}
_RUN = {
    "programme_id": "programme-2026",
    "year": 2026,
    "as_of": "2025-12-31",
    "known_at": "2026-01-05T08:00:00+07:00",
    "seed": "programme-2026",
    "model_version": "risk-1",
    "inputs_hash": _DIGEST,
    "candidates": 148,
    "parameters": {
        "capacity": 2,
        "random_share": 0.2,
        "onsite_share_min": 0.5,
        "most_per_territory": 5,
        "other_body_days": 60,
    },
    "picked": ["ubnd-xa-thanh-son", "so-noi-vu"],
    "reasons": [
        {
            "agency_id": "ubnd-xa-thanh-son",
            "ground": "must_pick",
            "details": ["Điểm không phù hợp nặng mở quá 90 ngày"],
            "score": 34.5,
            "mode": "on_site",
            "person_days": 6,
            "territory": "P25",
        },
        {
            "agency_id": "so-noi-vu",
            "ground": "random",
            "details": [],
            "score": 8,
            "mode": "by_report",
            "person_days": 1.5,
        },
    ],
    "random_picks": ["so-noi-vu"],
    "dropped": [{"agency_id": "so-tai-chinh", "ground": "other_body_near"}],
}

declare(
    EventType(
        name="qms.risk_score.computed",
        owner="inspection",
        en="The risk of an agency was computed",
        vi="Tính điểm rủi ro của cơ quan",
        schema=Computed,
        example=_COMPUTED,
        invalid={
            "score above 100": {**_COMPUTED, "score": 120},
            "part above 1": {**_COMPUTED, "parts": [{"part": "stale", "value": 1.2, "weight": 20}]},
            "no parts": {**_COMPUTED, "parts": []},
        },
        asserter="inspection_body",
    )
)
declare(
    EventType(
        name="qms.selection.run",
        owner="inspection",
        en="Agencies were selected for inspection",
        vi="Lựa chọn cơ quan để kiểm tra",
        schema=Run,
        example=_RUN,
        invalid={
            "no seed": {name: value for name, value in _RUN.items() if name != "seed"},
            "digest of another kind": {**_RUN, "inputs_hash": "md5:1234"},
            "seed as a number": {**_RUN, "seed": 42},
        },
        asserter="inspection_body",
    )
)
