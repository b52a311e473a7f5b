"""Legal texts: the ones that procedures rest on are registered, then changed by made-up new ones."""

from __future__ import annotations

from typing import Any

from shared import clock
from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import Change, Life, Text, World

#: How each issuer signs its texts, and what they are called.
_SIGNS = {
    "Quốc hội": ("QH", "Luật"),
    "Chính phủ": ("NĐ-CP", "Nghị định"),
    "Bộ Khoa học và Công nghệ": ("TT-BKHCN", "Thông tư"),
}

#: Above the numbers that real texts of a year reach.
_FIRST_NUMBER = 9000

#: The national decision on ISO 9001 itself stays: all declarations rest on it.
LASTING = "19/2014/"


def registered(world: World, agency: Agency, index: int) -> Life:
    """Register one of the known texts."""
    yield 0
    number, issuer, issued_on, effective_from, title = words.TEXTS[index]
    key = f"{number}|{issuer}|{issued_on}"
    world.texts.append(Text(key, clock.day_of(effective_from)))
    data = {
        "number": number,
        "issuer": issuer,
        "issued_on": issued_on,
        "effective_from": effective_from,
        "title": title,
    }
    yield Emission("legal_text.registered", agency.agency_id, key, data)


def change(world: World, agency: Agency) -> Life:
    """Let a new text amend, replace or repeal one that is in force."""
    day = yield 0
    text = next((text for text in _shuffled(world) if not text.settled and text.effective_from <= day), None)
    if text is None:
        return
    text.settled = True
    new, data = _new_text(world, text, day)
    day = yield Emission("legal_text.registered", agency.agency_id, new.key, data, world.between(0, 6))
    text.changes.append(Change(day, new.key))
    how = world.pick(("amended", "replaced", "replaced", "repealed"))
    if how == "amended":
        text.settled = False
    else:
        world.texts = [other for other in world.texts if other is not text]
    world.texts.append(new)
    told = {"by": new.key, "announced_on": iso(day), "effective_from": iso(max(day, new.effective_from))}
    yield Emission(f"legal_text.{how}", agency.agency_id, text.key, told, world.between(0, 5))
    yield Emission("legal_text.impact_assessed", agency.agency_id, text.key, {"due_on": iso(new.effective_from + 30)})


def suspension(world: World, agency: Agency) -> Life:
    """Suspend a text for a while; meanwhile nothing else changes it."""
    day = yield 0
    text = next((text for text in _shuffled(world) if not text.settled and text.effective_from <= day), None)
    if text is None:
        return
    text.settled = True
    data = {"effective_from": iso(day), "reason": "Chờ xử lý kiến nghị về tính hợp pháp"}
    day = yield Emission("legal_text.suspended", agency.agency_id, text.key, data, world.between(20, 90))
    yield Emission("legal_text.resumed", agency.agency_id, text.key, {"effective_from": iso(day)})
    text.settled = False


def proposal(world: World, agency: Agency) -> Life:
    """Propose to change a text that practice finds wanting."""
    day = yield 0
    text = world.text()
    if text is None:
        return
    data = {
        "legal_text_id": text.key,
        "problem": "Thành phần hồ sơ yêu cầu bản sao giấy tờ đã có trong cơ sở dữ liệu quốc gia",
        "proposal": "Bỏ yêu cầu nộp bản sao, khai thác dữ liệu qua nền tảng chia sẻ",
        "proposed_on": iso(day),
    }
    yield Emission("law_change.proposed", agency.agency_id, world.new_id("KNVB"), data)


def _shuffled(world: World) -> list[Text]:
    texts = [text for text in world.texts if not text.key.startswith(LASTING)]
    world.rng.shuffle(texts)
    return texts


def _new_text(world: World, old: Text, day: int) -> tuple[Text, dict[str, Any]]:
    issuer = old.key.split("|")[1]
    sign, kind = _SIGNS[issuer]
    world.texts_made += 1
    number = f"{_FIRST_NUMBER + world.texts_made}/{iso(day)[:4]}/{sign} (mô phỏng {world.mark})"
    effective_from = day + world.between(10, 50)
    data: dict[str, Any] = {
        "number": number,
        "issuer": issuer,
        "issued_on": iso(day),
        "doc_type": kind,
        "title": f"{kind} mô phỏng: quy định mới về giải quyết thủ tục hành chính",
        "effective_from": iso(effective_from),
        "relations": [{"kind": "amends", "target": old.key}],
    }
    return Text(f"{number}|{issuer}|{iso(day)}", effective_from), data
