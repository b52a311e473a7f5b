"""Names of a log's lives: a backup that is put back begins a new one, and says where it left the old one.

An epoch is opaque to readers of the feed. To us it is a chain: `{new}@{cut}<{old}` is a life that shares the positions
1 to `cut` with the life before it, and has its own after that. So a reader that never got beyond the cut goes on by
itself, and any other can tell how far what it applied is still true.
"""

from __future__ import annotations

from uuid import uuid4

_CUT = "@"
_BEFORE = "<"


def first_epoch() -> str:
    """Return the name of a new log's life."""
    return uuid4().hex


def epoch_after(epoch: str, cut: int) -> str:
    """Return the name of a life that continues another one behind position `cut`."""
    return f"{uuid4().hex}{_CUT}{cut}{_BEFORE}{epoch}"


def shared_prefix(known: str, present: str) -> int | None:
    """Return the last position that two lives share; None when the present one does not come from the known one.

    Args:
        known: the epoch that a reader has applied.
        present: the epoch that the log has now; another one.
    """
    ending = _BEFORE + known
    if not known or not present.endswith(ending):
        return None
    lives = present.removesuffix(ending).split(_BEFORE)
    # A restore of a restore may have gone further back than the one before it.
    return min(int(life.rpartition(_CUT)[2]) for life in lives)
