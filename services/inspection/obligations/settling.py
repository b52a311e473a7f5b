"""Settles a reorganisation: the service's own decision over its own view, that nothing is left open.

Refused while an old agency has not ended, while anything has neither heir nor decision, or while the view is behind:
nobody can tell then. What is found is part of the fact, with the instant up to which it was known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from services.inspection.obligations.checklist import Checklist, Reorganisation, checklist, reorganisation, successors
from shared import clock
from shared.eventsourcing import Hint
from shared.eventsourcing.derived import DerivedEvent
from shared.web.problem import Problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from shared.registry.record import AgencyRecord
    from shared.service.context import ServiceContext

#: The view may be this far behind the logs, microseconds.
_BEHIND = 600 * 1_000_000
_SHOWN = 5


def settle(context: ServiceContext, subject: str, source: str | None) -> Checklist:
    """Record that a reorganisation is settled, and return the checklist it rests on.

    Raises:
        Problem: 404 no such reorganisation, 409 something is left or its state does not allow it, 503 the view is behind.
    """

    def read(connection: Connection) -> tuple[Checklist, Mapping[str, Sequence[str]]]:
        found = known_reorganisation(connection, subject, source)
        return checklist(connection, found), successors(connection, found)

    found, heirs = context.database.read(read)
    if context.clock() - found.watermark > _BEHIND:
        raise _behind()
    _require_ended(context.registry.agencies(heirs), heirs, found.reorganisation)
    if found.left:
        raise _left(found)
    _record(context, found)
    return found


def known_reorganisation(connection: Connection, subject: str, source: str | None) -> Reorganisation:
    """Return a reorganisation.

    Raises:
        Problem: 404 there is none of that id.
    """
    found = reorganisation(connection, subject, source)
    if found is None:
        hint = Hint(
            f"Không có đợt sắp xếp mang mã '{subject}'.", f"There is no reorganisation with the id '{subject}'."
        )
        raise Problem(404, "UNKNOWN_REORGANISATION", hint, pointer="/path/reorganisation")
    return found


def not_ended(known: Mapping[str, AgencyRecord], heirs: Mapping[str, Sequence[str]], effective_on: int) -> list[str]:
    """Return the old agencies that still exist on the day of effect and do not go on as one of the new ones."""
    new = {agency for taking in heirs.values() for agency in taking}
    return [
        old
        for old in heirs
        if old not in new and (old not in known or known[old].ended_on is None or known[old].live_on(effective_on))
    ]


def _require_ended(
    known: Mapping[str, AgencyRecord], heirs: Mapping[str, Sequence[str]], found: Reorganisation
) -> None:
    left = not_ended(known, heirs, found.effective_on)
    if not left:
        return
    shown = ", ".join(left[:_SHOWN])
    raise Problem(
        409,
        "SOURCES_NOT_ENDED",
        Hint(
            f"Còn {len(left)} cơ quan cũ chưa ghi nhận kết thúc hoạt động: {shown}.",
            f"{len(left)} old agencies have not ended yet: {shown}.",
        ),
    )


def _left(found: Checklist) -> Problem:
    listed = ", ".join(f"{count.kind} {count.left}" for count in found.counts if count.left)
    return Problem(
        409,
        "OBLIGATIONS_LEFT",
        Hint(
            f"Còn {found.left} nghĩa vụ chưa có cơ quan kế thừa hoặc quyết định chấm dứt: {listed}.",
            f"{found.left} obligations have neither an inheritor nor a decision that they lapse: {listed}.",
        ),
    )


def _behind() -> Problem:
    return Problem(
        503,
        "VIEWS_BEHIND",
        Hint(
            "Số liệu tổng hợp chưa cập nhật kịp; thử lại khi hệ thống đã bắt kịp.",
            "The views are behind the logs; try again when they have caught up.",
        ),
        headers={"Retry-After": "30"},
    )


def _record(context: ServiceContext, found: Checklist) -> None:
    told = found.reorganisation
    data: dict[str, Any] = {
        "sources": told.old_agencies,
        "known_at": clock.to_rfc3339(found.watermark),
        "counts": [
            {name: getattr(count, name) for name in ("kind", "open_before", "inherited", "lapsed", "closed")}
            for count in found.counts
        ],
    }
    event = DerivedEvent(
        "qms.reorganisation.settled", told.source, told.subject, f"settled:{told.subject}"[:128], context.clock(), data
    )
    (result,) = context.committer.submit_derived([event])
    if result["status"] not in ("accepted", "duplicate"):
        raise Problem(409, result["code"], Hint(result["hint"]["vi"], result["hint"]["en"]), pointer=result["pointer"])
