"""State machines as tables: which event is allowed from which state, and where it leads.

Owns the wording of a refused transition, so that all aggregates say it alike: where the record
stands and what may come next. Knows no aggregate itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact


@dataclass(frozen=True, slots=True)
class Move:
    """From which states an event is allowed, and the state after it."""

    #: States the event is allowed from; empty for events that only open a stream.
    origins: frozenset[str]
    #: State after the event; empty text keeps the present one.
    target: str = ""
    #: Whether only the system records the event: nobody is told to push it.
    by_system: bool = False


def move(*origins: str, to: str = "", by_system: bool = False) -> Move:
    """Return a move from any of the states; without `to` the state stays as it is."""
    return Move(frozenset(origins), to, by_system)


@dataclass(frozen=True, slots=True)
class Moves:
    """The state machine of one kind of aggregate, with the words to talk about it."""

    #: The aggregate in Vietnamese and English: "quy trình", "procedure".
    vi: str
    en: str
    #: Allowed moves by event name (the last part of the type).
    table: Mapping[str, Move]
    #: Vietnamese words for the states; a state without one is shown as it is.
    words: Mapping[str, str] = field(default_factory=dict)

    def allowed_from(self, status: str) -> list[str]:
        """Return the names of the events that may follow in a state."""
        return [name for name, step in self.table.items() if status in step.origins]

    def offered_from(self, status: str) -> list[str]:
        """Return the names of the events that somebody may push in a state."""
        return [name for name in self.allowed_from(status) if not self.table[name].by_system]

    def after(self, status: str, event: str) -> str:
        """Return the state after an accepted event; events without a target keep the state."""
        step = self.table.get(event)
        return step.target if step and step.target else status


def not_allowed(vi: str, en: str, status: str, event: str, allowed: Iterable[str], status_vi: str = "") -> Refusal:
    """Return the refusal of an event that does not fit the state; the hint says what would."""
    listed = ", ".join(allowed)
    return refuse(
        "TRANSITION_NOT_ALLOWED",
        f"Không thể ghi nhận sự kiện '{event}': {vi} đang ở trạng thái '{status_vi or status}'. "
        + (f"Các sự kiện được phép tiếp theo: {listed}." if listed else "Không còn sự kiện nào được phép."),
        f"'{event}' is not possible: the {en} is in state '{status}'. "
        + (f"Allowed next: {listed}." if listed else "Nothing more is allowed."),
        "/type",
    )


def already_exists(vi: str, en: str, subject: str) -> Refusal:
    """Return the refusal of an event that would open a stream which is open already."""
    return refuse(
        "ALREADY_EXISTS",
        f"Đã có {vi} với subject '{subject}'. Nếu cần sửa, gửi lại đủ các trường với cùng type và subject, id mới và "
        "corrects là id của sự kiện đã mở bản ghi đó. Chỉ dùng subject khác khi đây là một bản ghi khác.",
        f"There is already a {en} with the subject '{subject}'. To correct it, push all its fields again with the same type "
        "and subject, a new id, and corrects naming the id of the event that opened it. Use another subject only for "
        "another record.",
        "/subject",
    )


def check_move(moves: Moves, status: str | None, fact: Fact) -> Refusal | None:
    """Return why the event does not fit the state, or None if it does.

    `status` is None where the stream has no event yet: the kernel lets only opening events
    come this far.
    """
    step = moves.table.get(fact.name)
    if status is None or (step and status in step.origins):
        return None
    if step is not None and not step.origins:
        return already_exists(moves.vi, moves.en, fact.subject)
    return not_allowed(moves.vi, moves.en, status, fact.name, moves.offered_from(status), moves.words.get(status, ""))
