"""Rules of the inspection service: the registry of agencies, inspections and what follows from them.

Plain Python: no framework, no clock, no input or output. `AGGREGATES` is how the kernel finds them.
"""

from __future__ import annotations

from services.inspection.domain import (
    admin_unit,
    agency,
    agency_index,
    credential,
    inconsistency,
    indicator,
    inspection,
    inspection_state,
    level,
    obligation,
    periodic_report,
    programme,
    recommendation,
    reorganisation,
    selection_records,
    target,
)
from shared.eventsourcing.aggregate import AnyAggregate

_REGISTRY = (agency, credential, admin_unit, level, obligation, reorganisation)
_INSPECTION: tuple[AnyAggregate, ...] = (
    programme.AGGREGATE,
    selection_records.SCORE,
    selection_records.SELECTION,
    inspection.AGGREGATE,
    recommendation.AGGREGATE,
    target.AGGREGATE,
    periodic_report.AGGREGATE,
    inconsistency.AGGREGATE,
    indicator.AGGREGATE,
)
_INDEXES: tuple[AnyAggregate, ...] = (
    agency_index.CHILDREN,
    agency_index.CODES,
    agency_index.LEVEL,
    agency_index.PREDECESSORS,
    inspection_state.VISITS,
)

AGGREGATES: dict[str, AnyAggregate] = {
    **{module.AGGREGATE.name: module.AGGREGATE for module in _REGISTRY},
    **{aggregate.name: aggregate for aggregate in (*_INSPECTION, *_INDEXES)},
}
