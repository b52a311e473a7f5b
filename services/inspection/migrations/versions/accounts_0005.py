"""Keep what an account oversees where that is more than its own agency."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nobody oversees more than before."""
    op.add_column("accounts", sa.Column("oversees", sa.String))
