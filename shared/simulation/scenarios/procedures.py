"""Working procedures (quy trình) from the draft until they are withdrawn; the diligent follow changes of the law."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import Entry, Life, Text, World, decision

_STEPS = (
    ("Tiếp nhận hồ sơ", "Công chức bộ phận một cửa", 2),
    ("Thẩm định hồ sơ", "Chuyên viên", 12),
    ("Ký duyệt và trả kết quả", "Lãnh đạo", 4),
)


#: Of what happens to a procedure whose law did not change: withdrawn, other times committed to, improved, reviewed;
#: each up to this chance, the rest is published on a further channel.
_WITHDRAWN, _SHORTENED, _IMPROVED, _REVIEWED = 0.03, 0.2, 0.5, 0.8

#: Share of the drafts that are rejected outright and written anew.
_REJECTED = 0.03


@dataclass(slots=True)
class Procedure:
    """A procedure in force, as its agency knows it."""

    subject: str
    text: Text | None
    regulated: int | None
    committed: int | None
    edition: int = 1
    revision: int = 0
    #: How many changes of the text the agency has taken care of.
    settled_changes: int = 0


def content(world: World, agency: Agency, text: Text | None, entry: Entry | None) -> dict[str, Any]:
    """Return the content of a new procedure."""
    data: dict[str, Any] = {"steps": [{"no": no, "title": title, "role": role, "max_hours": hours}
                                      for no, (title, role, hours) in enumerate(_STEPS, 1)]}  # fmt: skip
    if entry is not None:
        code, name, days = entry
        data |= {"title": f"Quy trình giải quyết thủ tục {name}", "kind": "tthc", "tthc_code": code}
        data |= {"regulated_days": days, "committed_days": max(1, days - world.between(0, days // 4))}
    elif world.chance(0.5):
        title, clauses = world.pick(words.SYSTEM_PROCEDURES)
        data |= {"title": title, "kind": "system", "clause_refs": list(clauses)}
    else:
        data |= {"title": world.pick(words.INTERNAL_PROCEDURES), "kind": "internal"}
    if text is not None:
        data["legal_basis"] = [{"legal_text_id": text.key}]
    data["electronic"] = world.chance(agency.diligence * 0.7)
    return data


def _record(subject: str, text: Text | None, data: dict[str, Any]) -> Procedure:
    settled = len(text.changes) if text else 0
    return Procedure(subject, text, data.get("regulated_days"), data.get("committed_days"), settled_changes=settled)


def life(world: World, agency: Agency) -> Life:
    """Draft, review, approve, issue and publish a procedure, then keep it up."""
    day = yield 0
    text = world.text()
    subject = world.new_id("QT")
    data = content(world, agency, text, world.entry_for(agency))
    record = _record(subject, text, data)
    drafted = {"code": subject[:60], "author_ref": "chuyen-vien", **data}
    day = yield Emission("procedure.drafted", agency.agency_id, subject, drafted, world.between(3, 20))
    day = yield from _review(world, agency, subject)
    approved = {"approver_ref": "thu-truong", "decision_no": decision(world, day)}
    day = yield Emission("procedure.approved", agency.agency_id, subject, approved, world.between(0, 5))
    issued = {"edition": 1, "revision": 0, "effective_from": iso(day + world.between(0, 7))}
    day = yield Emission("procedure.issued", agency.agency_id, subject, issued, world.between(1, 9))
    yield from _made_public(world, agency, record, day)
    yield from upkeep(world, agency, record)


def _review(world: World, agency: Agency, subject: str) -> Generator[Emission | int, int, int]:
    day = yield Emission("procedure.submitted", agency.agency_id, subject, {}, world.between(2, 12))
    if world.chance(0.12):
        reason = {"reason": "Bước thẩm định chưa nêu rõ kết quả đầu ra"}
        yield Emission("procedure.returned", agency.agency_id, subject, reason, world.between(2, 8))
        day = yield Emission("procedure.submitted", agency.agency_id, subject, {}, world.between(2, 8))
    if world.chance(_REJECTED):
        reason = {"reason": "Nội dung trùng với quy trình đang áp dụng, đề nghị biên soạn lại"}
        yield Emission("procedure.rejected", agency.agency_id, subject, reason, world.between(5, 15))
        day = yield Emission("procedure.submitted", agency.agency_id, subject, {}, world.between(2, 8))
    return day


def _made_public(world: World, agency: Agency, record: Procedure, day: int) -> Generator[Emission | int, int, int]:
    live = {"edition": record.edition, "revision": record.revision}
    for channel in ("website", "one_stop"):
        if world.chance(agency.diligence):
            data = {"channel": channel, "published_on": iso(day), **live}
            day = yield Emission("procedure.published", agency.agency_id, record.subject, data, world.between(0, 3))
    if world.chance(0.2):
        data = {"role": "Công chức bộ phận một cửa", "n": world.between(2, 12)}
        day = yield Emission("procedure.acknowledged", agency.agency_id, record.subject, data)
    return day


def baseline(
    world: World, agency: Agency, entry: Entry | None, since: int, text: Text | None
) -> tuple[Emission, Procedure]:
    """Return the baseline of a procedure that has been in force since a day, and its record."""
    subject = world.new_id("QT")
    data = content(world, agency, text, entry)
    data |= {"code": subject[:60], "state_since": iso(since), "status": "in_force", "edition": 1, "revision": 0}
    data["effective_from"] = iso(since)
    return Emission("procedure.baselined", agency.agency_id, subject, data, imported=True), _record(subject, text, data)


def baselined(world: World, agency: Agency) -> Life:
    """Bring along a procedure from before the agency joined, then keep it up."""
    yield 0
    emission, record = baseline(world, agency, world.entry_for(agency), world.first - 90, world.text())
    yield emission
    yield from upkeep(world, agency, record)


def upkeep(world: World, agency: Agency, record: Procedure) -> Life:
    """Look after a procedure in force, as diligently as the agency is."""
    day = yield world.between(10, 90)
    while True:
        if record.text and len(record.text.changes) > record.settled_changes:
            if world.chance(agency.diligence * 0.8):
                day = yield _follow_the_law(world, agency, record, day)
            else:
                day = yield world.between(20, 90)
            continue
        chance = world.rng.random()
        if chance < _WITHDRAWN:
            reason = {"reason": "Thủ tục được thay bằng quy trình liên thông"}
            yield Emission("procedure.withdrawn", agency.agency_id, record.subject, reason)
            return
        day = yield _ordinary(world, agency, record, day, chance)


def _revised(record: Procedure) -> dict[str, Any]:
    before = {"from_edition": record.edition, "from_revision": record.revision}
    record.revision += 1
    return {**before, "edition": record.edition, "revision": record.revision}


def _follow_the_law(world: World, agency: Agency, record: Procedure, day: int) -> Emission:
    text = record.text
    assert text is not None  # noqa: S101 - only called where the text has changed
    by = text.changes[-1].by
    record.settled_changes = len(text.changes)
    if world.chance(0.25):
        data: dict[str, Any] = {
            "legal_text_id": by,
            "reviewer_ref": "thu-ky-iso",
            "reason": "Văn bản mới không làm thay đổi trình tự và thời hạn của thủ tục",
        }
        return Emission("procedure.reviewed_no_change", agency.agency_id, record.subject, data, world.between(60, 160))
    data = _revised(record) | {
        "trigger": "legal_change",
        "legal_text_id": by,
        "legal_basis": [{"legal_text_id": by}],
        "effective_from": iso(day),
        "changes": ["Thay căn cứ pháp lý"],
    }
    record.text = next((other for other in world.texts if other.key == by), None)
    record.settled_changes = len(record.text.changes) if record.text else 0
    return Emission("procedure.revised", agency.agency_id, record.subject, data, world.between(60, 160))


def _ordinary(world: World, agency: Agency, record: Procedure, day: int, chance: float) -> Emission:
    wait = world.between(70, 220)
    if record.committed and record.regulated and chance < _SHORTENED:
        before, record.committed = record.committed, world.between(1, record.regulated)
        data: dict[str, Any] = {"from_days": before, "to_days": record.committed}
        return Emission("procedure.committed_time_changed", agency.agency_id, record.subject, data, wait)
    if chance < _IMPROVED:
        data = _revised(record) | {"trigger": "improvement", "effective_from": iso(day)}
        return Emission("procedure.revised", agency.agency_id, record.subject, data, wait)
    if chance < _REVIEWED:
        data = {"reviewer_ref": "thu-ky-iso", "reason": "Rà soát định kỳ, không phát hiện nội dung phải sửa đổi"}
        return Emission("procedure.reviewed_no_change", agency.agency_id, record.subject, data, wait)
    data = {"channel": "portal", "edition": record.edition, "revision": record.revision}
    return Emission("procedure.published", agency.agency_id, record.subject, data, wait)
