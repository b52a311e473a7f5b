"""Folds an agency's facts anew without those that were corrected or retracted. Pure.

`fold.py` puts each fact at its own day, so that late ones need nothing more; a correction takes the place of the fact that
it names, which only the whole history can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from shared.contracts.flags import RETRACTED
from shared.registry.fold import OPENINGS, State, fold

_RETRACTION = f".{RETRACTED}"


class Told(NamedTuple):
    """A fact of an agency's record, in the order of arrival."""

    event_id: str
    #: Id of the fact that it corrects or retracts.
    corrects: str | None
    type: str
    day: int
    data: Mapping[str, Any]


def refolded(agency_id: str, told: Iterable[Told]) -> State | None:
    """Return the record of an agency by the facts that count; None where none is left that opens it."""
    facts = list(told)
    gone = {fact.corrects for fact in facts if fact.corrects}
    kept = [fact for fact in facts if fact.event_id not in gone and not fact.type.endswith(_RETRACTION)]
    # The opening stays the beginning, whichever day a correction gives it.
    kept.sort(key=lambda fact: (fact.type not in OPENINGS, fact.day))
    state: State | None = None
    for fact in kept:
        if state is not None or fact.type in OPENINGS:
            state = fold(state, fact.type, fact.data, fact.day, agency_id=agency_id)
    return state
