"""What audits, their programmes and what supports the system are in plain words, for comparison with their rules."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from services.audit.domain import AGGREGATES
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.testing.world import World
from tests.property.lifecycle import Draw, Model, Told, codes

DAYS = st.sampled_from(("2026-05-20", "2026-06-01", "2026-06-15", "2026-06-30", "2026-08-01"))
EVIDENCE = [EVIDENCE_EXAMPLE]
PLAN = {
    "kind": "internal",
    "scope": {"procedures": ["QT-07"]},
    "criteria": ["TCVN ISO 9001:2015"],
    "planned_from": "2026-06-01",
    "planned_to": "2026-06-02",
    "team": [{"role": "lead", "person_ref": "dgv-01"}],
}
CLASSES = ("minor_nc", "observation", "good_practice")


class Audit(Model):
    """Planned by an impartial team, moved or put off, begun, findings on record, reported as they are, completed."""

    aggregates = AGGREGATES
    aggregate = "audit"
    order = """
        planned: none -> planned
        notified: planned -> notified
        rescheduled: planned notified postponed -> planned
        postponed: planned notified -> postponed
        cancelled: planned notified postponed in_progress -> cancelled
        combined: planned notified postponed -> combined
        started: planned notified -> in_progress
        checklist_answered, finding_recorded: in_progress
        reported: in_progress -> reported
        completed: reported -> completed
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        for subject in ("ahead", "begun"):
            assert world.push("audit.planned", subject, PLAN) == "accepted"
        assert world.push("audit.started", "begun") == "accepted"
        self.answered: set[str] = set()
        self.mandatory: set[str] = set()
        self.found: dict[str, str] = {}
        self.started_on = ""

    def draw_planned(self, draw: Draw[Any]) -> dict[str, Any]:
        role, own = draw(st.sampled_from(("lead", "lead", "auditor"))), draw(st.sampled_from(("van-phong", "QT-07")))
        team = [{"role": role, "person_ref": "dgv-01", "own_areas": [own]}]
        items = draw(st.sampled_from(([], ["a"], ["a", "b"])))
        return {**PLAN, **self.draw_rescheduled(draw), "team": team, "mandatory_items": items}

    def draw_rescheduled(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"planned_from": draw(DAYS), "planned_to": draw(DAYS)}

    def draw_combined(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"into": draw(st.sampled_from(("ahead", "begun", self.subject, "khong-co"))), "saved_person_days": 1}

    def draw_started(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"started_on": draw(DAYS)}

    def draw_checklist_answered(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"item": draw(st.sampled_from("ab")), "result": "yes"}

    def draw_finding_recorded(self, draw: Draw[Any]) -> dict[str, Any]:
        data = {"finding_id": draw(st.sampled_from(("f1", "f2"))), "class": draw(st.sampled_from(CLASSES))}
        clause = {"clause": draw(st.sampled_from(("7.5", "7.5", "99.1")))} if draw(st.integers(0, 4)) else {}
        return data | clause | ({"evidence": EVIDENCE} if draw(st.integers(0, 4)) else {})

    def draw_reported(self, draw: Draw[Any]) -> dict[str, Any]:
        counts = self._counted()
        counts["minor_nc"] += draw(st.sampled_from((0, 0, 0, 1)))
        return {"counts": counts, "reported_on": draw(DAYS)}

    def draw_completed(self, draw: Draw[Any]) -> dict[str, Any]:
        """Raise what this audit found as nonconformities, or forget some."""
        named = []
        for finding, grade in self.found.items():
            if grade == "minor_nc" and draw(st.integers(0, 3)):
                raised = {"source": "internal_audit", "source_id": self.subject, "finding_id": finding}
                raised |= {"class": "minor_nc", "clause": "7.5", "statement": "x", "raised_on": "2026-02-20"}
                self.world.push("nonconformity.raised", f"nc-{finding}", raised)
                named.append({"finding_id": finding, "nonconformity_id": f"nc-{finding}"})
        return {"completed_on": draw(DAYS), "nonconformities": named}

    def _counted(self) -> dict[str, int]:
        return {name: list(self.found.values()).count(name) for name in CLASSES}

    def breaks_rescheduled(self, told: Told) -> set[str]:
        return codes(DATES_REVERSED=told.data["planned_to"] < told.data["planned_from"])

    def breaks_planned(self, told: Told) -> set[str]:
        [member] = told.data["team"]
        own_work = codes(LEAD_AUDITOR_MISSING=member["role"] != "lead", AUDITS_OWN_WORK="QT-07" in member["own_areas"])
        return self.breaks_rescheduled(told) | own_work

    def breaks_combined(self, told: Told) -> set[str]:
        into = told.data["into"]
        return codes(waiting=into == "khong-co", OTHER_AUDIT_NOT_PLANNED=into in ("begun", self.subject))

    def breaks_finding_recorded(self, told: Told) -> set[str]:
        data = told.data
        return codes(
            FINDING_EXISTS=data["finding_id"] in self.found,
            UNKNOWN_CLAUSE=data.get("clause") == "99.1",
            CLAUSE_MISSING=data["class"] == "minor_nc" and "clause" not in data,
            EVIDENCE_MISSING=data["class"] == "minor_nc" and "evidence" not in data,
        )

    def breaks_reported(self, told: Told) -> set[str]:
        return codes(
            CHECKLIST_INCOMPLETE=bool(self.mandatory - self.answered),
            COUNTS_DIFFER=told.data["counts"] != self._counted(),
            DATE_IN_FUTURE=told.data["reported_on"] > told.on,
        )

    def breaks_completed(self, told: Told) -> set[str]:
        named = {entry["finding_id"] for entry in told.data["nonconformities"]}
        owed = {finding for finding, grade in self.found.items() if grade == "minor_nc"}
        return codes(
            NONCONFORMITY_NOT_RAISED=bool(owed - named),
            DATE_IN_FUTURE=told.data["completed_on"] > told.on,
            DATES_REVERSED=told.data["completed_on"] < self.started_on,
        )

    def apply(self, told: Told) -> None:
        data = told.data
        if told.event == "planned":
            self.mandatory = set(data["mandatory_items"])
        elif told.event == "started":
            self.started_on = data["started_on"]
        elif told.event == "checklist_answered":
            self.answered.add(data["item"])
        elif told.event == "finding_recorded":
            self.found[data["finding_id"]] = data["class"]

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert state.findings == self.found
        assert set(state.answers) == self.answered


class Programme(Model):
    """One a year; its audits are added and taken out, and at its close each is done with or given up for a reason."""

    aggregates = AGGREGATES
    aggregate = "audit_programme"
    subject = "programme-2026"
    order = """
        drafted: none -> drafted
        approved: drafted -> approved
        amended: drafted approved
        closed: approved -> closed
    """
    #: Audits by what became of them; `new` was never planned.
    audits = ("cancelled", "open", "begun", "new")

    def __init__(self, world: World) -> None:
        super().__init__(world)
        for subject in ("cancelled", "open", "begun"):
            assert world.push("audit.planned", subject, PLAN) == "accepted"
        assert world.push("audit.cancelled", "cancelled", {"reason": "Vì"}) == "accepted"
        assert world.push("audit.started", "begun") == "accepted"
        self.listed: list[str] = []

    def _some(self, draw: Draw[Any]) -> list[str]:
        return list(draw(st.lists(st.sampled_from(self.audits), max_size=3)))

    def draw_drafted(self, draw: Draw[Any]) -> dict[str, Any]:
        year = draw(st.sampled_from((2026, 2026, 2027)))
        return {"year": year, "audits": [{"audit_id": one} for one in self._some(draw)]}

    def draw_approved(self, draw: Draw[Any]) -> dict[str, Any]:
        return {"approved_on": draw(DAYS), "approver": "thu-truong"}

    def draw_amended(self, draw: Draw[Any]) -> dict[str, Any]:
        some = self._some(draw)
        added, removed = ([{"audit_id": one, "reason": "Vì"} for one in part] for part in (some[:1], some[1:2]))
        return {"reason": "Vì", "added": added, "removed": removed}

    def draw_closed(self, draw: Draw[Any]) -> dict[str, Any]:
        named = draw(st.sampled_from((list(dict.fromkeys(self.listed)), self._some(draw))))
        given_up = draw(st.sampled_from(((), self.audits, ("open", "new"))))
        told = [{"audit_id": one, **({"not_held_reason": "Vì"} if one in given_up else {})} for one in named]
        return {"closed_on": draw(DAYS), "audits": told}

    def breaks_drafted(self, told: Told) -> set[str]:
        named = [one["audit_id"] for one in told.data["audits"]]
        return codes(SUBJECT_DIFFERS=told.data["year"] != 2026, AUDIT_LISTED_TWICE=len(set(named)) < len(named))

    def breaks_approved(self, told: Told) -> set[str]:
        return codes(DATE_IN_FUTURE=told.data["approved_on"] > told.on)

    def breaks_amended(self, told: Told) -> set[str]:
        added, removed = ([one["audit_id"] for one in told.data[name]] for name in ("added", "removed"))
        return codes(
            NOTHING_CHANGED=not added and not removed,
            AUDIT_LISTED_TWICE=bool(set(added) & set(self.listed)),
            AUDIT_NOT_IN_PROGRAMME=bool(set(removed) - set(self.listed)),
        )

    def breaks_closed(self, told: Told) -> set[str]:
        held = {one["audit_id"] for one in told.data["audits"] if "not_held_reason" not in one}
        named = {one["audit_id"] for one in told.data["audits"]}
        return codes(
            AUDIT_NOT_IN_PROGRAMME=bool(named - set(self.listed)),
            AUDITS_UNACCOUNTED=bool(set(self.listed) - named),
            waiting="new" in held,
            AUDIT_STILL_OPEN="open" in held or "begun" in named,
            DATE_IN_FUTURE=told.data["closed_on"] > told.on,
        )

    def apply(self, told: Told) -> None:
        if told.event == "drafted":
            self.listed = [one["audit_id"] for one in told.data["audits"]]
        elif told.event == "amended":
            removed = {one["audit_id"] for one in told.data["removed"]}
            self.listed = [one for one in self.listed if one not in removed]
            self.listed += [one["audit_id"] for one in told.data["added"]]

    def agrees(self, state: Any) -> None:
        super().agrees(state)
        assert [stream.partition("/")[2] for stream in state.audits] == self.listed


MODELS: tuple[type[Model], ...] = (Audit, Programme)
