"""Versions and clauses of the standard as data: which exist, when, and what corresponds to what.

A version in agencies' words is text such as `TCVN ISO 9001:2015`; anything else is unknown, and
the nearest known versions are suggested. A new version is one more entry.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StandardVersion:
    """One version of the standard."""

    #: As written in decisions: `TCVN ISO 9001:2015`.
    name: str
    #: Year in the name; orders the versions.
    year: int
    #: Day of the decision that published it, ISO 8601.
    published_on: str
    #: Day of the decision that withdrew it, None while it stands.
    withdrawn_on: str | None


#: Sources: 4108 and 4109/QĐ-BKHCN of 31 December 2015 (2008 withdrawn, 2015 published). The days of the
#: older two are those of the international versions and of 2885/QĐ-BKHCN; uncertain, so data.
VERSIONS: dict[str, StandardVersion] = {
    version.name: version
    for version in (
        StandardVersion("TCVN ISO 9001:2000", 2000, "2000-12-15", "2008-12-26"),
        StandardVersion("TCVN ISO 9001:2008", 2008, "2008-12-26", "2015-12-31"),
        StandardVersion("TCVN ISO 9001:2015", 2015, "2015-12-31", None),
    )
}

#: Last day to move from :2008 to :2015 (419/BKHCN-TĐC, 21 February 2018).
TRANSITION_DEADLINE_2015 = "2021-06-30"


def version_of(name: str) -> StandardVersion | None:
    """Return the version of that name, None if there is none."""
    return VERSIONS.get(name)


def suggestions(day: str | None = None) -> list[str]:
    """Return the names of known versions, newest first; with a day only those in force on it."""
    newest_first = sorted(VERSIONS.values(), key=lambda version: -version.year)
    return [version.name for version in newest_first if day is None or in_force_on(version, day)]


def in_force_on(version: StandardVersion, day: str) -> bool:
    """Return whether the version was published and not yet withdrawn on a day (ISO 8601)."""
    return version.published_on <= day and (version.withdrawn_on is None or day < version.withdrawn_on)
