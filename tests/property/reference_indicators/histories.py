"""Random histories of a small country: every kind of record, in any order, with all that can happen to a fact.

Facts are late, corrected, taken back, contradicted, confirmed; agencies end and pass on what they owe. Many do not follow
from the state they meet: both sides have to leave them out in the same way.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from shared import clock
from shared.testing.recorded import RecordedLogs

START = clock.day_of("2025-01-01")
SPAN = 760
#: The first event is recorded on this day; one a day follows.
RECORDED = START + 500

PROVINCE, MINISTRY, BODY = "tinh-a", "bo-a", "so-a"
COMMUNES = ("xa-1", "xa-2", "xa-3")
AGENCIES = (PROVINCE, MINISTRY, BODY, *COMMUNES)
TEXTS = ("61/2018/NĐ-CP|Chính phủ|2018-04-23", "19/2014/QĐ-TTg|Thủ tướng|2014-03-05")
CODES = ("1.001612", "1.014393")
OLD, NEW = "TCVN ISO 9001:2008", "TCVN ISO 9001:2015"

Make = Callable[[random.Random, int], dict[str, Any]]


def iso(day: int) -> str:
    return clock.to_date(day).isoformat()


def _near(chance: random.Random, day: int, spread: int = 40) -> str:
    return iso(day + chance.randint(-spread, spread))


def _sometimes(chance: random.Random, share: float = 0.5, **fields: Any) -> dict[str, Any]:
    return fields if chance.random() < share else {}


def _content(chance: random.Random) -> dict[str, Any]:
    allowed = chance.randint(5, 20)
    times = {"regulated_days": allowed, "committed_days": allowed - chance.randint(0, 4)}
    return {"tthc_code": chance.choice(CODES), "electronic": chance.random() < 0.5, **_sometimes(chance, 0.7, **times)}


def _number(chance: random.Random) -> dict[str, Any]:
    return {"edition": 1, "revision": chance.randint(0, 2)}


def _change(chance: random.Random) -> dict[str, Any]:
    which = chance.randint(0, 2)
    return {"change": {"source": "vpcp", "id": f"vb-{which}"}, "legal_text_id": TEXTS[which // 2]}


PROCEDURE: dict[str, Make] = {
    "drafted": lambda c, _d: {"kind": c.choice(("tthc", "tthc", "internal")), **_content(c)},
    "submitted": lambda c, _d: _content(c),
    "issued": lambda c, d: {**_number(c), "effective_from": _near(c, d)},
    "revised": lambda c, d: {**_number(c), "effective_from": iso(d), **_sometimes(c, **_content(c))},
    "reviewed_no_change": lambda _c, _d: {"reason": "r"},
    "committed_time_changed": lambda c, _d: {"to_days": c.randint(1, 20)},
    "published": lambda c, d: {
        "channel": c.choice(("notice_board", "one_stop", "website", "portal")),
        **_sometimes(c, **_number(c)),
        **_sometimes(c, 0.7, published_on=_near(c, d, 6)),
    },
    "withdrawn": lambda _c, _d: {"reason": "r"},
    "flagged_stale": lambda c, d: {**_change(c), "since": _near(c, d)},
    "staleness_cleared": lambda c, d: {
        **_change(c), "cleared_on": _near(c, d), "lead_time_days": c.randint(-20, 60),
        "by": c.choice(("revised", "reviewed_no_change", "withdrawn")),
    },
}  # fmt: skip
DECLARATION: dict[str, Make] = {
    "plan_approved": lambda c, d: {"plan_no": "1", **_sometimes(c, approved_on=_near(c, d))},
    "building_started": lambda _c, _d: {},
    "applied": lambda _c, _d: {},
    "declared": lambda c, d: {"declared_on": _near(c, d), "standard_version": c.choice((OLD, NEW, NEW))},
    "scope_changed": lambda _c, _d: {"change": "c"},
    "redeclared": lambda c, d: {"declared_on": _near(c, d), **_sometimes(c, standard_version=c.choice((OLD, NEW)))},
    "rescinded": lambda c, d: {"by": "head", "reason": "r", **_sometimes(c, rescinded_on=_near(c, d))},
    "standard_transition_completed": lambda _c, _d: {"from_version": OLD, "to_version": NEW},
    "certificate_recorded": lambda c, d: {
        "kind": "new", "standard_version": OLD, "issued_on": c.choice(("2013-05-01", "2015-02-01")),
        "valid_to": _near(c, d, 200),
    },
}  # fmt: skip
ACTION: dict[str, Make] = {
    "planned": lambda c, d: {"source": "risk", "type": "improvement", "owner": "o", "due_on": _near(c, d + 40)},
    "started": lambda _c, _d: {},
    "due_changed": lambda c, d: {"from": iso(d), "to": _near(c, d + 40), "reason": "r"},
    "done": lambda _c, d: {"done_on": iso(d)},
    "rejected": lambda _c, _d: {"by": "o", "reason": "r"},
    "verified": lambda _c, _d: {"verifier": "v"},
    "cancelled": lambda _c, _d: {"reason": "r"},
}
NONCONFORMITY: dict[str, Make] = {
    "raised": lambda c, d: {
        "class": c.choice(("major_nc", "minor_nc", "minor_nc", "observation")), "source": "self",
        "raised_on": iso(d - c.randint(0, 10)), "statement": "s", "clause": c.choice(("9.2", "8.5")),
        **_sometimes(c, 0.6, procedure_id="qt-1"), **_sometimes(c, 0.2, clause="8.2.2", standard_version=OLD),
    },
    "accepted": lambda _c, _d: {},
    "cause_identified": lambda c, _d: {"method": "other", "root_causes": [c.choice(("resources", "it"))]},
    "action_planned": lambda _c, _d: {"action_ids": ["a"]},
    "completed": lambda _c, _d: {"action_ids": ["a"]},
    "effectiveness_verified": lambda c, d: {"effective": c.random() < 0.7, "verifier": "v", "checked_on": iso(d)},
    "closed": lambda c, d: _sometimes(c, closed_on=iso(d - c.randint(0, 5))),
    "reopened": lambda c, _d: {"cause": "c", **_sometimes(c, root_causes=["leadership"])},
    "regraded": lambda c, _d: {"from": "minor_nc", "to": c.choice(("major_nc", "observation")), "reason": "r"},
    "disputed": lambda _c, _d: {"reason": "r"},
    "dispute_resolved": lambda c, _d: {"outcome": c.choice(("upheld", "withdrawn")), "reason": "r"},
    "withdrawn": lambda _c, _d: {"reason": "r"},
}  # fmt: skip


def _planned_audit(chance: random.Random, day: int) -> dict[str, Any]:
    first = day + chance.randint(5, 60)
    scope = {"procedures": chance.sample(("qt-1", "qt-2", "qt-3"), chance.randint(0, 2))}
    kind = chance.choice(("internal", "internal", "second_party"))
    days = {"planned_from": iso(first), "planned_to": iso(first + chance.randint(0, 5))}
    return {"kind": kind, "scope": scope, **days, "person_days": chance.choice((2, 3.5, 6)), "team": [], "criteria": []}


def _moved_audit(chance: random.Random, day: int) -> dict[str, Any]:
    return {name: value for name, value in _planned_audit(chance, day).items() if name.startswith("planned_")}


_CLASSES = ("major_nc", "minor_nc", "observation", "opportunity", "conformity", "good_practice")
AUDIT: dict[str, Make] = {
    "planned": _planned_audit,
    "rescheduled": lambda c, d: {**_moved_audit(c, d), "reason": "r"},
    "finding_recorded": lambda c, _d: {"finding_id": f"f{c.randint(1, 4)}", "class": c.choice(_CLASSES)},
    "completed": lambda c, d: {"completed_on": _near(c, d, 5)},
    "cancelled": lambda _c, _d: {"reason": "r"},
    "combined": lambda c, _d: {"into": "a-9", "saved_person_days": c.choice((1, 2.5))},
}
REVIEW: dict[str, Make] = {
    "planned": lambda _c, d: {"period": "2026", "planned_for": iso(d)},
    "prepared": lambda _c, _d: {},
    "held": lambda c, d: {
        "held_on": _near(c, d, 5), "chair": "head",
        "inputs": {name: {"status": c.choice(("presented", "not_applicable"))} for name in ("a", "b", "c1", "f")},
    },
}  # fmt: skip
OBJECTIVE: dict[str, Make] = {
    "set": lambda c, _d: {"year": 2026, "weight": c.choice((1, 2.5, 40)), "target": 1},
    "measured": lambda _c, d: {"value": 1, "measured_on": iso(d)},
    "amended": lambda c, _d: {"reason": "r", **_sometimes(c, weight=7)},
    "assessed": lambda c, d: {"result": c.choice(("met", "not_met", "n_a")), "assessed_on": _near(c, d, 5)},
}


def _results(chance: random.Random, _day: int) -> dict[str, Any]:
    scores = [chance.randint(0, 20) for _ in range(5)]
    names = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")
    valid = sum(scores)
    counts = {"received": valid + 1, "valid": valid, "scores": dict(zip(names, scores, strict=True))}
    return {**counts, **_sometimes(chance, sent=valid + 9)}


SURVEY: dict[str, Make] = {
    "opened": lambda _c, _d: {"period": "2026-Q1", "channel": "box"},
    "results_recorded": _results,
    "closed": lambda _c, _d: {},
}
FEEDBACK: dict[str, Make] = {
    "received": lambda c, d: {
        "kind": "complaint", "channel": "box", "received_on": iso(d - c.randint(0, 4)), "count": c.randint(1, 3),
        **_sometimes(c, 0.7, due_on=_near(c, d + 20, 15)), **_sometimes(c, 0.1, within_competence=False),
    },
    "none_in_period": lambda _c, _d: {"period": "2026-01"},
    "assigned": lambda c, d: {"assignee": "a", **_sometimes(c, due_on=_near(c, d + 20, 15))},
    "answered": lambda c, d: {"answered_on": _near(c, d, 3), "result": "explained"},
    "rated": lambda c, _d: {"rating": c.choice(("satisfied", "dissatisfied"))},
}  # fmt: skip
FOCAL: dict[str, Make] = {
    "appointed": lambda c, d: {
        "role": "officer",
        "part_time": True,
        "trained": c.random() < 0.4,
        "appointed_on": _near(c, d, 9),
    },
    "left": lambda c, d: {"left_on": _near(c, d, 9), "reason": "rotation"},
}
TRAINING: dict[str, Make] = {
    "held": lambda c, d: {
        "held_on": _near(c, d, 5), "hours": 8,
        "attendees": [{"agency_id": c.choice(COMMUNES), "people": c.randint(1, 9), "focal_points": c.randint(0, 1)}],
    },
}  # fmt: skip


def _amount(chance: random.Random, _day: int) -> dict[str, Any]:
    return {"year": chance.choice((2025, 2026)), "purpose": "training", "amount": chance.randint(1, 90_000_000)}


BUDGET: dict[str, Make] = {"requested": _amount, "allocated": _amount, "spent": _amount}
LAW: dict[str, Make] = {
    "proposed": lambda c, d: {"legal_text_id": c.choice(TEXTS), **_sometimes(c, proposed_on=_near(c, d, 5))}
}
_COUNTS = (
    "opening", "received", "resolved_early", "resolved_on_time", "resolved_late", "pending_in_time", "pending_overdue",
    "returned_incomplete", "withdrawn",
)  # fmt: skip


def _month(chance: random.Random, day: int) -> dict[str, Any]:
    counts = {name: chance.randint(0, 9) for name in _COUNTS}
    return {"period": iso(day - 15)[:7], "channel": "online", "tthc_code": chance.choice(CODES), **counts}


DOSSIERS: dict[str, Make] = {"submitted": _month, "amended": _month}
TTHC: dict[str, Make] = {
    "published": lambda c, d: {"name": "n", "levels": c.choice((["commune"], ["commune", "province"])),
                               **_sometimes(c, effective_from=_near(c, d))},
    "amended": lambda c, d: {"changed": ["levels"], "levels": ["province"], **_sometimes(c, effective_from=_near(c, d))},
    "abolished": lambda c, d: _sometimes(c, effective_from=_near(c, d)),
    "opted_out": lambda c, _d: {"entry": {"source": PROVINCE, "id": c.choice(CODES)}, "reason": "r"},
    "opted_in": lambda _c, _d: {},
}  # fmt: skip


def _window(chance: random.Random, day: int) -> dict[str, Any]:
    first = day + chance.randint(0, 50)
    return {"window": {"from": iso(first), "to": iso(first + chance.randint(0, 3))}}


INSPECTION: dict[str, Make] = {
    "planned": lambda c, d: {
        "mode": c.choice(("on_site", "by_report")),
        "kind": "planned",
        "person_days": 4,
        **_window(c, d),
    },
    "escalated_to_onsite": lambda _c, _d: {"reason": "r"},
    "concluded": lambda c, d: {"conclusion_no": "1", "concluded_on": _near(c, d, 5)},
    "cancelled": lambda _c, _d: {"reason": "r"},
}
RECOMMENDATION: dict[str, Make] = {
    "issued": lambda c, d: {"text": "t", "issued_on": _near(c, d, 3), "due_on": _near(c, d + 40), "kind": "fix"},
    "due_changed": lambda c, d: {"from": iso(d), "to": _near(c, d + 60), "reason": "r"},
    "implemented": lambda c, d: _sometimes(c, verified_on=_near(c, d, 3)),
    "partly_implemented": lambda _c, _d: {"remaining": "r"},
    "not_implemented": lambda _c, _d: {},
    "superseded": lambda _c, _d: {"reason": "r"},
    "lapsed": lambda _c, _d: {"reason": "r"},
    "transferred": lambda c, d: {"party": "addressee", "to": "xa-2", "effective": _near(c, d, 20)},
}


def _values(chance: random.Random) -> list[dict[str, Any]]:
    return [{"field": name, "value": chance.randint(0, 12)} for name in ("procedures.in_force", "audits.done")]


REPORT: dict[str, Make] = {
    "opened": lambda c, d: {"template_version": "q.1", "period": "2025", "due_on": _near(c, d + 30)},
    "prefilled": lambda c, d: {"values": _values(c)[: c.randint(1, 2)], "as_of": iso(d)},
    "submitted": lambda c, d: {"values": _values(c), **_sometimes(c, submitted_on=_near(c, d, 3))},
}
TARGET: dict[str, Make] = {
    "set": lambda c, d: {
        "scope": c.choice(({"level": "commune"}, {"territory": PROVINCE})), "metric": c.choice(("I2", "I6", "I11")),
        "comparator": c.choice(("at_least", "at_most")), **_sometimes(c, 0.6, baseline=0.2),
        "milestones": [{"date": iso(d + 90), "value": 0.5}, {"date": iso(d + 270), "value": 0.9}],
    },
    "amended": lambda _c, d: {"reason": "r", "milestones": [{"date": iso(d + 30), "value": 0.75}]},
    "withdrawn": lambda _c, _d: {"reason": "r"},
}  # fmt: skip

#: Per aggregate: its facts, in the order in which they usually come; and the agencies whose records there are.
KINDS: dict[str, tuple[dict[str, Make], tuple[str, ...]]] = {
    "procedure": (PROCEDURE, COMMUNES), "declaration": (DECLARATION, (PROVINCE, MINISTRY, *COMMUNES)),
    "action": (ACTION, COMMUNES), "nonconformity": (NONCONFORMITY, COMMUNES), "audit": (AUDIT, COMMUNES),
    "management_review": (REVIEW, COMMUNES), "objective": (OBJECTIVE, COMMUNES), "survey": (SURVEY, COMMUNES),
    "feedback": (FEEDBACK, COMMUNES), "focal_point": (FOCAL, COMMUNES), "training": (TRAINING, (BODY,)),
    "budget": (BUDGET, COMMUNES), "law_change": (LAW, COMMUNES), "dossier_stats": (DOSSIERS, COMMUNES),
    "tthc": (TTHC, (PROVINCE,)), "inspection": (INSPECTION, (BODY,)), "recommendation": (RECOMMENDATION, (BODY,)),
    "periodic_report": (REPORT, COMMUNES), "target": (TARGET, (PROVINCE,)),
}  # fmt: skip


#: Facts that end what a record contributes; often, and little would be left to compare.
RARE = frozenset(
    [
        "withdrawn",
        "cancelled",
        "superseded",
        "lapsed",
        "not_implemented",
        "rescinded",
        "disputed",
        "dispute_resolved",
        "combined",
        "abolished",
        "opted_out",
        "opted_in",
        "none_in_period",
        "reopened",
        "scope_changed",
    ]
)


#: Facts of which a record has several, and kinds of records of which there are more.
SEVERAL = frozenset({"published", "finding_recorded"})
OFTEN = ("procedure", "nonconformity", "nonconformity", "feedback", "audit")


class Country:
    """A history as it is made up."""

    def __init__(self, seed: int, facts: int) -> None:
        self.chance = random.Random(seed)
        self.logs = RecordedLogs()
        self._number = 0
        self._agencies()
        for aggregate, name, source, subject, day in self._told(facts):
            self._number += 1
            roll = self.chance.random()
            if roll < 0.08:
                self._verdict()
            elif roll < 0.13:
                self._correction()
            elif roll < 0.16:
                self._inheritance()
            self._number += 1
            self._fact(aggregate, name, source, subject, day)

    def _told(self, facts: int) -> list[tuple[str, str, str, str, int]]:
        """Return the facts of whole lives of records, most in the order in which they happened, some late or early."""
        told: list[tuple[float, tuple[str, str, str, str, int]]] = []
        aggregates: list[str] = []
        while len(told) < facts:
            aggregates = aggregates or self.chance.sample([*sorted(KINDS), *OFTEN], len(KINDS) + len(OFTEN))
            aggregate = aggregates.pop()
            makers, sources = KINDS[aggregate]
            source = self.chance.choice(sources)
            subject = f"{aggregate}-{self.chance.randint(1, 2)}"
            if aggregate == "tthc":
                subject = self.chance.choice(CODES)
            day = START + self.chance.randint(0, SPAN - 200)
            for name in [one for one in makers for _ in range(3 if one in SEVERAL else 1)]:
                if self.chance.random() < (0.15 if name in RARE else 0.85):
                    noise = self.chance.choice((0, 0, 0, self.chance.uniform(-300, 300)))
                    told.append((day + noise, (aggregate, name, source, subject, day)))
                    day += self.chance.randint(0, 45)
        return [fact for _order, fact in sorted(told)]

    @property
    def _known(self) -> int:
        """Return when the next event is recorded: one a day, so that an instant lies between any two."""
        return clock.start_of_day(RECORDED) + self._number * 86_400_000_000 // 4

    def _agencies(self) -> None:
        known = {"known": "2024-12-01"}
        self.logs.agency(PROVINCE, kind="provincial_pc", level="province", admin_unit_code="P25", **known)
        self.logs.agency(MINISTRY, kind="ministry", level="central", **known)
        self.logs.agency(BODY, kind="provincial_department", level="province", parent_id=PROVINCE, **known)
        for agency, duty in zip(COMMUNES, ("mandatory", "encouraged", "mandatory"), strict=True):
            self.logs.agency(agency, parent_id=PROVINCE, obligation=duty, **known)
        if self.chance.random() < 0.5:
            self._number += 1
            self.ended = START + self.chance.randint(300, SPAN)
            data = {"how": "merged", "effective": iso(self.ended), "successors": ["xa-2"]}
            self.logs.add("agency.ended", "xa-3", "xa-3", data, on=iso(self.ended), known=self._known)

    def _fact(self, aggregate: str, name: str, source: str, subject: str, day: int) -> None:
        makers, _sources = KINDS[aggregate]
        data = makers[name](self.chance, day)
        provenance = "inspected" if source == BODY and aggregate != "training" else "self_reported"
        if aggregate in ("procedure", "declaration", "action", "nonconformity") and self.chance.random() < 0.1:
            provenance = "inspected"
        agency = ""
        if aggregate in ("inspection", "recommendation"):
            agency = COMMUNES[int(subject[-1]) - 1]
        elif name in ("flagged_stale", "staleness_cleared"):
            provenance = "derived"
        self.logs.add(
            f"{aggregate}.{name}", source, subject, data, on=iso(day), known=self._known, agency=agency,
            provenance=provenance,
        )  # fmt: skip

    def _some(self, *aggregates: str) -> Any:
        found = [event for event in self.logs.events if event.aggregate in (aggregates or KINDS)]
        return self.chance.choice(found) if found else None

    def _verdict(self) -> None:
        claim = self._some("procedure", "declaration", "action", "nonconformity", "audit", "objective", "survey")
        if claim is None:
            return
        day = claim.day + self.chance.randint(-5, 200)
        data = {
            "event_id": {"source": f"/agencies/{claim.source}", "id": claim.event_id},
            "verdict": self.chance.choice(("confirmed", "confirmed", "contradicted", "unverifiable")),
        }
        subject = f"inspection-{self.chance.randint(1, 2)}"
        self.logs.add(
            "inspection.claim_verified", BODY, subject, data, on=iso(day), known=self._known,
            agency=COMMUNES[int(subject[-1]) - 1], provenance="inspected",
        )  # fmt: skip

    def _correction(self) -> None:
        """Correct or take back a fact that nothing has corrected yet."""
        gone = {event.cloud_event.get("corrects") for event in self.logs.events}
        found = [
            event for event in self.logs.events
            if event.aggregate in KINDS and event.event_id not in gone and event.name != "retracted"
        ]  # fmt: skip
        if not found:
            return
        event = self.chance.choice(found)
        name, data, day = "retracted", {"reason": "r"}, event.day
        if self.chance.random() < 0.6:
            makers = KINDS[event.aggregate][0]
            name, day = event.name, event.day + self.chance.randint(-30, 30)
            data = makers[name](self.chance, day) if name in makers else dict(event.data)
            data.pop("agency_id", None)
        self.logs.add(
            f"{event.aggregate}.{name}", event.source, event.subject, data, on=iso(day), known=self._known,
            agency="" if event.agency_id == event.source else event.agency_id, provenance=event.provenance,
            corrects=event.event_id,
        )  # fmt: skip

    def _inheritance(self) -> None:
        kinds = {"nonconformity": "nc", "action": "action", "procedure": "procedure", "declaration": "declaration"}
        event = self._some(*kinds)
        if event is None or event.source != "xa-3":
            return
        day = START + self.chance.randint(300, SPAN)
        data = {
            "kind": kinds[event.aggregate],
            "id": event.subject,
            "from": "xa-3",
            "to": "xa-2",
            "effective": iso(day),
        }
        self.logs.add(
            "obligation.inherited", "xa-3", f"o-{self._number}", data, on=_near(self.chance, day, 20), known=self._known
        )
