"""Measures the server's time for every page with a whole country in the views: signed in, as a browser asks.

Run by itself: `python -m tests.bench.pages [--agencies N] [--events M] [--times T] [--sqlite DIRECTORY]`. The target is 200 ms for the 95th of 100 requests, and 100 KB (gzip) for what a page weighs without charts.
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Mapping
from pathlib import Path

from werkzeug.test import Client

from deploy.local.postgres import PrivateCluster
from services.inspection.accounts.tables import METADATA
from shared.database.engine import Database, open_database
from shared.database.schema import ensure_tables
from shared.web.sessions import Holder
from tests.bench import nation
from tests.bench.nation import SERVICES, Size
from tests.bench.views import measure_rebuild, prepare
from tests.browser.site import application, context_of

_AGENCY = nation.name_of(1)
PAGES = {
    "board": "/",
    "board, end of a year": "/?as_of=2025-12-31",
    "board of a province": "/?scope=P92",
    "board, filtered": "/?level=commune&map=I6",
    "agencies": "/agencies",
    "agencies, searched": "/agencies?q=cq-012",
    "agencies of a province": "/agencies?province=P92",
    "agency": f"/agencies/{_AGENCY}",
    "explanation": "/indicators/I6/explain",
    "explanation of a province": "/indicators/I2/explain?province=P92",
    "trend": "/indicators/I6/trend",
    "report": "/report",
    "work": "/work",
    "law": "/law",
    "inspections": "/records/inspection",
    "form": "/act/qms.inspection.planned",
    "kept views": "/views",
}
_P95 = 0.95


def measure(database: Database, times: int) -> Mapping[str, float]:
    """Return the 95th percentile of each page in milliseconds, after one request that warms it, and the weight in KB."""
    context = context_of(database, {})
    database.write(lambda connection: ensure_tables(connection, METADATA))
    client = Client(application(context))
    _sign_in(client, context)
    found: dict[str, float] = {}
    for name, path in PAGES.items():
        first = client.get(path)
        assert first.status_code == 200, (name, first.status_code)
        taken = []
        for _ in range(times):
            started = time.perf_counter()
            client.get(path)
            taken.append(time.perf_counter() - started)
        found[f"page_p95_ms {name}"] = 1000 * sorted(taken)[max(0, round(times * _P95) - 1)]
        found[f"page_kb {name}"] = len(gzip.compress(first.get_data())) / 1024
    return found


def _sign_in(client: Client, context: object) -> None:
    from shared.web import sessions

    token = "do-luong"
    key = sessions._key(context, token)  # type: ignore[arg-type]
    until = context.clock() + sessions.SESSION_SECONDS * 1_000_000  # type: ignore[attr-defined]
    context.extra[sessions.STORE].open(key, Holder("staff", "staff"), until)  # type: ignore[attr-defined]
    client.set_cookie(sessions.COOKIE, token)


def _filled(url: str, urls: Mapping[str, str]) -> Database:
    database = open_database(url)
    prepare(database)
    measure_rebuild(database, urls)
    return database


def run(cluster: PrivateCluster, size: Size, times: int) -> Mapping[str, float]:
    """Write the logs unless they are there, fill the views, and measure on the same cluster."""
    present, urls = cluster.databases(), {}
    for service in SERVICES:
        name = nation.database_name(size, service)
        urls[service] = cluster.url(name) if name in present else cluster.create_database(name)
    events = nation.write(urls, size)
    cluster.drop_database(_NAME)
    database = _filled(cluster.create_database(_NAME), urls)
    cluster.execute("VACUUM ANALYZE", _NAME)
    figures = {"page_events": float(events), **measure(database, times)}
    database.close()
    cluster.drop_database(_NAME)
    return figures


def run_on_sqlite(directory: Path, size: Size, times: int) -> Mapping[str, float]:
    """Do the same on SQLite files."""
    directory.mkdir(parents=True, exist_ok=True)
    urls = {one: f"sqlite:///{directory}/{nation.database_name(size, one)}.db" for one in SERVICES}
    events = nation.write(urls, size)
    for file in directory.glob(f"{_NAME}.db*"):
        file.unlink()
    database = _filled(f"sqlite:///{directory}/{_NAME}.db", urls)
    figures = {"page_events": float(events), **measure(database, times)}
    database.close()
    return figures


_NAME = "pages_bench"
_DIRECTORY = Path(__file__).resolve().parents[2] / ".oversight" / "bench"


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=15_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--sqlite", type=Path, default=None, help="directory for SQLite files instead of PostgreSQL")
    given = parser.parse_args()
    size = Size(given.agencies, given.events)
    if given.sqlite is not None:
        figures = run_on_sqlite(given.sqlite, size, given.times)
    else:
        with PrivateCluster(_DIRECTORY / "postgres") as cluster:
            figures = run(cluster, size, given.times)
    for name, value in figures.items():
        print(f"{name:45} {value:12.1f}")


if __name__ == "__main__":
    main()
