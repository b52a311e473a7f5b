"""I3a, I4, I5, I6a and I8: electronic procedures, the standard's version, publication, review, time saved."""

from __future__ import annotations

from collections.abc import Mapping

from services.inspection.indicators.coverage import covered
from services.inspection.indicators.declarations import DECLARATION, DECLARED_VERSION
from services.inspection.indicators.dossiers import DOSSIERS_TTHC
from services.inspection.indicators.procedure_upkeep import PROCEDURE_UPKEEP, PUBLICATION
from services.inspection.indicators.procedures import PROCEDURE, PROCEDURE_TTHC
from services.inspection.indicators.statistics import ratio
from services.inspection.indicators.sums import NOTHING, Need, Question
from services.inspection.read_models import Figure
from shared import clock
from shared.contracts.standards import VERSIONS

ELECTRONIC_NEEDS = (Need(PROCEDURE), Need(PROCEDURE_UPKEEP))
STANDARD_NEEDS = (Need(DECLARED_VERSION, broken=True), Need(DECLARATION, broken=True))
PUBLICATION_NEEDS = (Need(PUBLICATION, within="days"),)
REVIEW_NEEDS = (Need(PROCEDURE), Need(PROCEDURE_UPKEEP))
TIME_NEEDS = (Need(PROCEDURE_TTHC, broken=True), Need(DOSSIERS_TTHC, broken=True, within="months", rest=True))

#: Last day for the move to a version (419/BKHCN-TĐC of 21 February 2018).
DEADLINES: Mapping[str, str] = {"TCVN ISO 9001:2015": "2021-06-30"}


def electronic_share(question: Question) -> Figure:
    """Return I3a: procedures run electronically among those in force."""
    in_force = question.sums.group(PROCEDURE, question.members)[0]
    return Figure(question.sums.group(PROCEDURE_UPKEEP, question.members)[0], in_force)


def newest_version(day: int) -> str:
    """Return the newest version of the standard that is published and not withdrawn on a day; empty before the first."""
    standing = [
        version
        for version in VERSIONS.values()
        if clock.day_of(version.published_on) <= day
        and (version.withdrawn_on is None or day < clock.day_of(version.withdrawn_on))
    ]
    return max(standing, key=lambda version: version.year).name if standing else ""


def on_version(question: Question, agency_id: str, version: str) -> bool:
    """Return whether an agency has declared (or is certified) on a version."""
    return question.sums.part(DECLARED_VERSION, agency_id).get(version, (0,))[0] > 0


def standard_currency(question: Question) -> Figure:
    """Return I4: agencies declared on the newest version of the standard among those declared; how late the others are."""
    newest = newest_version(question.day)
    live = covered(question.sums)
    declared = [member.agency_id for member in question.members if member.agency_id in live]
    current = sum([on_version(question, agency_id, newest) for agency_id in declared])
    deadline = DEADLINES.get(newest)
    late = max(0, question.day - clock.day_of(deadline)) if deadline else 0
    values = {
        "version": newest,
        "deadline": deadline,
        "not_moved": len(declared) - current,
        "days_past_deadline": late if len(declared) > current else 0,
    }
    return Figure(current, len(declared), values)


def publication(question: Question) -> Figure:
    """Return I5: issues and revisions of the period that were published everywhere required within five working days."""
    released, published, _, _ = question.sums.group(PUBLICATION, question.members)
    return Figure(published, released)


def review_age(question: Question) -> Figure:
    """Return I6a: procedures in force whose last revision or review is longer than 365 days ago; mean age in days."""
    in_force = question.sums.group(PROCEDURE, question.members)[0]
    _electronic, reviewed_on, overdue, _ = question.sums.group(PROCEDURE_UPKEEP, question.members)
    mean = (in_force * question.day - reviewed_on) / in_force if in_force else None
    return Figure(overdue, in_force, {"age_days_mean": mean})


def time_saved(question: Question) -> Figure:
    """Return I8: days below the regulated time, weighted by the dossiers received in the period."""
    saved = regulated = plain_saved = plain_regulated = 0
    for member in question.members:
        times = question.sums.part(PROCEDURE_TTHC, member.agency_id)
        dossiers = question.sums.part(DOSSIERS_TTHC, member.agency_id)
        for code, (_count, allowed, committed, _) in times.items():
            plain_saved += allowed - committed
            plain_regulated += allowed
            received = dossiers.get(code, NOTHING)[0]
            saved += (allowed - committed) * received
            regulated += allowed * received
    return Figure(saved, regulated, {"unweighted": ratio(plain_saved, plain_regulated)})
