"""The kinds of streams that indicators look at, by aggregate. Adding an indicator may mean adding a family here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.inspection.indicators import (
    actions,
    audits,
    budgets,
    catalogue,
    declarations,
    dossiers,
    feedback,
    focal_points,
    inspections,
    law_changes,
    nonconformities,
    objectives,
    procedures,
    recommendations,
    reports,
    reviews,
    surveys,
    targets,
    trainings,
)
from services.inspection.indicators.timeline import Family

FAMILIES: Mapping[str, Family[Any]] = {
    family.aggregate: family
    for family in (
        actions.FAMILY,
        audits.FAMILY,
        budgets.FAMILY,
        catalogue.FAMILY,
        declarations.FAMILY,
        dossiers.FAMILY,
        feedback.FAMILY,
        focal_points.FAMILY,
        inspections.FAMILY,
        law_changes.FAMILY,
        nonconformities.FAMILY,
        objectives.FAMILY,
        procedures.FAMILY,
        recommendations.FAMILY,
        reports.FAMILY,
        reviews.FAMILY,
        surveys.FAMILY,
        targets.FAMILY,
        trainings.FAMILY,
    )
}
