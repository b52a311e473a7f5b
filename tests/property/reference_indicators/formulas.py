"""Every indicator of the table, straight from its formula, for a group of agencies: figures by agency are groups of one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from statistics import median
from typing import Any

from shared import clock
from tests.property.reference_indicators import records, smaller_records
from tests.property.reference_indicators.ledger import Ledger, number

#: Numerator, denominator, further values by name.
Result = tuple[Any, Any, dict[str, Any]]


@dataclass
class Agency:
    """An agency that lives on the day."""

    agency_id: str
    kind: str
    level: str
    obligation: str
    #: Itself and those above it.
    above: set[str]


@dataclass
class Group:
    """What a figure is about."""

    ledger: Ledger
    agencies: list[Agency]
    begins: int
    ends: int

    @property
    def day(self) -> int:
        return self.ledger.day

    def ids(self) -> set[str]:
        return {agency.agency_id for agency in self.agencies}

    def all(self, aggregate: str, fold: Callable[..., Any], *extra: Any) -> list[Any]:
        """Return the records of the agencies, folded, each with its `holder`."""
        found = []
        for record in self.ledger.of(aggregate):
            state = fold(record.facts, *extra)
            state.holder, state.subject = record.holder, record.subject
            if record.holder in self.ids():
                found.append(state)
        return found

    def during(self, day: int) -> bool:
        return self.begins <= day <= self.ends and day <= self.day

    def month(self, month: str) -> bool:
        """Return whether a month lies wholly in the period."""
        first = number(f"{month}-01")
        year, index = int(month[:4]), int(month[5:])
        last = number(f"{year + index // 12}-{index % 12 + 1:02}-01") - 1
        return self.begins <= first and last <= self.ends


def p90(values: list[int]) -> int | None:
    return sorted(values)[ceil(0.9 * len(values)) - 1] if values else None


def middle(values: list[int]) -> float | None:
    return median(values) if values else None


def declared(group: Group) -> dict[str, set[str]]:
    """Return the versions that each declared (or certified) agency is on."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in group.all("declaration", records.declaration, group.day):
        if one.shown == "declared":
            found[one.holder].add(one.version)
        for issued, valid_to, version in one.certificates:
            if issued <= group.day <= valid_to:
                found[one.holder].add(version)
    return found


def i1(group: Group) -> Result:
    owing = {
        agency.agency_id for agency in group.agencies
        if agency.kind in ("ministry", "ministerial_agency", "government_agency", "provincial_pc")
    }  # fmt: skip
    planned = {
        one.holder for one in group.all("declaration", records.declaration, group.day)
        if one.plan is not None and one.plan <= group.day
    }  # fmt: skip
    return len(owing & planned), len(owing), {}


def i2(group: Group) -> Result:
    covered = declared(group)
    parts = Counter(agency.obligation for agency in group.agencies if agency.agency_id in covered)
    return len(covered), len(group.agencies), {name: {"numerator": count} for name, count in parts.items()}


def i2a(group: Group) -> Result:  # noqa: C901 - the ten states in one place
    states: dict[str, set[str]] = defaultdict(set)
    old: set[str] = set()
    for one in group.all("declaration", records.declaration, group.day):
        if one.shown and one.shown != "certified":
            states[one.holder].add(one.shown)
        if one.year:
            old.add(one.holder)
        for issued, valid_to, _version in one.certificates:
            if issued <= group.day <= valid_to:
                states[one.holder].add("certified")
            elif valid_to < group.day:
                states[one.holder].add("lapsed")
    audited = {one.holder for one in recent_audits(group)}
    counts: Counter[str] = Counter()
    order = ("certified", "needs_redeclaration", "applying", "building", "planned", "rescinded", "lapsed")
    for agency in group.agencies:
        name, found = agency.agency_id, states[agency.agency_id]
        if "declared" in found:
            counts["maintained" if name in old and name in audited else "declared"] += 1
        else:
            counts[next((state for state in order if state in found), "none")] += 1
    return None, None, {state: {"count": count} for state, count in counts.items()}


def recent_audits(group: Group) -> list[Any]:
    return [
        one for one in group.all("audit", records.audit)
        if one.counts and one.kind == "internal" and one.completed is not None
        and one.completed <= group.day <= one.completed + 365
    ]  # fmt: skip


def procedures(group: Group) -> list[Any]:
    return [one for one in group.all("procedure", records.procedure, group.day) if one.live]


def i3(group: Group) -> Result:
    entries: dict[str, set[tuple[str, str]]] = defaultdict(set)
    out: dict[str, set[str]] = defaultdict(set)
    reported = group.ledger.reported()
    for record in reported.of("tthc"):
        one = smaller_records.tthc(record.facts, group.day)
        entries[record.holder] |= {(level, one.code) for level in one.levels}
        if one.out:
            out[record.holder].add(one.out[0])
    live = {(one.holder, one.code) for one in procedures(group) if one.code is not None}
    done = owed = 0
    for agency in group.agencies:
        duty = {code for above in agency.above for level, code in entries[above] if level == agency.level} - out[
            agency.agency_id
        ]
        owed += len(duty)
        done += sum((agency.agency_id, code) in live for code in duty)
    return done, owed, {}


def i3a(group: Group) -> Result:
    live = procedures(group)
    return sum(one.electronic for one in live), len(live), {}


def i4(group: Group) -> Result:
    newest = "TCVN ISO 9001:2015" if group.day >= number("2015-12-31") else "TCVN ISO 9001:2008"
    covered = declared(group)
    return sum(newest in versions for versions in covered.values()), len(covered), {}


def i5(group: Group) -> Result:
    released = done = 0
    for one in group.all("procedure", records.procedure, group.day):
        for release in one.releases:
            if group.during(release["day"]):
                released += 1
                office, web = release.get("office"), release.get("web")
                done += office is not None and web is not None and max(office, web) <= due(release["day"])
    return done, released, {}


def due(day: int) -> int:
    """Return the fifth working day after a day."""
    import holidays

    country, left = holidays.country_holidays("VN"), 5
    while left:
        day += 1
        left -= country.is_working_day(clock.to_date(day))
    return day


def i6(group: Group) -> Result:
    live = procedures(group)
    stale = [one for one in live if one.stale]
    ages = [group.day - min(change["since"] for change in one.stale) for one in stale]
    leads = [
        change["lead"]
        for one in group.all("procedure", records.procedure, group.day)
        for change in one.changes.values()
        if change.get("lead") is not None and group.during(change["end"])
    ]
    values = {
        "stale_over_grace": sum(age > 30 for age in ages),
        "lead_time_median": middle(leads),
        "lead_time_p90": p90(leads),
    }
    return len(stale), len(live), values


def i6a(group: Group) -> Result:
    live = procedures(group)
    return sum(group.day - one.reviewed > 365 for one in live), len(live), {}


def returns(group: Group) -> list[Any]:
    return [one for one in group.all("dossier_stats", smaller_records.dossiers) if one.month and group.month(one.month)]


def stock(group: Group) -> tuple[int, int]:
    overdue = waiting = 0
    for agency in group.ids():
        own = [one for one in returns(group) if one.holder == agency]
        last = max((one.month for one in own), default="")
        overdue += sum(one.counts["pending_overdue"] for one in own if one.month == last)
        waiting += sum(one.counts["pending_in_time"] for one in own if one.month == last)
    return overdue, waiting


def i7(group: Group) -> Result:
    good = sum(one.counts["resolved_early"] + one.counts["resolved_on_time"] for one in returns(group))
    late = sum(one.counts["resolved_late"] for one in returns(group))
    strict = {"numerator": good, "denominator": good + late + stock(group)[0]}
    return good, good + late, {"strict": strict}


def i7a(group: Group) -> Result:
    overdue, waiting = stock(group)
    return overdue, overdue + waiting, {}


def i7b(group: Group) -> Result:
    outcomes = (
        "resolved_early", "resolved_on_time", "resolved_late", "pending_in_time", "pending_overdue",
        "returned_incomplete", "withdrawn",
    )  # fmt: skip
    gaps = [
        one.counts["opening"] + one.counts["received"] - sum(one.counts[name] for name in outcomes)
        for one in returns(group)
    ]
    return sum(gap != 0 for gap in gaps), len(gaps), {"balance_difference": sum(gaps)}


def i8(group: Group) -> Result:
    dossiers: Counter[tuple[str, str]] = Counter()
    for one in returns(group):
        dossiers[one.holder, one.code] += one.counts["received"]
    saved = regulated = 0
    for one in procedures(group):
        if one.code is not None and one.regulated is not None and one.committed is not None:
            saved += (one.regulated - one.committed) * dossiers[one.holder, one.code]
            regulated += one.regulated * dossiers[one.holder, one.code]
    return saved, regulated, {}
