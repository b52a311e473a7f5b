"""How a working procedure is kept up: feeds I3a (e-ISO share), I5 (publication), I6a (review age) and I8 (time saved).

Measures: `procedure_upkeep` (run electronically, sum of the days of the last review, last review longer than 365 days ago)
while in force, `publication` by the day of issue or revision (released, published in time). Published means both at the
office (notice board or one-stop unit) and on the web (website or portal), as F2 and F3 of the deployments and Circular
26/2014/TT-BKHCN ask of a declaration. The times and the code are part of `procedure_tthc` (`procedures.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from services.inspection.indicators.days import day_in, iso
from services.inspection.indicators.timeline import Happening, Step
from shared.vietnam.calendar import WorkingCalendar

PROCEDURE_UPKEEP = "procedure_upkeep"
PUBLICATION = "publication"

#: A procedure is to be reviewed at least every so many days (I6a).
REVIEW_EVERY = 365

#: Working days from issue or revision to publication (I5).
PUBLISHED_WITHIN = 5

#: Where a channel reaches people; every one of these places is required.
PLACES: Mapping[str, str] = {"notice_board": "office", "one_stop": "office", "website": "web", "portal": "web"}

_calendar = WorkingCalendar()


@lru_cache(maxsize=4096)
def publication_due(released_on: int) -> int:
    """Return the last day on which a publication is in time."""
    return _calendar.add_working_days(released_on, PUBLISHED_WITHIN)


@dataclass(slots=True)
class Upkeep:
    """What matters of the upkeep of a procedure over time."""

    electronic: bool = False
    regulated_days: int | None = None
    committed_days: int | None = None
    reviewed_on: int = 0
    #: `[day, edition, revision, first day at the office, first day on the web]` of each release.
    releases: list[list[int | None]] = field(default_factory=list)


def take_content(upkeep: Upkeep, data: Mapping[str, Any]) -> None:
    """Take the fields of the content that a fact states."""
    upkeep.electronic = bool(data.get("electronic", upkeep.electronic))
    upkeep.regulated_days = data.get("regulated_days", upkeep.regulated_days)
    upkeep.committed_days = data.get("committed_days", upkeep.committed_days)


def release(upkeep: Upkeep, fact: Happening) -> None:
    """Take an issue or a revision."""
    upkeep.reviewed_on = fact.day
    upkeep.releases = [*upkeep.releases, [fact.day, fact.data["edition"], fact.data["revision"], None, None]]


def publish(upkeep: Upkeep, fact: Happening) -> None:
    """Take a publication of the release that it names, else of the latest one."""
    data = fact.data
    for index in range(len(upkeep.releases) - 1, -1, -1):
        day, edition, revision, *places = upkeep.releases[index]
        if (data.get("edition", edition), data.get("revision", revision)) == (edition, revision):
            place = ("office", "web").index(PLACES[data["channel"]])
            if places[place] is None:
                places[place] = day_in(data, "published_on", fact.day)
                changed = [day, edition, revision, *places]
                upkeep.releases = [*upkeep.releases[:index], changed, *upkeep.releases[index + 1 :]]
            return


def upkeep_steps(upkeep: Upkeep, in_force_from: int) -> list[Step]:
    """Return what a procedure in force contributes."""
    overdue_from = max(in_force_from, upkeep.reviewed_on + REVIEW_EVERY + 1)
    return [
        Step(PROCEDURE_UPKEEP, "", in_force_from, (int(upkeep.electronic), upkeep.reviewed_on, 0, 0)),
        Step(PROCEDURE_UPKEEP, "", overdue_from, (0, 0, 1, 0)),
    ]


def publication_steps(upkeep: Upkeep) -> list[Step]:
    """Return what the releases so far contribute, whatever became of the procedure."""
    result = []
    for day, _edition, _revision, office, web in upkeep.releases:
        if day is None:
            continue
        result.append(Step(PUBLICATION, iso(day), day, (1, 0, 0, 0)))
        if office is not None and web is not None and max(office, web) <= publication_due(day):
            result.append(Step(PUBLICATION, iso(day), max(office, web), (0, 1, 0, 0)))
    return result
