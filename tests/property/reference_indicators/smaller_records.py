"""The records with few facts: reviews, objectives, surveys, feedback, posts, classes, money, returns, reports, visits."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.property.reference_indicators.ledger import number
from tests.property.reference_indicators.records import Facts, _on

INPUTS = ("a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f")


def review(facts: Facts) -> Any:
    """Return when a management review was held and how many inputs it had."""
    record = SimpleNamespace(status="", held=None, inputs=0)
    for fact in facts:
        if fact.name == "planned" and not record.status:
            record.status = "planned"
        elif fact.name == "prepared" and record.status == "planned":
            record.status = "prepared"
        elif fact.name == "held" and record.status == "prepared":
            record.status, record.held = "held", _on(fact, "held_on")
            given = fact.data["inputs"]
            record.inputs = sum(
                name in given and (given[name]["status"] == "presented" or bool(given[name].get("reason")))
                for name in INPUTS
            )
    return record


def objective(facts: Facts) -> Any:
    """Return the weight of an objective and how it was assessed."""
    record = SimpleNamespace(status="", weight=0, result=None, day=0)
    for fact in facts:
        if fact.name == "set" and not record.status:
            record.status, record.weight = "set", fact.data["weight"]
        elif record.status in ("set", "measured"):
            if fact.name == "measured":
                record.status = "measured"
            elif fact.name == "amended":
                record.weight = fact.data.get("weight", record.weight)
            elif fact.name == "assessed":
                record.status, record.result, record.day = "assessed", fact.data["result"], _on(fact, "assessed_on")
    return record


def survey(facts: Facts) -> Any:
    """Return the results of a survey and their day."""
    record = SimpleNamespace(status="", data=None, day=0)
    for fact in facts:
        if fact.name == "opened" and not record.status:
            record.status = "opened"
        elif fact.name == "results_recorded" and record.status in ("opened", "recorded"):
            record.status, record.data, record.day = "recorded", fact.data, fact.day
        elif fact.name == "closed" and record.status == "recorded":
            record.status = "closed"
    return record


def feedback(facts: Facts) -> Any:
    """Return what came, when it was due, when it was answered, and how that was found."""
    record = SimpleNamespace(status="", count=0, within=True, received=0, due=None, answered=None, bad=False)
    for fact in facts:
        if fact.name == "none_in_period" and not record.status:
            record.status = "none"
        elif fact.name == "received" and not record.status:
            record.status, record.count = "received", fact.data.get("count", 1)
            record.within = fact.data.get("within_competence", True)
            record.received, record.due = _on(fact, "received_on"), number(fact.data.get("due_on"))
        elif fact.name == "assigned" and record.status in ("received", "assigned"):
            record.status = "assigned"
            record.due = number(fact.data.get("due_on")) or record.due
        elif fact.name == "answered" and record.status == "assigned":
            record.status, record.answered = "answered", _on(fact, "answered_on")
        elif fact.name == "rated" and record.status == "answered":
            record.status, record.bad = "rated", fact.data["rating"] in ("dissatisfied", "very_dissatisfied")
    return record


def focal_point(facts: Facts) -> Any:
    """Return who holds a post and who has left it."""
    record = SimpleNamespace(status="", since=0, trained=False, left=[])
    for fact in facts:
        if fact.name == "appointed" and record.status in ("", "vacant"):
            record.status, record.trained, record.since = "appointed", fact.data["trained"], _on(fact, "appointed_on")
        elif fact.name == "left" and record.status == "appointed":
            last = _on(fact, "left_on")
            record.left.append((last, last - record.since))
            record.status, record.since = "vacant", last + 1
    return record


def budget(facts: Facts) -> Any:
    """Return the sums of a line of the budget."""
    record = SimpleNamespace(year=0, requested=0, allocated=0, spent=0)
    for fact in facts:
        if fact.name in ("requested", "allocated", "spent"):
            record.year = fact.data["year"]
            setattr(record, fact.name, getattr(record, fact.name) + fact.data["amount"])
    return record


def dossiers(facts: Facts) -> Any:
    """Return the figures of a monthly return as last given."""
    record = SimpleNamespace(month="", code="", counts={})
    for fact in facts:
        if fact.name in ("submitted", "amended"):
            record.month, record.code = fact.data["period"], fact.data.get("tthc_code", record.code)
            record.counts |= {name: value for name, value in fact.data.items() if isinstance(value, int)}
    return record


def tthc(facts: Facts, day: int) -> Any:
    """Return the levels for which an entry of the catalogue is live on the day, or that an agency opted out of one."""
    record = SimpleNamespace(code=None, holds=[], out=None)

    def enter(levels: list[str], since: int) -> None:
        record.holds = [one for one in record.holds if one[0] < since] + [(since, levels)]

    for fact in facts:
        if fact.name == "published":
            record.code = fact.subject
            enter(fact.data["levels"], _on(fact, "effective_from"))
        elif fact.name == "amended" and "levels" in fact.data and record.holds and record.holds[-1][1]:
            enter(fact.data["levels"], max(fact.day, _on(fact, "effective_from")))
        elif fact.name == "abolished" and record.holds:
            enter([], max(fact.day, _on(fact, "effective_from")))
        elif fact.name == "opted_out":
            record.out = (fact.data["entry"]["id"], fact.day)
        elif fact.name == "opted_in":
            record.out = None
    shown = [levels for since, levels in record.holds if since <= day]
    record.levels = shown[-1] if shown else []
    return record


def report(facts: Facts) -> Any:
    """Return when a report was due and handed in, and how it departs from what was filled in."""
    record = SimpleNamespace(due=None, first=None, latest=0, prefilled={}, differences={})
    for fact in facts:
        data = fact.data
        if fact.name == "opened" and record.due is None:
            record.due = number(data["due_on"])
        elif record.due is None:
            continue
        elif fact.name == "prefilled":
            record.prefilled = {one["field"]: one["value"] for one in data["values"]}
        elif fact.name == "submitted":
            record.latest = _on(fact, "submitted_on")
            record.first = record.latest if record.first is None else record.first
            record.differences = {
                one["field"]: abs(one["value"] - record.prefilled[one["field"]])
                / max(1, record.prefilled[one["field"]])
                for one in data["values"]
                if one["field"] in record.prefilled
            }
    return record


def inspection(facts: Facts) -> Any:
    """Return the window of an inspection, its conclusion, its verdicts."""
    record = SimpleNamespace(status="", mode="", window=None, effort=0, concluded=None, claims={})
    for fact in facts:
        data = fact.data
        if fact.name == "planned" and not record.status:
            record.status, record.mode, record.effort = "planned", data["mode"], data.get("person_days", 0)
            record.window = (number(data["window"]["from"]), number(data["window"]["to"]))
        elif record.status in ("", "cancelled"):
            continue
        elif fact.name == "claim_verified":
            named = (data["event_id"]["source"], data["event_id"]["id"])
            record.claims[named] = (data["verdict"], _on(fact, "verified_on"))
        elif fact.name == "escalated_to_onsite":
            record.mode = "on_site"
        elif fact.name == "cancelled":
            record.status = "cancelled"
        elif fact.name == "concluded" and record.concluded is None:
            record.concluded = _on(fact, "concluded_on")
    return record
