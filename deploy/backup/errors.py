"""What may go wrong with a backup."""

from __future__ import annotations

from deploy.local.errors import LocalSetupError


class BackupError(LocalSetupError):
    """A backup could not be taken, is not what its manifest says, or could not be put back."""
