"""Keep which set of tables of a consumer serves."""

from __future__ import annotations

from shared.eventstore.revisions import kernel_0003

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them to the kernel's tables."""
    kernel_0003.upgrade()
