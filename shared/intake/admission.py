"""May this agency say this, and does it exist? Checked against the local copy of the registry.

Who may assert is `design` data: the type's catalogue entry says which rule applies. An agency that is
not known (yet) lets the event wait; one that had ended refuses it and names the successor, unless the thing that the
event is about has been inherited: then the heir, or an agency above it, goes on with the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import clock, ids
from shared.clock import Clock
from shared.contracts.inspection.record_owner import owner_of
from shared.eventsourcing import Fact, Refusal, refuse
from shared.intake.entitlement import NotYet, awaited, deciding, entitled
from shared.intake.items import EVERYBODY, Item
from shared.registry.inheritance import KIND_OF, Thing, holder_on

if TYPE_CHECKING:
    from shared.registry.copy import RegistryCopy
    from shared.registry.record import AgencyRecord

#: How far a pusher's clock may be ahead (domain: general refusals).
FUTURE_TOLERANCE = 24 * 3600 * 1_000_000
#: The registry decides on its own streams; its facts need no agency record to begin with.
REGISTRY_AGGREGATES = frozenset({"agency", "credential", "obligation"})


def agency_key(agency_id: str) -> bytes:
    """Return what an event that needs an unknown agency waits on."""
    return ids.stream_key("agency", agency_id)


@dataclass(frozen=True, slots=True)
class Admission:
    """Checks items against the registry; settles those that may not pass as refused or waiting."""

    registry: RegistryCopy
    clock: Clock

    def admit(self, items: Iterable[Item]) -> None:
        """Check all items; the registry is asked once, and once more after a catch-up if agencies are missing."""
        open_items = [item for item in items if item.status is None and item.fact is not None]
        wanted = {agency for item in open_items for agency in _agencies(item)}
        asked = wanted.union(*(_asserting(item) for item in open_items))
        known = self.registry.with_related(asked)
        if not wanted <= known.keys():
            self.registry.catch_up()
            known = self.registry.with_related(asked)
        latest = self.clock() + FUTURE_TOLERANCE
        heirs = self._heirs(open_items, known)
        for item in open_items:
            refusal = self._refusal(item, known, latest, heirs.get(id(item)))
            if refusal is not None:
                item.refuse(refusal)

    def _heirs(self, items: Iterable[Item], known: Mapping[str, AgencyRecord]) -> dict[int, str]:
        """Return who has the thing that an item is about, by the item's identity, where its agency had ended."""
        ended: dict[int, tuple[Thing, str, int]] = {}
        for item in items:
            fact = item.fact
            if fact is None or fact.aggregate not in KIND_OF:
                continue
            for agency_id in (fact.source, fact.agency_id):
                if agency_id in known and not known[agency_id].live_on(fact.day):
                    owner = owner_of(fact.aggregate, fact.source, fact.data)
                    ended[id(item)] = (Thing(KIND_OF[fact.aggregate], owner, fact.subject), agency_id, fact.day)
        decisions = self.registry.inheritances({thing for thing, _agency, _day in ended.values()}) if ended else {}
        holders = {key: holder_on(decisions.get(thing, ()), agency, day) for key, (thing, agency, day) in ended.items()}
        live = self.registry.agencies(set(holders.values())) if holders else {}
        return {key: heir for key, heir in holders.items() if heir in live and live[heir].live_on(ended[key][2])}

    def _refusal(self, item: Item, known: Mapping[str, AgencyRecord], latest: int, heir: str | None) -> Refusal | None:
        fact = item.fact
        if fact is None or item.event_type is None:
            return None
        if fact.occurred_at > latest:
            return refuse(
                "OCCURRED_IN_FUTURE",
                "Thời điểm xảy ra nằm quá 24 giờ trong tương lai; hãy kiểm tra đồng hồ của hệ thống gửi.",
                "The time of occurrence lies more than 24 hours in the future; check the sending system's clock.",
                "/time",
            )
        if item.asserter == "system":
            return None
        refusal = self._assertable(item, fact, known)
        if item.status is not None:
            return None
        if heir is None:
            return refusal or self._live(item, fact, known)
        by_heir = item.event_type.asserter == "source" and self.registry.is_at_or_above(item.asserter, heir, fact.day)
        return None if by_heir else refusal

    def _assertable(self, item: Item, fact: Fact, known: Mapping[str, AgencyRecord]) -> Refusal | None:
        """Return why the pusher may not say this; settles the item as waiting where that cannot be told yet."""
        rule = item.event_type.asserter if item.event_type else "system"
        if rule == "system":
            return refuse(
                "SYSTEM_EVENT",
                "Loại sự kiện này do hệ thống tự suy ra, không nhận từ bên ngoài.",
                "Events of this type are derived by the system and not accepted from outside.",
                "/type",
            )
        told = None if item.asserter == "staff" else entitled(rule, item.asserter, fact, known)
        if isinstance(told, NotYet):
            _wait(item, told.agency_id)
            return None
        return told

    def _live(self, item: Item, fact: Fact, known: Mapping[str, AgencyRecord]) -> Refusal | None:
        if fact.aggregate in REGISTRY_AGGREGATES:
            return None
        for agency_id in (fact.source, fact.agency_id):
            record = known.get(agency_id)
            if record is None:
                _wait(item, agency_id)
                return None
            if not record.live_on(fact.day):
                return _not_live(record, fact)
        return None


def _agencies(item: Item) -> set[str]:
    if item.fact is None:
        return set()
    named = set() if item.asserter in EVERYBODY else awaited(item.fact)
    return named if item.fact.aggregate in REGISTRY_AGGREGATES else {item.fact.source, item.fact.agency_id, *named}


def _asserting(item: Item) -> set[str]:
    """Return the agencies whose place in the administration decides whether the item may be pushed."""
    return set() if item.fact is None or item.asserter in EVERYBODY else deciding(item.asserter, item.fact)


def _wait(item: Item, agency_id: str) -> None:
    item.status = "waiting"
    item.waits_on = agency_key(agency_id)
    item.refusal = _unknown_agency(agency_id)


def _unknown_agency(agency_id: str) -> Refusal:
    return refuse(
        "AGENCY_UNKNOWN",
        f"Chưa có cơ quan {agency_id} trong danh bạ; sự kiện chờ và được áp dụng khi cơ quan được đăng ký.",
        f"Agency {agency_id} is not registered yet; the event waits and is applied when it is.",
        "/source",
    )


def _not_live(record: AgencyRecord, fact: Fact) -> Refusal:
    day = clock.to_date(fact.day)
    successors = list(record.successors)
    if successors:
        names = ", ".join(successors)
        return refuse(
            "AGENCY_ENDED",
            f"Cơ quan {record.agency_id} đã kết thúc trước ngày {day:%d/%m/%Y}; cơ quan kế thừa: {names}.",
            f"Agency {record.agency_id} had ended by {day.isoformat()}; its successors: {names}.",
            "/source",
        )
    return refuse(
        "AGENCY_NOT_LIVE",
        f"Cơ quan {record.agency_id} không hoạt động vào ngày {day:%d/%m/%Y}.",
        f"Agency {record.agency_id} was not live on {day.isoformat()}.",
        "/time",
    )
