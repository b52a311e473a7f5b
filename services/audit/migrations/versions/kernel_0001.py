"""Create the kernel's tables: log, stream states, quarantine, cursors, copy of the registry."""

from __future__ import annotations

from shared.eventstore.revisions import kernel_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them in their first form."""
    kernel_0001.upgrade()
