"""Inconsistencies: what one service accepted and another one's facts do not bear out.

A service decides on its own log only, so such conditions never refuse; the inspection service finds them once all facts are in.
Taken back (`retracted`) when late or corrected facts show that it never was so.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import Choice, Date, ListOf, Reference

KINDS = (
    "declared_without_audit",
    "declared_without_review",
    "declared_with_open_major",
    "declared_omitting_tthc",
    "withdrawn_with_open_dossiers",
    "ended_with_open_obligations",
)


def _kind() -> Choice:
    return Choice(
        "declared without a completed internal audit or without a management review since the system is applied; declared with an "
        "open major nonconformity; declared with a list of procedures that leaves out a live public procedure of the agency without an "
        "exclusion; a procedure withdrawn with dossiers pending; an agency dissolved with obligations that have "
        "neither heir nor decision",
        "công bố khi chưa đánh giá nội bộ hoặc chưa xem xét của lãnh đạo kể từ khi áp dụng; công bố khi còn điểm không phù hợp nặng chưa "
        "đóng; công bố với danh mục quy trình bỏ sót thủ tục hành chính đang thực hiện mà không nêu lý do loại trừ; bãi bỏ quy trình khi còn hồ sơ đang giải quyết; giải thể cơ quan khi còn nghĩa vụ chưa có cơ quan kế thừa",
        KINDS,
    )


class Found(EventSchema):
    """A claim is not borne out."""

    kind = _kind()
    claim = Reference("The event that claims it", "Sự kiện bị mâu thuẫn")
    on = Date("Day of the claim", "Ngày của sự kiện bị mâu thuẫn")
    against = ListOf(
        "Events that speak against it; none where something is missing",
        "Các sự kiện mâu thuẫn; để trống nếu là thiếu dữ liệu",
        Reference("One of them", "Một sự kiện"),
        fewest=0,
        most=1000,
    )


class Ended(EventSchema):
    """It no longer holds: made up for, settled, or the claim gave way to another."""

    kind = _kind()
    claim = Reference("The event that claimed it", "Sự kiện đã bị mâu thuẫn")
    ended_on = Date("Day from which it no longer holds", "Ngày không còn mâu thuẫn")


_CLAIM = {"source": "ubnd-xa-thanh-son", "id": "cong-bo-2026-01"}

declare(
    EventType(
        name="qms.inconsistency.found",
        owner="inspection",
        en="Facts of several services contradict one another",
        vi="Dữ liệu của các mảng nghiệp vụ mâu thuẫn nhau",
        schema=Found,
        example={
            "kind": "declared_with_open_major",
            "claim": _CLAIM,
            "on": "2026-03-20",
            "against": [{"source": "ubnd-xa-thanh-son", "id": "kph-2026-004"}],
        },
        invalid={"unknown kind": {"kind": "odd", "claim": _CLAIM, "on": "2026-03-20", "against": []}},
        asserter="system",
    )
)
declare(
    EventType(
        name="qms.inconsistency.ended",
        owner="inspection",
        en="The inconsistency no longer holds",
        vi="Mâu thuẫn dữ liệu không còn",
        schema=Ended,
        example={"kind": "declared_with_open_major", "claim": _CLAIM, "ended_on": "2026-04-10"},
        invalid={"no day": {"kind": "declared_with_open_major", "claim": _CLAIM}},
        asserter="system",
    )
)
