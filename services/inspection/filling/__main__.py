"""`python -m services.inspection.filling NUMBER SOURCE MONTHS`: fills a set of tables from the inbox of another one.

Run by the service where a set is to be filled. `OVERSIGHT_DATABASE_URL` says where.
"""

from __future__ import annotations

import os
import sys

from services.inspection.filling.running import Job, die_with_parent, fill
from shared.database.engine import open_database
from shared.messaging.generations import note_filling


def main() -> None:
    """Fill, and write down how far it is."""
    die_with_parent()
    os.nice(5)
    version, source, months = map(int, sys.argv[1:])
    job = Job(os.environ["OVERSIGHT_DATABASE_URL"], version, source, months)
    database = open_database(job.url)

    def say(step: str, done: int, of: int) -> None:
        database.write(lambda connection: note_filling(connection, job.views, step, done, of))

    fill(job, max(1, len(os.sched_getaffinity(0))), say)
    database.close()


if __name__ == "__main__":
    main()
