"""The kinds of streams that indicators look at, by aggregate. Adding an indicator may mean adding a family here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.inspection.indicators import actions, audits, catalogue, declarations, dossiers, procedures
from services.inspection.indicators.timeline import Family

FAMILIES: Mapping[str, Family[Any]] = {
    family.aggregate: family
    for family in (
        actions.FAMILY,
        audits.FAMILY,
        catalogue.FAMILY,
        declarations.FAMILY,
        dossiers.FAMILY,
        procedures.FAMILY,
    )
}
