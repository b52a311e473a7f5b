"""A receipt as an officer reads it: what became of the event, why, what to do next; and which field a reason is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.inspection.web.contract_forms import path_of
from services.inspection.web.filters import N_
from shared import clock
from shared.contracts import fields as contract
from shared.contracts.catalogue import EventType
from shared.contracts.envelope import SOURCE_PREFIX

#: Message id of the state, colour, and what to do next, by status.
_STATES: Mapping[str, tuple[str, str, str]] = {
    "accepted": (N_("Taken into the log"), "green", N_("The event is in the log and cannot be lost. Nothing more needs to be done.")),
    "waiting": (
        N_("Waiting"),
        "yellow",
        N_("It is recorded by itself when what it needs arrives. Send what is missing, or repair the event."),
    ),
    "refused": (N_("Refused"), "red", N_("It is kept as it came, and counts nowhere. Repair it and send it again.")),
    "discarded": (N_("Given up"), "grey", N_("It was given up and counts nowhere. If the fact holds, send it as a new event.")),
    "applied": (N_("Taken into the log"), "green", N_("The event is in the log and cannot be lost. Nothing more needs to be done.")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt; message ids are translated by the page."""

    #: Message id, colour, and message id of what to do next.
    state: str
    tone: str
    advice: str
    status: str
    agency_id: str
    event_id: str
    type: str
    #: Service that keeps it, and the event's number in its log.
    service: str
    position: int | None
    #: Instants in microseconds.
    received_at: int
    recorded_at: int | None
    #: SHA-256 of the stored bytes as a leaf (RFC 6962), in hexadecimal.
    digest: str
    #: Why it was refused or waits, and which field that is about.
    code: str
    hint: str
    field: str
    #: Where it can be repaired; empty where there is nothing to repair.
    repair: str


def receipt_of(told: Mapping[str, Any], kind: EventType | None, language: str) -> Receipt:
    """Return what a receipt of the API says."""
    status = str(told["status"])
    state, tone, advice = _STATES.get(status, (status, "grey", ""))
    recorded_at = told.get("recorded_at")
    item = told.get("quarantine_id")
    return Receipt(
        state=state,
        tone=tone,
        advice=advice,
        status=status,
        agency_id=str(told["source"]).removeprefix(SOURCE_PREFIX),
        event_id=str(told["id"]),
        type=str(told.get("type") or ""),
        service=str(told["service"]),
        position=told.get("position"),
        received_at=clock.from_rfc3339(str(told["received_at"])),
        recorded_at=clock.from_rfc3339(recorded_at) if recorded_at else None,
        digest=str(told.get("digest") or ""),
        code=str(told.get("code") or ""),
        hint=str((told.get("hint") or {}).get(language) or ""),
        field=field_title(kind, str(told.get("pointer") or ""), language),
        repair=f"/submissions/{item}" if item and status in ("waiting", "refused") else "",
    )


def field_title(kind: EventType | None, pointer: str, language: str) -> str:
    """Return the name of the field that a reason is about, as its form has it; its path where it has none."""
    path = path_of(pointer)
    if kind is None or not path:
        return pointer.strip("/")
    titles: list[str] = []
    fields: Mapping[str, Any] = kind.schema().fields
    for part in path.split("."):
        if part.isdigit():
            titles.append(str(int(part) + 1))
            continue
        found = fields.get(part)
        if not isinstance(found, contract.Contract):
            return path
        titles.append(str(found.metadata["en" if language == "en" else "vi"]))
        inner = found.item if isinstance(found, contract.ListOf) else found
        fields = inner.nested().fields if isinstance(inner, contract.Object) else {}
    return " › ".join(titles)
