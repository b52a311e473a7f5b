"""What names a record that is not there yet waits, and is applied in the order in which it came once that has come.

One row for each fact of `documents` and `audit` that names another record, and of the registry. The setting up of a row is what must be
there beside the record that is missed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.catalogue import load
from shared.contracts.flags import KERNEL_EVENTS
from shared.intake.items import Item
from shared.service.catalogue_api import example
from shared.testing.intake_service import IntakeService

Event = tuple[str, str, dict[str, Any]]
DAY = "2026-02-27"


def ex(kind: str, /, *drop: str, **changes: Any) -> dict[str, Any]:
    """Return the catalogue's example, with changes."""
    data = {**load()[f"qms.{kind}"].example, **changes}
    return {name: value for name, value in data.items() if name not in drop}


def raised(subject: str) -> Event:
    return ("nonconformity.raised", subject, ex("nonconformity.raised"))


def nc(state: str, **more: Any) -> Event:
    return ("nonconformity.baselined", "KPH-1", ex("nonconformity.baselined", "action_ids", state=state, **more))


def planned(subject: str) -> Event:
    return ("action.planned", subject, ex("action.planned", "nc_id", source="improvement", planned_on="2026-02-27"))


def text(number: str) -> Event:
    data = {"number": number, "issuer": "Chính phủ", "issued_on": "2026-01-05", "effective_from": "2026-02-01"}
    return ("legal_text.registered", f"{number}|Chính phủ|2026-01-05", data)


def commune(agency_id: str, parent: str) -> Event:
    names = ("name_en", "admin_unit_code", "codes", "contact")
    return ("agency.registered", agency_id, ex("agency.registered", *names, parent_id=parent))


@dataclass(frozen=True)
class Row:
    service: str
    waiting: tuple[Event, ...]
    arrival: Event
    setting: tuple[Event, ...] = ()


EVIDENCE = ex("nonconformity.raised")["evidence"]
WAIVER = {"audit_id": "DGNB-2", "not_held_reason": "Trùng đợt kiểm tra của Sở"}
#: Row by the fact that names another record.
ROWS: dict[str, Row] = {
    "action.planned": Row(
        "audit",
        (
            ("action.planned", "HD-1", ex("action.planned", nc_id="KPH-1", planned_on="2026-02-27")),
            ("action.started", "HD-1", {"started_on": "2026-02-27"}),
        ),
        raised("KPH-1"),
    ),
    "nonconformity.action_planned": Row(
        "audit",
        (
            ("nonconformity.action_planned", "KPH-1", {"action_ids": ["HD-1"]}),
            ("nonconformity.action_planned", "KPH-2", {"action_ids": ["HD-1"]}),
        ),
        planned("HD-1"),
        (nc("analysing"), ("nonconformity.baselined", "KPH-2", nc("analysing")[2])),
    ),
    "nonconformity.completed": Row(
        "audit",
        (("nonconformity.completed", "KPH-1", {"action_ids": ["HD-1"], "completed_on": "2026-02-27"}),),
        ("action.baselined", "HD-1", ex("action.baselined", state="done", done_on="2026-02-01", evidence=EVIDENCE)),
        (nc("action_planned"),),
    ),
    "nonconformity.effectiveness_verified": Row(
        "audit",
        (
            (
                "nonconformity.effectiveness_verified",
                "KPH-1",
                ex("nonconformity.effectiveness_verified", action_ids=["HD-1"], checked_on="2026-02-27"),
            ),
        ),
        ("action.baselined", "HD-1", ex("action.baselined", state="done", done_on="2025-12-01", evidence=EVIDENCE)),
        (nc("completed", completed_on="2025-12-01"),),
    ),
    "nonconformity.recurrence_linked": Row(
        "audit",
        (
            (
                "nonconformity.recurrence_linked",
                "KPH-2",
                {"earlier_nc_id": "KPH-1", "similarity": "same_clause"},
            ),
        ),
        nc("closed", closed_on="2025-12-01", effective=True),
        (raised("KPH-2"),),
    ),
    "audit.combined": Row(
        "audit",
        (("audit.combined", "DGNB-1", {"into": "DGNB-2", "saved_person_days": 2}),),
        ("audit.planned", "DGNB-2", ex("audit.planned")),
        (("audit.planned", "DGNB-1", ex("audit.planned")),),
    ),
    "audit.completed": Row(
        "audit",
        (
            (
                "audit.completed",
                "DGNB-1",
                {
                    "completed_on": "2026-02-27",
                    "nonconformities": [{"finding_id": "PH-1", "nonconformity_id": "KPH-1"}],
                },
            ),
        ),
        (
            "nonconformity.raised",
            "KPH-1",
            ex("nonconformity.raised", source_id="DGNB-1", finding_id="PH-1"),
        ),
        (
            (
                "audit.baselined",
                "DGNB-1",
                ex(
                    "audit.baselined",
                    "completed_on",
                    state="reported",
                    findings=[{"finding_id": "PH-1", "class": "minor_nc"}],
                ),
            ),
        ),
    ),
    "audit_programme.closed": Row(
        "audit",
        (
            (
                "audit_programme.closed",
                "programme-2026",
                {"closed_on": "2026-02-27", "audits": [{"audit_id": "DGNB-1"}, WAIVER]},
            ),
        ),
        ("audit.baselined", "DGNB-1", ex("audit.baselined")),
        (
            (
                "audit_programme.baselined",
                "programme-2026",
                ex("audit_programme.baselined", audits=[{"audit_id": "DGNB-1"}, {"audit_id": "DGNB-2"}]),
            ),
        ),
    ),
    "management_review.followed_up": Row(
        "audit",
        (
            (
                "management_review.followed_up",
                "XX-1",
                {
                    "followed_up_on": "2026-02-27",
                    "decisions": [{"decision_id": "KL-01", "outcome": "done", "action_ids": ["HD-1"]}],
                },
            ),
        ),
        ("action.baselined", "HD-1", ex("action.baselined", state="done", done_on="2026-02-01", evidence=EVIDENCE)),
        (
            (
                "management_review.baselined",
                "XX-1",
                ex(
                    "management_review.baselined",
                    decisions=[{"decision_id": "KL-01", "kind": "improvement", "what": "Tập huấn"}],
                ),
            ),
        ),
    ),
    "procedure.withdrawn": Row(
        "documents",
        (("procedure.withdrawn", "QT-1", {"reason": "Đã thay thế", "replaced_by": "QT-2"}),),
        ("procedure.baselined", "QT-2", ex("procedure.baselined", code="QT-02")),
        (("procedure.baselined", "QT-1", ex("procedure.baselined", code="QT-01")),),
    ),
    "legal_text.amended": Row(
        "documents",
        (
            (
                "legal_text.amended",
                text("1/2026/NĐ-CP")[1],
                {"by": text("2/2026/NĐ-CP")[1], "effective_from": "2026-02-20"},
            ),
            (
                "legal_text.amended",
                text("3/2026/NĐ-CP")[1],
                {"by": text("2/2026/NĐ-CP")[1], "effective_from": "2026-02-20"},
            ),
        ),
        text("2/2026/NĐ-CP"),
        (text("1/2026/NĐ-CP"), text("3/2026/NĐ-CP")),
    ),
    "legal_text.replaced": Row(
        "documents",
        (
            (
                "legal_text.replaced",
                text("4/2026/NĐ-CP")[1],
                {"by": text("5/2026/NĐ-CP")[1], "effective_from": "2026-02-20"},
            ),
        ),
        text("5/2026/NĐ-CP"),
        (text("4/2026/NĐ-CP"),),
    ),
    "tthc.opted_out": Row(
        "documents",
        (
            ("tthc.opted_out", "khong-1", {"entry": "1.001", "reason": "Không phát sinh"}),
            ("tthc.opted_in", "khong-1", {}),
        ),
        ("tthc.published", "1.001", {"name": "Đăng ký", "levels": ["commune"]}),
    ),
    "agency.registered": Row(
        "inspection",
        (commune("xa-1", "tinh-1"), commune("xa-2", "tinh-1")),
        (
            "agency.registered",
            "tinh-1",
            ex(
                "agency.registered",
                *("parent_id", "name_en", "admin_unit_code", "codes", "contact"),
                kind="provincial_pc",
                level="province",
            ),
        ),
    ),
}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, IntakeService]]:
    folder: Path = tmp_path_factory.mktemp("waiting")
    running = {
        name: IntakeService(name, f"sqlite:///{folder}/{name}.db") for name in ("audit", "documents", "inspection")
    }
    yield running
    for service in running.values():
        service.stop()


def cloud_event(event: Event, source: str) -> dict[str, Any]:
    kind, subject, data = event
    return {
        "specversion": "1.0",
        "id": f"{kind}:{subject}",
        "source": f"/agencies/{subject if kind.startswith('agency.') else source}",
        "type": f"qms.{kind}",
        "subject": subject,
        "time": f"{DAY}T08:00:00+07:00",
        "data": data,
        **({"provenance": "imported"} if kind.endswith(".baselined") else {}),
    }


def answers(service: IntakeService, source: str, *events: Event) -> list[tuple[str, str]]:
    items = service.push(*(cloud_event(event, source) for event in events))
    return [(str(item.status), item.refusal.code if item.refusal else "") for item in items]


@pytest.mark.parametrize("name", ROWS)
def test_it_waits_and_is_applied_in_order_when_what_it_names_has_come(services, name):
    row = ROWS[name]
    service, source = services[row.service], name.replace(".", "-")
    service.register(source)
    if row.setting:
        assert answers(service, source, *row.setting) == [("accepted", "")] * len(row.setting)
    waiting = [answer for event in row.waiting for answer in answers(service, source, event)]
    assert waiting[0] == ("waiting", "REFERENCE_MISSING")
    assert {status for status, _ in waiting} == {"waiting"}
    assert answers(service, source, row.arrival) == [("accepted", "")]
    wanted = [f"{event[0]}:{event[1]}" for event in row.waiting]
    deadline = time.monotonic() + 10
    while True:
        ids = [one.event_id for one in service.log()]
        applied = [one for one in ids if one in wanted]
        if applied == wanted:
            break
        assert time.monotonic() < deadline, (applied, wanted)
        time.sleep(0.01)
    assert ids.index(f"{row.arrival[0]}:{row.arrival[1]}") < ids.index(wanted[0])


@pytest.mark.parametrize("service", ["audit", "documents"])
def test_no_fact_that_names_another_record_is_left_out(services, service):
    acceptance = services[service].context.acceptance
    naming = set()
    for kind in load().values():
        if kind.owner == service and kind.event not in KERNEL_EVENTS:
            event = example(kind)
            item = Item(event, b"", "staff", 0)
            acceptance.identify(item)
            assert item.fact is not None
            if acceptance.aggregates[kind.aggregate].references(item.fact):
                naming.add(kind.name.removeprefix("qms."))
    assert naming == {name for name, row in ROWS.items() if row.service == service}
