"""Lets the writers of one group of tables go one after another, within the database.

The policy, which applies events of three logs, and the scheduler change the same rows. Each takes the turn
first; the row lock holds until its transaction ends, so that none decides on what another is changing.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

_TAKE = text(
    "INSERT INTO notify_turns (name, taken) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET taken = notify_turns.taken + 1"
)

#: The turn of whoever changes conditions and deadlines.
CONDITIONS = "conditions"


def take_turn(connection: Connection, name: str) -> None:
    """Wait until no other transaction has the turn, and keep it until this one ends."""
    connection.execute(_TAKE, {"name": name})
