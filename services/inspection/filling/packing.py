"""Rows of changes as PostgreSQL's binary COPY takes them, written by hand: what an event's rows have in common is packed once.

The format is documented under COPY, "Binary Format"; the bytes of the columns are those of their types' send functions. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from struct import Struct

#: Begins what is copied, and ends it.
BEGINS = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
ENDS = b"\xff\xff"

#: Columns of a row, in the order in which they are packed: what differs from row to row first.
COLUMNS = (
    *("measure", "agency_id", "dimension", "day", "a1", "a2", "a3", "a4"),
    *("known_at", "known_month", "service", "partition", "position", "stream"),
)

_COUNT = Struct(">h").pack(len(COLUMNS))
_LENGTH = Struct(">i").pack
#: Each number behind its length in bytes.
_AMOUNTS = Struct(">10i").pack
_KNOWN = Struct(">iqii").pack
_PARTITION = Struct(">ih").pack
_POSITION = Struct(">iq").pack
_INT2, _INT4, _INT8 = 2, 4, 8

#: Different words kept; dimensions that have a day in them go on for ever.
_WORDS = 200_000


class Words(dict[str, bytes]):
    """Words behind their lengths, each packed once."""

    def __missing__(self, word: str) -> bytes:
        """Pack a word that is new."""
        if len(self) >= _WORDS:
            self.clear()
        data = word.encode()
        packed = self[word] = _LENGTH(len(data)) + data
        return packed


class Packing:
    """Packs changes, and collects the bytes."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._words = Words()
        self.rows: list[bytes] = []

    def add(
        self,
        net: Mapping[tuple[str, str, int, str], Iterable[int]],
        owner: str,
        known: tuple[int, int],
        place: tuple[str, int, int, bytes],
    ) -> None:
        """Pack what an event changes.

        Args:
            net: amounts by measure, dimension, day, and agency (empty: the owner).
            owner: agency of the record.
            known: instant and month in which the event was recorded.
            place: the event's service, partition and position, and the key of its record.
        """
        words, append = self._words, self.rows.append
        service, partition, position, key = place
        tail = b"".join((
            _KNOWN(_INT8, known[0], _INT4, known[1]),
            words[service],
            _PARTITION(_INT2, partition),
            _POSITION(_INT8, position),
            _LENGTH(len(key)),
            key,
        ))  # fmt: skip
        for (measure, dimension, day, agency), (a1, a2, a3, a4) in net.items():
            append(
                _COUNT + words[measure] + words[agency or owner] + words[dimension]
                + _AMOUNTS(_INT4, day, _INT4, a1, _INT4, a2, _INT4, a3, _INT4, a4) + tail
            )  # fmt: skip

    def taken(self) -> bytes:
        """Return the bytes so far, and begin anew."""
        data = b"".join(self.rows)
        self.rows.clear()
        return data
