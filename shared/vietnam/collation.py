"""The order of Vietnamese words, as in dictionaries: by letters of the alphabet, then by tone.

ă and â follow a, đ follows d, ê follows e, ô and ơ follow o, ư follows u; tones in the order level, huyền, hỏi, ngã, sắc,
nặng (as the Vietnamese tailoring of the Unicode collation, CLDR `vi`). Compared syllable by syllable.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTERS = {letter: place for place, letter in enumerate(_ALPHABET, start=100)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}

Syllable = tuple[tuple[int, ...], tuple[int, ...]]


@lru_cache(maxsize=50_000)
def collation_key(text: str) -> tuple[Syllable, ...]:
    """Return the key by which texts stand in Vietnamese order; digits before letters."""
    return tuple(_syllable(word) for word in text.casefold().split())


@lru_cache(maxsize=20_000)
def _syllable(word: str) -> Syllable:
    letters: list[int] = []
    tones: list[int] = []
    for sign in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", sign)
        tone = next((_TONES[mark] for mark in parts if mark in _TONES), 0)
        bare = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES))
        letters.append(_LETTERS.get(bare, ord(bare[0]) if bare and ord(bare[0]) < _FIRST else _OTHER))
        tones.append(tone)
    return tuple(letters), tuple(tones)


#: Below the letters stand signs and digits by their code; above them everything else.
_FIRST, _OTHER = 97, 1000
