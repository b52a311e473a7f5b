"""The formulas of audits, improvement, people, money, inspection, reporting and comparison."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from math import sqrt
from typing import Any

from shared import clock
from tests.property.reference_indicators import formulas, records, smaller_records
from tests.property.reference_indicators.formulas import Group, Result, declared, middle, p90
from tests.property.reference_indicators.ledger import back, number

LIKE_CAUSE = "causes"


def i9(group: Group) -> Result:
    planned = done = 0
    for one in group.all("audit", records.audit):
        if one.counts and one.kind == "internal" and group.begins <= one.ends <= group.ends:
            planned += 1
            done += one.completed is not None and one.completed <= min(one.ends + 15, group.day)
    audited = {one.holder for one in formulas.recent_audits(group)}
    without = sum(agency.agency_id not in audited for agency in group.agencies)
    return done, planned, {"agencies_without_audit": without}


def i10(group: Group) -> Result:
    audits = [
        one for one in group.all("audit", records.audit)
        if one.counts and one.completed is not None and group.during(one.completed)
    ]  # fmt: skip
    mix = Counter(grade for one in audits for grade in one.findings.values())
    procedures = sum(one.procedures for one in audits)
    values = {name: mix[name] for name in ("observation", "opportunity", "conformity", "good_practice")}
    return mix["major_nc"] + mix["minor_nc"], procedures, {**values, "audits": len(audits)}


def i11(group: Group) -> Result:
    still_open = [one for one in group.all("action", records.action) if one.open and one.planned <= group.day]
    overdue = [one for one in group.all("action", records.action) if one.open and one.due < group.day]
    first = [one for one in group.all("action", records.action) if one.open and one.first < group.day]
    values = {
        "overdue_original": {"numerator": len(first), "denominator": len(still_open)},
        "extensions": sum(one.extensions for one in still_open),
        "overdue_over_30_days": sum(group.day - one.first > 30 for one in first),
    }
    return len(overdue), len(still_open), values


def nonconformities(group: Group) -> list[Any]:
    return [one for one in group.all("nonconformity", records.nonconformity) if one.counts]


def i12(group: Group) -> Result:
    known = nonconformities(group)
    closed = [one for one in known if one.status == "closed" and group.during(one.closed)]
    ages = [group.day - one.raised for one in known if one.status != "closed" and one.raised <= group.day]
    days = [one.closed - one.raised for one in closed]
    buckets = {
        "0-30": sum(age <= 30 for age in ages),
        "31-60": sum(30 < age <= 60 for age in ages),
        "61-90": sum(60 < age <= 90 for age in ages),
        "91-180": sum(90 < age <= 180 for age in ages),
        "181+": sum(age > 180 for age in ages),
    }
    values = {"closed": len(days), "median_days": middle(days), "p90_days": p90(days), "open_by_age": buckets}
    return None, None, values


def i13(group: Group) -> Result:
    checked = [one for one in nonconformities(group) if one.checked is not None and group.during(one.checked)]
    return sum(one.good for one in checked), len(checked), {}


def i14(group: Group) -> Result:
    known = nonconformities(group)
    raised = [one for one in known if back(group.day, 12) < one.raised <= group.day]
    closed = [one for one in known if one.status == "closed" and one.closed <= group.day and one.clause]

    def again(one: Any) -> bool:
        return any(
            other.holder == one.holder
            and other.clause == one.clause
            and back(one.raised, 24) <= other.closed < one.raised
            and ((one.procedure is not None and other.procedure == one.procedure) or bool(one.causes & other.causes))
            for other in closed
        )

    return sum(again(one) for one in raised), len(raised), {}


def i15(group: Group) -> Result:
    recent = [
        one for one in group.all("management_review", smaller_records.review)
        if one.held is not None and one.held <= group.day <= one.held + 365
    ]  # fmt: skip
    covered = declared(group)
    inputs = {"numerator": sum(one.inputs for one in recent), "denominator": 12 * len(recent)}
    return len({one.holder for one in recent} & covered.keys()), len(covered), {"inputs": inputs}


def i16(group: Group) -> Result:
    assessed = [
        one for one in group.all("objective", smaller_records.objective)
        if one.result in ("met", "not_met") and group.during(one.day)
    ]  # fmt: skip
    met = [one for one in assessed if one.result == "met"]
    return sum(one.weight for one in met), sum(one.weight for one in assessed), {"objectives_met": len(met)}


def i17(group: Group) -> Result:
    found = [
        one.data
        for one in group.all("survey", smaller_records.survey)
        if one.data is not None and group.during(one.day)
    ]
    good = sum(data["scores"]["very_satisfied"] + data["scores"]["satisfied"] for data in found)
    valid = sum(data["valid"] for data in found)
    sent = [data for data in found if data.get("sent") is not None]
    values: dict[str, Any] = {
        "small_sample": valid < 30,
        "response": {
            "numerator": sum(data["received"] for data in sent),
            "denominator": sum(data["sent"] for data in sent),
        },
        "wilson_lower": None,
    }
    if valid:
        z, share = 1.959963984540054, good / valid
        centre = (share + z**2 / (2 * valid)) / (1 + z**2 / valid)
        half = z / (1 + z**2 / valid) * sqrt(share * (1 - share) / valid + z**2 / (4 * valid**2))
        values["wilson_lower"] = max(0.0, centre - half)
    return good, valid, values


def i18(group: Group) -> Result:
    total = in_time = unhappy = 0
    for one in group.all("feedback", smaller_records.feedback):
        if one.status in ("", "none") or not one.within or not group.during(one.received):
            continue
        total += one.count
        answered = one.answered is not None and one.answered <= group.day
        punctual = one.due is None or (one.answered is not None and one.answered <= one.due)
        late = one.due is not None and one.due < group.day and one.answered is None
        in_time += one.count * (answered and punctual)
        unhappy += one.count * ((answered and (one.bad or not punctual)) or late)
    return in_time, total, {"satisfied": {"numerator": total - unhappy, "denominator": total}}


def i19(group: Group) -> Result:
    visits = [
        one for one in group.all("inspection", smaller_records.inspection)
        if one.concluded is not None and one.status != "cancelled" and one.concluded <= group.day
    ]  # fmt: skip
    during = [one for one in visits if group.during(one.concluded)]
    inspected = {one.holder for one in during}
    on_site = {one.holder for one in during if one.mode == "on_site"}
    last: dict[str, int] = {}
    for one in visits:
        if one.mode == "on_site":
            last[one.holder] = max(one.concluded, last.get(one.holder, 0))
    longest = max(((group.day - day) / 365.25 for day in last.values()), default=None)
    values = {
        "on_site": {"numerator": len(on_site), "denominator": len(inspected)},
        "years_since_onsite_max": longest,
        "never_onsite": sum(agency.agency_id not in last for agency in group.agencies),
    }
    return len(inspected), len(group.agencies), values


def i20(group: Group) -> Result:  # noqa: C901 - two kinds of visits, one comparison
    windows: dict[str, list[tuple[int, int, int, float, frozenset[Any]]]] = defaultdict(list)
    saved = 0.0
    for index, one in enumerate(group.all("audit", records.audit)):
        if one.status == "combined" and group.during(one.combined):
            saved += one.saved
        elif one.counts and group.begins <= one.begins <= group.ends:
            windows[one.holder].append((one.begins, one.ends, index, one.effort, frozenset(one.scope)))
    for index, one in enumerate(group.all("inspection", smaller_records.inspection)):
        if one.window and one.status != "cancelled" and group.begins <= one.window[0] <= group.ends:
            windows[one.holder].append((*one.window, 10_000 + index, one.effort, frozenset()))
    involved: set[tuple[str, int]] = set()
    pairs, days = 0, 0.0
    for agency, listed in windows.items():
        for first, second in combinations(sorted(listed), 2):
            common = not first[4] or not second[4] or first[4] & second[4]
            if second[0] - first[1] <= 30 and common:
                pairs += 1
                days += min(first[3], second[3]) * 0.4
                involved |= {(agency, first[2]), (agency, second[2])}
    values = {"pairs": pairs, "savable_person_days": days, "saved_person_days": saved}
    return len(involved), sum(len(listed) for listed in windows.values()), values


def i21(group: Group) -> Result:
    found = []
    for record in group.ledger.of("recommendation"):
        one = records.recommendation(record.facts, record.holder, group.day)
        if one.holder in group.ids() and one.counts:
            found.append(one)
    counting = [one for one in found if one.issued <= group.day]
    done = [one for one in counting if one.status == "implemented" and one.settled <= group.day]
    partly = [one for one in counting if one.status == "partly_implemented" and one.settled <= group.day]
    overdue = [one for one in found if one.open and one.due < group.day]
    return len(done), len(counting), {"partly_implemented": len(partly), "overdue": len(overdue)}


def i22(group: Group) -> Result:
    due = received = in_time = 0
    for one in group.all("periodic_report", smaller_records.report):
        if one.due is not None and group.during(one.due):
            due += 1
            received += one.first is not None and one.first <= group.day
            in_time += one.first is not None and one.first <= min(one.due, group.day)
    own = [
        event for event in group.ledger.known
        if event.provenance == "self_reported" and event.service in ("documents", "audit") and event.day <= group.day
        and event.agency_id in group.ids()
    ]  # fmt: skip
    lags = [clock.vietnam_day(event.recorded_at) - event.day for event in own if group.during(event.day)]
    last: dict[str, int] = {}
    for event in own:
        last[event.agency_id] = max(event.day, last.get(event.agency_id, event.day))
    silences = [group.day - day for day in last.values()]
    values = {
        "completeness": {"numerator": received, "denominator": due},
        "event_lag_days_median": middle(lags),
        "silence_days_median": middle(silences),
        "silence_days_max": max(silences, default=None),
    }
    return in_time, due, values


def i23(group: Group) -> Result:
    found: Counter[str] = Counter()
    reported = Group(group.ledger.reported(), group.agencies, group.begins, group.ends)
    for one in reported.all("inspection", smaller_records.inspection):
        found.update(verdict for verdict, day in one.claims.values() if back(group.day, 24) < day <= group.day)
    confirmed, contradicted = found["confirmed"], found["contradicted"]
    return confirmed, confirmed + contradicted, {"unverifiable": found["unverifiable"]}


def i24(group: Group) -> Result:
    fields: dict[str, list[float]] = defaultdict(list)
    for one in group.all("periodic_report", smaller_records.report):
        if one.first is not None and group.during(one.latest):
            for name, difference in one.differences.items():
                fields[name].append(round(difference * 1000) / 1000)
    values = {
        name: {"compared": len(found), "max": max(found), "median": middle(found)} for name, found in fields.items()
    }
    return None, None, {"fields": values}


def i25(group: Group) -> Result:
    trained: set[str] = set()
    classes: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for record in group.ledger.of("training"):
        fact = next((fact for fact in record.facts if fact.name == "held"), None)
        if fact is not None and number(fact.data["held_on"]) <= group.day:
            for one in fact.data["attendees"]:
                entry = (number(fact.data["held_on"]), one["people"], one.get("focal_points", 0))
                classes[one["agency_id"]].append(entry)
    for one in group.all("focal_point", smaller_records.focal_point):
        if one.status == "appointed" and one.since <= group.day:
            attended = any(day >= one.since and points for day, _people, points in classes[one.holder])
            if one.trained or attended:
                trained.add(one.holder)
    people = sum(number_ for name in group.ids() for day, number_, _points in classes[name] if group.during(day))
    return len(trained), len(group.agencies), {"people_trained": people}


def i26(group: Group) -> Result:
    posts = group.all("focal_point", smaller_records.focal_point)
    held = [one for one in posts if one.status == "appointed" and one.since <= group.day]
    vacant = [one for one in posts if one.status == "vacant" and one.since <= group.day]
    left = [entry for one in posts for entry in one.left if entry[0] <= group.day]
    values = {
        "posts": len(held) + len(vacant),
        "vacant": len(vacant),
        "tenure_median_days": middle([days for _last, days in left]),
        "present_tenure_median_days": middle([group.day - one.since for one in held]),
        "changes": sum(last > back(group.day, 12) for last, _days in left),
    }
    return None, None, values


def i27(group: Group) -> Result:
    years = range(clock.to_date(group.begins).year, clock.to_date(group.ends).year + 1)
    lines = [one for one in group.all("budget", smaller_records.budget) if one.year in years]
    requested, allocated, spent = (sum(getattr(one, name) for one in lines) for name in _MONEY)
    count = len(declared(group))
    values = {
        "spent": {"numerator": spent, "denominator": allocated},
        "cost_per_declared_agency": spent / count if count else None,
    }
    return allocated, requested, values


_MONEY = ("requested", "allocated", "spent")


def i31(group: Group) -> Result:
    stale: dict[str, list[str]] = defaultdict(list)
    for one in formulas.procedures(group):
        for text in {change["text"] for change in one.stale}:
            stale[text].append(one.holder)
    proposed: Counter[str] = Counter()
    for record in group.ledger.of("law_change"):
        fact = next((fact for fact in record.facts if fact.name == "proposed"), None)
        if fact is not None and record.holder in group.ids() and _proposed_on(fact) <= group.day:
            proposed[fact.data["legal_text_id"]] += 1
    texts = [
        {
            "legal_text": text,
            "stale_procedures": len(stale[text]),
            "agencies": len(set(stale[text])),
            "proposals": proposed[text],
        }
        for text in sorted({*stale, *proposed})
    ]
    return None, None, {"texts": texts}


def _proposed_on(fact: Any) -> int:
    return number(fact.data.get("proposed_on")) or fact.day
