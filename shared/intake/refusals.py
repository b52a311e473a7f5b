"""The words of intake's own refusals and waits, in both languages."""

from __future__ import annotations

from shared.eventsourcing import Fact, Reference, Refusal, refuse


def misplaced_baseline(fact: Fact, version: int) -> Refusal | None:
    """Return why a baseline may not stand here; None for other facts, and for a baseline in its place."""
    if fact.name != "baselined":
        return None
    if not fact.imported:
        return refuse(
            "BASELINE_NOT_IMPORTED",
            "Sự kiện baselined phải có provenance là imported.",
            "A baselined event must have provenance imported.",
            "/provenance",
        )
    if version:
        return refuse(
            "BASELINE_NOT_FIRST",
            "Sự kiện baselined chỉ được là sự kiện đầu tiên của hồ sơ.",
            "A baselined event may only be the first event of its record.",
            "/subject",
        )
    return None


def different_body(position: int | None) -> Refusal:
    """Return the refusal of an id that belongs to another event, at a position if it is in the log already."""
    where = f" (vị trí {position})" if position else ""
    place = f" (position {position})" if position else ""
    return refuse(
        "ID_REUSED",
        f"Mã sự kiện này đã được dùng cho một nội dung khác{where}; sự kiện mới phải có mã mới.",
        f"This event id was already used for another content{place}; a new event needs a new id.",
        "/id",
    )


def predecessor_missing(fact: Fact) -> Refusal:
    """Return why an event waits for its record to be opened."""
    return refuse(
        "PREDECESSOR_MISSING",
        f"Chưa có hồ sơ “{fact.subject}” để ghi nhận '{fact.name}'; sự kiện chờ và được áp dụng khi hồ sơ được mở.",
        f"There is no record “{fact.subject}” yet for '{fact.name}'; the event waits and is applied when it is opened.",
        "/subject",
    )


def reference_missing(reference: Reference) -> Refusal:
    """Return why an event waits for what it names."""
    return refuse(
        "REFERENCE_MISSING",
        f"Chưa có {reference.aggregate} “{reference.stream_id}” mà sự kiện nhắc tới; sự kiện chờ và được áp dụng khi có.",
        f"There is no {reference.aggregate} “{reference.stream_id}” yet, which the event names; it waits until there is.",
        "/data",
    )


def decision_failed() -> Refusal:
    """Return the refusal of an event on which a rule of ours broke down."""
    return refuse(
        "DECISION_FAILED",
        "Hệ thống không xử lý được sự kiện này; nội dung được giữ lại và sẽ được xem xét.",
        "The system could not process this event; it is kept and will be looked into.",
    )
