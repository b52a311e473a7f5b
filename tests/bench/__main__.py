"""`make bench`: measures the system and the plain design in one run, prints a figure a line, writes them all down."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.ports import free_ports
from deploy.local.postgres import PrivateCluster
from tests.bench import append, nation, pages, views
from tests.bench.comparing import Size, compare
from tests.bench.load import national
from tests.bench.oversight_side import OversightSide
from tests.bench.plain_side import PlainSide

_ROOT = Path(__file__).resolve().parents[2] / ".oversight"
RESULT = _ROOT / "bench.json"
_USUAL = Size()
#: What is measured on SQLite, and which figures of it are shown.
_SMALL = nation.Size(300, 30_000)
_OF_SQLITE = (
    *("events", "rebuild_events_per_second", "slowest_ratio_p95_ms", "slowest_other_p95_ms"),
    *("board_first_ms", "board_mid_month_first_ms", "board_p95_ms", "timeline_p95_ms", "closing_seconds"),
    *("sql_fold_seconds", "rebuild_vs_sql_fold", "I11_vs_sql_fold"),
)
#: Requests of each page.
_REQUESTS = 20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("--only", choices=("compare", "append", "views", "pages"), default=None)
    parser.add_argument("--rounds", type=int, default=_USUAL.rounds)
    parser.add_argument("--events", type=int, default=_USUAL.events, help="events of one round of ours")
    usual = nation.Size()
    parser.add_argument("--nation", type=int, default=usual.agencies, help="agencies whose views are measured")
    parser.add_argument("--history", type=int, default=usual.events, help="their events; written once and kept")
    parser.add_argument("--port", type=int, default=0, help="first of five free ports")
    given = parser.parse_args()
    directory = _ROOT / "bench"
    directory.mkdir(parents=True, exist_ok=True)
    found: dict[str, float] = {}
    if given.only in (None, "compare"):
        found |= comparison(directory, Size(rounds=given.rounds, events=given.events), given.port)
    if given.only in (None, "append", "views", "pages"):
        found |= alone(directory, given.only, nation.Size(given.nation, given.history))
    for name, value in found.items():
        print(f"{name}: {value:.3f}" if value < 10 else f"{name}: {value:.1f}")
    RESULT.write_text(json.dumps({name: round(value, 4) for name, value in found.items()}, indent=1) + "\n")


def comparison(directory: Path, size: Size, port: int) -> Mapping[str, float]:
    """Run both systems side by side on servers of their own, and measure them in turn."""
    _say("making the load …")
    load, plain_load, memory_load = (national(size.agencies, size.whole_load) for _ in range(3))
    first = port or _adjacent()
    with PlainSide(directory, first + 4) as plain, OversightSide(directory, first) as ours:
        _say(f"registering {size.agencies} agencies …")
        ours.register(load)
        _say("rounds of both in turn, events posted to visible:")
        found = compare(ours, plain, (load, plain_load, memory_load), size, _say)
        memory = {f"memory_mb_{name}": value for name, value in ours.memory_mb().items()}
    return {**found, **memory}


def alone(directory: Path, only: str | None, size: nation.Size) -> Mapping[str, float]:
    """Measure the log beside COPY, the views by themselves, and the pages over them."""
    found: dict[str, float] = {}
    if only in (None, "append"):
        with PrivateCluster(directory / "postgres") as cluster:
            cluster.drop_database("append_bench")
            _say("appending to the log, beside COPY …")
            found |= append.measure(cluster.create_database("append_bench")).ratios()
            cluster.drop_database("append_bench")
    if only in (None, "views"):
        _say("the same on SQLite, with fewer events …")
        small = nation.Size(min(size.agencies, _SMALL.agencies), min(size.events, _SMALL.events))
        figures = views.run_on_sqlite(directory / "sqlite", small)
        found |= {f"views_sqlite_{name}": figures[name] for name in _OF_SQLITE}
    # Kept between runs: a nation's logs are written once for each size.
    with PrivateCluster(directory / "nation") as cluster:
        if only in (None, "views"):
            _say("applying to the views, and national questions …")
            figures = views.run(cluster, size)
            found |= {f"views_{name}": value for name, value in figures.items()}
        if only in (None, "pages"):
            _say("the server's time of every page …")
            found |= pages.run(cluster, pages.USUAL if size == nation.Size() else size, _REQUESTS)
    return found


def _adjacent() -> int:
    """Return the first of five adjacent ports that are free."""
    from deploy.local.ports import is_free

    while True:
        [first] = free_ports(1)
        if first < 65_000 and all(is_free(first + offset) for offset in range(5)):
            return first


def _say(text: str) -> None:
    print(f"{text} (load {os.getloadavg()[0]:.1f})" if text.endswith("…") else text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
