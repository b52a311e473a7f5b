"""Monthly dossier statistics over time: feeds I7 (on-time rate), I7a (backlog), I7b (balance), I8.

One stream is one return: an agency, a month, a field or public procedure, a channel; an amendment replaces it.
Source: Decree 61/2018/NĐ-CP. Measures, by month `YYYY-MM`: `dossiers` (resolved early or on time, resolved late,
received, returns), `dossier_stock` (pending overdue, pending in time, returns), `dossier_balance` (returns that do not balance,
sum of what is missing); by `{month}|{public procedure}`: `dossiers_tthc` (received), where returns are made by procedure.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from services.inspection.indicators.timeline import Family, Happening, Step

DOSSIERS = "dossiers"
DOSSIER_STOCK = "dossier_stock"
DOSSIER_BALANCE = "dossier_balance"
DOSSIERS_TTHC = "dossiers_tthc"

#: What a return counts; `opening + received` equals the sum of the other eight.
_INCOMING = ("opening", "received")
_OUTCOMES = (
    "resolved_early",
    "resolved_on_time",
    "resolved_late",
    "pending_in_time",
    "pending_overdue",
    "returned_incomplete",
    "withdrawn",
)
COUNTS = (*_INCOMING, *_OUTCOMES)

#: What is missing counts up to here, so that it fits four bytes even when one return replaces another.
_LIMIT = 1_000_000_000


@dataclass(slots=True)
class ReturnState:
    """The return as last submitted or amended."""

    month: str = ""
    tthc_code: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def evolve(state: ReturnState, fact: Happening) -> None:
    """Take one fact; an amendment changes what it names."""
    if fact.name not in ("submitted", "amended", "baselined"):
        return
    state.month = str(fact.data.get("period", state.month))[:7]
    state.tthc_code = str(fact.data.get("tthc_code") or state.tthc_code)
    for name in COUNTS:
        if name in fact.data:
            state.counts[name] = int(fact.data[name])


def steps(state: ReturnState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if not state.month:
        return []
    told = state.counts.get
    received = told("received", 0)
    on_time = told("resolved_early", 0) + told("resolved_on_time", 0)
    result = [
        # Clamped to the day of the return; the month is the dimension.
        Step(DOSSIERS, state.month, 0, (on_time, told("resolved_late", 0), received, 1)),
        Step(DOSSIER_STOCK, state.month, 0, (told("pending_overdue", 0), told("pending_in_time", 0), 1, 0)),
    ]
    if state.tthc_code and received:
        by_procedure = f"{state.month}|{state.tthc_code}"
        result.append(Step(DOSSIERS_TTHC, by_procedure, 0, (received, 0, 0, 0)))
    missing = told("opening", 0) + received - sum([told(name, 0) for name in _OUTCOMES])
    missing = max(-_LIMIT, min(_LIMIT, missing))
    if missing:
        result.append(Step(DOSSIER_BALANCE, state.month, 0, (1, missing, 0, 0)))
    return result


FAMILY: Family[ReturnState] = Family("dossier_stats", ReturnState, evolve, steps)
