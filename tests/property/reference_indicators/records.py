"""Where each kind of record stands after its facts: one plain function per aggregate, facts that do not fit left out."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from shared.contracts.standard_clauses import clause_in_2015
from shared.eventstore.records import RecordedEvent
from tests.property.reference_indicators.ledger import number

Facts = list[RecordedEvent]


def _on(fact: RecordedEvent, name: str) -> int:
    found = number(fact.data.get(name))
    return fact.day if found is None else found


def _legacy(fact: RecordedEvent) -> bool:
    return _on(fact, "issued_on") < number("2014-05-18")


def declaration(facts: Facts, day: int) -> Any:  # noqa: C901 - one story, told from the beginning
    """Return the state that holds on the day, since when it was first declared, plan, version, certificates."""
    record = SimpleNamespace(status="", plan=None, first=None, version="", certificates=[], holds=[])

    def enter(status: str, since: int) -> None:
        record.status = status
        record.holds = [one for one in record.holds if one[0] < since] + [(since, status)]

    follows = {
        "building_started": ("building", "started_on", {"", "planned", "certified", "rescinded"}),
        "applied": ("applying", "applied_from", {"building", "certified", "rescinded"}),
        "declared": ("declared", "declared_on", {"applying", "certified"}),
        "redeclared": ("declared", "declared_on", {"declared", "needs_redeclaration"}),
        "scope_changed": ("needs_redeclaration", "changed_on", {"declared", "needs_redeclaration"}),
        "rescinded": ("rescinded", "rescinded_on", {"declared", "needs_redeclaration"}),
    }
    for fact in facts:
        if fact.name == "plan_approved":
            approved = _on(fact, "approved_on")
            record.plan = approved if record.plan is None else min(record.plan, approved)
            if record.status in ("", "rescinded"):
                enter("planned", approved)
        elif fact.name == "certificate_recorded":
            if _legacy(fact):
                record.certificates.append(
                    (_on(fact, "issued_on"), _on(fact, "valid_to"), fact.data["standard_version"])
                )
            if record.status in ("", "planned", "building", "applying"):
                record.status = "certified"
                if _legacy(fact):
                    enter("certified", _on(fact, "issued_on"))
        elif fact.name == "standard_transition_completed" and record.status:
            record.version = fact.data["to_version"]
        elif fact.name in follows and record.status in follows[fact.name][2]:
            status, field, _origins = follows[fact.name]
            since = _on(fact, field)
            if status == "declared":
                record.first = since if record.first is None else record.first
                record.version = fact.data.get("standard_version", record.version)
            if status == "rescinded":
                record.first = None
            enter(status, max(since, fact.day))
    shown = [status for since, status in record.holds if since <= day]
    record.shown = shown[-1] if shown else ""
    record.year = record.status == "declared" and record.first is not None and record.first + 365 <= day
    return record


def procedure(facts: Facts, day: int) -> Any:  # noqa: C901, PLR0912 - one story, told from the beginning
    """Return whether a procedure is in force, what is stale about it, its times, reviews and releases."""
    record = SimpleNamespace(
        status="", tthc=False, code=None, begins=None, changes={}, electronic=False, regulated=None, committed=None,
        reviewed=0, releases=[],
    )  # fmt: skip

    def content(data: Any) -> None:
        if record.tthc:
            record.code = data.get("tthc_code", record.code)
        record.electronic = data.get("electronic", record.electronic)
        record.regulated = data.get("regulated_days", record.regulated)
        record.committed = data.get("committed_days", record.committed)

    for fact in facts:
        data = fact.data
        live = record.status == "in_force"
        if fact.name == "drafted" and not record.status:
            record.status, record.tthc = "draft", data["kind"] == "tthc"
            content(data)
        elif fact.name == "submitted" and record.status == "draft":
            content(data)
        elif fact.name == "issued" and record.status == "draft":
            record.status, record.begins = "in_force", _on(fact, "effective_from")
            record.reviewed = fact.day
            record.releases.append({"day": fact.day, "number": (data["edition"], data["revision"])})
        elif fact.name == "revised" and live:
            content(data)
            record.reviewed = fact.day
            record.releases.append({"day": fact.day, "number": (data["edition"], data["revision"])})
        elif fact.name == "reviewed_no_change" and live:
            record.reviewed = fact.day
        elif fact.name == "committed_time_changed" and live:
            record.committed = data["to_days"]
        elif fact.name == "published" and live:
            place = "office" if data["channel"] in ("notice_board", "one_stop") else "web"
            for release in reversed(record.releases):
                edition, revision = release["number"]
                if data.get("edition", edition) == edition and data.get("revision", revision) == revision:
                    release.setdefault(place, _on(fact, "published_on"))
                    break
        elif fact.name == "withdrawn":
            record.status = "withdrawn"
        elif fact.name == "flagged_stale":
            since = _on(fact, "since")
            record.changes[data["change"]["id"]] = {"since": since, "text": data["legal_text_id"], "end": None}
        elif fact.name == "staleness_cleared" and data["change"]["id"] in record.changes:
            change = record.changes[data["change"]["id"]]
            cleared = _on(fact, "cleared_on")
            if change["end"] is None or cleared < change["end"]:
                change["end"] = cleared
                change["lead"] = data["lead_time_days"] if data["by"] == "revised" else None
    record.live = record.status == "in_force" and record.begins <= day
    record.stale = [
        one for one in record.changes.values()
        if record.live and one["since"] <= day and (one["end"] is None or day < one["end"])
    ]  # fmt: skip
    return record


def action(facts: Facts) -> Any:
    """Return whether an action is open, both due dates, and the extensions."""
    record = SimpleNamespace(status="", due=0, first=0, extensions=0, planned=0)
    moves = {
        "started": ({"planned"}, "in_progress"),
        "progress_noted": ({"planned", "in_progress"}, "in_progress"),
        "done": ({"planned", "in_progress"}, "done"),
        "verified": ({"done"}, "verified"),
        "rejected": ({"done"}, "in_progress"),
        "cancelled": ({"planned", "in_progress"}, "cancelled"),
    }
    for fact in facts:
        if fact.name == "planned":
            record.status = "planned"
            record.due = record.first = _on(fact, "due_on")
            record.planned = _on(fact, "planned_on")
        elif fact.name == "due_changed" and record.status in ("planned", "in_progress"):
            to = number(fact.data["to"])
            record.extensions += to > record.due
            record.due = to
        elif fact.name in moves and record.status in moves[fact.name][0]:
            record.status = moves[fact.name][1]
    record.open = record.status in ("planned", "in_progress")
    return record


def nonconformity(facts: Facts) -> Any:
    """Return where a nonconformity stands, what it is like, and its first check."""
    record = SimpleNamespace(
        status="", grade="", raised=0, closed=0, clause="", procedure=None, causes=set(), checked=None, good=False
    )
    moves = {
        "accepted": ({"raised"}, "accepted"),
        "disputed": ({"raised"}, "disputed"),
        "cause_identified": ({"accepted", "analysing"}, "analysing"),
        "action_planned": ({"accepted", "analysing", "action_planned"}, "action_planned"),
        "completed": ({"action_planned"}, "completed"),
        "closed": ({"raised", "accepted", "analysing", "action_planned", "completed", "verifying"}, "closed"),
        "reopened": ({"closed"}, "analysing"),
        "withdrawn": ({"raised", "disputed"}, "withdrawn"),
    }
    for fact in facts:
        data = fact.data
        if fact.name == "raised" and not record.status:
            record.status, record.grade, record.raised = "raised", data["class"], _on(fact, "raised_on")
            year = int(data.get("standard_version", "2015")[-4:])
            record.clause = clause_in_2015(year, data.get("clause", "")) or data.get("clause", "")
            record.procedure = data.get("procedure_id")
        elif fact.name == "effectiveness_verified" and record.status in ("completed", "verifying"):
            if record.checked is None:
                record.checked, record.good = _on(fact, "checked_on"), data["effective"]
            record.status = "verifying" if data["effective"] else "analysing"
        elif fact.name == "regraded" and record.status not in ("", "closed", "withdrawn"):
            record.grade = data["to"]
        elif fact.name in moves and record.status in moves[fact.name][0]:
            record.status = moves[fact.name][1]
            record.causes |= set(data.get("root_causes", ()))
            if fact.name == "closed":
                record.closed = _on(fact, "closed_on")
    record.counts = record.status not in ("", "withdrawn") and record.grade in ("major_nc", "minor_nc")
    return record


def audit(facts: Facts) -> Any:  # noqa: C901 - one story, told from the beginning
    """Return the plan of an audit, whether it was completed, and its findings."""
    record = SimpleNamespace(
        status="", kind="", begins=0, ends=None, completed=None, effort=0.0, scope=set(), procedures=0, findings={},
        combined=0, saved=0.0,
    )  # fmt: skip
    for fact in facts:
        data = fact.data
        if fact.name == "planned":
            record.status, record.kind = "planned", data["kind"]
            record.begins, record.ends = number(data["planned_from"]), number(data["planned_to"])
            record.effort = data.get("person_days", 0)
            record.scope = {(part, one) for part, listed in data["scope"].items() for one in listed}
            record.procedures = len(set(data["scope"].get("procedures", ())))
            record.findings = {}
        elif record.status in ("completed", "cancelled", "combined"):
            continue
        elif fact.name == "rescheduled" and record.ends is not None:
            record.begins, record.ends = number(data["planned_from"]), number(data["planned_to"])
        elif fact.name == "finding_recorded":
            record.findings[data["finding_id"]] = data["class"]
        elif fact.name == "completed":
            record.status, record.completed = "completed", _on(fact, "completed_on")
        elif fact.name == "cancelled":
            record.status = "cancelled"
        elif fact.name == "combined":
            record.status, record.combined, record.saved = "combined", fact.day, data["saved_person_days"]
    record.counts = record.ends is not None and record.status not in ("cancelled", "combined")
    return record


def recommendation(facts: Facts, holder: str, day: int) -> Any:
    """Return where a recommendation stands, and whom it is addressed to on the day."""
    final = ("implemented", "partly_implemented", "not_implemented", "superseded", "lapsed")
    record = SimpleNamespace(status="", issued=0, due=0, settled=0, heir=None)
    for fact in facts:
        if fact.name == "issued" and not record.status:
            record.status, record.issued, record.due = "issued", _on(fact, "issued_on"), _on(fact, "due_on")
        elif not record.status or record.status in final:
            continue
        elif fact.name in final:
            record.status, record.settled = fact.name, _on(fact, "verified_on")
        elif fact.name == "decided" and fact.data["outcome"] == "withdrawn":
            record.status = "superseded"
        elif fact.name == "due_changed":
            record.due = number(fact.data["to"])
        elif fact.name == "transferred" and fact.data["party"] == "addressee":
            record.heir = (fact.data["to"], _on(fact, "effective"))
    record.holder = record.heir[0] if record.heir and record.heir[1] <= day else holder
    record.open = record.status not in ("", *final)
    record.counts = record.status not in ("", "superseded", "lapsed")
    return record
