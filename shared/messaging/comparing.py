"""Compares what two sets of tables of one consumer say: by digest, part by part, in the database.

A digest is a sum of hashes of rows, so that the order in which a table gives its rows does not matter. Where two of them
differ, some of the keys (agencies) are named whose rows differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, func, literal_column, select

from shared import clock
from shared.database.bulk import driver_connection
from shared.messaging.generations import Generational, positions

#: Keys named of a part that differs, and in how many parts: finding them reads the part once more.
_KEYS, _PARTS = 5, 8

#: Count and digest by part, or by key.
Digests = Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of the tables in which they do not say the same."""

    content: str
    part: str
    #: Rows in the serving tables and in the others.
    serving_rows: int
    other_rows: int
    #: Some of the keys (agencies) whose rows differ.
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found when both were at the same positions."""

    positions: Mapping[str, int]
    #: Rows compared, by content.
    rows: Mapping[str, int]
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> bool:
        """Return whether both say the same."""
        return not self.differences

    def as_json(self, now: int) -> dict[str, Any]:
        """Return it as it is stored and shown."""
        return {
            "equal": self.equal,
            "compared_at": clock.to_rfc3339(now),
            "positions": dict(self.positions),
            "rows": dict(self.rows),
            "differences": [asdict(one) for one in self.differences],
        }


def compare(
    connection: Connection, serving: Generational, other: Generational, on_snapshot: Callable[[], None] = lambda: None
) -> Comparison | None:
    """Return how two sets of tables differ; None while they are not at the same positions of all logs.

    Everything is read from the one snapshot of the transaction; `on_snapshot` is called when it stands. Of contents that the
    consumer names in `made_afterwards` only the parts are compared that both sets have.
    """
    place = positions(connection, serving, serving.version)
    on_snapshot()
    if place != positions(connection, other, other.version):
        return None
    found: list[Difference] = []
    rows: dict[str, int] = {}
    others = other.contents()
    for name, query in serving.contents().items():
        if query.compare(others[name]):
            # The same rows of a table that both have in common.
            continue
        here, there = digests(connection, query), digests(connection, others[name])
        rows[name] = sum(count for count, _digest in here.values())
        afterwards = name in getattr(serving, "made_afterwards", ())
        for part in sorted(here.keys() & there.keys() if afterwards else here.keys() | there.keys()):
            mine, theirs = here.get(part, (0, "0")), there.get(part, (0, "0"))
            if mine != theirs:
                keys = _keys(connection, query, others[name], part) if len(found) < _PARTS else ()
                found.append(Difference(name, part, mine[0], theirs[0], keys))
    return Comparison(place, rows, tuple(found))


def digests(connection: Connection, query: Select[Any], by: str = "part", part: str | None = None) -> Digests:
    """Return the number of rows and their digest, by part (or by key)."""
    rows = query.subquery("said")
    if connection.dialect.name == "postgresql":
        # Sorting millions of sums wants more than the default of 4 MB, and more than the minute that a question may take.
        connection.exec_driver_sql(
            "SELECT set_config('work_mem', '128MB', true), set_config('statement_timeout', '0', true)"
        )
        digest: ColumnElement[Any] = cast(func.sum(func.hashtextextended(literal_column("said::text"), 0)), Text)
    else:
        driver_connection(connection).create_aggregate("rows_digest", -1, _RowsDigest)
        digest = func.rows_digest(*rows.c)
    asked = select(rows.c[by], func.count(), digest).group_by(rows.c[by])
    if part is not None:
        asked = asked.where(rows.c.part == part)
    return {str(group): (int(count), str(total)) for group, count, total in connection.execute(asked)}


def _keys(connection: Connection, query: Select[Any], other: Select[Any], part: str) -> tuple[str, ...]:
    here, there = (digests(connection, one, "key", part) for one in (query, other))
    return tuple(sorted(key for key in here.keys() | there.keys() if here.get(key) != there.get(key))[:_KEYS])


class _RowsDigest:
    """SQLite's aggregate: the sum of the hashes of rows."""

    def __init__(self) -> None:
        self._sum = 0

    def step(self, *values: Any) -> None:
        """Take a row."""
        self._sum += int.from_bytes(blake2b(repr(values).encode(), digest_size=8).digest())

    def finalize(self) -> str:
        """Return the sum."""
        return str(self._sum)
