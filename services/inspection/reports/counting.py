"""What an agency's records say for a report: each field of the form as a pure function of the records. Pure.

A field that counts what happened counts the facts of the period; one that says how things stand does so on the period's
last day. Money is in dong, people in persons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inspection.indicators.days import iso
from services.inspection.indicators.timeline import Happening
from services.inspection.lines import action_line, declaration_line, nonconformity_line, procedure_line
from services.inspection.records import Record
from shared.contracts.standards import suggestions

Value = float | None


@dataclass(frozen=True, slots=True)
class Told:
    """What the fields are computed from; days since 1970-01-01."""

    records: Mapping[str, Sequence[Record]]
    #: First and last day of the period.
    begins: int
    ends: int
    obligation: str
    agency_id: str
    #: State of the funnel (I2a) on the last day.
    funnel: str
    #: Public procedures that the agency carries out, and those of them with a procedure in force (I3).
    tthc: int = 0
    tthc_covered: int = 0

    def of(self, aggregate: str) -> Sequence[Record]:
        """Return the records of a kind."""
        return self.records.get(aggregate, ())

    def facts(self, aggregate: str, *names: str) -> Iterable[Happening]:
        """Return the facts of the period with one of these names."""
        for record in self.of(aggregate):
            for fact in record.facts:
                if fact.name in names and self.begins <= fact.day <= self.ends:
                    yield fact


Field = Callable[[Told], Value]

#: States of the funnel by how far an agency has come at least.
_BUILT = ("building", "applying", "certified", "declared", "maintained", "needs_redeclaration")
_APPLIED = _BUILT[1:]
_DECLARED = ("declared", "maintained")


def _happened(aggregate: str, *names: str) -> Field:
    return lambda told: sum(1 for _fact in told.facts(aggregate, *names))


def _in_funnel(states: Sequence[str]) -> Field:
    return lambda told: int(told.funnel in states)


def _procedures(kind: str | None = None, *, stale: bool = False) -> Field:
    def count(told: Told) -> Value:
        lines = (procedure_line(one.source, one.facts, told.ends) for one in told.of("procedure"))
        return sum(
            1 for line in lines if line.status == "in_force" and kind in (None, line.kind) and (line.stale or not stale)
        )

    return count


def _published(told: Told) -> Value:
    return int(any(fact.name == "published" for record in told.of("declaration") for fact in record.facts))


def _newest_standard(told: Told) -> Value:
    newest = suggestions()[0]
    lines = (declaration_line(one.source, one.facts, told.ends) for one in told.of("declaration"))
    return int(any(line.status in _DECLARED and line.standard_version == newest for line in lines))


def _findings(grade: str) -> Field:
    return lambda told: sum(1 for fact in told.facts("audit", "finding_recorded") if fact.data["class"] == grade)


def _open_nonconformities(told: Told) -> Value:
    lines = (nonconformity_line(one.source, one.facts, told.ends) for one in told.of("nonconformity"))
    return sum(1 for line in lines if line.open)


def _overdue_actions(told: Told) -> Value:
    return sum(1 for one in told.of("action") if action_line(one.source, one.facts, told.ends).overdue_days > 0)


def _dossiers(*names: str) -> Field:
    def total(told: Told) -> Value:
        found = 0
        for record in told.of("dossier_stats"):
            returned: dict[str, Any] = {}
            for fact in record.facts:
                returned.update(fact.data)
            if _in_period(str(returned.get("period", "")), told):
                found += sum(int(returned.get(name, 0)) for name in names)
        return found

    return total


def _in_period(month: str, told: Told) -> bool:
    return iso(told.begins)[:7] <= month[:7] <= iso(told.ends)[:7]


def _surveys(*scores: str) -> Field:
    def total(told: Told) -> Value:
        results = [fact.data for fact in told.facts("survey", "results_recorded")]
        if not scores:
            return sum(int(one["valid"]) for one in results)
        return sum(int(one["scores"][score]) for one in results for score in scores)

    return total


def _complaints(told: Told) -> Value:
    received = [
        fact.data for fact in told.facts("feedback", "received") if fact.data["kind"] in ("complaint", "denunciation")
    ]
    return sum(int(data.get("count", 1)) for data in received)


def _trained(told: Told) -> Value:
    attended = [one for fact in told.facts("training", "held") for one in fact.data["attendees"]]
    return sum(int(one["people"]) for one in attended if one["agency_id"] == told.agency_id)


def _focal_points(*, part_time: bool) -> Field:
    def count(told: Told) -> Value:
        present = [one.facts for one in told.of("focal_point") if one.facts[-1].name != "left"]
        return sum(1 for facts in present if bool(facts[0].data.get("part_time", False)) is part_time)

    return count


def _money(event: str) -> Field:
    return lambda told: sum(fact.data["amount"] for fact in told.facts("budget", event))


def _objectives(*results: str) -> Field:
    return lambda told: sum(1 for fact in told.facts("objective", "assessed") if fact.data["result"] in results)


def _inspections(mode: str) -> Field:
    def count(told: Told) -> Value:
        found = 0
        for record in told.of("inspection"):
            sent = any(fact.name == "escalated_to_onsite" for fact in record.facts)
            way = "on_site" if sent else record.facts[0].data.get("mode")
            held = any(fact.name == "concluded" and told.begins <= fact.day <= told.ends for fact in record.facts)
            found += way == mode and held
        return found

    return count


_SETTLED = ("implemented", "partly_implemented", "not_implemented", "superseded", "lapsed")


def _open_recommendations(told: Told) -> Value:
    return sum(1 for record in told.of("recommendation") if not any(fact.name in _SETTLED for fact in record.facts))


#: What fills each field; a field of the form that is not here is left to the agency.
FIELDS: Mapping[str, Field] = {
    "agencies.in_duty": lambda told: int(told.obligation != "exempt"),
    "agencies.in_duty_mandatory": lambda told: int(told.obligation == "mandatory"),
    "agencies.built": _in_funnel(_BUILT),
    "agencies.applied": _in_funnel(_APPLIED),
    "agencies.declared": _in_funnel(_DECLARED),
    "agencies.redeclared": lambda told: int(any(True for _fact in told.facts("declaration", "redeclared"))),
    "agencies.published": _published,
    "agencies.on_newest_standard": _newest_standard,
    "procedures.in_force": _procedures(),
    "procedures.system": _procedures("system"),
    "procedures.tthc": _procedures("tthc"),
    "procedures.internal": _procedures("internal"),
    "tthc.in_catalogue": lambda told: told.tthc,
    "tthc.covered": lambda told: told.tthc_covered,
    "procedures.issued_in_period": _happened("procedure", "issued"),
    "procedures.revised_in_period": _happened("procedure", "revised"),
    "procedures.withdrawn_in_period": _happened("procedure", "withdrawn"),
    "procedures.stale": _procedures(stale=True),
    "audits.planned": _happened("audit", "planned"),
    "audits.completed": _happened("audit", "completed"),
    "findings.major": _findings("major_nc"),
    "findings.minor": _findings("minor_nc"),
    "nonconformities.opened": _happened("nonconformity", "raised"),
    "nonconformities.closed": _happened("nonconformity", "closed"),
    "nonconformities.open": _open_nonconformities,
    "actions.overdue": _overdue_actions,
    "reviews.held": _happened("management_review", "held"),
    "objectives.met": _objectives("met"),
    "objectives.assessed": _objectives("met", "not_met"),
    "dossiers.received": _dossiers("received"),
    "dossiers.early": _dossiers("resolved_early"),
    "dossiers.on_time": _dossiers("resolved_on_time"),
    "dossiers.late": _dossiers("resolved_late"),
    "surveys.valid": _surveys(),
    "surveys.satisfied": _surveys("very_satisfied", "satisfied"),
    "complaints.received": _complaints,
    "trainings.held": _happened("training", "held"),
    "trainings.people": _trained,
    "focal_points.full_time": _focal_points(part_time=False),
    "focal_points.part_time": _focal_points(part_time=True),
    "budget.requested": _money("requested"),
    "budget.allocated": _money("allocated"),
    "budget.spent": _money("spent"),
    "inspections.on_site": _inspections("on_site"),
    "inspections.by_report": _inspections("by_report"),
    "recommendations.issued": _happened("recommendation", "issued"),
    "recommendations.implemented": _happened("recommendation", "implemented"),
    "recommendations.open": _open_recommendations,
    "commendations.awarded": _happened("commendation", "awarded"),
}

#: Kinds of records that the fields look at.
AGGREGATES = (
    *("procedure", "declaration", "audit", "nonconformity", "action", "management_review", "objective"),
    *("dossier_stats", "survey", "feedback", "training", "focal_point", "budget", "inspection"),
    *("recommendation", "commendation"),
)


def filled_in(told: Told, names: Iterable[str]) -> dict[str, Value]:
    """Return the values of the fields that events can fill, in the order of the form."""
    return {name: FIELDS[name](told) for name in names if name in FIELDS}
