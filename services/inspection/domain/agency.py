"""The agency: registered, renamed, put under another, suspended, merged, split, dissolved, ended.

Its state is the dated record that all services share (`shared.registry`). What several agencies together show (a code in
use elsewhere, live children of one that ends) is known from the indexes of `agency_index.py`; who stands above whom, from the
records upwards of the one that a fact names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.inspection.domain import agency_codes as codes
from services.inspection.domain import agency_endings as endings
from services.inspection.domain import agency_index
from services.inspection.domain import agency_rules as rules
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move
from shared.registry.fold import fold
from shared.registry.record import AgencyRecord

MOVES = Moves(
    vi="cơ quan",
    en="agency",
    table={
        "registered": move(),
        "baselined": move(),
        "renamed": move("active", "suspended"),
        "reparented": move("active", "suspended"),
        "obligation_changed": move("active", "suspended"),
        "suspended": move("active"),
        "resumed": move("suspended"),
        "ended": move("active", "suspended"),
        "merged": move("active", "suspended"),
        "split": move("active", "suspended"),
        "dissolved": move("active", "suspended"),
        "code_assigned": move("active", "suspended"),
        "code_withdrawn": move("active", "suspended"),
    },
    words={"proposed": "chưa hoạt động", "active": "đang hoạt động", "suspended": "tạm dừng", "ended": "đã chấm dứt"},
)

_RULES: dict[str, Callable[[AgencyRecord, Fact, Mapping[Reference, Any]], Decision | None]] = {
    "renamed": rules.renamed,
    "reparented": rules.reparented,
    "obligation_changed": rules.obligation_changed,
    "ended": endings.ended,
    "merged": endings.merged,
    "split": endings.split,
    "dissolved": endings.dissolved,
    "code_assigned": codes.assigned,
    "code_withdrawn": codes.withdrawn,
}
#: Facts after which agencies no longer exist.
_ENDINGS = frozenset({"ended", "merged", "split", "dissolved"})


def decide(state: AgencyRecord | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks.

    A change is judged by the day from which it holds: what was decided before an agency's end, and
    holds before it, is accepted also when it arrives later.
    """
    refused = rules.other_identity(fact)
    if refused is not None:
        return refused
    if state is None:
        return rules.opened(fact, related) or codes.registered(fact, related) or ACCEPT
    if fact.name in AGGREGATE.opens:
        return check_move(MOVES, state.status_on(fact.day), fact) or ACCEPT
    day = rules.effective_day(fact)
    refused = rules.after_the_end(state, fact, day) or check_move(MOVES, state.status_on(day), fact)
    if refused is not None or fact.name not in _RULES:
        return refused or ACCEPT
    return _RULES[fact.name](state, fact, related) or ACCEPT


def evolve(state: AgencyRecord | None, fact: Fact) -> AgencyRecord:
    """Return the record after an accepted fact."""
    # The fold changes nothing in place, so that the histories need no copy.
    before = {name: getattr(state, name) for name in AgencyRecord.__slots__} if state else None
    return AgencyRecord(**fold(before, fact.type, fact.data, fact.day, agency_id=fact.source))


def _references(fact: Fact) -> Sequence[Reference]:
    data = fact.data
    named = [data.get("parent_id"), data.get("sector_parent_id"), *endings.named(fact)]
    if fact.name == "reparented":
        named.append(data["to"])
    return [Reference("agency", agency) for agency in named if agency]


def _sees(fact: Fact) -> Sequence[Reference]:
    """Return the indexes that a decision looks at, or that the fact is going to change."""
    data = fact.data
    above = [agency for agency in (data.get("parent_id"), data.get("from"), data.get("to")) if agency]
    seen = [agency_index.children_of(agency) for agency in above] if fact.name in _PLACING else []
    if fact.name in AGGREGATE.opens:
        seen += [agency_index.part_of_level(data["level"], fact.source), Reference("registry", data["level"])]
    return [*seen, *codes.seen(fact), *(endings.seen(fact) if fact.name in _ENDINGS else ())]


def _leads_to(fact: Fact, state: Any) -> Sequence[Reference]:
    """Return the agencies above one, on any day, where a circle could close."""
    if fact.name != "reparented" or not isinstance(state, AgencyRecord):
        return ()
    return [Reference("agency", parent) for _, parent in (*state.parents, *state.sector_parents) if parent]


_PLACING = frozenset({"registered", "baselined", "reparented"})


def _stream_id(fact: Fact) -> str:
    return fact.source


AGGREGATE: Aggregate[AgencyRecord] = Aggregate(
    name="agency",
    state_type=AgencyRecord,
    opens=frozenset({"registered", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=_references,
    sees=_sees,
    leads_to=_leads_to,
    stream_id=_stream_id,
    indexed=agency_index.entries,
)
