"""What the pages are measured over: the views of a nation, and what is kept beside them.

The registry's copy, cases, changes of the law, alerts, a reorganisation with what the old agencies owe, running numbers of
all agencies, and refused items. Written once, the same for the same size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256

import orjson
from sqlalchemy import insert, select, update

from services.inspection.accounts.tables import METADATA
from services.inspection.checkpoints.keeping import close_all
from services.inspection.inconsistencies.projection import Inconsistencies
from services.inspection.obligations.projection import ObligationViews
from services.inspection.projections import VERSION, OversightViews
from services.inspection.sequences.numbers import Numbers
from services.inspection.sequences.projection import VERSION as NUMBERS_VERSION
from services.inspection.sequences.projection import SequenceNumbers, source_table
from services.inspection.tables import oversight_tables
from shared import clock, ids
from shared.database.bulk import insert_rows
from shared.database.engine import Database
from shared.database.schema import ensure_tables
from shared.eventstore import quarantine
from shared.eventstore.records import RecordedEvent
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import QuarantineEntry
from shared.eventstore.tables import KERNEL, subscriptions
from shared.registry.copy import RegistryCopy
from shared.registry.projection import RegistryProjection
from tests.bench import cases, nation
from tests.bench.nation import ENDS, Size
from tests.bench.views import measure_rebuild, prepare

#: Changes with what is written, so that views with other data are not taken for it.
MIX = 3
#: Refused items of each service; every so many agencies miss a number.
REFUSED, _GAPPED = 400, 100
_BATCH = 2_000


def fill(database: Database, urls: Mapping[str, str], size: Size) -> None:
    """Fill the views from the logs, then with what is written beside them."""
    prepare(database)
    measure_rebuild(database, urls)
    fill_beside(database, size)
    # As the service does when a month is over.
    close_all(database)


def fill_beside(database: Database, size: Size) -> None:
    """Write cases, changes of the law and alerts, and what the other consumers of the service keep."""
    for metadata in (METADATA, ObligationViews().tables, SequenceNumbers().tables, Inconsistencies().tables):
        database.write(lambda connection, metadata=metadata: ensure_tables(connection, metadata))
    made, consumer = cases.Cases(size), OversightViews()
    columns = subscriptions.c
    at = dict(database.read(lambda c: c.execute(select(columns.source, columns.position)).all()))
    for service, events in (
        ("documents", cases.recorded("documents", made.of_documents(), at["documents"])),
        ("notify", cases.recorded("notify", made.of_notify(), 0)),
        ("audit", cases.recorded("audit", made.of_audit(), at["audit"])),
        ("inspection", cases.write_log(database, size)),
    ):
        for start in range(0, len(events), 2_000):
            page = events[start : start + 2_000]
            database.write(lambda connection, page=page: consumer.apply(connection, page))
        row = {"consumer": consumer.name, "version": VERSION, "source": service, "partition": 0, "epoch": "e"}
        row |= {"position": events[-1].position, "recorded_at": clock.end_of_day(ENDS + 30)}
        of_it = (columns.consumer == consumer.name, columns.source == service)
        if service in at:
            database.write(lambda c, row=row, of_it=of_it: c.execute(update(subscriptions).where(*of_it).values(**row)))
        else:
            database.write(lambda connection, row=row: connection.execute(insert(subscriptions), [row]))
    _keep_registry(database)
    _keep_obligations(database)
    _keep_numbers(database, size)
    keep_refused(database)


def _keep_registry(database: Database) -> None:
    """Fill the registry's copy, which says who may see what."""
    projection = RegistryProjection(RegistryCopy(database))
    database.write(lambda connection: ensure_tables(connection, projection.tables))
    store, position = SqlEventStore(database, "inspection"), 0
    while page := store.read(position, _BATCH):
        database.write(lambda connection, page=page: projection.apply(connection, page))
        position = page[-1].position


def _keep_obligations(database: Database) -> None:
    """Take what the agencies of the reorganisation owe, and the reorganisation itself."""
    consumer, columns = ObligationViews(), oversight_tables(VERSION).events.c
    shown = (
        "partition",
        "position",
        "type",
        "source",
        "agency_id",
        "subject",
        "event_id",
        "occurred_at",
        "recorded_at",
    )
    shown += ("received_at", "provenance", "asserter", "body")
    for service in consumer.sources:
        about = columns.agency_id.in_(cases.OLD) | (columns.aggregate == "reorganisation")
        query = select(*(columns[name] for name in shown)).where(columns.service == service, about)
        rows = database.read(lambda c, query=query: c.execute(query.order_by(columns.position)).all())
        told = [RecordedEvent.of_row(service, (*row[:-1], 1, row.body)) for row in rows]
        database.write(lambda connection, told=told: consumer.apply(connection, told))


def _keep_numbers(database: Database, size: Size) -> None:
    """Say that every agency numbers its events, and that some have lost one."""
    rows = []
    for number in range(size.agencies):
        numbers = Numbers([[1, 40, ENDS], [42, 70, ENDS]] if number % _GAPPED == 0 else [[1, 70, ENDS]])
        runs = orjson.dumps([numbers.forgotten, [run[:2] for run in numbers.runs]])
        since = orjson.dumps([clock.end_of_day(run[2]) for run in numbers.runs])
        rows.append((nation.name_of(number), runs, since))
    table = source_table(NUMBERS_VERSION)
    database.write(lambda connection: insert_rows(connection, table, ("source", "runs", "since"), rows))


def keep_refused(database: Database) -> None:
    """Let items be refused and wait, as those of a service that agencies push to."""
    database.write(lambda connection: ensure_tables(connection, KERNEL))
    database.write(lambda connection: quarantine.put(connection, list(_refused())))


def _refused() -> Iterable[QuarantineEntry]:
    for number in range(REFUSED):
        name, event_id = nation.name_of(number % 97), f"bi-{number}"
        event = {
            "id": event_id,
            "source": f"/agencies/{name}",
            "subject": "hd-1",
            "type": "qms.action.done",
            "data": {},
        }
        raw = orjson.dumps({**event, "specversion": "1.0"}, option=orjson.OPT_SORT_KEYS)
        status, code = ("refused", "REQUIRED") if number % 3 else ("waiting", "UNKNOWN_AGENCY")
        yield QuarantineEntry(
            ids.event_key(name, event_id), name, event_id, "qms.action.done", name, name, status, code, "/data",
            "Thiếu trường bắt buộc.", "A field is missing.", None, clock.end_of_day(ENDS), sha256(b"\0" + raw).digest(), raw,
        )  # fmt: skip
