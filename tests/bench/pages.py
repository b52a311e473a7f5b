"""Measures the server's time for every page with a whole country in the views: signed in, as a browser asks.

Run by itself: `python -m tests.bench.pages [--agencies N] [--per-agency M] [--times T]`; on a private PostgreSQL unless a URL
is given. The target is 200 ms for the 95th of 100 requests, and 100 KB (gzip) for what a page weighs without charts.
"""

from __future__ import annotations

import argparse
import gzip
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import text
from werkzeug.test import Client

from deploy.local.postgres import PrivateCluster
from services.inspection.accounts.tables import METADATA
from shared.database.engine import Database, open_database
from shared.database.schema import ensure_tables
from shared.web.sessions import Holder
from tests.bench.views import _national, measure_apply, prepare
from tests.browser.site import application, context_of

_AGENCY = "cq-00001"
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
    with client:
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


def run(url: str, agencies: int, per_agency: int, times: int) -> Mapping[str, float]:
    """Measure on a fresh database, and return all figures by name."""
    database = open_database(url)
    prepare(database)
    logs = _national(agencies, per_agency)
    measure_apply(database, logs)
    if database.dialect == "postgresql":
        database.write(lambda connection: connection.execute(text("ANALYZE")))
    figures = {"events": float(len(logs.events)), **measure(database, times)}
    database.close()
    return figures


def main() -> None:
    """Print the figures of one run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=15_000)
    parser.add_argument("--per-agency", type=int, default=20)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--url", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        if given.url:
            figures = run(given.url, given.agencies, given.per_agency, given.times)
        else:
            with PrivateCluster(Path(directory) / "postgres") as cluster:
                url = cluster.create_database("pages_bench")
                figures = run(url, given.agencies, given.per_agency, given.times)
    for name, value in figures.items():
        print(f"{name:45} {value:12.1f}")


if __name__ == "__main__":
    main()
