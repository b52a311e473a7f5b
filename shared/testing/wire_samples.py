"""One recorded sample of every event type and version, as it travels: what today's program must still be able to read.

`python -m shared.testing.wire_samples` (`make samples`) records what is missing, once for each new version, and never writes a
sample anew; `SHA256SUMS` beside the samples shows one that was changed by hand. `tests/contract/test_wire_samples.py`
reads them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from shared.contracts.catalogue import EventType, load
from shared.contracts.compatibility import shape
from shared.contracts.json_schema import of_schema
from shared.service.catalogue_api import example

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "contract" / "wire"
SUMS = "SHA256SUMS"
_LAYOUT = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class Sample:
    """One recorded sample."""

    type: str
    version: int
    #: JSON Schema of `data` when it was recorded, without the words for people.
    schema: dict[str, Any]
    #: The event in its wire form, with the attributes that the log adds.
    event: dict[str, Any]

    @property
    def name(self) -> str:
        """Return the file's name."""
        return f"{self.type}.v{self.version}.json"


def declared() -> Iterator[tuple[EventType, int]]:
    """Yield every type with each of its versions."""
    for kind in load().values():
        for version in (*kind.earlier, kind.version):
            yield kind, version


def sample_of(kind: EventType, version: int) -> Sample:
    """Return the sample of a version, made from its example.

    Raises:
        KeyError: no such version.
    """
    of = kind.versioned(version)
    if of is None:
        raise KeyError(version)
    derived = {"provenance": "derived"} if kind.asserter == "system" else {}
    added = {
        "asserter": "system" if derived else "staff",
        "receivedat": "2026-03-02T01:00:05.000000Z",
        "recordedat": "2026-03-02T01:00:05.250000Z",
        "service": kind.owner,
        "partition": 0,
        "position": 1,
        "streamversion": 1,
    }
    return Sample(kind.name, version, shape(of_schema(of[0])), {**example(kind, version), **derived, **added})


def read(folder: Path = FOLDER) -> dict[str, Sample]:
    """Return the recorded samples by file name."""
    return {path.name: _read(path) for path in sorted(folder.glob("*.json"))}


def _read(path: Path) -> Sample:
    return Sample(**orjson.loads(path.read_bytes()))


def sums(folder: Path = FOLDER) -> dict[str, str]:
    """Return the recorded digests by file name."""
    path = folder / SUMS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def digest_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal, as `sha256sum` writes it."""
    return sha256(path.read_bytes()).hexdigest()


def record(folder: Path = FOLDER) -> list[str]:
    """Record what is missing and return the new names; what is there already stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    new = []
    for kind, version in declared():
        sample = sample_of(kind, version)
        if (path := folder / sample.name).exists():
            continue
        told = {"type": sample.type, "version": version, "schema": sample.schema, "event": sample.event}
        path.write_bytes(orjson.dumps(told, option=_LAYOUT))
        new.append(sample.name)
    if new:
        known = sums(folder) | {name: digest_of(folder / name) for name in new}
        lines = [f"{digest}  {name}\n" for name, digest in sorted(known.items())]
        (folder / SUMS).write_text("".join(lines), encoding="utf-8")
    return new


if __name__ == "__main__":
    for name in record():
        print(f"recorded {name}")  # noqa: T201 - a command
