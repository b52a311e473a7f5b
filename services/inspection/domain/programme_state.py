"""Where an inspection programme stands: its order of states, its entries, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.inspection.domain.limits import DEFAULT_ONSITE_SHARE
from shared.eventsourcing.transitions import Moves, move

_OPEN = ("draft", "selection_done", "consulted", "approved", "running")

MOVES = Moves(
    vi="kế hoạch kiểm tra",
    en="inspection programme",
    table={
        "drafted": move(to="draft"),
        "baselined": move(),
        "selection_adopted": move("draft", "selection_done", to="selection_done"),
        "entry_added": move(*_OPEN),
        "entry_removed": move(*_OPEN),
        "consulted": move("selection_done", to="consulted"),
        "approved": move("consulted", to="approved"),
        "started": move("approved", to="running"),
        "amended": move("approved", "running"),
        "closed": move("approved", "running", to="closed"),
    },
    words={
        "draft": "dự thảo",
        "selection_done": "đã lựa chọn cơ quan",
        "consulted": "đã lấy ý kiến",
        "approved": "đã phê duyệt",
        "running": "đang thực hiện",
        "closed": "đã kết thúc",
    },
)


@dataclass(slots=True)
class ProgrammeState:
    """Where a programme stands; days are ISO dates."""

    status: str
    year: int
    #: Person-days that there are.
    capacity_days: float
    onsite_share_min: float
    #: `{"agency_id", "mode", "quarter", "person_days", "joint_with", "cause"}`, in order of coming.
    entries: list[dict[str, Any]] = field(default_factory=list)
    #: Stream of the selection that was adopted last.
    selection: str | None = None
    decision_no: str | None = None
    approved_on: str | None = None

    @property
    def in_force(self) -> bool:
        """Whether it is approved and not over: what must hold of it holds at every change."""
        return self.status in ("approved", "running")

    @property
    def effort(self) -> float:
        """Return the person-days of all entries."""
        return float(sum(entry["person_days"] for entry in self.entries))

    @property
    def onsite_share(self) -> float | None:
        """Return the share of entries on site; None where there is none."""
        if not self.entries:
            return None
        return sum(1 for entry in self.entries if entry["mode"] == "on_site") / len(self.entries)


def subject_of(year: int) -> str:
    """Return the subject of the programme of a year."""
    return f"programme-{year}"


def entry_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry as the state keeps it."""
    return {name: data.get(name) for name in ("agency_id", "mode", "quarter", "person_days", "joint_with", "cause")}


def opened(data: Mapping[str, Any]) -> ProgrammeState:
    """Return the state after a draft or a baseline."""
    return ProgrammeState(
        status=data.get("state", "draft"),
        year=data["year"],
        capacity_days=data["capacity_days"],
        onsite_share_min=data.get("onsite_share_min", DEFAULT_ONSITE_SHARE),
        entries=[entry_of(entry) for entry in data.get("entries", ())],
        decision_no=data.get("decision_no"),
        approved_on=data.get("approved_on"),
    )


def removes(removal: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Return whether a removal takes an entry out; one without a quarter takes all of the agency's."""
    same_agency = bool(removal["agency_id"] == entry["agency_id"])
    return same_agency and removal.get("quarter") in (None, entry["quarter"])


def changed(
    entries: Sequence[dict[str, Any]], added: Iterable[Mapping[str, Any]], removed: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the entries after some were taken out and others put in."""
    kept = [entry for entry in entries if not any(removes(removal, entry) for removal in removed)]
    return kept + [entry_of(entry) for entry in added]
