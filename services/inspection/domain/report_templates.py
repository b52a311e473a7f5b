"""The forms of periodic reports, as versioned data that comes with the service (`data/report_templates/`).

A published version never changes: a new one is a new file. Fields without `text` are numbers and add up when reports
are rolled up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class ReportField:
    """One field of a form."""

    field: str
    vi: str
    en: str
    #: Heading it stands under, Vietnamese and English.
    section_vi: str
    section_en: str
    #: Whether it is said in words (in `note`) instead of a number.
    text: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    """One version of a form."""

    version: str
    vi: str
    en: str
    source: str
    fields: tuple[ReportField, ...]

    @property
    def names(self) -> frozenset[str]:
        """Return the names of all fields."""
        return frozenset(entry.field for entry in self.fields)


@cache
def templates() -> Mapping[str, Template]:
    """Return all versions by name."""
    folder = resources.files("services.inspection") / "data" / "report_templates"
    read = [_of(json.loads(path.read_text("utf-8"))) for path in folder.iterdir() if path.name.endswith(".json")]
    return {found.version: found for found in sorted(read, key=lambda one: one.version)}


def _of(data: Mapping[str, Any]) -> Template:
    fields = tuple(
        ReportField(entry["field"], entry["vi"], entry["en"], section["vi"], section["en"], entry.get("text", False))
        for section in data["sections"]
        for entry in section["fields"]
    )
    return Template(data["version"], data["vi"], data["en"], data["source"], fields)
