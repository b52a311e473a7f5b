r"""The random part of a selection: each agency's ticket is a digest of the seed and its id; the lowest tickets win.

So the draw depends on nothing but the seed and the ids: not on the order of the list, not on a generator's state, not on
the version of Python (whose `random` promises the same numbers for the same seed, but not the same samples and
shuffles), and anybody can check one ticket with any SHA-256 program:

    printf '%s\n%s' SEED AGENCY | sha256sum

SHA-256 is uniform for this purpose, and nobody can choose an id so that its ticket wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256


def ticket(seed: str, agency_id: str) -> str:
    """Return an agency's ticket: 64 hexadecimal digits."""
    return sha256(f"{seed}\n{agency_id}".encode()).hexdigest()


def drawn(seed: str, agency_ids: Iterable[str]) -> list[str]:
    """Return the agencies in the order in which they are drawn."""
    return sorted(agency_ids, key=lambda agency_id: (ticket(seed, agency_id), agency_id))
