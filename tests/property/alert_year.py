"""A year of random facts that touch every alert rule: what agencies, bodies, the registry and the system itself may tell."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from tests.property.alert_reference import Fact

START = date(2026, 1, 5)
DAYS = 365
AGENCIES = ("so-a", "so-b", "xa-c", "xa-d")
#: Who inspects.
BODIES = ("so-a", "so-b")


def iso(day: date) -> str:
    return day.isoformat()


def on(offset: int) -> str:
    """Return a day by its number in the year, ISO 8601."""
    return iso(START + timedelta(days=offset))


class Year:
    """Random facts of a year, by day."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.facts: dict[date, list[Fact]] = {}
        for number, agency in enumerate(AGENCIES):
            self.add(0, "agency.registered", agency, agency)
            for story in (self.actions, self.nonconformities, self.recommendations, self.reports):
                story(agency, f"{number}")
            self.focal_point(agency)
            self.stale(agency)
            self.staleness_rate(agency)
            self.declaration(agency, old=number == 3)
            self.upkeep(agency, f"{number}")
            self.findings(agency)
            self.figures(agency)
            self.visits(agency, f"{number}")
            self.shortened(agency, f"{number}")
            self.doubts(agency, f"{number}")
        self.system()

    def add(self, offset: int, name: str, agency: str, subject: str, **data: Any) -> None:
        day = START + timedelta(days=offset)
        self.facts.setdefault(day, []).append(Fact(day, name, agency, subject, data))

    def some(self, most: int) -> range:
        return range(self.random.randint(1, most))

    def maybe(self, share: float = 0.6) -> bool:
        return self.random.random() < share

    # -- audit -----------------------------------------------------------------------------------------

    def actions(self, agency: str, suffix: str) -> None:
        for number in self.some(4):
            begins, name = self.random.randint(1, 250), f"HD-{suffix}-{number}"
            due = begins + self.random.randint(3, 60)
            self.add(begins, "action.planned", agency, name, due_on=on(due))
            if self.maybe(0.4):
                self.add(begins + 2, "action.due_changed", agency, name, to=on(due + self.random.randint(-20, 60)))
            for after in self.random.sample(range(3, 90), 2):
                self.add(due + after, "action.progress_noted", agency, name, note="x")
            if self.maybe(0.3):
                decided = due + self.random.randint(-10, 40)
                effective = on(decided + self.random.randint(0, 15))
                heir = {"kind": "action", "id": name, "to": f"{agency}-moi", "effective": effective}
                self.add(max(decided, begins), "obligation.inherited", agency, f"action:{name}", **heir)
            if self.maybe(0.7):
                self.add(due + self.random.randint(-2, 110), "action.done", agency, name)

    def nonconformities(self, agency: str, suffix: str) -> None:
        for number in self.some(3):
            begins, name = self.random.randint(1, 200), f"KPH-{suffix}-{number}"
            self.add(begins, "nonconformity.raised", agency, name, **{"class": "major_nc"}, raised_on=on(begins))
            if self.maybe(0.5):
                planned = begins + self.random.randint(1, 20)
                self.add(planned, "nonconformity.action_planned", agency, name, action_ids=["x"])
            closed = begins + self.random.randint(21, 60)
            self.add(closed, "nonconformity.closed", agency, name)
            if self.maybe():
                again = closed + self.random.randint(1, 20)
                self.add(again, "nonconformity.reopened", agency, name, cause="x")

    def findings(self, agency: str) -> None:
        """Raise the same clause again and again, some of it about days before the year."""
        for number in range(self.random.randint(3, 5)):
            known, name = self.random.randint(1, 300), f"DKPH-{number}"
            raised = on(known - self.random.randint(0, 350))
            more = {"clause": "7.5.3", "standard_version": "TCVN ISO 9001:2015", "raised_on": raised}
            self.add(known, "nonconformity.raised", agency, name, **{"class": "minor_nc"}, **more)
            if self.maybe(0.2):
                self.add(known + self.random.randint(1, 30), "nonconformity.withdrawn", agency, name)

    def upkeep(self, agency: str, suffix: str) -> None:
        for number in self.some(2):
            planned = self.random.randint(1, 300)
            held, name = planned + self.random.randint(1, 40), f"DG-{suffix}-{number}"
            window = {"planned_from": on(held), "planned_to": on(held)}
            self.add(planned, "audit.planned", agency, name, kind="internal", **window)
            self.add(held, "audit.started", agency, name)
            self.add(held + 1, "audit.completed", agency, name, completed_on=on(held + 1))
        if self.maybe():
            held = self.random.randint(1, 340)
            self.add(held, "management_review.held", agency, f"XX-{suffix}", held_on=on(held))

    def focal_point(self, agency: str) -> None:
        left = self.random.randint(20, 200)
        self.add(left, "focal_point.left", agency, "dau-moi", left_on=on(left))
        again = left + self.random.randint(3, 40)
        self.add(again, "focal_point.appointed", agency, "dau-moi", appointed_on=on(again))

    # -- documents -------------------------------------------------------------------------------------

    def declaration(self, agency: str, *, old: bool) -> None:
        version = "TCVN ISO 9001:2008" if old else "TCVN ISO 9001:2015"
        declared = on(-self.random.randint(0, 330))
        self.add(1, "declaration.declared", agency, "cong-bo", declared_on=declared, standard_version=version)
        if old:
            for day in (20, 60):
                self.add(day, "declaration.building_started", agency, "cong-bo")
            moved = {"from_version": version, "to_version": "TCVN ISO 9001:2015", "completed_on": on(150)}
            self.add(150, "declaration.standard_transition_completed", agency, "cong-bo", **moved)
        changed = self.random.randint(10, 120)
        self.add(changed, "declaration.scope_changed", agency, "cong-bo", change="x", changed_on=on(changed))
        self.add(changed + self.random.randint(5, 100), "declaration.applied", agency, "cong-bo")
        if self.maybe(0.8):
            anew = changed + self.random.randint(20, 140)
            self.add(anew, "declaration.redeclared", agency, "cong-bo", decision_no="1")

    def stale(self, agency: str) -> None:
        begins = self.random.randint(10, 150)
        change = {
            "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
            "cause": "replaced",
            "change": {"source": "vpcp", "id": f"vb-{agency}"},
            "announced_on": on(begins),
            "since": on(begins + self.random.randint(0, 40)),
            "due_on": on(begins + 90),
        }
        for number in self.some(4):
            flagged = begins + self.random.randint(0, 10)
            self.add(flagged, "procedure.flagged_stale", agency, f"QT-{number}", **change)
            cleared = flagged + self.random.randint(1, 90)
            self.add(cleared, "procedure.staleness_cleared", agency, f"QT-{number}", change=change["change"])

    def shortened(self, agency: str, suffix: str) -> None:
        """Draft a procedure that promises ten days, and let the law give eight from a later day on."""
        code, name = f"1.00{suffix}", f"QT-TTHC-{suffix}"
        self.add(3, "procedure.drafted", agency, name, tthc_code=code, regulated_days=15, committed_days=10)
        known = self.random.randint(20, 150)
        law = {"regulated_days": 8, "effective_from": on(known + self.random.randint(0, 30))}
        self.add(known, "tthc.amended", "so-a", code, **law)
        if self.maybe():
            after = known + self.random.randint(1, 90)
            self.add(after, "procedure.committed_time_changed", agency, name, to_days=7)

    # -- inspection ------------------------------------------------------------------------------------

    def recommendations(self, agency: str, suffix: str) -> None:
        for number in self.some(2):
            begins, name = self.random.randint(1, 150), f"KN-{suffix}-{number}"
            self.add(begins, "recommendation.issued", agency, name, due_on=on(begins + 20))
            if self.maybe(0.5):
                to = on(begins + self.random.randint(30, 60))
                self.add(begins + self.random.randint(1, 40), "recommendation.due_changed", agency, name, to=to)
            if self.maybe():
                self.add(begins + self.random.randint(61, 180), "recommendation.implemented", agency, name)

    def reports(self, agency: str, suffix: str) -> None:
        due = self.random.randint(40, 200)
        self.add(due - 30, "periodic_report.opened", agency, f"BC-{suffix}", due_on=on(due))
        self.add(due + self.random.randint(-12, 30), "periodic_report.submitted", agency, f"BC-{suffix}")

    def visits(self, agency: str, suffix: str) -> None:
        for number, body in enumerate(BODIES):
            planned = self.random.randint(5, 200)
            first, name = planned + self.random.randint(5, 60), f"KT-{suffix}-{number}"
            about = {"agency_id": agency}
            window = {"from": on(first), "to": on(first + 2)}
            self.add(planned, "inspection.planned", body, name, **about, window=window)
            if self.maybe(0.2):
                self.add(first - 1, "inspection.cancelled", body, name, **about, reason="x")
                continue
            self.add(first, "inspection.started", body, name, **about)
            if self.maybe():
                signed = first + self.random.randint(3, 40)
                self.add(signed, "inspection.record_signed", body, name, **about, signed_on=on(signed))
            told = first + self.random.randint(20, 90)
            claim = {"event_id": {"source": f"/agencies/{agency}", "id": f"e-{suffix}"}, "verdict": "contradicted"}
            if self.maybe():
                self.add(told - 10, "inspection.claim_verified", body, name, **about, **claim)
            if self.maybe(0.4):
                better = {**claim, "verdict": "confirmed"}
                self.add(told + 10, "inspection.claim_verified", body, name, **about, **better)
            if self.maybe(0.8):
                self.add(told, "inspection.concluded", body, name, **about, conclusion_no="1")

    # -- the system ------------------------------------------------------------------------------------

    def staleness_rate(self, agency: str) -> None:
        day = self.random.randint(5, 60)
        for _ in range(4):
            for threshold in ("I6-15", "I6-20"):
                self.crossed(day, agency, threshold, "up", 0.2)
            day += self.random.randint(3, 40)
            self.crossed(day, agency, "I6-20", "down", 0.2)
            day += self.random.randint(1, 20)
            self.crossed(day, agency, "I6-15", "down", 0.15)
            day += self.random.randint(1, 20)

    def figures(self, agency: str) -> None:
        """Let the other watched figures swing: on-time dossiers, satisfaction, a target, back-dating, no variance."""
        for worse, threshold, better in (
            ("down", "I17-lower-80", "up"),
            ("up", "I22-back-dated", "down"),
            ("up", "zero-variance", "down"),
        ):
            day = self.random.randint(5, 90)
            while day < DAYS - 60:
                self.crossed(day, agency, threshold, worse, 1.0)
                day += self.random.randint(2, 60)
                self.crossed(day, agency, threshold, better, 1.0)
                day += self.random.randint(2, 60)
        day = self.random.randint(5, 120)
        self.crossed(day, agency, "I7-95", "down", 0.95)
        self.crossed(day, agency, "I7-drop-10" if self.maybe(0.5) else "I7-95-two-months", "up", 0.1)
        day += self.random.randint(2, 90)
        for threshold, direction in (("I7-drop-10", "down"), ("I7-95-two-months", "up"), ("I7-95", "up")):
            self.crossed(day, agency, threshold, direction, 0.95)
        day = self.random.randint(5, 120)
        target = {"target": f"muc-tieu-{agency}"}
        self.crossed(day, agency, "I28-off-track", "up", 1.0, **target)
        if self.maybe():
            self.crossed(day + 20, agency, "I28-milestone-missed", "up", 1.0, **target)
        if self.maybe():
            self.crossed(day + self.random.randint(25, 90), agency, "I28-off-track", "down", 1.0, **target)

    def crossed(self, offset: int, agency: str, threshold: str, direction: str, limit: float, **more: str) -> None:
        data = {"threshold_id": threshold, "indicator": threshold.partition("-")[0], "scope": agency, **more}
        told = {"direction": direction, "value": 0.3, "threshold": limit, "as_of": on(offset)}
        self.add(offset, "indicator.crossed", agency, more.get("target", threshold), **data, **told)

    def doubts(self, agency: str, suffix: str) -> None:
        """Find inconsistencies, and items that wait for what they name."""
        for number, kind in enumerate(("declared_without_audit", "ended_with_open_obligations")):
            found, name = self.random.randint(5, 250), f"MT-{suffix}-{number}"
            claim = {"kind": kind, "claim": {"source": agency, "id": "x"}, "on": on(found - 10), "against": []}
            self.add(found, "inconsistency.found", agency, name, **claim)
            if self.maybe():
                ended = found + self.random.randint(1, 60)
                self.add(ended, "inconsistency.ended", agency, name, kind=kind, ended_on=on(ended))
        waits = {"event_id": "x", "event_type": "qms.action.done", "reason_vi": "x", "pushed_by": agency}
        overdue = self.random.randint(5, 250)
        since = {"waiting_since": "2026-01-01T00:00:00Z"}
        self.add(overdue, "audit_intake.waiting_overdue", agency, f"cho-{suffix}", **waits, **since)
        if self.maybe():
            ended = overdue + self.random.randint(1, 60)
            self.add(ended, "audit_intake.waiting_ended", agency, f"cho-{suffix}")

    def system(self) -> None:
        for number, rule in enumerate(("A20", "A21", "A21")):
            day, name = self.random.randint(5, 150), f"tin-hieu-{number}"
            for _ in self.some(3):
                signal = {"rule": rule, "signal": f"Oversight{number}"}
                self.add(day, "system_signal.raised", "system", name, **signal)
                day += self.random.randint(1, 30)
                self.add(day, "system_signal.cleared", "system", name, **signal)
                day += self.random.randint(1, 30)
        effective = self.random.randint(10, 200)
        self.add(effective, "reorganisation.took_effect", "so-a", "SX-1", effective=on(effective))
        if self.maybe(0.8):
            self.add(effective + self.random.randint(1, 60), "reorganisation.settled", "so-a", "SX-1")
