"""Vietnamese text: one form for comparing and one for searching.

Owns normalisation (NFC) and folding; knows no data. Folding removes tone and vowel marks and makes đ a d, as people type
names without a Vietnamese keyboard.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: đ is a letter of its own (U+0111), not a d with a mark: normalisation does not take it apart.
_BARRED = str.maketrans("đĐ", "dD")


def normalised(text: str) -> str:
    """Return the text composed (NFC), outer blanks removed and inner ones single."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def folded(text: str) -> str:
    """Return the text for searching: lower case, without marks, đ as d, blanks single."""
    decomposed = unicodedata.normalize("NFD", text.translate(_BARRED))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def matches(query: str, *texts: str) -> bool:
    """Return whether every word of the query begins a word in one of the texts, marks not looked at."""
    return found_in(search_text(*texts), query)


def search_text(*texts: str) -> str:
    """Return texts in the form that is searched through: their words folded, each after a blank."""
    return "".join(f" {word}" for text in texts for word in _words(text))


def found_in(text: str, query: str) -> bool:
    """Return whether every word of a query begins a word of a `search_text`."""
    return all(part in text for part in _parts(query))


@lru_cache(maxsize=1_000)
def _parts(query: str) -> tuple[str, ...]:
    return tuple(f" {part}" for part in folded(query).split())


@lru_cache(maxsize=100_000)
def _words(text: str) -> tuple[str, ...]:
    # The same names are searched through again and again: folding 15,000 of them takes a third of a second.
    return tuple(folded(text).split())
