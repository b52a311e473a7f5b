"""Hashes and checks passwords: Argon2id with 46 MiB and one pass, the first choice of OWASP's cheat sheet.

Owns the rule for new passwords (NIST SP 800-63B: length, no rules of composition). A check takes some 30 ms during which
the process does nothing else, which is why the parameters are not higher and failed attempts are limited.
"""

from __future__ import annotations

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

#: Fewest and most characters; the upper bound keeps hashing cheap.
SHORTEST, LONGEST = 12, 256

_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
#: Compared with when there is no such account, so that the answer takes as long.
_NOBODY = _HASHER.hash("no account has this password")


class WeakPasswordError(ValueError):
    """A password has at least 12 and at most 256 characters."""


def hashed(password: str) -> str:
    """Return the hash of a new password.

    Raises:
        WeakPasswordError: too short or too long.
    """
    text = _normal(password)
    if not SHORTEST <= len(text) <= LONGEST:
        raise WeakPasswordError(WeakPasswordError.__doc__)
    return _HASHER.hash(text)


def matches(password: str, known: str | None) -> bool:
    """Return whether a password is the one that was hashed; without a hash it takes as long and is false."""
    text = _normal(password)[:LONGEST]
    try:
        _HASHER.verify(known or _NOBODY, text)
    except (VerificationError, InvalidHashError):
        return False
    return known is not None


def _normal(password: str) -> str:
    # The same characters whatever keyboard composed the tone marks.
    return unicodedata.normalize("NFC", password)
