"""Faulty events by the answer they must get: one small function each, from the latest good events to a bad one."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.envelope import SCHEMA_URN
from shared.simulation.events import Event

_NO_SUCH_VERSION = f"{SCHEMA_URN}qms.procedure.published:99"

#: Boards of projects, which may have ended by the time of a faulty event.
_SHORT_LIVED = "/ban-qlda-"


@dataclass(frozen=True, slots=True)
class Latest:
    """What a faulty event is built on."""

    events: Sequence[Event]
    rng: random.Random
    #: Id that no other event of the stream has.
    name: str

    def some(self) -> Event:
        """Return one of the latest events."""
        return self.rng.choice(self.events)

    def told(self) -> Event | None:
        """Return the latest event about a lasting agency's own record, not one that is taken back afterwards."""
        found = (event for event in reversed(self.events) if not event["type"].startswith("qms.agency."))
        return next((event for event in found if not _mended(event) and _SHORT_LIVED not in event["source"]), None)

    def of_the_day(self, kind: str) -> Event | None:
        """Return an event of a type that happened on the day of the latest."""
        day = self.events[-1]["time"][:10]
        found = (event for event in reversed(self.events) if event["type"] == kind and event["time"][:10] == day)
        return next((event for event in found if not _mended(event)), None)

    def event(self, kind: str, data: dict[str, Any], **changes: Any) -> Event:
        """Return a new event of the agency and time of a good one, about a record of its own."""
        # As long as only registrations came, the agency is the one just registered.
        good = self.told() or self.events[-1]
        made = {name: good[name] for name in ("specversion", "source", "time")}
        return {**made, "id": self.name, "type": f"qms.{kind}", "subject": self.name, "data": data, **changes}


@dataclass(frozen=True, slots=True)
class Defect:
    """One way to be wrong: the answer, its code, and the event that gets it (None where no good event fits)."""

    status: str
    code: str
    make: Callable[[Latest], Event | None]


def _mended(event: Event) -> bool:
    return "corrects" in event or str(event["id"]).startswith("nham-")


_ACTION = {"source": "improvement", "type": "improvement", "owner": "van-phong"}
_NONCONFORMITY = {"source": "self", "class": "minor_nc", "statement": "Thiếu chữ ký"}
_DOSSIERS = {
    "channel": "direct",
    "opening": 0,
    "received": 10,
    "resolved_early": 0,
    "resolved_on_time": 3,
    "resolved_late": 0,
    "pending_in_time": 0,
    "pending_overdue": 0,
    "returned_incomplete": 0,
    "withdrawn": 0,
}
_AUDIT = {"kind": "internal", "scope": {"clauses": ["7.5"]}, "criteria": ["TCVN ISO 9001:2015"]}
_TEXT = {"number": "1/2020/QĐ-TTg", "issuer": "Thủ tướng Chính phủ", "issued_on": "2020-01-02"}
_PUBLISHED = {"channel": "website"}


def _published(latest: Latest, **changes: Any) -> Event:
    return latest.event("procedure.published", _PUBLISHED, **changes)


def _id_reused(latest: Latest) -> Event:
    good = latest.some()
    before, _, zone = good["time"].rpartition(":00+")
    minute = f"{before}:01+{zone}" if before else good["time"].replace("+07:00", ".5+07:00")
    return {**good, "time": minute}


def _drafted_again(latest: Latest) -> Event | None:
    drafts = (event for event in latest.events if event["type"] == "qms.procedure.drafted")
    good = next((event for event in drafts if not _mended(event)), None)
    return None if good is None else {**good, "id": latest.name}


def _published_too_early(latest: Latest) -> Event | None:
    good = latest.of_the_day("qms.procedure.drafted")
    return None if good is None else _published(latest, subject=good["subject"], source=good["source"])


def _stale(latest: Latest) -> Event:
    text = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
    data = {"legal_text_id": text, "cause": "amended", "change": "c1", "announced_on": "2025-01-02"}
    return latest.event("procedure.flagged_stale", {**data, "since": "2025-02-01", "due_on": "2025-03-01"})


def _declared_by(version: str) -> Callable[[Latest], Event]:
    data = {"status": "declared", "state_since": "2019-12-16", "declared_on": "2019-12-16"}
    return lambda latest: latest.event(
        "declaration.baselined", {**data, "standard_version": version}, provenance="imported"
    )


def _audit(latest: Latest, *, first: str, last: str, role: str) -> Event:
    team = [{"role": role, "person_ref": "dgv-01"}]
    return latest.event("audit.planned", {**_AUDIT, "planned_from": first, "planned_to": last, "team": team})


def _out_of_balance(latest: Latest) -> Event:
    data = {**_DOSSIERS, "period": "2025-07", "field": latest.name}
    return latest.event("dossier_stats.submitted", data, subject=f"2025-07:{latest.name}:direct", provenance="imported")


def _retraction_of_nothing(latest: Latest) -> Event | None:
    good = latest.told()
    if good is None:
        return None
    kind, reason = good["type"].split(".")[1], {"reason": "Nhập nhầm"}
    return latest.event(f"{kind}.retracted", reason, subject=good["subject"], corrects="khong-co")


DEFECTS: Sequence[Defect] = (
    Defect("duplicate", "", Latest.some),
    # What is wrong with the event itself.
    Defect("refused", "ID_REUSED", _id_reused),
    Defect("refused", "SCHEMA_VIOLATION", lambda latest: latest.event("procedure.published", {"channel": "radio"})),
    Defect("refused", "UNKNOWN_TYPE", lambda latest: latest.event("procedure.announced", _PUBLISHED)),
    Defect("refused", "UNKNOWN_VERSION", lambda latest: _published(latest, dataschema=_NO_SUCH_VERSION)),
    Defect("refused", "OCCURRED_IN_FUTURE", lambda latest: _published(latest, time="2999-01-04T08:00:00+07:00")),
    Defect("refused", "AGENCY_NOT_LIVE", lambda latest: _published(latest, time="1990-01-04T08:00:00+07:00")),
    Defect("refused", "SYSTEM_EVENT", _stale),
    Defect("refused", "RETRACTION_WITHOUT_TARGET", lambda latest: latest.event("risk.retracted", {"reason": "Nhầm"})),
    # What a record's state or rules do not allow.
    Defect("refused", "ALREADY_EXISTS", _drafted_again),
    Defect("refused", "TRANSITION_NOT_ALLOWED", _published_too_early),
    Defect("refused", "UNKNOWN_STANDARD_VERSION", _declared_by("TCVN ISO 9001:2009")),
    Defect("refused", "UNKNOWN_STANDARD_VERSION", _declared_by("ISO 2001:2008")),
    Defect(
        "refused", "DATES_REVERSED", lambda latest: _audit(latest, first="2026-03-11", last="2026-03-10", role="lead")
    ),
    Defect(
        "refused",
        "LEAD_AUDITOR_MISSING",
        lambda latest: _audit(latest, first="2026-03-10", last="2026-03-11", role="auditor"),
    ),
    Defect("refused", "BALANCE_BROKEN", _out_of_balance),
    Defect(
        "refused",
        "DUE_BEFORE_PLANNED",
        lambda latest: latest.event("action.planned", {**_ACTION, "planned_on": "2025-09-02", "due_on": "2025-09-01"}),
    ),
    Defect(
        "refused",
        "UNKNOWN_CLAUSE",
        lambda latest: latest.event(
            "nonconformity.raised", {**_NONCONFORMITY, "clause": "13.1", "raised_on": "2020-01-02"}
        ),
    ),
    Defect(
        "refused",
        "CLAUSE_MISSING",
        lambda latest: latest.event("nonconformity.raised", {**_NONCONFORMITY, "raised_on": "2020-01-02"}),
    ),
    Defect(
        "refused",
        "DATE_IN_FUTURE",
        lambda latest: latest.event("good_practice.shared", {"title": "Mã QR", "shared_on": "2999-01-01"}),
    ),
    Defect(
        "refused",
        "LEGAL_TEXT_KEY_MISMATCH",
        lambda latest: latest.event("legal_text.registered", {**_TEXT, "effective_from": "2020-02-01"}),
    ),
    # What names something that is not there yet.
    Defect("waiting", "PREDECESSOR_MISSING", _published),
    Defect(
        "waiting",
        "REFERENCE_MISSING",
        lambda latest: latest.event(
            "action.planned", {**_ACTION, "source": "nc", "nc_id": latest.name, "due_on": "2999-01-01"}
        ),
    ),
    Defect("waiting", "AGENCY_UNKNOWN", lambda latest: _published(latest, source=f"/agencies/{latest.name}")),
    Defect("waiting", "CORRECTED_EVENT_MISSING", _retraction_of_nothing),
)
