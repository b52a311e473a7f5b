"""Who may push what: the rule of a type's catalogue entry, decided on registry records that are at hand. Pure.

A credential speaks for its own agency, those below it, and those it legally succeeds. What disposes of an agency (its name,
its place, its end) is told from above it, and by nobody who is not above every agency that it disposes of; a body
with inspection rights says what it found, with its own source, about agencies of its territory and never about itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared import clock
from shared.eventsourcing import Fact, Hint, Refusal
from shared.eventsourcing.references import agency_of
from shared.registry.ancestry import is_at_or_above, may_assert
from shared.registry.record import GOVERNING, LEVEL_ORDER, AgencyRecord

Records = Mapping[str, AgencyRecord]

_CENTRAL = LEVEL_ORDER[0]
#: Aggregates whose facts name further agencies; of all others the source alone decides.
_NAME_OTHERS = frozenset({"agency", "obligation", "inspection", "recommendation", "periodic_report", "target"})
#: Of these an agency has none with itself; a report it may well owe to itself.
_OF_OTHERS = frozenset({"inspection", "recommendation"})


@dataclass(frozen=True, slots=True)
class NotYet:
    """It cannot be told before this agency is registered."""

    agency_id: str


def entitled(rule: str, asserter: str, fact: Fact, known: Records) -> Refusal | NotYet | None:
    """Return why an agency's credential may not push a fact; None where it may.

    Args:
        rule: `asserter` of the type's catalogue entry.
        asserter: agency of the credential.
        fact: what is pushed.
        known: records of the agencies that `deciding` names, of those above them and of their successors.
    """
    if rule == "ministry":
        return _refused("Chỉ Bộ chủ quản được gửi loại sự kiện này.", "Only the ministry may push this type.")
    if rule == "inspection_body":
        return _inspects(asserter, fact, known)
    if rule == "parent":
        return _from_above(asserter, fact, known)
    if fact.source not in known:
        # Nobody can tell yet who stands above it; it waits, and is looked at again when the agency has come.
        return None
    return _speaks_for(asserter, fact.source, fact, known) or _aims_within(fact, known)


def deciding(asserter: str, fact: Fact) -> set[str]:
    """Return the agencies whose place in the administration decides whether a fact may be pushed."""
    if fact.aggregate not in _NAME_OTHERS:
        return {asserter, fact.source}
    named = {asserter, fact.source, *_disposed(fact), *_recipients(fact), *_inspected(fact)}
    further = [fact.data.get("parent_id") if _registers(fact) else None, _territory(fact)]
    return named.union(one for one in further if one)


def awaited(fact: Fact) -> set[str]:
    """Return those of them without whose record nothing can be told."""
    if fact.aggregate not in _NAME_OTHERS:
        return set()
    if _is_of_registry(fact):
        return set() if _is_new(fact) else set(_disposed(fact))
    territory = _territory(fact)
    return {*_inspected(fact), *([territory] if territory else [])}


# -- those below ------------------------------------------------------------------------------------


def _speaks_for(asserter: str, agency_id: str, fact: Fact, known: Records) -> Refusal | None:
    if may_assert(known, asserter, agency_id, fact.day):
        return None
    return _refused(
        f"Khóa của cơ quan {asserter} không được gửi thay cho {agency_id}: chỉ gửi cho chính mình, đơn vị trực thuộc "
        "hoặc cơ quan mà mình kế thừa.",
        f"The key of agency {asserter} may not push for {agency_id}: only for itself, agencies below it, "
        "or agencies it succeeds.",
        "/data/sources" if agency_id in fact.data.get("sources", ()) else "/source",
    )


def _from_above(asserter: str, fact: Fact, known: Records) -> Refusal | NotYet | None:
    if _is_new(fact) and fact.source not in known:
        return _speaks_for(asserter, str(fact.data.get("parent_id") or fact.source), fact, known)
    for agency_id in _disposed(fact):
        if agency_id == asserter:
            return _refused(
                "Chỉ cơ quan cấp trên hoặc Bộ được gửi loại sự kiện này.",
                "Only an agency above, or the ministry, may push this type.",
            )
        if agency_id not in known:
            return NotYet(agency_id)
        refusal = _speaks_for(asserter, agency_id, fact, known)
        if refusal is not None:
            return refusal
    return _hands_over(asserter, fact, known)


def _hands_over(asserter: str, fact: Fact, known: Records) -> Refusal | None:
    """Refuse to put an agency, or what it owes, under one that is not the asserter's."""
    days = {
        fact.day,
        *(clock.day_of(str(fact.data[name])) for name in ("effective", "valid_from") if name in fact.data),
    }
    for agency_id in _recipients(fact):
        if agency_id in known and not any(is_at_or_above(known, asserter, agency_id, day) for day in days):
            return _refused(
                f"Khóa của cơ quan {asserter} không được giao cho {agency_id}, không thuộc phạm vi của mình: cơ quan cấp trên chung "
                "hoặc Bộ gửi sự kiện này.",
                f"The key of agency {asserter} may not hand over to {agency_id}, which is not below it: "
                "an agency above both, or the ministry, pushes this.",
                "/data",
            )
    return None


def _registers(fact: Fact) -> bool:
    return fact.aggregate == "agency" and fact.name in {"registered", "baselined"}


def _is_new(fact: Fact) -> bool:
    # What corrects a registration is about an agency that is there, whatever parent it says now.
    return _registers(fact) and fact.corrects is None


def _is_of_registry(fact: Fact) -> bool:
    return fact.aggregate in ("agency", "obligation")


def _disposed(fact: Fact) -> list[str]:
    """Return the agencies that a fact disposes of; those that go into another one end by it."""
    merged = fact.aggregate == "agency" and fact.name == "merged"
    return [fact.source, *(str(one) for one in fact.data.get("sources", ()) if merged and one != fact.source)]


def _recipients(fact: Fact) -> list[str]:
    """Return the agencies that get an agency, its duties, or what it owes; the line of a sector is the ministries'."""
    data = fact.data
    if not _is_of_registry(fact) or (fact.name == "reparented" and data.get("line") == "sector"):
        return []
    named = [data.get("to") if fact.name in ("reparented", "inherited") else None, data.get("inheritor")]
    named += [*data.get("successors", ()), *(target["id"] for target in data.get("targets", ()))]
    if _registers(fact) and not _is_new(fact):
        named.append(data.get("parent_id"))
    return [str(one) for one in named if one and one != fact.source]


# -- inspection -------------------------------------------------------------------------------------


def _inspects(asserter: str, fact: Fact, known: Records) -> Refusal | NotYet | None:
    record = known.get(asserter)
    if record is None or not record.inspection_rights or fact.source != asserter:
        return _refused(
            "Chỉ cơ quan có thẩm quyền kiểm tra được gửi loại sự kiện này, với source của chính mình.",
            "Only a body with inspection rights may push this type, with its own source.",
        )
    territory = _inspected_by(record, fact.day)
    for agency_id in _inspected(fact):
        if agency_id == asserter and fact.aggregate in _OF_OTHERS:
            return _refused(
                "Cơ quan kiểm tra không tự kiểm tra mình: cơ quan kiểm tra khác hoặc Bộ thực hiện.",
                "A body does not inspect itself: another body, or the ministry, does.",
                "/data/agency_id",
            )
        if agency_id not in known:
            return NotYet(agency_id)
        if territory is not None and not is_at_or_above(known, territory, agency_id, fact.day):
            return _refused(
                f"Cơ quan {agency_id} không thuộc địa bàn của cơ quan kiểm tra {asserter}.",
                f"Agency {agency_id} is not in the territory of the inspecting body {asserter}.",
                "/data/agency_id",
            )
    return None


def _inspected_by(record: AgencyRecord, day: int) -> str | None:
    """Return the agency that the territory of a body is below; None: a central one, or one that the ministry put under nobody."""
    if record.level == _CENTRAL:
        return None
    # Departments have the territory of the agency above them.
    return record.agency_id if record.kind in GOVERNING else record.parent_on(day)


def _inspected(fact: Fact) -> list[str]:
    """Return the agencies that an inspecting body says something about, itself where it says so."""
    data = fact.data
    if fact.aggregate not in (*_OF_OTHERS, "periodic_report"):
        return []
    named = [str(data["agency_id"])] if "agency_id" in data else []
    claim = data.get("event_id") if fact.name == "claim_verified" else None
    return [*named, agency_of(claim, fact)] if isinstance(claim, Mapping) else named


# -- targets ----------------------------------------------------------------------------------------


def _aims_within(fact: Fact, known: Records) -> Refusal | NotYet | None:
    """Refuse a target for somebody else's territory: how far it is met would tell the other's figures."""
    territory = _territory(fact)
    if territory is None or known[fact.source].level == _CENTRAL:
        return None
    if territory not in known:
        return NotYet(territory)
    if is_at_or_above(known, fact.source, territory, fact.day):
        return None
    return _refused(
        f"Cơ quan {fact.source} chỉ đặt mục tiêu cho mình và các đơn vị trực thuộc; {territory} không thuộc phạm vi đó.",
        f"Agency {fact.source} sets targets for itself and agencies below it; {territory} is not one of them.",
        "/data/scope/territory",
    )


def _territory(fact: Fact) -> str | None:
    scope = fact.data.get("scope") if fact.aggregate == "target" else None
    return str(scope["territory"]) if isinstance(scope, Mapping) and scope.get("territory") else None


def _refused(vi: str, en: str, pointer: str = "/source") -> Refusal:
    return Refusal("NOT_ENTITLED", Hint(vi, en), pointer)
