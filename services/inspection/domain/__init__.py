"""Rules of the inspection service: the registry of agencies and their credentials.

Plain Python: no framework, no clock, no input or output. `AGGREGATES` is how the kernel finds them.
"""

from __future__ import annotations

from services.inspection.domain import agency, credential
from shared.eventsourcing.aggregate import AnyAggregate

AGGREGATES: dict[str, AnyAggregate] = {module.AGGREGATE.name: module.AGGREGATE for module in (agency, credential)}
