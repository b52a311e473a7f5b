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


def before_first(late: Fact) -> Refusal:
    """Return the refusal of a fact dated before its record existed."""
    return refuse(
        "BEFORE_FIRST_EVENT",
        f"Hồ sơ “{late.subject}” chưa tồn tại vào ngày xảy ra sự kiện; hãy kiểm tra lại thời điểm.",
        f"The record “{late.subject}” did not exist yet on the day of this event; check its time.",
        "/time",
    )


def corrected_event_missing(correction: Fact) -> Refusal:
    """Return why a correction waits for the event that it names."""
    named = (correction.corrects or {}).get("id", "")
    return refuse(
        "CORRECTED_EVENT_MISSING",
        f"Chưa có sự kiện “{named}” trong hồ sơ này; sự kiện đính chính chờ và được áp dụng khi có.",
        f"There is no event “{named}” in this record yet; the correction waits and is applied when it comes.",
        "/corrects",
    )


def corrects_another_record(_correction: Fact) -> Refusal:
    """Return the refusal of a correction that names another source's event."""
    return refuse(
        "CORRECTS_ANOTHER_RECORD",
        "Chỉ được đính chính sự kiện của chính hồ sơ này (cùng source và subject).",
        "Only an event of this very record may be corrected (same source and subject).",
        "/corrects",
    )


def not_correctable(target: Fact) -> Refusal:
    """Return the refusal to correct what the system derived."""
    return refuse(
        "NOT_CORRECTABLE",
        f"Sự kiện “{target.event_id}” do hệ thống suy ra; hãy đính chính sự kiện gốc.",
        f"The event “{target.event_id}” was derived by the system; correct the fact that it follows from.",
        "/corrects",
    )


def already_corrected(target: Fact, by: Fact) -> Refusal:
    """Return the refusal of a second correction of the same event."""
    return refuse(
        "ALREADY_CORRECTED",
        f"Sự kiện “{target.event_id}” đã được đính chính bởi “{by.event_id}”; hãy đính chính sự kiện đó.",
        f"The event “{target.event_id}” was corrected by “{by.event_id}”; correct that one.",
        "/corrects",
    )


def correction_of_other_type(correction: Fact, target: Fact) -> Refusal:
    """Return the refusal of a correction of another type than the event it names."""
    return refuse(
        "CORRECTION_OF_OTHER_TYPE",
        f"Sự kiện đính chính phải cùng loại {target.type}, hoặc là {target.type.rpartition('.')[0]}.retracted để rút lại.",
        f"A correction of {target.type} must have that type, or be a retraction; this one is {correction.type}.",
        "/type",
    )


def opening_is_needed(target: Fact) -> Refusal:
    """Return the refusal to retract the event that opened a record on which others rest."""
    return refuse(
        "OPENING_IS_NEEDED",
        f"Sự kiện “{target.event_id}” mở hồ sơ và còn sự kiện khác dựa vào; hãy đính chính, hoặc rút lại các sự kiện sau trước.",
        f"The event “{target.event_id}” opened the record and others rest on it; correct it, or retract the later ones first.",
        "/corrects",
    )


def retraction_without_target() -> Refusal:
    """Return the refusal of a retraction that names nothing."""
    return refuse(
        "RETRACTION_WITHOUT_TARGET",
        "Sự kiện rút lại phải nêu mã sự kiện bị rút tại thuộc tính corrects.",
        "A retraction must name the event that it takes back in the attribute corrects.",
        "/corrects",
    )
