"""Measures the oversight views: how fast events are applied, and how long national questions take.

Run by itself: `python -m tests.bench.views [--agencies N] [--per-agency M]`; on a private PostgreSQL unless a URL is given.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from sqlalchemy import func, insert, select, text

from deploy.local.postgres import PrivateCluster
from services.inspection import geography
from services.inspection.figures import Asked, answer
from services.inspection.indicators.definitions import INDICATORS
from services.inspection.projections import VERSION, OversightViews
from services.inspection.queries import national_board
from services.inspection.tables import oversight_tables
from services.inspection.timeline import timeline
from shared import clock
from shared.database.engine import Database, open_database
from shared.database.schema import ensure_tables
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import KERNEL, subscriptions
from shared.testing.recorded import RecordedLogs, at

#: Events of one transaction, as the subscription gives them.
BATCH = 500
AS_OF = clock.day_of("2026-06-30")


def _national(agencies: int, per_agency: int) -> RecordedLogs:
    """Return a year of events of agencies in real places, in the mix of a typical push."""
    logs = RecordedLogs()
    chosen = random.Random(2026)
    provinces = geography.load().provinces(geography.REFORM)
    for province in provinces:
        logs.agency(province.code, kind="provincial_pc", level="province", admin_unit_code=province.code)
    for number in range(agencies - len(provinces)):
        parent = chosen.choice(provinces).code
        logs.agency(f"cq-{number:05}", kind="public_unit", level="commune", parent_id=parent, obligation="encouraged")
    for number in range(agencies - len(provinces)):
        for stream in range(per_agency):
            _stream(logs, chosen, f"cq-{number:05}", stream)
    return logs


def _stream(logs: RecordedLogs, chosen: random.Random, agency: str, number: int) -> None:
    kind = number % 4
    if kind == 0:
        _declaration(logs, agency, f"{number}")
    elif kind == 1:
        _action(logs, chosen, agency, f"hd-{number}")
    elif kind == 2:
        _dossiers(logs, chosen, agency, number)
    else:
        _procedure(logs, chosen, agency, f"qt-{number}")


def _declaration(logs: RecordedLogs, agency: str, subject: str) -> None:
    logs.add("declaration.building_started", agency, subject, {}, on="2025-03-01")
    logs.add("declaration.applied", agency, subject, {}, on="2025-06-01")
    data = {
        "declared_on": "2025-09-01",
        "standard_version": "TCVN ISO 9001:2015",
        "decision_no": "1",
        "signed_by": "head",
    }
    logs.add("declaration.declared", agency, subject, data, on="2025-09-01")


def _action(logs: RecordedLogs, chosen: random.Random, agency: str, subject: str) -> None:
    planned = {"source": "risk", "type": "improvement", "owner": "van-thu", "due_on": "2026-05-15"}
    logs.add("action.planned", agency, subject, planned, on="2026-04-01")
    logs.add("action.started", agency, subject, {"started_on": "2026-04-05"}, on="2026-04-05")
    if chosen.random() < 0.6:
        logs.add("action.done", agency, subject, {"done_on": "2026-05-10"}, on="2026-05-10")


def _dossiers(logs: RecordedLogs, chosen: random.Random, agency: str, number: int) -> None:
    month = f"2026-{chosen.randrange(1, 6):02}"
    early, late = chosen.randrange(100), chosen.randrange(5)
    figures = {"period": month, "channel": "one_stop", "field": f"lv-{number}", "opening": 0, "received": early + late}
    figures |= {"resolved_early": early, "resolved_on_time": 0, "resolved_late": late, "pending_in_time": 0}
    figures |= {"pending_overdue": 0, "returned_incomplete": 0, "withdrawn": 0}
    logs.add("dossier_stats.submitted", agency, f"{month}:{number}", figures, on=f"{month}-28")


def _procedure(logs: RecordedLogs, chosen: random.Random, agency: str, subject: str) -> None:
    drafted = {"code": subject, "title": "Quy trình giải quyết thủ tục", "kind": "tthc", "tthc_code": f"1.{subject}"}
    logs.add("procedure.drafted", agency, subject, drafted, on="2025-01-05")
    logs.add("procedure.submitted", agency, subject, {}, on="2025-01-10")
    logs.add("procedure.approved", agency, subject, {"approver_ref": "lanh-dao"}, on="2025-01-12")
    issued = {"edition": 1, "revision": 0, "effective_from": "2025-02-01"}
    logs.add("procedure.issued", agency, subject, issued, on="2025-01-15")
    if chosen.random() < 0.3:
        flag = {"change": {"source": "vpcp", "id": "vb-1"}, "since": "2026-03-01", "cause": "amended"}
        flag |= {"legal_text_id": "x", "announced_on": "2026-02-01", "due_on": "2026-03-31"}
        logs.add("procedure.flagged_stale", agency, subject, flag, on="2026-02-01", provenance="derived")


def _batches(events: list[RecordedEvent]) -> Iterator[list[RecordedEvent]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


def measure_apply(database: Database, logs: RecordedLogs) -> float:
    """Return the events applied per second, registry aside; every batch is one durable transaction."""
    consumer = OversightViews()
    for batch in _batches(logs.of("inspection")):
        database.write(lambda connection, batch=batch: consumer.apply(connection, batch))
    count, started = 0, time.perf_counter()
    for service in ("documents", "audit"):
        for batch in _batches(logs.of(service)):
            database.write(lambda connection, batch=batch: consumer.apply(connection, batch))
            count += len(batch)
    return count / (time.perf_counter() - started)


def _milliseconds(work, times: int = 3) -> float:  # type: ignore[no-untyped-def]
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return 1000 * sorted(taken)[len(taken) // 2]


def measure_queries(database: Database, agency: str) -> Mapping[str, float]:
    """Return milliseconds per question, warm, by what was asked; national figures are by province."""
    database.read(lambda connection: answer(connection, INDICATORS["I2"], Asked(AS_OF, by="province")))
    known_at = at("2030-01-01")
    result = {}
    for name, indicator in INDICATORS.items():
        asked = Asked(AS_OF, by="province")
        result[name] = _milliseconds(lambda i=indicator, a=asked: database.read(lambda c: answer(c, i, a)))
    result["board"] = _milliseconds(lambda: database.read(lambda c: national_board(c, None, AS_OF)))
    result["timeline"] = _milliseconds(
        lambda: database.read(lambda c: timeline(c, agency, AS_OF, known_at, known_at, limit=100))
    )
    return result


def prepare(database: Database) -> None:
    """Create the tables and let every log promise to be complete."""

    def work(connection) -> None:  # type: ignore[no-untyped-def]
        ensure_tables(connection, KERNEL)
        ensure_tables(connection, OversightViews().tables)
        key = {"consumer": "oversight", "version": VERSION, "partition": 0, "epoch": "e", "position": 0}
        rows = [{**key, "source": source, "recorded_at": at("2030-01-01")} for source in OversightViews.sources]
        connection.execute(insert(subscriptions), rows)

    database.write(work)


def run(url: str, agencies: int, per_agency: int) -> Mapping[str, float]:
    """Measure on a fresh database, and return all figures by name."""
    database = open_database(url)
    prepare(database)
    logs = _national(agencies, per_agency)
    rate = measure_apply(database, logs)
    if database.dialect == "postgresql":
        database.write(lambda connection: connection.execute(text("ANALYZE")))
    deltas = oversight_tables(VERSION).deltas
    rows = database.read(lambda connection: connection.execute(select(func.count()).select_from(deltas)).scalar())
    queries = {f"{name}_ms": value for name, value in measure_queries(database, "cq-00001").items()}
    database.close()
    return {"events_per_second": rate, "events": len(logs.events), "deltas": float(rows or 0), **queries}


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=15_000)
    parser.add_argument("--per-agency", type=int, default=8)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        if given.url:
            figures = run(given.url, given.agencies, given.per_agency)
        else:
            with PrivateCluster(Path(directory) / "postgres") as cluster:
                figures = run(cluster.create_database("views_bench"), given.agencies, given.per_agency)
    for name, value in figures.items():
        print(f"{name:20} {value:12.1f}")


if __name__ == "__main__":
    main()
