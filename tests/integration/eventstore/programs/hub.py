"""Runs slow queries beside a ticking greenlet and prints what became of the ticks.

Arguments: database URL, `green` or `blocking`, one of the scenarios below. Prints one JSON object.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402

from sqlalchemy import text  # noqa: E402

from shared.database.engine import open_database  # noqa: E402

TICK = 0.05
SLOW_SQLITE = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n) SELECT sum(i) FROM n"


def slow(connection):
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_sleep(1)"))
    else:
        connection.execute(text(SLOW_SQLITE), {"n": 3_000_000}).scalar_one()


def ticking(work):
    """Return how many ticks there were while `work` ran, and how many seconds it took."""
    ticks = []

    def tick():
        while True:
            ticks.append(time.monotonic())
            eventlet.sleep(TICK)

    ticker = eventlet.spawn(tick)
    eventlet.sleep(0)
    began = time.monotonic()
    work()
    took = time.monotonic() - began
    ticker.kill()
    return {"ticks": len(ticks) - 1, "seconds": took}


def four_reads(database):
    database.read(lambda _: None)
    threads = [eventlet.spawn(database.read, slow) for _ in range(4)]
    return ticking(lambda: [thread.wait() for thread in threads])


def one_write(database):
    database.write(lambda _: None)
    return ticking(lambda: database.write(slow))


def one_large_write(database):
    """Send more than the sockets take at once: whoever writes has to read meanwhile."""
    sent = "x" * 30_000_000

    def length(connection):
        return connection.execute(text("SELECT length(:sent)"), {"sent": sent}).scalar_one()

    return ticking(lambda: database.write(length)) | {"length": database.write(length)}


def timed_out_write(database):
    """Give up a write in its middle; the next one must work and find nothing of it."""
    database.write(lambda connection: connection.execute(text("CREATE TABLE notes (note TEXT)")))

    def noted_then_slow(connection):
        connection.execute(text("INSERT INTO notes VALUES ('abandoned')"))
        slow(connection)

    gave_up = False
    try:
        with eventlet.Timeout(0.2):
            database.write(noted_then_slow)
    except eventlet.Timeout:
        gave_up = True
    database.write(lambda connection: connection.execute(text("INSERT INTO notes VALUES ('kept')")))
    notes = database.read(lambda connection: list(connection.execute(text("SELECT note FROM notes")).scalars()))
    return {"gave_up": gave_up, "notes": notes}


def many_writers(database):
    """Count up by greenlets, each reading and writing in one transaction."""
    database.write(lambda connection: connection.execute(text("CREATE TABLE counters (n INTEGER)")))
    database.write(lambda connection: connection.execute(text("INSERT INTO counters VALUES (0)")))

    def bump(connection):
        connection.execute(text("UPDATE counters SET n = n + 1"))

    for thread in [eventlet.spawn(database.write, bump) for _ in range(200)]:
        thread.wait()
    return {"n": database.read(lambda connection: connection.execute(text("SELECT n FROM counters")).scalar_one())}


def read_inside_write(database):
    """Read through a second connection from within a write, as a look-up in a decision does."""
    inner = database.write(lambda _: database.read(lambda connection: connection.execute(text("SELECT 7")).scalar()))
    return {"inner": inner}


if __name__ == "__main__":
    opened = open_database(sys.argv[1], green=sys.argv[2] == "green")
    print(json.dumps(globals()[sys.argv[3]](opened)))
    opened.close()
