"""The audit programme of a year: drafted, approved, amended, closed once every audit is accounted for.

The year is part of the key, so that an agency cannot have two programmes for one year. Owns the list of audits; the
audits are records of their own, and closing looks at each of them (ISO 9001:2015 9.2.2; ISO 19011:2018 clause 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import refuse_future, refuse_incomplete, refuse_subject, refuse_unchanged
from shared.eventsourcing.transitions import Moves, move

#: An audit in one of these states is done with.
_ENDED = ("completed", "combined", "cancelled")
#: An audit in one of these has begun, so that it cannot be called not held.
_UNDER_WAY = ("in_progress", "reported")

MOVES = Moves(
    vi="chương trình đánh giá",
    en="audit programme",
    table={
        "drafted": move(to="drafted"),
        "baselined": move(),
        "approved": move("drafted", to="approved"),
        "amended": move("drafted", "approved"),
        "closed": move("approved", to="closed"),
    },
    words={"drafted": "dự thảo", "approved": "đã phê duyệt", "closed": "đã kết thúc"},
)


@dataclass(slots=True)
class ProgrammeState:
    """Where a programme stands; days are ISO dates."""

    status: str
    year: int
    #: Streams of the audits it foresees.
    audits: list[str] = field(default_factory=list)
    approved_on: str | None = None
    #: How often it was amended.
    amendments: int = 0


def subject_of(year: int) -> str:
    """Return the subject of the programme of a year."""
    return f"programme-{year}"


def _streams(entries: Iterable[Mapping[str, Any]], fact: Fact) -> list[str]:
    return [references.stream_of(entry["audit_id"], fact) for entry in entries]


def _listed_twice(
    present: Iterable[str], entries: Sequence[Mapping[str, Any]], fact: Fact, name: str
) -> Refusal | None:
    known = set(present)
    for index, stream in enumerate(_streams(entries, fact)):
        if stream in known:
            return refuse(
                "AUDIT_LISTED_TWICE",
                f"Cuộc đánh giá '{stream}' đã có trong chương trình. Bỏ bản ghi trùng.",
                f"The audit '{stream}' is in the programme already. Leave the second one out.",
                f"/data/{name}/{index}/audit_id",
            )
        known.add(stream)
    return None


def _not_in_programme(
    state: ProgrammeState, entries: Sequence[Mapping[str, Any]], fact: Fact, name: str
) -> Refusal | None:
    for index, stream in enumerate(_streams(entries, fact)):
        if stream not in state.audits:
            return refuse(
                "AUDIT_NOT_IN_PROGRAMME",
                f"Cuộc đánh giá '{stream}' không có trong chương trình. Kiểm tra lại mã.",
                f"The audit '{stream}' is not in the programme. Check its id.",
                f"/data/{name}/{index}/audit_id",
            )
    return None


def _drafted(fact: Fact) -> Refusal | None:
    return refuse_subject(fact, subject_of(fact.data["year"])) or _listed_twice((), fact.data["audits"], fact, "audits")


def _baselined(fact: Fact) -> Refusal | None:
    return _drafted(fact) or refuse_incomplete(fact, "approved_on", ("approved", "closed"))


def _approved(_state: ProgrammeState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_future(fact, "approved_on")


def _amended(state: ProgrammeState, fact: Fact, _related: Related) -> Refusal | None:
    added, removed = fact.data.get("added", ()), fact.data.get("removed", ())
    return (
        refuse_unchanged(fact, ("objectives", "added", "removed"))
        or _listed_twice(state.audits, added, fact, "added")
        or _not_in_programme(state, removed, fact, "removed")
    )


def _closed(state: ProgrammeState, fact: Fact, related: Related) -> Refusal | None:
    named = fact.data["audits"]
    refused = _not_in_programme(state, named, fact, "audits") or _unaccounted(state, fact)
    if refused is not None:
        return refused
    for index, entry in enumerate(named):
        audit = related.get(references.to("audit", entry["audit_id"], fact))
        given_up = "not_held_reason" in entry
        if audit is not None and (audit.status in _UNDER_WAY if given_up else audit.status not in _ENDED):
            return refuse(
                "AUDIT_STILL_OPEN",
                f"Cuộc đánh giá đang ở trạng thái '{audit.status}'. Hoàn thành hoặc hủy trước khi kết thúc chương trình; "
                "nếu chưa bắt đầu, có thể ghi lý do không thực hiện (not_held_reason).",
                f"The audit is in state '{audit.status}'. Complete or cancel it before the programme is closed; "
                "one that has not begun may be given a not_held_reason.",
                f"/data/audits/{index}",
            )
    return refuse_future(fact, "closed_on")


def _unaccounted(state: ProgrammeState, fact: Fact) -> Refusal | None:
    named = set(_streams(fact.data["audits"], fact))
    missing = [stream for stream in state.audits if stream not in named]
    if not missing:
        return None
    listed = ", ".join(missing)
    return refuse(
        "AUDITS_UNACCOUNTED",
        f"Chưa nêu kết quả của cuộc đánh giá: {listed}. Liệt kê toàn bộ các cuộc đánh giá trong audits.",
        f"Nothing is said about: {listed}. List all audits of the programme in audits.",
        "/data/audits",
    )


def _opened(fact: Fact) -> ProgrammeState:
    data = fact.data
    return ProgrammeState(
        status=data.get("state", "drafted"),
        year=data["year"],
        audits=_streams(data["audits"], fact),
        approved_on=data.get("approved_on"),
    )


def _with_amendment(state: ProgrammeState, fact: Fact) -> dict[str, Any]:
    removed = set(_streams(fact.data.get("removed", ()), fact))
    kept = [stream for stream in state.audits if stream not in removed]
    return {"audits": kept + _streams(fact.data.get("added", ()), fact), "amendments": state.amendments + 1}


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_opened,
    openings={"drafted": _drafted, "baselined": _baselined},
    rules={"approved": _approved, "amended": _amended, "closed": _closed},
    changes={
        "approved": lambda _state, fact: {"approved_on": fact.data["approved_on"]},
        "amended": _with_amendment,
    },
)


def _settled(fact: Fact, *, given_up: bool) -> Sequence[Reference]:
    if fact.name != "closed":
        return ()
    named = [entry for entry in fact.data["audits"] if ("not_held_reason" in entry) == given_up]
    return [references.to("audit", entry["audit_id"], fact) for entry in named]


AGGREGATE: Aggregate[ProgrammeState] = Aggregate(
    name="audit_programme",
    state_type=ProgrammeState,
    opens=frozenset({"drafted", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
    references=lambda fact: _settled(fact, given_up=False),
    sees=lambda fact: _settled(fact, given_up=True),
)
