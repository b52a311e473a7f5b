"""An item that waits too long is told of once, goes on waiting, and is told of again when it waits no more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from shared import clock
from shared.intake import quarantine_queries
from shared.intake.overdue import overdue_before, overdue_count
from shared.testing.intake_service import IntakeService

DAY = 86_400_000_000
NC = {
    "source": "internal_audit",
    "class": "minor_nc",
    "clause": "7.5.3",
    "standard_version": "TCVN ISO 9001:2015",
    "statement": "Không lưu phiếu hẹn trả kết quả",
    "raised_on": "2026-02-02",
}


def event(kind: str, subject: str, data: dict[str, Any], on: str, source: str = "XA") -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{kind}:{subject}",
        "source": f"/agencies/{source}",
        "type": f"qms.{kind}",
        "subject": subject,
        "time": f"{on}T08:00:00+07:00",
        "data": data,
    }


RAISED = event("nonconformity.raised", "KPH-1", NC, "2026-02-02")
ACCEPTED = event("nonconformity.accepted", "KPH-1", {"by": "truong-phong"}, "2026-02-03")


@pytest.fixture
def audit(database_url: str) -> Iterator[IntakeService]:
    service = IntakeService("audit", database_url)
    service.register("XA")
    yield service
    service.stop()


def eventually(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 10
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
    return found


def told(service: IntakeService) -> list[tuple[str, dict[str, Any]]]:
    return [(one.name, dict(one.data)) for one in service.log() if one.aggregate == "audit_intake"]


def names(service: IntakeService) -> list[str]:
    return [name for name, _ in told(service)]


def overdue(service: IntakeService) -> int:
    before = overdue_before(service.time(), service.context.settings.waiting_days)
    return service.context.database.read(lambda connection: overdue_count(connection, before))


def test_it_is_said_once_after_the_allowed_days(audit):
    audit.push(ACCEPTED, asserter="XA")
    audit.time.instant += 7 * DAY
    assert (audit.watch.look(), overdue(audit)) == (0, 0)
    audit.time.instant += 1
    assert (audit.watch.look(), overdue(audit)) == (1, 1)
    assert audit.watch.look() == 0
    (fact,) = eventually(lambda: told(audit))
    assert fact[0] == "waiting_overdue"
    assert fact[1] == {
        "event_id": "nonconformity.accepted:KPH-1",
        "event_type": "qms.nonconformity.accepted",
        "code": "PREDECESSOR_MISSING",
        "reason_vi": fact[1]["reason_vi"],
        "reason_en": fact[1]["reason_en"],
        "pushed_by": "XA",
        "waiting_since": clock.to_rfc3339(audit.time() - 7 * DAY - 1),
    }
    assert "KPH-1" in fact[1]["reason_vi"]


def test_it_is_applied_late_all_the_same_and_that_is_said(audit):
    audit.push(ACCEPTED)
    audit.time.instant += 8 * DAY
    audit.watch.look()
    eventually(lambda: names(audit) == ["waiting_overdue"])
    audit.push(RAISED)
    eventually(lambda: [one.type for one in audit.log()][-1] == "qms.nonconformity.accepted")
    assert overdue(audit) == 0
    assert (audit.watch.look(), audit.watch.look()) == (1, 0)
    eventually(lambda: names(audit) == ["waiting_overdue", "waiting_ended"])
    assert told(audit)[-1][1] == {"event_id": "nonconformity.accepted:KPH-1", "how": "applied"}


def test_pushing_it_again_does_not_make_it_young(audit):
    audit.push(ACCEPTED)
    audit.time.instant += 6 * DAY
    assert audit.push(ACCEPTED)[0].status == "waiting"
    audit.time.instant += 2 * DAY
    assert audit.watch.look() == 1


def test_one_that_is_discarded_or_refused_in_the_end_is_told_as_such(audit):
    second = event("nonconformity.accepted", "KPH-2", {"by": "truong-phong"}, "2026-02-03")
    early = event("nonconformity.accepted", "KPH-3", {"by": "truong-phong"}, "2026-01-03")
    audit.push(second, early)
    audit.time.instant += 8 * DAY
    assert audit.watch.look() == 2
    held = audit.context.database.read(
        lambda connection: quarantine_queries.open_items(connection, agencies=None, status="waiting", limit=9)
    )
    key = next(entry.key for entry, _whole in held if entry.event_id.endswith("KPH-2"))
    audit.context.store.transact(lambda tx: tx.settle_quarantine([(key, "discarded")]))
    # The record comes, but begins after what was said of it.
    audit.push(event("nonconformity.raised", "KPH-3", NC, "2026-02-02"))
    eventually(lambda: audit.watch.look() == 0 and names(audit).count("waiting_ended") == 2)
    assert {data["event_id"][-1]: data["how"] for name, data in told(audit) if name == "waiting_ended"} == {
        "2": "discarded",
        "3": "refused",
    }


def test_an_item_of_an_agency_nobody_knows_is_told_of_too(audit):
    audit.push({**RAISED, "source": "/agencies/NEW"})
    audit.time.instant += 8 * DAY
    assert audit.watch.look() == 1
    eventually(lambda: told(audit))
    assert told(audit)[0][1]["code"] == "AGENCY_UNKNOWN"
    assert audit.log()[-1].source == "NEW"


def test_a_restart_neither_forgets_nor_repeats(database_url):
    first = IntakeService("audit", database_url)
    first.register("XA")
    first.push(ACCEPTED)
    first.time.instant += 8 * DAY
    first.watch.look()
    eventually(lambda: names(first) == ["waiting_overdue"])
    first.stop()
    second = IntakeService("audit", database_url, time=first.time)
    try:
        assert second.watch.look() == 0
        second.time.instant += DAY
        second.push(RAISED)
        eventually(lambda: second.watch.look() == 0 and names(second) == ["waiting_overdue", "waiting_ended"])
    finally:
        second.stop()


def test_the_time_is_a_setting(database_url):
    service = IntakeService("audit", database_url, waiting_days=0.5)
    try:
        service.register("XA")
        service.push(ACCEPTED)
        service.time.instant += DAY // 2 + 1
        assert service.watch.look() == 1
    finally:
        service.stop()
