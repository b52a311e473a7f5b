"""Measures the server's time for every page with a whole country in the views: signed in, as a browser asks.

Run by itself: `python -m tests.bench.pages [--agencies N] [--events M] [--times T] [--sqlite DIRECTORY]`. The target is
200 ms for the 95th of 100 requests, each right after an event has arrived; the one request before them that finds nothing
worked out yet (`page_first_ms`) is told apart.
"""

from __future__ import annotations

import argparse
import gzip
import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping
from math import ceil
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import func, insert, select, update
from werkzeug.test import Client

from deploy.local.postgres import PrivateCluster
from services.inspection.accounts.tables import METADATA
from services.inspection.inconsistencies.projection import Inconsistencies
from services.inspection.obligations.projection import ObligationViews
from services.inspection.projections import VERSION, OversightViews
from services.inspection.recent import Refreshing
from services.inspection.sequences.projection import SequenceNumbers
from shared import clock
from shared.database.engine import Database, open_database
from shared.database.schema import ensure_tables
from shared.eventsourcing import Hint
from shared.eventstore.records import RecordedEvent
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import subscriptions
from shared.web import sessions
from shared.web.problem import Problem
from tests.bench import cases, nation
from tests.bench.nation import ENDS, SERVICES, Book, Size
from tests.bench.views import measure_rebuild, prepare
from tests.browser.site import application, context_of
from tests.browser.site_map import NO_PAGES

_AGENCY, _BODY = nation.name_of(0), "P01"
_REPORT = f"qd19-year.1:{cases.YEAR}"
#: By rule of the routes: names and addresses.
PAGES: Mapping[str, Mapping[str, str]] = {
    "/": {
        "board": "/",
        "board, end of a year": "/?as_of=2024-12-31",
        "board of a province": f"/?scope={_BODY}",
        "board, filtered": "/?level=commune&map=I6",
    },
    "/agencies": {
        "agencies": "/agencies",
        "agencies, searched": "/agencies?q=cq-012",
        "agencies of a province": "/agencies?province=P01",
    },
    "/agencies/<agency_id>": {"agency": f"/agencies/{_AGENCY}"},
    "/indicators/<indicator>/explain": {
        "explanation": "/indicators/I6/explain",
        "explanation of a province": "/indicators/I2/explain?province=P01",
        "explanation of actions": "/indicators/I11/explain",
        "explanation of an agency": f"/indicators/I11/explain?agency={_AGENCY}",
    },
    "/indicators/<indicator>/trend": {"trend": "/indicators/I6/trend"},
    "/report": {"report": "/report"},
    "/peers": {"peers": "/peers"},
    "/events/<service>/<int:position>": {"event": "/events/audit/5000"},
    "/work": {"work": "/work"},
    "/law": {"law": "/law"},
    "/law/<source>/<path:event_id>": {"change of the law": "/law/P01/{change}"},
    "/programmes": {"programmes": "/programmes"},
    "/targets": {"targets": "/targets"},
    "/targets/<owner>/<path:target_id>": {"target": f"/targets/{_BODY}/muc-tieu"},
    "/reporting": {"reporting": "/reporting"},
    "/reporting/<agency_id>/<report>": {"a report": f"/reporting/{_AGENCY}/{_REPORT}"},
    "/reporting/<body>/<report>/roll-up": {"roll-up": f"/reporting/{_BODY}/{_REPORT}/roll-up"},
    "/reorganisations": {"reorganisations": "/reorganisations"},
    "/good-practice": {"good practice": "/good-practice"},
    "/records/<aggregate>": {
        "inspections": "/records/inspection",
        "recommendations": "/records/recommendation",
    },
    "/records/<aggregate>/<source>/<path:subject>": {"an inspection": f"/records/inspection/{_BODY}/kt-0"},
    "/act/<event_type>": {"form": "/act/qms.inspection.planned"},
    "/views": {"kept views": "/views"},
    "/docs": {"docs": "/docs"},
}
#: Nothing of the country is on them, they ask the other services, or no case of that kind is in the bench.
NOT_MEASURED = {
    *NO_PAGES,
    *("/sign-in", "/submissions", "/submissions/<item_id>", "/health"),
    *("/reorganisations/<source>/<subject>", "/programmes/<body>/<int:year>"),
}
_P95 = 0.95
#: The nation that pages are measured with unless another one is asked for.
USUAL = Size(15_000, 1_000_000)


class Traffic:
    """Lets events arrive in the views, one after the other, as agencies push them."""

    def __init__(self, database: Database) -> None:
        """Take up where the views are."""
        self._database, self._consumer = database, OversightViews()
        key = (subscriptions.c.consumer == self._consumer.name, subscriptions.c.source == "audit")
        self._where = (*key, subscriptions.c.version == VERSION)
        [self._position, self._recorded_at] = self._database.read(
            lambda c: c.execute(select(subscriptions.c.position, subscriptions.c.recorded_at).where(*self._where)).one()
        )

    def one(self) -> None:
        """Let an action of some agency arrive."""
        self._position, self._recorded_at = self._position + 1, self._recorded_at + 1
        name, due = nation.name_of(self._position % 100), clock.to_date(ENDS + 20).isoformat()
        new = Book().event(
            "action.planned", name, f"hd-moi-{self._position}", ENDS, {"source": "risk", "owner": "o", "due_on": due}
        )
        event = RecordedEvent.of_new("audit", 0, self._position, self._recorded_at, new)

        def work(connection) -> None:  # type: ignore[no-untyped-def]
            self._consumer.apply(connection, [event])
            moved = {"position": self._position, "recorded_at": self._recorded_at}
            connection.execute(update(subscriptions).where(*self._where).values(**moved))

        self._database.write(work)


class _NoPeers:
    """The other services, which are not there: nothing of theirs is measured."""

    def __getattr__(self, _name: str) -> Callable[..., object]:
        def away(*_arguments: object, **_options: object) -> object:
            raise Problem(503, "PEER_UNREACHABLE", Hint("Dịch vụ không trả lời.", "The service does not answer."))

        return away


def _context(database: Database) -> SimpleNamespace:
    context = context_of(database, {})
    context.clock = lambda: clock.end_of_day(ENDS + 30)
    context.store = SqlEventStore(database, "inspection")
    context.peers = _NoPeers()
    return context


def measure(database: Database, times: int) -> Mapping[str, float]:
    """Return the 95th percentile of each page in milliseconds, first after an event and then asked again, and its weight in KB."""
    context = _context(database)
    client, traffic = Client(application(context)), Traffic(database)
    _sign_in(client, context)
    change = _last_change(database)
    found: dict[str, float] = {}
    # As in the service: what is being asked for is worked out anew beside the requests.
    stop = threading.Event()
    refreshing = threading.Thread(target=Refreshing(database).run, args=(stop,))
    refreshing.start()
    try:
        _measure_each(client, traffic, change, times, found)
    finally:
        stop.set()
        refreshing.join()
    slowest = max((value, name) for name, value in found.items() if name.startswith("page_p95_ms"))
    return {**found, "slowest_page_p95_ms": slowest[0]}


def _measure_each(client: Client, traffic: Traffic, change: str, times: int, found: dict[str, float]) -> None:
    for name, path in ((name, path) for named in PAGES.values() for name, path in named.items()):
        address = path.format(change=change)
        started = time.perf_counter()
        first = client.get(address)
        found[f"page_first_ms {name}"] = 1000 * (time.perf_counter() - started)
        assert first.status_code == 200, (name, first.status_code, first.get_data(as_text=True)[:2000])
        found[f"page_p95_ms {name}"] = _timed(client, address, times, traffic.one)
        found[f"page_again_p95_ms {name}"] = _timed(client, address, times, lambda: None)
        _say(f"{name}: {found[f'page_p95_ms {name}']:.0f} ms")
        found[f"page_kb {name}"] = len(gzip.compress(first.get_data())) / 1024


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _timed(client: Client, path: str, times: int, before: Callable[[], None]) -> float:
    taken = []
    for _ in range(times):
        before()
        started = time.perf_counter()
        client.get(path)
        taken.append(time.perf_counter() - started)
    return 1000 * sorted(taken)[ceil(times * _P95) - 1]


def _last_change(database: Database) -> str:
    from services.inspection.tables import oversight_tables

    columns = oversight_tables(VERSION).events.c
    query = select(func.max(columns.event_id)).where(columns.type == "qms.legal_text.amended")
    return str(database.read(lambda connection: connection.execute(query).scalar()))


def _sign_in(client: Client, context: SimpleNamespace) -> None:
    token = secrets.token_hex(8)
    key = sessions._key(context, token)  # type: ignore[arg-type]
    until = context.clock() + sessions.SESSION_SECONDS * 1_000_000
    context.extra[sessions.STORE].open(key, sessions.Holder("staff", "staff"), until)
    client.set_cookie(sessions.COOKIE, token)


def fill(database: Database, urls: Mapping[str, str], size: Size) -> None:
    """Fill the views from the logs, then with what is written beside them."""
    prepare(database)
    measure_rebuild(database, urls)
    fill_beside(database, size)


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


def run(cluster: PrivateCluster, size: Size, times: int) -> Mapping[str, float]:
    """Write logs and views unless they are there, and measure."""
    name = f"pages_v{VERSION}_{size.agencies}_{size.events}"
    if name not in cluster.databases():
        present, urls = cluster.databases(), {}
        for service in SERVICES:
            log = nation.database_name(size, service)
            urls[service] = cluster.url(log) if log in present else cluster.create_database(log)
        nation.write(urls, size)
        half = f"{name}_half"
        cluster.drop_database(half)
        database = open_database(cluster.create_database(half))
        fill(database, urls, size)
        database.close()
        cluster.execute(f'ALTER DATABASE "{half}" RENAME TO "{name}"')
        cluster.execute("VACUUM ANALYZE", name)
    return _measured(open_database(cluster.url(name)), times)


def run_on_sqlite(directory: Path, size: Size, times: int) -> Mapping[str, float]:
    """Do the same on SQLite files."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / f"pages_v{VERSION}_{size.agencies}_{size.events}.db"
    half = file.with_suffix(".half")
    if not file.exists():
        urls = {one: f"sqlite:///{directory}/{nation.database_name(size, one)}.db" for one in SERVICES}
        nation.write(urls, size)
        half.unlink(missing_ok=True)
        database = open_database(f"sqlite:///{half}")
        fill(database, urls, size)
        database.close()
        half.rename(file)
    return _measured(open_database(f"sqlite:///{file}"), times)


def _measured(database: Database, times: int) -> Mapping[str, float]:
    try:
        return measure(database, times)
    finally:
        database.close()


_DIRECTORY = Path(__file__).resolve().parents[2] / ".oversight" / "bench"


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=USUAL.agencies)
    parser.add_argument("--events", type=int, default=USUAL.events)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--postgres", type=Path, default=_DIRECTORY / "nation", help="directory of the private server")
    parser.add_argument("--sqlite", type=Path, default=None, help="directory for SQLite files instead of PostgreSQL")
    given = parser.parse_args()
    size = Size(given.agencies, given.events)
    if given.sqlite is not None:
        figures = run_on_sqlite(given.sqlite, size, given.times)
    else:
        with PrivateCluster(given.postgres) as cluster:
            figures = run(cluster, size, given.times)
    for name, value in figures.items():
        print(f"{name:45} {value:12.1f}")


if __name__ == "__main__":
    main()
