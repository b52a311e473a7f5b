"""Rules of the inspection service: the registry of agencies and their credentials.

Plain Python: no framework, no clock, no input or output. `AGGREGATES` is how the kernel finds them.
"""

from __future__ import annotations

from services.inspection.domain import admin_unit, agency, agency_index, credential, level, obligation, reorganisation
from shared.eventsourcing.aggregate import AnyAggregate

_REGISTRY = (agency, credential, admin_unit, level, obligation, reorganisation)
_INDEXES: tuple[AnyAggregate, ...] = (agency_index.CHILDREN, agency_index.CODES, agency_index.LEVEL)

AGGREGATES: dict[str, AnyAggregate] = {
    **{module.AGGREGATE.name: module.AGGREGATE for module in _REGISTRY},
    **{aggregate.name: aggregate for aggregate in _INDEXES},
}
