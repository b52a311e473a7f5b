"""Which event type was meant? Names close to one that does not exist, within a bound on the work that outsiders can cause.

Telling how alike two names are takes some 0.05 ms, comparing with all types 20 ms, and a batch has room for a thousand
invented names: so a name is compared within its aggregate alone, answers are remembered, and a process works out a few
of them a second. Beyond that the refusal names the catalogue only.
"""

from __future__ import annotations

import difflib
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

#: Characters of the longest name that is compared; the longest type has 45.
_LONGEST = 64
_SHOWN = 3
#: Names looked at in one second.
NAMES_A_SECOND = 20


class Suggestions:
    """Suggests types of one catalogue; one per process."""

    def __init__(self, names: Iterable[str], seconds: Callable[[], float] = time.monotonic) -> None:
        """Take the names of all types, and the clock that the bound goes by."""
        self._types: dict[str, list[str]] = defaultdict(list)
        for name in names:
            self._types[_aggregate(name)].append(name)
        self._seconds = seconds
        self._second, self._looked_at = 0, 0
        self._remembered = lru_cache(maxsize=1024)(self._work_out)

    def near(self, name: str) -> tuple[str, ...]:
        """Return up to three types that may be meant, the likeliest first."""
        if len(name) > _LONGEST:
            return ()
        try:
            return self._remembered(name)
        except _TooManyError:
            return ()

    def _work_out(self, name: str) -> tuple[str, ...]:
        self._count()
        aggregate = _aggregate(name)
        if aggregate not in self._types:
            close = difflib.get_close_matches(aggregate, self._types, n=1)
            if not close:
                return ()
            name = close[0] + name[len(aggregate) :]
            aggregate = close[0]
        return tuple(difflib.get_close_matches(name, self._types[aggregate], n=_SHOWN))

    def _count(self) -> None:
        # Raises, so that what was not looked at is not remembered as having no name close to it.
        second = int(self._seconds())
        if second != self._second:
            self._second, self._looked_at = second, 0
        if self._looked_at >= NAMES_A_SECOND:
            raise _TooManyError
        self._looked_at += 1


class _TooManyError(Exception):
    """This second's share is used up."""


def _aggregate(name: str) -> str:
    return name.rpartition(".")[0]
