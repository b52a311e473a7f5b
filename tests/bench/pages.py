"""Measures the server's time for every page with a whole country in the views: signed in, as a browser asks.

Run by itself: `python -m tests.bench.pages [--agencies N] [--events M] [--times T] [--sqlite DIRECTORY]`. The target is
200 ms for the 95th percentile of the requests, each right after an event has arrived; the one request before them, which finds no more
than what the service reads at its start (`page_first_ms`), is told apart. Every page as who oversees the country; the rooms once more as the
inspector of a province.
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
from statistics import median
from types import SimpleNamespace
from typing import NamedTuple

from sqlalchemy import delete, func, insert, select, update
from werkzeug.test import Client, TestResponse

from deploy.local.postgres import PrivateCluster
from services.inspection.accounts.tables import accounts
from services.inspection.checkpoints.keeping import close_all
from services.inspection.collecting import Tidying
from services.inspection.projections import VERSION, OversightViews
from services.inspection.recent import Refreshing
from services.inspection.warming import Warming
from shared import clock
from shared.database.engine import Database, open_database
from shared.eventstore.records import RecordedEvent
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import quarantine, subscriptions
from shared.runner import collector
from shared.web import sessions
from shared.web.sessions import Holder
from tests.bench import cases, nation
from tests.bench.nation import ENDS, SERVICES, Book, Size
from tests.bench.page_data import MIX, fill, keep_refused
from tests.bench.page_list import AS_INSPECTOR, PAGES, WITHOUT_SESSION
from tests.bench.page_peers import REPORTS, Peers
from tests.bench.processor import Processor
from tests.browser.site import TOKEN, application, context_of

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


def context_over(database: Database, others: Database) -> SimpleNamespace:
    """Return what the pages need, over the views of a nation and the other services' database."""
    context = context_of(database, {})
    context.clock = lambda: clock.end_of_day(ENDS + 30)
    context.store = SqlEventStore(database, "inspection")
    context.peers = Peers(others, TOKEN)
    context.reports = REPORTS
    return context


class Site:
    """The pages, and who asks for them."""

    def __init__(self, database: Database, others: Database) -> None:
        """Sign in those who oversee the country, and the inspector of a province."""
        self._database = database
        context = context_over(database, others)
        self._application = application(context)
        everybody = Holder("staff", "staff")
        inspector = Holder("bench-inspector", "provincial_inspector", "P01")
        self.staff, self.inspector = self._signed_in(context, everybody), self._signed_in(context, inspector)
        self.nobody = Client(self._application)
        self.traffic = Traffic(database)

    def _signed_in(self, context: SimpleNamespace, holder: Holder) -> Client:
        row = {"account_id": holder.account_id, "name": holder.account_id, "role": holder.role}
        row |= {"agency_id": holder.agency_id, "password_hash": "", "created_at": 0}
        known = {name: value for name, value in row.items() if name in accounts.c}
        if holder.agency_id is not None:
            own = accounts.c.account_id == holder.account_id
            self._database.write(
                lambda c: (c.execute(delete(accounts).where(own)), c.execute(insert(accounts), [known]))
            )
        client, token = Client(self._application), secrets.token_hex(8)
        key = sessions._key(context, token)  # type: ignore[arg-type]
        context.extra[sessions.STORE].open(key, holder, context.clock() + sessions.SESSION_SECONDS * 1_000_000)
        client.set_cookie(sessions.COOKIE, token)
        return client

    def places(self) -> Mapping[str, str]:
        """Return what stands in addresses and is known only now."""
        from services.inspection.tables import oversight_tables

        columns = oversight_tables(VERSION).events.c
        change = select(columns.event_id).where(
            columns.type == "qms.legal_text.amended", columns.subject.startswith(cases.CHANGED, autoescape=True)
        )
        item = select(func.min(quarantine.c.id))
        read = self._database.read
        return {
            "change": str(read(lambda c: c.execute(change).scalar())),
            "item": f"inspection-{read(lambda c: c.execute(item).scalar())}",
        }


class Taken(NamedTuple):
    """What requests took, in seconds: until the answer was there, and of the processor (own and the database's)."""

    elapsed: list[float]
    processor: list[float]

    def figures(self, name: str, kind: str = "page") -> Mapping[str, float]:
        """Return the figures of a page, in milliseconds."""
        return {
            f"{kind}_p95_ms {name}": 1000 * sorted(self.elapsed)[ceil(len(self.elapsed) * _P95) - 1],
            f"{kind}_median_ms {name}": 1000 * median(self.elapsed),
            f"{kind}_cpu_ms {name}": 1000 * median(self.processor),
        }


class Asking(NamedTuple):
    """Who asks for a page, and what is watched meanwhile."""

    client: Client
    traffic: Traffic
    processor: Processor


def measure(database: Database, others: Database, times: int) -> Mapping[str, float]:
    """Return what each page takes in milliseconds, first after an event and then asked again, and its weight in KB."""
    site = Site(database, others)
    collector.settle()
    found = _warm(database)
    # As in the service: what is being asked for is worked out anew beside the requests, garbage looked for between them.
    stop = threading.Event()
    loops = [threading.Thread(target=run, args=(stop,)) for run in (Refreshing(database).run, Tidying().run)]
    for loop in loops:
        loop.start()
    processor = Processor()
    try:
        places = site.places()
        for rule, named in PAGES.items():
            for name, path in named.items():
                client = site.nobody if rule in WITHOUT_SESSION else site.staff
                asking, address = Asking(client, site.traffic, processor), path.format(**places)
                found |= _measure_page(asking, name, address, times)
                if name in AS_INSPECTOR:
                    asking = asking._replace(client=site.inspector)
                    found |= _measure_page(asking, f"{name}, as the inspector of a province", address, times)
    finally:
        stop.set()
        for loop in loops:
            loop.join()
        processor.close()
    slowest = max(value for name, value in found.items() if name.startswith("page_p95_ms"))
    return {**found, "slowest_page_p95_ms": slowest}


def _warm(database: Database) -> dict[str, float]:
    """Read what the service reads at its start, and return how long that took."""
    started = time.perf_counter()
    Warming(database, lambda: clock.end_of_day(ENDS + 30)).run(threading.Event())
    return {"warming_ms": 1000 * (time.perf_counter() - started)}


def _measure_page(asking: Asking, name: str, address: str, times: int) -> Mapping[str, float]:
    started = time.perf_counter()
    first = asking.client.get(address)
    found = {f"page_first_ms {name}": 1000 * (time.perf_counter() - started)}
    _check(name, first)
    found |= _timed(asking, address, times, asking.traffic.one).figures(name)
    again = _timed(asking, address, times, lambda: None).figures(name, "page_again")
    found[f"page_again_p95_ms {name}"] = again[f"page_again_p95_ms {name}"]
    shown = [found[f"page_{kind}_ms {name}"] for kind in ("p95", "median", "cpu")]
    print(
        f"{name}: p95 {shown[0]:.0f}, median {shown[1]:.0f}, processor {shown[2]:.0f} ms", file=sys.stderr, flush=True
    )
    return {**found, f"page_kb {name}": len(gzip.compress(first.get_data())) / 1024}


def _check(name: str, answer: TestResponse) -> None:
    """See that a page was answered, and with what it is about: nothing that the address asks for was refused.

    Raises:
        RuntimeError: it was not.
    """
    text = answer.get_data(as_text=True)
    if answer.status_code != _OK or _REFUSAL in text:
        raise RuntimeError(f"{name} answers {answer.status_code}: {text[text.find(_REFUSAL) :][:2000]}")


#: What stands in a page that says what is wrong with its address.
_OK, _REFUSAL = 200, "govuk-error-summary"


def _timed(asking: Asking, path: str, times: int, before: Callable[[], None]) -> Taken:
    taken = Taken([], [])
    for _ in range(times):
        before()
        started, worked = time.perf_counter(), asking.processor.seconds()
        answer = asking.client.get(path)
        taken.elapsed.append(time.perf_counter() - started)
        taken.processor.append(asking.processor.seconds() - worked)
        _check(path, answer)
    return taken


def _name(size: Size) -> str:
    return f"pages_v{VERSION}_{MIX}_{size.agencies}_{size.events}"


def run(cluster: PrivateCluster, size: Size, times: int) -> Mapping[str, float]:
    """Write logs and views unless they are there, and measure."""
    name = _name(size)
    if name not in cluster.databases():
        present, urls = cluster.databases(), {}
        for service in SERVICES:
            log = nation.database_name(size, service)
            urls[service] = cluster.url(log) if log in present else cluster.create_database(log)
        nation.write(urls, size)
        for unfinished in (f"{name}_half", f"{name}_others"):
            cluster.drop_database(unfinished)
        others = open_database(cluster.create_database(f"{name}_others"))
        keep_refused(others)
        others.close()
        database = open_database(cluster.create_database(f"{name}_half"))
        fill(database, urls, size)
        database.close()
        cluster.execute(f'ALTER DATABASE "{name}_half" RENAME TO "{name}"')
        cluster.execute("VACUUM ANALYZE", name)
    return _measured(cluster.url(name), cluster.url(f"{name}_others"), times)


def run_on_sqlite(directory: Path, size: Size, times: int) -> Mapping[str, float]:
    """Do the same on SQLite files."""
    directory.mkdir(parents=True, exist_ok=True)
    file, others = directory / f"{_name(size)}.db", directory / f"{_name(size)}_others.db"
    half = file.with_suffix(".half")
    if not file.exists():
        urls = {one: f"sqlite:///{directory}/{nation.database_name(size, one)}.db" for one in SERVICES}
        nation.write(urls, size)
        for path, write in ((others, keep_refused), (half, lambda database: fill(database, urls, size))):
            path.unlink(missing_ok=True)
            database = open_database(f"sqlite:///{path}")
            write(database)
            database.close()
        half.rename(file)
    return _measured(f"sqlite:///{file}", f"sqlite:///{others}", times)


def _measured(url: str, others: str, times: int) -> Mapping[str, float]:
    opened = open_database(url), open_database(others)
    close_all(opened[0])
    try:
        return measure(*opened, times)
    finally:
        for database in opened:
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
        print(f"{name:75} {value:12.1f}")


if __name__ == "__main__":
    main()
