"""Rules that records of several services have in common: days in order, no news of the future, evidence, keys.

Each takes a fact and returns why it is refused, or None. Knows no aggregate.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import cast

from shared import clock
from shared.contracts.standard_clauses import clause_in_2015
from shared.contracts.standards import VERSIONS, suggestions, version_of
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact


def day_field(fact: Fact, name: str) -> str:
    """Return a date of the fact (ISO); the day of the fact where it is left out."""
    return cast("str", fact.data.get(name)) or clock.to_date(fact.day).isoformat()


def refuse_missing_evidence(fact: Fact) -> Refusal | None:
    """Refuse a fact that carries no evidence."""
    if fact.data.get("evidence"):
        return None
    return refuse(
        "EVIDENCE_MISSING",
        "Phải kèm ít nhất một minh chứng (evidence): tên, kiểu, dung lượng, mã băm SHA-256, nơi lưu.",
        "At least one piece of evidence is needed: name, media type, size, SHA-256 digest, locator.",
        "/data/evidence",
    )


def refuse_future(fact: Fact, name: str) -> Refusal | None:
    """Refuse a fact that reports a day later than its own: what has not happened is no fact yet."""
    day = fact.data.get(name)
    if day is None or clock.day_of(day) <= fact.day:
        return None
    return refuse(
        "DATE_IN_FUTURE",
        f"Ngày {day} sau ngày của sự kiện. Chỉ báo cáo việc đã xảy ra.",
        f"{day} is after the day of the event. Report only what has happened.",
        f"/data/{name}",
    )


def refuse_reversed(fact: Fact, name: str, earliest: str) -> Refusal | None:
    """Refuse a date of the fact (its own day where left out) that lies before an earlier step."""
    day = day_field(fact, name)
    if day >= earliest:
        return None
    return refuse(
        "DATES_REVERSED",
        f"Ngày {day} sớm hơn bước trước đó ({earliest}). Kiểm tra lại các ngày.",
        f"{day} is before the step it follows ({earliest}). Check the dates.",
        f"/data/{name}",
    )


def refuse_subject(fact: Fact, expected: str) -> Refusal | None:
    """Refuse a fact whose subject is not the key that follows from its data."""
    if fact.subject == expected:
        return None
    return refuse(
        "SUBJECT_DIFFERS",
        f"subject không khớp dữ liệu; subject đúng là '{expected}'.",
        f"The subject does not match the data; it must be '{expected}'.",
        "/subject",
    )


def refuse_incomplete(fact: Fact, field: str, states: Collection[str]) -> Refusal | None:
    """Refuse a baseline that lacks a field which its state needs."""
    if fact.data["state"] not in states or field in fact.data:
        return None
    return refuse(
        "BASELINE_INCOMPLETE",
        f"Trạng thái '{fact.data['state']}' cần trường '{field}'. Bổ sung rồi gửi lại.",
        f"State '{fact.data['state']}' needs the field '{field}'. Add it and push again.",
        f"/data/{field}",
    )


def refuse_unchanged(fact: Fact, fields: Collection[str]) -> Refusal | None:
    """Refuse an amendment that changes nothing."""
    if any(fact.data.get(name) not in (None, []) for name in fields):
        return None
    listed = ", ".join(fields)
    return refuse(
        "NOTHING_CHANGED",
        f"Sự kiện không nêu nội dung thay đổi nào. Ghi ít nhất một trong các trường: {listed}.",
        f"The event changes nothing. Give at least one of: {listed}.",
        "/data",
    )


def refuse_missing_criterion(fact: Fact) -> Refusal | None:
    """Refuse a nonconformity that names neither clause nor criterion (ISO 19011:2018 3.10)."""
    if fact.data.get("clause") or fact.data.get("criterion"):
        return None
    return refuse(
        "CLAUSE_MISSING",
        "Phải nêu điều khoản của tiêu chuẩn (clause) hoặc chuẩn mực khác (criterion) không được đáp ứng.",
        "Name the clause of the standard, or another criterion, that is not fulfilled.",
        "/data/clause",
    )


def refuse_unknown_clause(fact: Fact) -> Refusal | None:
    """Refuse an edition of the standard that never existed, or a clause that its edition does not have.

    A clause without an edition may belong to any; a finer clause than the lists hold counts as known.
    """
    named = fact.data.get("standard_version")
    version = version_of(named) if named else None
    if named and version is None:
        return _unknown_standard(named)
    clause = fact.data.get("clause")
    years = [version.year] if version else [known.year for known in VERSIONS.values()]
    if clause is None or any(clause_in_2015(year, clause) for year in years):
        return None
    return refuse(
        "UNKNOWN_CLAUSE",
        f"Tiêu chuẩn không có điều khoản {clause}. Kiểm tra số điều khoản và phiên bản tiêu chuẩn.",
        f"The standard has no clause {clause}. Check the clause and the edition of the standard.",
        "/data/clause",
    )


def _unknown_standard(named: str) -> Refusal:
    known = ", ".join(suggestions())
    return refuse(
        "UNKNOWN_STANDARD_VERSION",
        f"Không có phiên bản tiêu chuẩn '{named}'. Các phiên bản: {known}.",
        f"There is no edition '{named}' of the standard. Known: {known}.",
        "/data/standard_version",
    )
