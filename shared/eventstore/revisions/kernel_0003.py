"""Sets of tables of one consumer side by side, and which of them serves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "projection_generations",
        sa.Column("consumer", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("switched_at", sa.BigInteger, nullable=True),
        sa.Column("filled_from", sa.Text, nullable=False),
        sa.Column("compare_at", sa.BigInteger, nullable=True),
        sa.Column("report", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("consumer", "version", name="pk_projection_generations"),
    )
