"""Dossier statistics: the figures of one month, procedure or field, and channel, in one live version.

Owns the balance of a month and its connection with the month before. Real figures break; a break is taken
if the agency confirms it, and shows as flagged. That an agency reports a field either by procedures or as a
whole is not visible to one stream: oversight shows it where it is broken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.audit.domain.periods import refuse_period_closed
from shared import clock
from shared.contracts.audit.dossier_stats import FIGURES, OUTCOMES
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move

_DECEMBER = 12

MOVES = Moves(
    vi="số liệu của kỳ này",
    en="set of figures for this period",
    table={"submitted": move(), "baselined": move(), "amended": move("submitted")},
    words={"submitted": "đã nộp"},
)


@dataclass(slots=True)
class DossierStatsState:
    """The live figures of one key."""

    #: Id of the event that gave the live figures.
    event_id: str
    #: Dossiers by figure, as in the contract.
    figures: dict[str, int] = field(default_factory=dict)
    #: `opening + received` less all outcomes; other than 0 only where the agency confirmed it.
    difference: int = 0
    balance_confirmed: bool = False
    #: How many versions there have been.
    versions: int = 1

    @property
    def pending(self) -> int:
        """Dossiers that the next month opens with."""
        return self.figures["pending_in_time"] + self.figures["pending_overdue"]


def difference_of(data: Mapping[str, Any]) -> int:
    """Return what the month's figures are out of balance by (0: they balance)."""
    return int(data["opening"] + data["received"] - sum(data[name] for name in OUTCOMES))


def subject_of(data: Mapping[str, Any], period: str | None = None) -> str:
    """Return the subject that belongs to the figures: `{period}:{tthc_code or field}:{channel}`."""
    return f"{period or data['period']}:{data.get('tthc_code') or data.get('field')}:{data['channel']}"


def _month_before(period: str) -> str:
    year, month = int(period[:4]), int(period[5:])
    return f"{year:04d}-{month - 1:02d}" if month > 1 else f"{year - 1:04d}-{_DECEMBER}"


def _key(fact: Fact) -> Refusal | None:
    data = fact.data
    if ("tthc_code" in data) == ("field" in data):
        return refuse(
            "KEY_AMBIGUOUS",
            "Ghi mã thủ tục (tthc_code) hoặc lĩnh vực (field), chỉ một trong hai.",
            "Give either the procedure (tthc_code) or the field (field), not both.",
            "/data/tthc_code",
        )
    if fact.subject != subject_of(data):
        return refuse(
            "SUBJECT_DIFFERS",
            f"subject không khớp số liệu; subject đúng là '{subject_of(data)}'.",
            f"The subject does not match the figures; it must be '{subject_of(data)}'.",
            "/subject",
        )
    if clock.day_of(f"{data['period']}-01") > fact.day:
        return refuse(
            "PERIOD_IN_FUTURE",
            f"Kỳ {data['period']} chưa bắt đầu vào ngày của sự kiện.",
            f"The period {data['period']} had not begun on the day of the event.",
            "/data/period",
        )
    return None


def _broken(pointer: str, vi: str, en: str) -> Refusal:
    return refuse(
        "BALANCE_BROKEN",
        f"{vi} Sửa số liệu, hoặc xác nhận bằng balance_confirmed: true kèm giải trình balance_note.",
        f"{en} Correct the figures, or confirm them by balance_confirmed: true with a balance_note.",
        pointer,
    )


def _balance(fact: Fact, related: Mapping[Reference, Any]) -> Refusal | None:
    data = fact.data
    if data.get("balance_confirmed"):
        return None if "balance_note" in data else _note_missing()
    difference = difference_of(data)
    if difference:
        return _broken(
            "/data/opening",
            f"Tồn kỳ trước + tiếp nhận lệch {difference:+d} hồ sơ so với tổng kết quả giải quyết.",
            f"Opening plus received differs from the sum of all outcomes by {difference:+d} dossiers.",
        )
    before = next((related[reference] for reference in _sees(fact) if reference in related), None)
    if before is not None and before.pending != data["opening"]:
        gap = data["opening"] - before.pending
        return _broken(
            "/data/opening",
            f"Kỳ trước còn {before.pending} hồ sơ đang giải quyết, kỳ này ghi {data['opening']} (lệch {gap:+d}).",
            f"The month before left {before.pending} dossiers pending, this one opens with {data['opening']} ({gap:+d}).",
        )
    return None


def _note_missing() -> Refusal:
    return refuse(
        "BALANCE_NOTE_MISSING",
        "Xác nhận số liệu không cân đối phải kèm giải trình (balance_note).",
        "Confirming figures that do not balance needs an explanation (balance_note).",
        "/data/balance_note",
    )


def _closed(fact: Fact) -> Refusal | None:
    # An amendment always gives its reason.
    return refuse_period_closed(fact) if fact.name == "submitted" else None


def _live_version(state: DossierStatsState | None, fact: Fact) -> Refusal | None:
    if state is None or fact.name != "amended":
        return None
    named = fact.data["corrects"]
    corrected = named if isinstance(named, str) else named["id"]
    if corrected == state.event_id:
        return None
    return refuse(
        "NOT_THE_LIVE_VERSION",
        f"Số liệu hiện hành là của sự kiện '{state.event_id}', không phải '{corrected}'.",
        f"The live figures are those of event '{state.event_id}', not of '{corrected}'.",
        "/data/corrects",
    )


def decide(state: DossierStatsState | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Accept the figures, or refuse them with the rule they break."""
    return (
        _key(fact)
        or check_move(MOVES, "submitted" if state else None, fact)
        or _live_version(state, fact)
        or _closed(fact)
        or _balance(fact, related)
        or ACCEPT
    )


def evolve(state: DossierStatsState | None, fact: Fact) -> DossierStatsState:
    """Return the state with the fact's figures as the live ones."""
    return DossierStatsState(
        event_id=fact.event_id,
        figures={name: int(fact.data[name]) for name in FIGURES},
        difference=difference_of(fact.data),
        balance_confirmed=bool(fact.data.get("balance_confirmed", False)),
        versions=state.versions + 1 if state else 1,
    )


def _sees(fact: Fact) -> Sequence[Reference]:
    before = subject_of(fact.data, _month_before(fact.data["period"]))
    return (Reference("dossier_stats", f"{fact.source}/{before}"),)


AGGREGATE: Aggregate[DossierStatsState] = Aggregate(
    name="dossier_stats",
    state_type=DossierStatsState,
    opens=frozenset({"submitted", "baselined"}),
    decide=decide,
    evolve=evolve,
    sees=_sees,
)
