"""Gaps in sources' running numbers, from the logs of several services to the answer, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from services.inspection.sequences import showing
from services.inspection.sequences.projection import SequenceNumbers
from shared.database.engine import open_database
from shared.eventstore.tables import KERNEL
from shared.testing.recorded import RecordedLogs, at
from shared.web.auth import Caller


@pytest.fixture
def database(database_url):
    opened = open_database(database_url)
    opened.write(KERNEL.create_all)
    opened.write(SequenceNumbers().tables.create_all)
    yield opened
    opened.close()


def numbered(logs: RecordedLogs, source: str, kind: str, number: object):
    event = logs.add(kind, source, "x", {}, on="2026-03-02")
    body = {**json.loads(event.body), "sequence": number}
    return replace(event, body=json.dumps(body).encode())


def asked(database, monkeypatch, query: str = "", agency: str | None = None) -> dict:
    caller = Caller("agency", agency, "k") if agency else Caller("staff", None, "staff")
    monkeypatch.setattr(showing, "authenticate", lambda _context, _request: caller)
    context = SimpleNamespace(database=database, clock=lambda: at("2026-03-03"))
    request = Request(EnvironBuilder(query_string=query).get_environ())
    return json.loads(showing.list_gaps(context, request).data)


def test_numbers_run_through_all_services_of_a_source(database, monkeypatch):
    logs = RecordedLogs()
    consumer = SequenceNumbers()
    whole = [numbered(logs, "xa-1", "audit.planned", 1), numbered(logs, "xa-1", "procedure.drafted", "2")]
    gapped = [numbered(logs, "xa-2", "audit.planned", "10"), numbered(logs, "xa-2", "audit.planned", "0013")]
    silent = [logs.add("audit.planned", "xa-3", "x", {}, on="2026-03-02")]
    for service in ("documents", "audit"):
        events = [event for event in (*whole, *gapped, *silent) if event.service == service]
        database.write(lambda connection, events=events: consumer.apply(connection, events))
    answer = asked(database, monkeypatch)
    assert answer["total"] == 1
    (source,) = answer["sources"]
    assert (source["source"], source["first"], source["last"], source["missing"]) == ("xa-2", 10, 13, 2)
    assert [(gap["first"], gap["last"]) for gap in source["gaps"]] == [(11, 12)]
    assert asked(database, monkeypatch, "scope=xa-1")["sources"] == []
    assert asked(database, monkeypatch, agency="xa-2")["total"] == 1
    found = {
        sample.name: sample.value
        for metric in database.read(
            lambda connection: list(showing.gaps_seen(connection, "inspection", at("2026-03-03")))
        )
        for sample in metric.samples
    }
    assert found == {"oversight_sequence_gap_sources": 1, "oversight_sequence_missing_numbers": 2}
    late = [numbered(logs, "xa-2", "audit.planned", number) for number in (12, 11)]
    database.write(lambda connection: consumer.apply(connection, late))
    assert asked(database, monkeypatch)["total"] == 0
