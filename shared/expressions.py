"""Regular expressions that outsiders may hand in: their time grows with the text's length alone (RE2).

The standard library's engine tries one way after the other, and `(a+)+b` has 2^n ways through n letters; RE2 follows all
at once. It is also the engine of Alertmanager and Prometheus, so an expression means here what it means there. It knows
no look-around and no back references, which cannot be had in that time.
"""

from __future__ import annotations

from collections.abc import Callable

import re2

#: Bytes that one compiled expression may take, with what it remembers while it matches; an expression above is refused.
_MOST_MEMORY = 256 * 1024


class ExpressionError(ValueError):
    """An expression cannot be read or would take too much; the message says why."""


def whole_match(expression: str) -> Callable[[str], bool]:
    """Return the test whether an expression matches a text from its first to its last character.

    Raises:
        ExpressionError: not in RE2's language, or too large.
    """
    options = re2.Options()
    options.max_mem = _MOST_MEMORY
    # The library would write them to stderr, past the structured log.
    options.log_errors = False
    try:
        compiled = re2.compile(expression, options)
    except re2.error as error:
        raise ExpressionError(_reason(error)) from None
    except UnicodeEncodeError:
        raise ExpressionError("it is no valid Unicode text") from None

    def matches(text: str) -> bool:
        return compiled.fullmatch(text) is not None

    return matches


def _reason(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
