"""What the registry refuses of official codes: a code belongs to one agency at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.inspection.domain import agency_index
from services.inspection.domain.agency_index import Related
from shared import clock
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.registry.record import AgencyRecord


def seen(fact: Fact) -> Sequence[Reference]:
    """Return the indexes of the codes that a fact names."""
    if fact.name == "code_assigned":
        return [agency_index.holders_of(fact.data["scheme"], fact.data["code"])]
    return [agency_index.holders_of(code["scheme"], code["code"]) for code in fact.data.get("codes", ())]


def _free(fact: Fact, code: Mapping[str, Any], related: Related, pointer: str) -> Refusal | None:
    """Refuse a code that another agency holds at some time of the period."""
    after = clock.day_of(code["valid_to"]) + 1 if code.get("valid_to") else None
    first = clock.day_of(code["valid_from"])
    if after is not None and after <= first:
        return refuse(
            "DATES_REVERSED",
            "Ngày hết hiệu lực của mã sớm hơn ngày bắt đầu.",
            "The last day of the code is before the first.",
            f"{pointer}/valid_to",
        )
    holders = agency_index.other_holders(related, fact.source, (code["scheme"], code["code"]), first, after)
    if not holders:
        return None
    return refuse(
        "CODE_IN_USE",
        f"Mã {code['code']} ({code['scheme']}) đang thuộc cơ quan {holders[0]} trong thời gian đó; "
        "thu hồi mã của cơ quan ấy trước (agency.code_withdrawn).",
        f"Code {code['code']} ({code['scheme']}) belongs to agency {holders[0]} in that time; "
        "withdraw it there first (agency.code_withdrawn).",
        f"{pointer}/code",
    )


def registered(fact: Fact, related: Related) -> Refusal | None:
    """Judge the codes that an agency brings along."""
    for place, code in enumerate(fact.data.get("codes", ())):
        refused = _free(fact, code, related, f"/data/codes/{place}")
        if refused is not None:
            return refused
    return None


def assigned(_state: AgencyRecord, fact: Fact, related: Related) -> Refusal | None:
    """Judge a code that is given to an agency."""
    return _free(fact, fact.data, related, "/data")


def withdrawn(state: AgencyRecord, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse to withdraw a code that the agency does not hold on that day."""
    data = fact.data
    held = [code for code in state.codes if (code["scheme"], code["code"]) == (data["scheme"], data["code"])]
    # The latest period is the one that ends; one that is over would begin again by it, while another agency has the code.
    latest = max(held, key=lambda code: str(code["valid_from"]), default=None)
    if latest and latest["valid_from"] <= data["valid_to"] <= (latest.get("valid_to") or data["valid_to"]):
        return None
    return refuse(
        "CODE_NOT_HELD",
        f"Cơ quan không có mã {data['code']} ({data['scheme']}) vào ngày {data['valid_to']}.",
        f"The agency does not hold the code {data['code']} ({data['scheme']}) on {data['valid_to']}.",
        "/data/code",
    )
