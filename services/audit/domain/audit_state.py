"""What is remembered of an audit between its events, and the order of its states."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.eventsourcing.transitions import Moves, move


@dataclass(slots=True)
class AuditState:
    """Where an audit stands; days are ISO dates."""

    status: str
    kind: str
    planned_from: str
    planned_to: str
    #: Last planned day before any change of dates.
    original_planned_to: str
    mandatory_items: list[str] = field(default_factory=list)
    #: Result by item of the checklist.
    answers: dict[str, str] = field(default_factory=dict)
    #: Class by finding id.
    findings: dict[str, str] = field(default_factory=dict)
    started_on: str | None = None
    completed_on: str | None = None
    #: Stream id of the audit it became part of.
    combined_into: str | None = None

    @property
    def ahead(self) -> bool:
        """Whether the audit has yet to begin."""
        return self.status in ("planned", "notified", "postponed")


MOVES = Moves(
    vi="cuộc đánh giá",
    en="audit",
    table={
        "planned": move(to="planned"),
        "baselined": move(),
        "notified": move("planned", to="notified"),
        # With new days the unit has to be told again.
        "rescheduled": move("planned", "notified", "postponed", to="planned"),
        "postponed": move("planned", "notified", to="postponed"),
        "cancelled": move("planned", "notified", "postponed", "in_progress", to="cancelled"),
        "combined": move("planned", "notified", "postponed", to="combined"),
        "started": move("planned", "notified", to="in_progress"),
        "checklist_answered": move("in_progress"),
        "finding_recorded": move("in_progress"),
        "reported": move("in_progress", to="reported"),
        "completed": move("reported", to="completed"),
    },
    words={
        "planned": "đã lập kế hoạch",
        "notified": "đã thông báo",
        "postponed": "đã hoãn",
        "in_progress": "đang thực hiện",
        "reported": "đã báo cáo",
        "completed": "đã hoàn thành",
        "combined": "đã ghép",
        "cancelled": "đã hủy",
    },
)
