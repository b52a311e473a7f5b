"""Who may say what of a recommendation, and which due dates and ends are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from services.inspection.domain.limits import FREE_EXTENSIONS
from shared import clock
from shared.contracts.inspection.record_owner import owner_of
from shared.eventsourcing import references
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Related
from shared.eventsourcing.rules import day_field, refuse_future


class Standing(Protocol):
    """What the rules look at."""

    status: str
    issuer: str
    addressee: str
    issued_on: str
    due_on: str
    extensions: int


Rule = Callable[[Any, Fact, Related], Refusal | None]


def opened(fact: Fact) -> Refusal | None:
    """Refuse a due date before the day of issue."""
    issued_on = day_field(fact, "issued_on")
    return refuse_future(fact, "issued_on") or _due_before_issue(fact.data["due_on"], issued_on, "/data/due_on")


def _due_before_issue(due_on: str, issued_on: str, pointer: str) -> Refusal | None:
    if due_on >= issued_on:
        return None
    return refuse(
        "DUE_BEFORE_ISSUED",
        f"Thời hạn {due_on} sớm hơn ngày ban hành {issued_on}.",
        f"The due date {due_on} is before the day of issue, {issued_on}.",
        pointer,
    )


def by_addressee(state: Standing, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse an answer that is neither the addressee's nor recorded by the issuer for it."""
    if fact.source in (state.addressee, state.issuer):
        return None
    return refuse(
        "NOT_ADDRESSEE",
        f"Chỉ cơ quan được kiến nghị ({state.addressee}), hoặc cơ quan kiến nghị ghi nhận thay, được trả lời.",
        f"Only the addressee ({state.addressee}) answers, or the issuer for it.",
        "/source",
    )


def by_issuer(state: Standing, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse that anybody but the issuer settles; the addressee never verifies itself."""
    if state.addressee in (fact.source, fact.asserter):
        return refuse(
            "VERIFIER_IS_ADDRESSEE",
            "Cơ quan được kiến nghị không tự xác nhận, thay đổi thời hạn hoặc kết thúc kiến nghị.",
            "The addressee does not verify, extend or settle the recommendation itself.",
            "/source",
        )
    if fact.source == state.issuer:
        return None
    return refuse(
        "NOT_ISSUER",
        f"Chỉ cơ quan kiến nghị ({state.issuer}) được thực hiện bước này.",
        f"Only the issuer ({state.issuer}) does this.",
        "/source",
    )


def due_changed(state: Standing, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a due date that is no change, too early, or moved again and again without a decision."""
    old, new = fact.data["from"], fact.data["to"]
    if old != state.due_on:
        return refuse(
            "VALUE_NOT_CURRENT",
            f"Thời hạn hiện tại là {state.due_on}, không phải {old}.",
            f"The present due date is {state.due_on}, not {old}.",
            "/data/from",
        )
    if new == old:
        return refuse(
            "SAME_VALUE",
            "Thời hạn mới trùng với thời hạn hiện tại.",
            "The new due date is the present one.",
            "/data/to",
        )
    if new > old and state.extensions >= FREE_EXTENSIONS and not fact.data.get("decision_no"):
        return refuse(
            "DECISION_MISSING",
            f"Từ lần gia hạn thứ {FREE_EXTENSIONS + 1} phải có quyết định (decision_no).",
            f"From extension number {FREE_EXTENSIONS + 1} on a decision is needed (decision_no).",
            "/data/decision_no",
        )
    return _due_before_issue(new, state.issued_on, "/data/to")


def risk_accepted(_state: Standing, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse to close as not implemented while nobody takes the risk by name."""
    if "risk_acceptance" in fact.data:
        return refuse_future(fact, "verified_on")
    return refuse(
        "RISK_NOT_ACCEPTED",
        "Kết thúc khi chưa thực hiện phải nêu vị trí chấp nhận rủi ro (risk_acceptance).",
        "Closing it unimplemented needs somebody who accepts the risk by name of the post (risk_acceptance).",
        "/data/risk_acceptance",
    )


def verified(_state: Standing, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a verification on a day to come."""
    return refuse_future(fact, "verified_on")


def superseded(_state: Standing, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse that a recommendation replaces itself."""
    named = fact.data.get("by")
    if (
        named is None
        or references.stream_of(named, fact) != f"{owner_of('recommendation', fact.source, fact.data)}/{fact.subject}"
    ):
        return None
    return refuse(
        "REPLACES_ITSELF", "Kiến nghị không thể tự thay thế chính mình.", "It cannot replace itself.", "/data/by"
    )


def transferred(state: Standing, fact: Fact, related: Related) -> Refusal | None:
    """Refuse a transfer to the present side, or to an agency that does not exist on that day."""
    to, party = fact.data["to"], fact.data["party"]
    if to == (state.addressee if party == "addressee" else state.issuer):
        return refuse(
            "SAME_VALUE", "Cơ quan mới trùng với cơ quan hiện tại.", "The new agency is the present one.", "/data/to"
        )
    record = related.get(Reference("agency", to))
    if record is None or record.live_on(clock.day_of(fact.data["effective"])):
        return None
    return refuse(
        "SUCCESSOR_NOT_LIVE",
        f"Cơ quan {to} không hoạt động vào ngày {fact.data['effective']}.",
        f"The agency {to} does not exist on {fact.data['effective']}.",
        "/data/to",
    )
