"""Items that wait too long: which of them have been told of, and an index that finds the oldest waiting ones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

_WAITING = "settled_at IS NULL AND status = 'waiting'"


def upgrade() -> None:
    """Create the table and the index."""
    op.create_table(
        "overdue_items",
        sa.Column("key", sa.LargeBinary, nullable=False),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "source", "agency_id", "event_id")),
        sa.Column("announced_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_overdue_items"),
    )
    op.create_index(
        "ix_quarantine_first_received_at",
        "quarantine",
        ["first_received_at"],
        postgresql_where=sa.text(_WAITING),
        sqlite_where=sa.text(_WAITING),
    )
