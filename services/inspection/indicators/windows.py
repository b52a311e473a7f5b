"""Windows of audits and inspections: what I20 (overlap) compares.

Owns the form in which a window is kept as a dimension, `{from}|{to}|{hundredths of person-days}|{scope}`, and the
reading of it. The scope is a sorted list of parts joined by `;` (`p:` procedures, `d:` divisions, `c:` clauses); an empty
one is the whole agency. Measures: `visit_window` (1 per audit or inspection), `visit_saved` by day (hundredths of
person-days saved by combining, times).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from services.inspection.indicators.days import iso
from services.inspection.indicators.timeline import Step
from shared import clock

VISIT_WINDOW = "visit_window"
VISIT_SAVED = "visit_saved"

#: Person-days are kept in hundredths.
HUNDREDTHS = 100

_PREFIXES = {"procedures": "p:", "divisions": "d:", "clauses": "c:"}


class Window(NamedTuple):
    """When an audit or inspection keeps an agency busy, and with what."""

    begins: int
    ends: int
    #: Hundredths of person-days.
    effort: int
    #: Empty: the whole agency.
    scope: frozenset[str]


def scope_parts(scope: Mapping[str, Any] | None) -> list[str]:
    """Return the parts of a scope as contracts give it, sorted."""
    return sorted({f"{prefix}{part}" for name, prefix in _PREFIXES.items() for part in (scope or {}).get(name, ())})


def window_step(begins: int, ends: int, effort: int, scope: Iterable[str]) -> Step:
    """Return the step of a window, known from the day of the fact on."""
    return Step(VISIT_WINDOW, f"{iso(begins)}|{iso(ends)}|{effort}|{';'.join(scope)}", 0, (1, 0, 0, 0))


def window_of(dimension: str) -> Window:
    """Return the window that a dimension stands for."""
    begins, ends, effort, scope = dimension.split("|", 3)
    parts = frozenset(scope.split(";")) if scope else frozenset[str]()
    return Window(clock.day_of(begins), clock.day_of(ends), int(effort), parts)


def share_scope(one: Window, other: Window) -> bool:
    """Return whether two windows look at something in common; the whole agency has all in common."""
    return not one.scope or not other.scope or bool(one.scope & other.scope)
