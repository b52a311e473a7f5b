"""What an inspection programme may not do: exceed its capacity, visit too little on site, come twice without cause.

The sums are checked when the programme is approved and at every change after that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.inspection.domain.programme_state import ProgrammeState, changed, removes, subject_of
from shared.eventsourcing import references
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Related
from shared.eventsourcing.rules import refuse_future, refuse_incomplete, refuse_subject, refuse_unchanged

#: An inspection in one of these states is done with, as far as the programme goes.
_HELD = ("concluded", "follow_up", "closed", "cancelled")
#: An inspection in one of these has not begun, so that it can be called not held.
_NOT_BEGUN = ("planned", "decided", "announced", "documents_received", "postponed")


def drafted(fact: Fact) -> Refusal | None:
    """Judge a draft: one a year."""
    return refuse_subject(fact, subject_of(fact.data["year"]))


def baselined(fact: Fact) -> Refusal | None:
    """Judge a state that was brought along."""
    return (
        drafted(fact)
        or refuse_incomplete(fact, "approved_on", ("approved", "running", "closed"))
        or _listed_twice((), fact.data.get("entries", ()), "entries")
    )


def selection_adopted(_state: ProgrammeState, fact: Fact, related: Related) -> Refusal | None:
    """Refuse entries that differ from the selection: adding and dropping by hand are events of their own."""
    twice = _listed_twice((), fact.data["entries"], "entries")
    selection = related.get(references.to("selection", fact.data["selection_id"], fact))
    if twice is not None or selection is None:
        return twice
    listed = [entry["agency_id"] for entry in fact.data["entries"]]
    for index, agency in enumerate(listed):
        if agency not in selection.picked:
            return refuse(
                "ENTRY_NOT_PICKED",
                f"Cơ quan {agency} không có trong kết quả lựa chọn. Bổ sung bằng sự kiện entry_added, nêu lý do.",
                f"The agency {agency} was not picked. Add it by entry_added, with the reason.",
                f"/data/entries/{index}/agency_id",
            )
    missing = [agency for agency in selection.picked if agency not in set(listed)]
    if not missing:
        return None
    named = ", ".join(missing[:5])
    return refuse(
        "PICK_LEFT_OUT",
        f"Thiếu cơ quan đã được chọn: {named}. Đưa đủ vào kế hoạch rồi loại bằng entry_removed, nêu lý do.",
        f"Agencies that were picked are missing: {named}. Take all in, then drop by entry_removed, with the reason.",
        "/data/entries",
    )


def _listed_twice(
    present: Iterable[Mapping[str, Any]], added: Sequence[Mapping[str, Any]], name: str
) -> Refusal | None:
    known = {(entry["agency_id"], entry["quarter"]) for entry in present}
    for index, entry in enumerate(added):
        key = (entry["agency_id"], entry["quarter"])
        if key in known:
            return refuse(
                "ENTRY_LISTED_TWICE",
                f"Cơ quan {key[0]} đã có trong kế hoạch quý {key[1]}.",
                f"The agency {key[0]} is in the programme for quarter {key[1]} already.",
                f"/data/{name}/{index}" if name else "/data/agency_id",
            )
        known.add(key)
    return None


def _not_listed(state: ProgrammeState, removals: Sequence[Mapping[str, Any]], name: str) -> Refusal | None:
    for index, removal in enumerate(removals):
        if not any(removes(removal, entry) for entry in state.entries):
            return refuse(
                "ENTRY_NOT_IN_PROGRAMME",
                f"Kế hoạch không có cuộc kiểm tra này tại cơ quan {removal['agency_id']}.",
                f"The programme has no such inspection of {removal['agency_id']}.",
                f"/data/{name}/{index}" if name else "/data/agency_id",
            )
    return None


def entry_added(state: ProgrammeState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse an entry that is there, or that an approved programme has no room for."""
    return _listed_twice(state.entries, [fact.data], "") or _still_sound(state, [fact.data], [])


def entry_removed(state: ProgrammeState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse to take out what is not there, or what leaves an approved programme with too little on site."""
    return _not_listed(state, [fact.data], "") or _still_sound(state, [], [fact.data])


def amended(state: ProgrammeState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a change that says nothing, or after which the programme would not be sound."""
    added, removed = fact.data.get("added", []), fact.data.get("removed", [])
    fields = ("objectives", "capacity_days", "onsite_share_min", "added", "removed")
    after = replace(
        state,
        capacity_days=fact.data.get("capacity_days", state.capacity_days),
        onsite_share_min=fact.data.get("onsite_share_min", state.onsite_share_min),
    )
    return (
        refuse_unchanged(fact, fields)
        or _not_listed(state, removed, "removed")
        or _listed_twice(changed(state.entries, (), removed), added, "added")
        or _still_sound(after, added, removed)
    )


def approved(state: ProgrammeState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse the approval of a programme that is empty, unsound, or not held against those of others."""
    if not state.entries:
        return refuse(
            "PROGRAMME_EMPTY",
            "Kế hoạch chưa có cuộc kiểm tra nào.",
            "The programme has no inspection.",
            "/data",
        )
    return refuse_future(fact, "approved_on") or sound(state) or _conflicts_checked(fact)


def _conflicts_checked(fact: Fact) -> Refusal | None:
    check = fact.data.get("conflict_check")
    if check is None:
        return refuse(
            "CONFLICT_CHECK_MISSING",
            "Chưa rà soát chồng chéo với kế hoạch của cơ quan khác (conflict_check).",
            "The programme was not held against those of others (conflict_check).",
            "/data/conflict_check",
        )
    if check["overlaps_found"] <= check.get("made_joint", 0) or check.get("kept_reason"):
        return None
    return refuse(
        "OVERLAPS_UNRESOLVED",
        "Còn cặp chồng chéo chưa chuyển thành phối hợp; nêu lý do giữ lại (kept_reason).",
        "Overlapping pairs are left that were not made joint; say why they are kept (kept_reason).",
        "/data/conflict_check/kept_reason",
    )


def _still_sound(
    state: ProgrammeState, added: Iterable[Mapping[str, Any]], removed: Sequence[Mapping[str, Any]]
) -> Refusal | None:
    if not state.in_force:
        return None
    return sound(replace(state, entries=changed(state.entries, added, removed)))


def sound(state: ProgrammeState) -> Refusal | None:
    """Refuse a programme that exceeds its capacity, visits too little on site, or one agency twice without cause."""
    if state.effort > state.capacity_days:
        return refuse(
            "CAPACITY_EXCEEDED",
            f"Tổng số ngày công {state.effort:g} vượt năng lực {state.capacity_days:g}.",
            f"The entries take {state.effort:g} person-days; there are {state.capacity_days:g}.",
            "/data",
        )
    share = state.onsite_share
    if share is not None and share < state.onsite_share_min:
        return refuse(
            "ONSITE_SHARE_BELOW_MINIMUM",
            f"Tỷ lệ kiểm tra trực tiếp {share:.0%} thấp hơn mức tối thiểu {state.onsite_share_min:.0%}.",
            f"{share:.0%} of the inspections are on site; at least {state.onsite_share_min:.0%} must be.",
            "/data",
        )
    return _second_visit(state)


def _second_visit(state: ProgrammeState) -> Refusal | None:
    on_site = [entry for entry in state.entries if entry["mode"] == "on_site"]
    visits = Counter(entry["agency_id"] for entry in on_site)
    for agency, count in visits.items():
        causes = sum(1 for entry in on_site if entry["agency_id"] == agency and entry["cause"])
        if causes < count - 1:
            return refuse(
                "SECOND_VISIT_WITHOUT_CAUSE",
                f"Cơ quan {agency} được kiểm tra trực tiếp {count} lần trong năm; nêu lý do (cause).",
                f"The agency {agency} would be visited on site {count} times in the year; give the cause.",
                "/data",
            )
    return None


def closed(state: ProgrammeState, fact: Fact, related: Related) -> Refusal | None:
    """Refuse to close a programme while the outcome of an entry is open."""
    named = {(entry["agency_id"], entry["quarter"]) for entry in fact.data["outcomes"]}
    missing = [entry for entry in state.entries if (entry["agency_id"], entry["quarter"]) not in named]
    if missing:
        listed = ", ".join(f"{entry['agency_id']} (Q{entry['quarter']})" for entry in missing[:5])
        return refuse(
            "ENTRIES_WITHOUT_OUTCOME",
            f"Chưa nêu kết quả của: {listed}.",
            f"Nothing is said about: {listed}.",
            "/data/outcomes",
        )
    for index, outcome in enumerate(fact.data["outcomes"]):
        refused = _outcome(fact, outcome, related, f"/data/outcomes/{index}")
        if refused is not None:
            return refused
    return refuse_future(fact, "closed_on")


def _outcome(fact: Fact, outcome: Mapping[str, Any], related: Related, pointer: str) -> Refusal | None:
    named, given_up = outcome.get("inspection_id"), bool(outcome.get("not_held_reason"))
    if named is None and not given_up:
        return refuse(
            "OUTCOME_MISSING",
            "Nêu cuộc kiểm tra đã thực hiện (inspection_id) hoặc lý do không thực hiện (not_held_reason).",
            "Name the inspection (inspection_id), or say why it was not held (not_held_reason).",
            pointer,
        )
    inspection = related.get(references.to("inspection", named, fact)) if named else None
    if inspection is None or inspection.status in _HELD or (given_up and inspection.status in _NOT_BEGUN):
        return None
    return refuse(
        "INSPECTION_STILL_OPEN",
        f"Cuộc kiểm tra đang ở trạng thái '{inspection.status}'. Kết luận hoặc hủy trước khi kết thúc kế hoạch.",
        f"The inspection is in state '{inspection.status}'. Conclude or cancel it before the programme is closed.",
        pointer,
    )
