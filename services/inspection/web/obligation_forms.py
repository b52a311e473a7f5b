"""Decisions on what an old agency owed, as a form asks for them: who inherits each thing, or that it lapses.

Owns how a form names things; whether a decision stands is the registry's to say, event by event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.inspection.obligations.checklist import Checklist, OpenThing
from services.inspection.obligations.tables import CONSUMER, serving_version
from services.inspection.web.acting import Deed, Outcome, act_all, wait_until_read
from shared import clock
from shared.contracts.envelope import SOURCE_PREFIX
from shared.service.context import ServiceContext
from shared.web.sessions import Session


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of the decisions of one form."""

    recorded: int
    #: Those that were refused, with the first reason.
    refused: int
    first: Outcome | None


def thing_key(one: OpenThing) -> str:
    """Return how a form names a thing: who had it, what it is."""
    return f"{one.holder} {one.thing.subject(one.holder)}"


def decided_things(found: Checklist, chosen: Sequence[str]) -> list[OpenThing]:
    """Return the things that a form names, as far as nothing has been decided on them."""
    wanted = set(chosen)
    return [one for one in found.things if one.state == "left" and thing_key(one) in wanted]


def decide(
    context: ServiceContext, session: Session, found: Checklist, things: Sequence[OpenThing], given: Mapping[str, str]
) -> Decided:
    """Record the decision of a form for each thing.

    Args:
        context: The service.
        session: Who decides.
        found: The reorganisation.
        things: What is decided on.
        given: `do` is `inherit` or `lapse`; `to` names the inheritor, the default one without it; `reason`, `decision_no`.

    Raises:
        Problem: 503 nothing can be committed now.
    """
    deeds = [_deed(found, one, given) for one in things]
    outcomes = act_all(context, session, deeds)
    if any(outcome.done for outcome in outcomes):
        wait_until_read(context, CONSUMER, serving_version)
    refused = [outcome for outcome in outcomes if not outcome.done]
    return Decided(len(outcomes) - len(refused), len(refused), refused[0] if refused else None)


def _deed(found: Checklist, one: OpenThing, given: Mapping[str, str]) -> Deed:
    told = found.reorganisation
    data: dict[str, Any] = {
        "kind": one.thing.kind,
        "id": one.thing.reference(one.holder),
        "from": one.holder,
        "effective": clock.to_date(told.effective_on).isoformat(),
        "reorganisation": {"source": SOURCE_PREFIX + told.source, "id": told.subject},
    }
    if given.get("do") == "lapse":
        data |= {name: given.get(name, "").strip() for name in ("reason", "decision_no")}
        return Deed("qms.obligation.lapsed", one.holder, one.thing.subject(one.holder), data)
    data["to"] = given.get("to", "").strip() or one.heir
    if told.legal_basis:
        data["legal_basis"] = told.legal_basis
    return Deed("qms.obligation.inherited", one.holder, one.thing.subject(one.holder), data)
