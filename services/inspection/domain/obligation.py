"""What an agency still owed when it was reorganised: inherited by one other agency, or lapsed by decision.

One record for each thing and each agency that gave it up; a later reorganisation of the inheritor opens another one.
Whether the thing is still open, another service knows: it never refuses here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inspection.domain import recommendation
from services.inspection.domain.agency_rules import effective_day
from shared import clock
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Derived, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.registry.inheritance import thing_of


@dataclass(slots=True)
class ObligationState:
    """What was decided."""

    #: `inherited` or `lapsed`.
    status: str
    kind: str
    #: Inheritor; None where it lapsed.
    to: str | None
    effective: str


def decide(state: ObligationState | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Accept one decision for each thing; refuse an inheritor that is none."""
    if fact.data.get("from", fact.source) != fact.source:
        return refuse(
            "AGENCY_ID_DIFFERS",
            f"data.from phải trùng với source ({fact.source}).",
            f"data.from must be the source of the event ({fact.source}).",
            "/data/from",
        )
    subject = thing_of(fact.source, fact.data).subject(fact.source)
    if fact.subject != subject:
        return refuse(
            "SUBJECT_DIFFERS",
            f"subject phải nêu loại và mã của đối tượng: {subject}",
            f"The subject must name kind and id of the thing: {subject}",
            "/subject",
        )
    if state is not None:
        known = state.to or "-"
        return refuse(
            "ALREADY_INHERITED" if state.status == "inherited" else "ALREADY_LAPSED",
            f"Nghĩa vụ này đã có quyết định: {state.status}, cơ quan kế thừa: {known}. Dùng corrects để đính chính.",
            f"This has been decided: {state.status}, inheritor: {known}. Use corrects to set it right.",
            "/data/id",
        )
    return _inheritor(fact, related) if fact.name == "inherited" else ACCEPT


def _inheritor(fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    named, day = fact.data["to"], effective_day(fact)
    record = related.get(Reference("agency", named))
    if named != fact.source and (record is None or record.live_on(day)):
        return _addressed_anew(fact, related)
    return refuse(
        "INHERITOR_NOT_LIVE",
        f"Cơ quan kế thừa phải là cơ quan khác và tồn tại vào ngày {clock.to_date(day)}.",
        f"The inheritor must be another agency that exists on {clock.to_date(day)}.",
        "/data/to",
    )


def _recommendation(fact: Fact) -> Reference | None:
    """Return the record of an inherited recommendation: the issuing body keeps it."""
    if fact.name != "inherited" or fact.data["kind"] != "recommendation":
        return None
    thing = thing_of(fact.source, fact.data)
    return Reference("recommendation", f"{thing.source}/{thing.id}")


def _addressed_anew(fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Let the heir of a recommendation be its addressee; one that is settled, or addressed to another, stays as it is."""
    reference = _recommendation(fact)
    state = related.get(reference) if reference else None
    open_states = recommendation.MOVES.table["transferred"].origins
    if state is None or state.addressee != fact.source or state.status not in open_states:
        return ACCEPT
    thing = thing_of(fact.source, fact.data)
    data = {"party": "addressee", "to": fact.data["to"], "effective": fact.data["effective"]}
    return (Derived("qms.recommendation.transferred", thing.source, thing.id, data),)


def evolve(_state: ObligationState | None, fact: Fact) -> ObligationState:
    """Return the state after an accepted fact."""
    data = fact.data
    return ObligationState(fact.name, data["kind"], data.get("to"), data["effective"])


def _references(fact: Fact) -> Sequence[Reference]:
    agencies = [fact.source, fact.data.get("to")]
    return [Reference("agency", agency) for agency in agencies if agency]


def _sees(fact: Fact) -> Sequence[Reference]:
    reference = _recommendation(fact)
    return [reference] if reference else []


AGGREGATE: Aggregate[ObligationState] = Aggregate(
    name="obligation",
    state_type=ObligationState,
    opens=frozenset({"inherited", "lapsed"}),
    decide=decide,
    evolve=evolve,
    references=_references,
    sees=_sees,
)
