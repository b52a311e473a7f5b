"""Staleness follows corrections and retractions: what rested on a fact that no longer counts is taken back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from services.documents.policies import StalenessPolicy
from shared import clock
from shared.eventstore.derived import put_derived
from shared.ids import stream_key
from shared.testing.intake_service import IntakeService
from shared.testing.new_events import ManualClock

T1 = "61/2018/NĐ-CP|Chính phủ|2018-04-23"
T2 = "118/2025/NĐ-CP|Chính phủ|2025-06-09"
STEPS = [{"no": 1, "title": "Tiếp nhận", "role": "Công chức một cửa"}]


class Documents:
    """The service's intake with the policy on its own log."""

    def __init__(self, url: str) -> None:
        now = clock.from_rfc3339("2026-06-01T08:00:00+07:00")
        self.intake = IntakeService("documents", url, time=ManualClock(now))
        self.intake.register("XA", "VPCP")
        self.policy = StalenessPolicy()
        self.intake.context.database.write(self.policy.tables.create_all)
        self.read = 0

    def push(self, kind: str, on: str, data: dict[str, Any], **more: Any) -> None:
        """Push one event that must be accepted, and let follow what follows."""
        source, subject = ("VPCP", T1) if kind.startswith("legal_text") else ("XA", "QT-07")
        event = {
            "specversion": "1.0",
            "id": more.pop("id", kind),
            "source": f"/agencies/{source}",
            "type": f"qms.{kind}",
            "subject": more.pop("subject", subject),
            "time": f"{on}T08:00:00+07:00",
            "data": data,
            **more,
        }
        (item,) = self.intake.push(event)
        assert item.status == "accepted", item.refusal
        self.follow()

    def follow(self) -> None:
        store, committer = self.intake.context.store, self.intake.context.committer
        while events := store.read(self.read, 1000):
            self.read = events[-1].position
            derived = self.intake.context.database.write(
                lambda connection, events=events: self._apply(connection, events)
            )
            if derived:
                committer.on_derived()
                wanted, deadline = self.read + derived, time.monotonic() + 10
                while store.head().position < wanted:
                    assert time.monotonic() < deadline, "what was derived was not appended"
                    time.sleep(0.01)

    def _apply(self, connection: Any, events: list[Any]) -> int:
        derived = self.policy.apply(connection, events)
        put_derived(connection, derived)
        return len(derived)

    def said(self) -> list[str]:
        """Return what the policy said that still counts, with the day."""
        log = [event for event in self.intake.log() if event.source == "XA" and event.subject == "QT-07"]
        gone = {event.corrected_id for event in log}
        return [
            f"{event.name} {event.data.get('since') or event.data.get('cleared_on')}"
            for event in log
            if event.provenance == "derived" and event.event_id not in gone and event.name != "retracted"
        ]

    def state(self) -> dict[str, Any]:
        key = stream_key("procedure", "XA/QT-07")
        found = self.intake.context.store.transact(lambda tx: tx.states([key]))[key]
        return dict(orjson.loads(found.state))


@pytest.fixture
def documents(database_url: str) -> Iterator[Documents]:
    running = Documents(database_url)
    in_force = {
        "state_since": "2020-06-01",
        "code": "QT-07",
        "kind": "internal",
        "title": "Quy trình",
        "edition": 1,
        "revision": 1,
        "effective_from": "2020-06-01",
        "steps": STEPS,
        "legal_basis": [{"legal_text_id": T1}],
    }
    for text, effective in ((T1, "2018-06-21"), (T2, "2025-07-01")):
        number, issuer, issued_on = text.split("|")
        data = {"number": number, "issuer": issuer, "issued_on": issued_on, "effective_from": effective}
        running.push("legal_text.registered", issued_on, data, subject=text, id=number)
    running.push("procedure.baselined", "2020-06-01", in_force, provenance="imported")
    yield running
    running.intake.stop()


def replaced(effective: str, **more: Any) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    return "legal_text.replaced", "2026-02-01", {"by": T2, "effective_from": effective}, more


def revised(**more: Any) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    data = {
        "edition": 1,
        "revision": 2,
        "trigger": "legal_change",
        "legal_text_id": T2,
        "effective_from": "2026-04-20",
        "legal_basis": [{"legal_text_id": T2}],
    }
    return "procedure.revised", "2026-04-16", data, more


def push(documents: Documents, event: tuple[str, str, dict[str, Any], dict[str, Any]]) -> None:
    kind, on, data, more = event
    documents.push(kind, on, data, **more)


def test_a_corrected_change_of_the_law_is_held_against_every_procedure_anew(documents):
    push(documents, replaced("2026-03-01"))
    assert documents.said() == ["flagged_stale 2026-03-01"]
    push(documents, replaced("2026-07-01", id="dinh-chinh", corrects="legal_text.replaced"))
    assert documents.said() == ["flagged_stale 2026-07-01"]
    push(documents, revised())
    assert documents.said() == ["flagged_stale 2026-07-01", "staleness_cleared 2026-04-20"]
    # Corrected again: flag and clearing go, and both are said of the new day.
    push(documents, replaced("2026-03-15", id="dinh-chinh-2", corrects="dinh-chinh"))
    assert documents.said() == ["flagged_stale 2026-03-15", "staleness_cleared 2026-04-20"]


def test_a_retracted_change_of_the_law_leaves_nothing_stale(documents):
    push(documents, replaced("2026-03-01"))
    before = documents.state()
    documents.push("legal_text.retracted", "2026-02-10", {"reason": "Nhập nhầm"}, corrects="legal_text.replaced")
    assert documents.said() == []
    assert documents.state() != before
    push(documents, revised())
    assert documents.said() == []


def test_what_was_covered_by_a_revision_that_is_retracted_is_stale_again_and_can_be_covered_again(documents):
    push(documents, replaced("2026-03-01"))
    push(documents, revised())
    documents.push("procedure.retracted", "2026-04-30", {"reason": "Chưa ban hành"}, corrects="procedure.revised")
    assert documents.said() == ["flagged_stale 2026-03-01"]
    push(documents, revised(id="lan-nua"))
    assert documents.said() == ["flagged_stale 2026-03-01", "staleness_cleared 2026-04-20"]


def test_a_procedure_whose_corrected_record_never_rested_on_the_text_was_never_stale(documents):
    push(documents, replaced("2026-03-01"))
    assert documents.said() == ["flagged_stale 2026-03-01"]
    baseline = next(event for event in documents.intake.log() if event.name == "baselined")
    data = {**baseline.data, "legal_basis": []}
    documents.push(
        "procedure.baselined",
        "2020-06-01",
        data,
        id="hien-trang-2",
        corrects=baseline.event_id,
        provenance="imported",
    )
    assert documents.said() == []


def test_what_is_flagged_again_after_it_was_taken_back_is_said_again(documents):
    push(documents, replaced("2026-03-01"))
    documents.push("legal_text.retracted", "2026-02-10", {"reason": "Nhập nhầm"}, corrects="legal_text.replaced")
    push(documents, replaced("2026-03-01", id="lan-hai"))
    assert documents.said() == ["flagged_stale 2026-03-01"]
    assert [event.name for event in documents.intake.log() if event.provenance == "derived"] == [
        "flagged_stale",
        "retracted",
        "flagged_stale",
    ]
