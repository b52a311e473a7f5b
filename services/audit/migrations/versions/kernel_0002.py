"""Keep which waiting items are overdue."""

from __future__ import annotations

from shared.eventstore.revisions import kernel_0002

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them to the kernel's tables."""
    kernel_0002.upgrade()
