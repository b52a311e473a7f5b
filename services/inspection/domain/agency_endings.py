"""How agencies end: merged into others, split, dissolved, or with their level; and what each ending refuses.

One event says what happens to several agencies; the end of each (`agency.ended`) follows from it in the same
transaction. Conditions that other services know, such as open obligations, never refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.inspection.domain import agency_index
from services.inspection.domain.agency_index import Related
from services.inspection.domain.agency_rules import effective_day
from shared import clock
from shared.eventsourcing.decision import ACCEPT, Decision, Derived, Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.registry.record import AgencyRecord

#: Fewest successors by the way of ending (a split needs at least two targets).
_FEWEST_SUCCESSORS = {"merged": 1, "split": 2}
#: Children named in a refusal.
_SHOWN = 5


def named(fact: Fact) -> list[str]:
    """Return the other agencies that a fact about an ending names; they must be registered."""
    data = fact.data
    targets = [target["id"] for target in data.get("targets", ())]
    others = [*data.get("successors", ()), *data.get("sources", ()), *targets, data.get("inheritor")]
    return [agency for agency in dict.fromkeys(others) if agency and agency != fact.source]


def seen(fact: Fact) -> Sequence[Reference]:
    """Return the indexes that a fact about an ending looks at."""
    ending = fact.data["sources"] if fact.name == "merged" else [fact.source]
    names = (agency_index.children_of, agency_index.predecessors_of)
    return [name(agency) for agency in ending for name in names]


def _still_needed(
    related: Related, agency_id: str, day: int, pointer: str, without: Sequence[str] = ()
) -> Refusal | None:
    """Refuse the end of an agency while others stand under it, or before it takes over from others."""
    children = agency_index.live_children(related, agency_id, day, without)
    if not children:
        return _takes_over(related, agency_id, day, pointer)
    shown = ", ".join(children[:_SHOWN]) + (" …" if len(children) > _SHOWN else "")
    return refuse(
        "HAS_LIVE_CHILDREN",
        f"Cơ quan {agency_id} còn {len(children)} cơ quan trực thuộc ({shown}); chuyển hoặc kết thúc các cơ quan đó trước.",
        f"Agency {agency_id} still has {len(children)} agencies below it ({shown}); put them under another or end them first.",
        pointer,
    )


def _takes_over(related: Related, agency_id: str, day: int, pointer: str) -> Refusal | None:
    others = agency_index.later_predecessors(related, agency_id, day)
    if not others:
        return None
    return refuse(
        "TAKES_OVER_LATER",
        f"Cơ quan {agency_id} là cơ quan kế thừa của {others[0]} từ chính ngày đó hoặc sau đó; không thể kết thúc trước.",
        f"Agency {agency_id} takes over from {others[0]} on that day or later; it cannot end before.",
        pointer,
    )


def _live_successor(related: Related, fact: Fact, agency_id: str, day: int, pointer: str) -> Refusal | None:
    successor: AgencyRecord | None = related.get(Reference("agency", agency_id))
    if agency_id != fact.source and (successor is None or successor.live_on(day)):
        return None
    return refuse(
        "SUCCESSOR_NOT_LIVE",
        "Cơ quan kế thừa phải là cơ quan khác và tồn tại vào ngày có hiệu lực.",
        "A successor must be another agency that exists on the day it takes over.",
        pointer,
    )


def _end_of(agency_id: str, fact: Fact, how: str, successors: Sequence[str]) -> Derived:
    data: dict[str, Any] = {"how": how, "effective": fact.data["effective"], "successors": list(successors)}
    if "legal_basis" in fact.data:
        data["legal_basis"] = fact.data["legal_basis"]
    return Derived("qms.agency.ended", agency_id, agency_id, data)


def ended(state: AgencyRecord, fact: Fact, related: Related) -> Decision:
    """Refuse an end without the successors it needs, with one that is no agency of that day, or with live children."""
    data, day = fact.data, effective_day(fact)
    fewest = _FEWEST_SUCCESSORS.get(data["how"], 0)
    if len(set(data["successors"])) < fewest:
        return refuse(
            "SUCCESSORS_MISSING",
            f"Hình thức '{data['how']}' cần ít nhất {fewest} cơ quan kế thừa.",
            f"An agency that is {data['how']} needs at least {fewest} successors.",
            "/data/successors",
        )
    for place, successor in enumerate(data["successors"]):
        refused = _live_successor(related, fact, successor, day, f"/data/successors/{place}")
        if refused is not None:
            return refused
    return _still_needed(related, state.agency_id, day, "/data/effective") or ACCEPT


def merged(state: AgencyRecord, fact: Fact, related: Related) -> Decision:
    """Let the sources end; refuse what is no merger, or names a source that cannot end on that day."""
    data, day = fact.data, effective_day(fact)
    target = state.agency_id
    sources = list(dict.fromkeys(data["sources"]))
    if data.get("target", target) != target:
        return refuse(
            "TARGET_DIFFERS",
            f"Cơ quan tiếp nhận phải trùng với source ({target}).",
            f"The target must be the source of the event ({target}).",
            "/data/target",
        )
    if target in sources and not data.get("absorbing"):
        return refuse(
            "TARGET_AMONG_SOURCES",
            "Cơ quan tiếp nhận nằm trong các cơ quan nguồn: đặt absorbing là true nếu là sáp nhập.",
            "The target is among the sources: say absorbing if it goes on and takes in the others.",
            "/data/sources",
        )
    others = [source for source in sources if source != target]
    if not others:
        return refuse(
            "SOURCES_MISSING",
            "Cần ít nhất một cơ quan nguồn khác với cơ quan tiếp nhận.",
            "At least one source other than the target is needed.",
            "/data/sources",
        )
    for source in others:
        pointer = f"/data/sources/{data['sources'].index(source)}"
        refused = _may_go_in(related[Reference("agency", source)], state, day, pointer)
        refused = refused or _still_needed(related, source, day, pointer, sources)
        if refused is not None:
            return refused
    return tuple(
        _end_of(source, fact, "merged", [target])
        for source in others
        if related[Reference("agency", source)].ended_on is None
    )


def _may_go_in(source: AgencyRecord, target: AgencyRecord, day: int, pointer: str) -> Refusal | None:
    """Refuse a source that began later, went in before, or has ended otherwise than into this target on this day."""
    if day <= source.valid_from:
        return refuse(
            "EFFECTIVE_BEFORE_SOURCE",
            f"Cơ quan {source.agency_id} chỉ tồn tại từ ngày {clock.to_date(source.valid_from)}.",
            f"Agency {source.agency_id} exists only from {clock.to_date(source.valid_from)} on.",
            "/data/effective",
        )
    # A source that is divided ends once, and goes into several; one of this very merger ended by it, when a late fact
    # has the merger decided again.
    ends_here = source.ended_on == day and target.agency_id in source.successors
    if source.ended_on is None or (ends_here and source.agency_id not in target.predecessors):
        return None
    successors = ", ".join(source.successors) or "-"
    return refuse(
        "SOURCE_ENDED",
        f"Cơ quan {source.agency_id} đã chấm dứt từ ngày {clock.to_date(source.ended_on)}; cơ quan kế thừa: {successors}.",
        f"Agency {source.agency_id} has ended as of {clock.to_date(source.ended_on)}; its successors: {successors}.",
        pointer,
    )


def split(state: AgencyRecord, fact: Fact, related: Related) -> Decision:
    """Let the divided agency end unless it goes on with a part; refuse what is no division."""
    day, targets = effective_day(fact), fact.data["targets"]
    ids = [target["id"] for target in targets]
    if len(set(ids)) != len(ids):
        return refuse(
            "TARGET_TWICE", "Một cơ quan tiếp nhận được nêu hai lần.", "A target is named twice.", "/data/targets"
        )
    defaults = [target["id"] for target in targets if target.get("is_default")]
    if len(defaults) > 1 or sum(target.get("share", 0) for target in targets) > 1 + 1e-9:
        return refuse(
            "SHARES_EXCEED_WHOLE",
            "Tổng các phần không được quá 1 và chỉ có một cơ quan tiếp nhận mặc định.",
            "The shares must not add up to more than 1, and only one target is the default.",
            "/data/targets",
        )
    for place, target in enumerate(ids):
        refused = (
            None if target == fact.source else _live_successor(related, fact, target, day, f"/data/targets/{place}/id")
        )
        if refused is not None:
            return refused
    if state.agency_id in ids:
        return ACCEPT
    ordered = [*defaults, *(target for target in ids if target not in defaults)]
    refused = _still_needed(related, state.agency_id, day, "/data/effective")
    return refused or (_end_of(state.agency_id, fact, "split", ordered),)


def dissolved(state: AgencyRecord, fact: Fact, related: Related) -> Decision:
    """Let the agency end; refuse it while agencies stand under it, or with an inheritor that is none."""
    day, inheritor = effective_day(fact), fact.data.get("inheritor")
    refused = _live_successor(related, fact, inheritor, day, "/data/inheritor") if inheritor else None
    refused = refused or _still_needed(related, state.agency_id, day, "/data/effective")
    return refused or (_end_of(state.agency_id, fact, "dissolved", [inheritor] if inheritor else []),)
