"""The manifest beside a backup: what is in it, up to which positions, and its digest."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from hashlib import file_digest
from pathlib import Path

from deploy.backup.errors import BackupError


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds; stored as `FILE.json`."""

    service: str
    dialect: str
    #: When it was begun, RFC 3339.
    taken_at: str
    #: Last position of each partition's log in it, by partition.
    positions: dict[str, int]
    #: Epochs, by partition.
    epochs: dict[str, str]
    #: SHA-256 of the file, hexadecimal.
    sha256: str


def path_of(file: Path) -> Path:
    """Return where a backup's manifest is."""
    return file.with_name(file.name + ".json")


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


def store(manifest: Manifest, file: Path) -> None:
    """Write the manifest beside its backup."""
    path_of(file).write_text(json.dumps(asdict(manifest), indent=1) + "\n")


def load(file: Path) -> Manifest:
    """Read a backup's manifest and hold the file against its digest.

    Raises:
        BackupError: there is none, or the file is another one.
    """
    try:
        manifest = Manifest(**json.loads(path_of(file).read_text()))
        found = digest_of(file)
    except (OSError, ValueError, TypeError) as error:
        raise BackupError(f"{file} is no backup of ours", hint=f"it needs its manifest {path_of(file)}") from error
    if found != manifest.sha256:
        raise BackupError(f"{file} is damaged: its digest is not that of its manifest", hint="take another copy")
    return manifest
