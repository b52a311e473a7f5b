"""Reads from events what matters for staleness: changes of texts, and facts of procedures' legal basis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from services.documents.domain.staleness import BasisFact, TextChange
from shared import clock

_CAUSES = {"partly_amended": "amended", "replaced": "replaced", "repealed": "repealed"}

#: Events of procedures that bear on staleness.
PROCEDURE_EVENTS = frozenset(
    f"qms.procedure.{name}"
    for name in ("drafted", "submitted", "issued", "revised", "reviewed_no_change", "withdrawn", "baselined")
)
#: Events that change a legal text.
CHANGE_EVENTS = frozenset(f"qms.legal_text.{name}" for name in ("amended", "replaced", "repealed", "baselined"))
#: Take back an event of a procedure, or of a text.
PROCEDURE_RETRACTED = "qms.procedure.retracted"
TEXT_RETRACTED = "qms.legal_text.retracted"


class Recorded(Protocol):
    """An event of the log, as far as it is read here."""

    @property
    def type(self) -> str: ...  # noqa: D102 - named as in the envelope
    @property
    def source(self) -> str: ...  # noqa: D102
    @property
    def subject(self) -> str: ...  # noqa: D102
    @property
    def event_id(self) -> str: ...  # noqa: D102
    @property
    def occurred_at(self) -> int: ...  # noqa: D102
    @property
    def day(self) -> int: ...  # noqa: D102
    @property
    def corrected_id(self) -> str | None: ...  # noqa: D102
    @property
    def data(self) -> Mapping[str, Any]: ...  # noqa: D102


def change_of(event: Recorded) -> TextChange | None:
    """Return the change that an event makes to its legal text; None for a text baselined unchanged."""
    data, cause = event.data, event.type.rpartition(".")[2]
    effective_from = data.get("effective_from")
    if cause == "baselined":
        cause, effective_from = _CAUSES.get(data["status"], ""), data["state_since"]
    if not cause or effective_from is None:
        return None
    announced_on = data.get("announced_on")
    return TextChange(
        source=event.source,
        event_id=event.event_id,
        legal_text_id=event.subject,
        cause=cause,
        announced_on=event.day if announced_on is None else clock.day_of(announced_on),
        effective_from=clock.day_of(effective_from),
        successor=data.get("by", data.get("changed_by")),
        at=event.occurred_at,
    )


def basis_fact_of(event: Recorded) -> BasisFact:
    """Return what an event of a procedure says about its legal basis."""
    data, kind = event.data, event.type.rpartition(".")[2]
    return BasisFact(
        kind=kind,
        at=event.occurred_at,
        day=event.day,
        event_id=event.event_id,
        effective_on=_effective_on(event, kind),
        basis=_basis(data),
        cites=data.get("legal_text_id"),
        live=_live(data, kind),
        reviewed_on=_day(data.get("reviewed_on")),
    )


def _effective_on(event: Recorded, kind: str) -> int:
    given = _day(event.data.get("effective_from")) if kind in ("issued", "revised") else None
    return event.day if given is None else given


def _basis(data: Mapping[str, Any]) -> tuple[str, ...] | None:
    if "legal_basis" not in data:
        return None
    return tuple(dict.fromkeys(cited["legal_text_id"] for cited in data["legal_basis"]))


def _live(data: Mapping[str, Any], kind: str) -> bool | None:
    if kind == "baselined":
        return bool(data.get("status", "in_force") == "in_force")
    return {"issued": True, "withdrawn": False}.get(kind)


def _day(text: str | None) -> int | None:
    return None if text is None else clock.day_of(text)
