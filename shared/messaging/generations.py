"""Several sets of tables of one consumer side by side, of which one serves: begin, switch, roll back, drop.

Owns the rows of `projection_generations`, which every process reads: who asks for figures reads the tables that the row
names, in the transaction of its question, so a switch needs no restart. Who fills the tables is in `feeding.py`, whether
two of them say the same in `comparing.py`. A consumer without rows has the tables of its program's version alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable
from weakref import WeakKeyDictionary

import orjson
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, select, update

from shared.database.bulk import fetch_rows
from shared.database.schema import drop_tables
from shared.eventstore.tables import parked_events, projection_generations, subscriptions
from shared.messaging.consumer import Consumer, Sharing
from shared.messaging.errors import MessagingError

#: The number under which a set of tables has its checkpoints is the consumer's version, and so many times its generation.
_GENERATION = 1000
#: A set that has tables in common with another one has in its number so many times the other's generation and one.
_COMMON = 1_000_000

BUILDING, SERVING, FORMER, DROPPING = "building", "serving", "former", "dropping"
#: Where a set of tables gets its events from at first.
COPY, LOGS = "copy", "logs"

_SERVING = f"SELECT version FROM projection_generations WHERE consumer = ? AND state = '{SERVING}'"  # noqa: S608 - a constant


@runtime_checkable
class Generational(Consumer, Protocol):
    """A consumer that can fill several sets of tables, each under a number of its own."""

    def generation(self, version: int) -> Generational:
        """Return the same consumer for the tables of another generation."""
        ...

    def contents(self) -> dict[str, Select[Any]]:
        """Return what its tables say, by name: queries of a part, a key, and all that counts, in no order.

        Two sets of tables that give the same rows answer every question alike, however they came about.
        """
        ...


@runtime_checkable
class Fillable(Protocol):
    """A consumer of which a set of tables can be filled from that which serves, faster than by reading the logs."""

    def fill_command(self, source: int) -> Sequence[str]:
        """Return what Python is to run: fills this set from the inbox of another one, and gives it checkpoints at the end.

        `OVERSIGHT_DATABASE_URL` says where. It may be killed and run again at any time.
        """
        ...


@dataclass(frozen=True, slots=True)
class Generation:
    """One set of tables."""

    version: int
    state: str
    started_at: int
    switched_at: int | None
    filled_from: str
    compare_at: int | None
    #: What the last comparison found; None: there was none.
    report: dict[str, Any] | None
    #: How far the filling is, step by step, where it is not done by reading the logs.
    filling: dict[str, Any] | None = None


class GenerationError(MessagingError):
    """What was asked for cannot be done with the sets of tables as they are; the text says why, in English."""

    def __init__(self, code: str, text_vi: str, text_en: str) -> None:
        super().__init__(text_en)
        self.code = code
        self.text_vi = text_vi
        self.text_en = text_en


def shape_of(version: int) -> int:
    """Return the consumer's version of a number: what the tables look like and mean."""
    return version % _GENERATION


def suffix(version: int) -> str:
    """Return how the tables of a number end: `v2`, `v2_g1`."""
    generation = version % _COMMON // _GENERATION
    return f"v{shape_of(version)}" + (f"_g{generation}" if generation else "")


def keeper(version: int) -> int:
    """Return the number of the set that made the tables which a set has in common with others; its own where it did."""
    return version if version < _COMMON else (version // _COMMON - 1) * _GENERATION + shape_of(version)


def beside(version: int, generation: int) -> int:
    """Return the number of a generation that has tables in common with a set."""
    made_by = keeper(version) // _GENERATION
    return (made_by + 1) * _COMMON + generation * _GENERATION + shape_of(version)


_known: WeakKeyDictionary[Any, dict[tuple[str, int], int]] = WeakKeyDictionary()


def serving(connection: Connection, consumer: str, version: int) -> int:
    """Return the number of the tables that serve, among those of the program's version of a consumer.

    Asked once in a transaction, so that all of one answer comes from the same tables.
    """
    transaction = connection.get_transaction()
    known = {} if transaction is None else _known.setdefault(transaction, {})
    found = known.get((consumer, version))
    if found is None:
        rows = fetch_rows(connection, _SERVING, [consumer])
        found = next((one for (one,) in rows if shape_of(one) == version), version)
        known[consumer, version] = found
    return found


def generations(connection: Connection, consumer: Consumer) -> list[Generation]:
    """Return the sets of tables of a consumer's version, the oldest first; one that serves where there are no rows."""
    columns = projection_generations.c
    rows = connection.execute(
        select(projection_generations).where(_of(consumer)).order_by(columns.started_at, columns.version)
    ).all()
    if not rows:
        return [Generation(shape_of(consumer.version), SERVING, 0, None, LOGS, None, None)]
    return [_generation(row) for row in rows]


def _generation(row: Any) -> Generation:
    told = {} if row.report is None else orjson.loads(row.report)
    filling = told if "step" in told else None
    report = told if "equal" in told else None
    kept = (row.version, row.state, row.started_at, row.switched_at, row.filled_from, row.compare_at)
    return Generation(*kept, report, filling)


def begin(connection: Connection, consumer: Generational, now: int, filled_from: str = COPY) -> int:
    """Begin another set of tables beside the serving one; return its number.

    Args:
        connection: in a writing transaction.
        consumer: whose tables.
        now: microseconds.
        filled_from: `LOGS` where the copy of the events in the serving set is not to be trusted.

    Raises:
        GenerationError: another one is being built or dropped.
    """
    known = _locked(connection, consumer)
    if any(one.state in (BUILDING, DROPPING) for one in known):
        raise GenerationError(
            "ALREADY_BUILDING",
            "Một bộ dữ liệu dẫn xuất khác đang được dựng; hãy chuyển sang bộ đó hoặc bỏ nó trước.",
            "another set of tables is being built; switch to it or drop it first",
        )
    if any(one.state == FORMER for one in known):
        raise GenerationError(
            "FORMER_KEPT",
            "Bộ dữ liệu trước đây vẫn được giữ để quay lại; hãy bỏ nó trước khi dựng bộ mới.",
            "the former set of tables is still kept for a way back; drop it first",
        )
    if not _rows(connection, consumer):
        _add(connection, consumer, known[0].version, SERVING, 0, LOGS)
    generation = max(one.version % _COMMON for one in known) // _GENERATION + 1
    served = next(one.version for one in known if one.state == SERVING)
    own = generation * _GENERATION + shape_of(served)
    number = beside(served, generation) if filled_from == COPY and isinstance(consumer, Sharing) else own
    _add(connection, consumer, number, BUILDING, now, filled_from)
    return number


def ask_for_comparison(connection: Connection, consumer: Generational, now: int) -> int:
    """Ask whoever fills the tables to compare the one being built (else the former one) with the serving one.

    Raises:
        GenerationError: there is nothing beside the serving one.
    """
    beside = _beside(_locked(connection, consumer))
    _change(connection, consumer, beside.version, compare_at=now, report=None)
    return beside.version


def note_comparison(connection: Connection, consumer: Consumer, version: int, report: dict[str, Any]) -> None:
    """Keep what a comparison found; nothing more is wanted."""
    _change(connection, consumer, version, compare_at=None, report=orjson.dumps(report))


def note_filling(connection: Connection, consumer: Consumer, step: str, done: int, of: int) -> None:
    """Keep how far the filling of a set is."""
    told = {"step": step, "done": done, "of": of}
    _change(connection, consumer, consumer.version, report=orjson.dumps(told))


def switch(connection: Connection, consumer: Generational, now: int, *, different: bool = False) -> int:
    """Let the tables that were built serve, and keep the former ones; return their number. One transaction.

    Args:
        connection: in a writing transaction.
        consumer: whose tables.
        now: microseconds.
        different: also where the comparison found differences, because they are meant.

    Raises:
        GenerationError: none is built, it was not compared or says something else, or it is behind the serving one.
    """
    known = _locked(connection, consumer)
    built = next((one for one in known if one.state == BUILDING), None)
    if built is None:
        raise GenerationError(
            "NOTHING_BUILT", "Không có bộ dữ liệu mới nào đang được dựng.", "no other set of tables is being built"
        )
    if built.report is None and not different:
        raise GenerationError(
            "NOT_COMPARED", "Bộ dữ liệu mới chưa được so sánh với bộ đang dùng.", "it has not been compared yet"
        )
    if built.report is not None and not built.report["equal"] and not different:
        raise GenerationError(
            "DIFFERENT",
            "Bộ dữ liệu mới khác bộ đang dùng; xem báo cáo so sánh.",
            "it does not say the same as the serving one; see the comparison",
        )
    return _serve(connection, consumer, known, built, now)


def roll_back(connection: Connection, consumer: Generational, now: int) -> int:
    """Let the former tables serve again, and keep those that serve now; return their number. One transaction.

    Raises:
        GenerationError: none is kept, or it is behind the serving one.
    """
    known = _locked(connection, consumer)
    former = next((one for one in known if one.state == FORMER), None)
    if former is None:
        raise GenerationError(
            "NO_FORMER", "Không còn bộ dữ liệu trước đây để quay lại.", "no former set of tables is kept"
        )
    return _serve(connection, consumer, known, former, now)


def _serve(
    connection: Connection, consumer: Generational, known: Sequence[Generation], chosen: Generation, now: int
) -> int:
    served = next(one for one in known if one.state == SERVING)
    missing = _behind(connection, consumer, served.version, chosen.version)
    if missing:
        raise GenerationError(
            "BEHIND",
            f"Bộ dữ liệu đó còn chậm {missing} sự kiện so với bộ đang dùng.",
            f"it is {missing} events behind the serving one; try again when it has caught up",
        )
    _change(connection, consumer, served.version, state=FORMER)
    _change(connection, consumer, chosen.version, state=SERVING, switched_at=now)
    return chosen.version


#: So many events may lie between the two at a switch: what comes in while it is decided.
CLOSE = 2000


def _behind(connection: Connection, consumer: Consumer, served: int, chosen: int) -> int:
    """Return how many events the chosen tables are behind the serving ones; 0 where it is no more than a moment's."""
    missing = behind(connection, consumer, served, chosen)
    return missing if missing > CLOSE else 0


def behind(connection: Connection, consumer: Consumer, served: int, chosen: int) -> int:
    """Return how many events the second set of tables is behind the first; as many as there are where it has none yet."""
    there = positions(connection, consumer, chosen)
    place = positions(connection, consumer, served)
    return sum(max(0, at - there.get(source, 0)) for source, at in place.items())


def positions(connection: Connection, consumer: Consumer, version: int) -> dict[str, int]:
    """Return the position up to which each log is in a set of tables."""
    columns = subscriptions.c
    rows = connection.execute(
        select(columns.source, columns.position).where(columns.consumer == consumer.name, columns.version == version)
    )
    return {row.source: row.position for row in rows}


def ask_for_drop(connection: Connection, consumer: Generational) -> int:
    """Have the tables beside the serving ones dropped: the one being built, else the former one; return its number.

    Raises:
        GenerationError: there is nothing beside the serving one.
    """
    beside = _beside(_locked(connection, consumer))
    _change(connection, consumer, beside.version, state=DROPPING)
    return beside.version


def drop(connection: Connection, consumer: Generational) -> None:
    """Remove a set of tables, its checkpoints, and what was parked; nobody may fill it any more."""
    for table in (subscriptions, parked_events):
        connection.execute(delete(table).where(table.c.consumer == consumer.name, table.c.version == consumer.version))
    columns = projection_generations.c
    connection.execute(
        delete(projection_generations).where(columns.consumer == consumer.name, columns.version == consumer.version)
    )
    common = list(consumer.common_tables) if isinstance(consumer, Sharing) else []
    own = [table for table in consumer.tables.sorted_tables if table not in common]
    drop_tables(connection, own if shares(connection, consumer) else [*own, *common])


def shares(connection: Connection, consumer: Consumer) -> bool:
    """Return whether another set has tables in common with this one."""
    made_by = keeper(consumer.version)
    return any(
        keeper(one.version) == made_by for one in generations(connection, consumer) if one.version != consumer.version
    )


def serves(connection: Connection, consumer: Consumer) -> bool:
    """Return whether these tables are those that serve: only then what the consumer derives has an effect."""
    return serving(connection, consumer.name, shape_of(consumer.version)) == consumer.version


def _of(consumer: Consumer) -> ColumnElement[bool]:
    columns = projection_generations.c
    return and_(columns.consumer == consumer.name, columns.version % _GENERATION == shape_of(consumer.version))


def _rows(connection: Connection, consumer: Consumer) -> int:
    counted = select(func.count()).select_from(projection_generations).where(_of(consumer))
    return int(connection.execute(counted).scalar_one())


def _locked(connection: Connection, consumer: Consumer) -> list[Generation]:
    """Return the sets of tables, and let nobody else change them until the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("LOCK TABLE projection_generations IN SHARE ROW EXCLUSIVE MODE")
    return generations(connection, consumer)


def _beside(known: Sequence[Generation]) -> Generation:
    found = sorted((one for one in known if one.state in (BUILDING, FORMER)), key=lambda one: one.state)
    if not found:
        raise GenerationError(
            "NOTHING_BESIDE",
            "Không có bộ dữ liệu nào bên cạnh bộ đang dùng.",
            "there is no set of tables beside the serving one",
        )
    return found[0]


def _add(connection: Connection, consumer: Consumer, version: int, state: str, now: int, filled_from: str) -> None:
    values = {"consumer": consumer.name, "version": version, "state": state, "started_at": now}
    connection.execute(insert(projection_generations).values(**values, filled_from=filled_from))


def _change(connection: Connection, consumer: Consumer, version: int, **values: Any) -> None:
    columns = projection_generations.c
    connection.execute(
        update(projection_generations)
        .where(columns.consumer == consumer.name, columns.version == version)
        .values(**values)
    )
