"""What a transaction has been told already: it sees one moment, so the same question has the same answer.

A page asks a dozen questions, and most of them ask first how far the views are. Only for what stays right within a transaction
that writes too: how far something was a moment ago. Owns no question.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection

T = TypeVar("T")

_told: WeakKeyDictionary[Any, dict[Hashable, Any]] = WeakKeyDictionary()


def once(connection: Connection, key: Hashable, ask: Callable[[], T]) -> T:
    """Return what `ask` answers, asked once in a transaction; each time where there is none.

    Args:
        connection: In a transaction.
        key: Names the question with all that its answer depends on.
        ask: Asks it over the connection.
    """
    transaction = connection.get_transaction()
    if transaction is None:
        return ask()
    told = _told.setdefault(transaction, {})
    if key not in told:
        told[key] = ask()
    found: T = told[key]
    return found
