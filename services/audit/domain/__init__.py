"""Rules of the audit service: audits, nonconformities, corrective actions, dossier statistics.

Plain Python: no framework, no clock, no input or output. `AGGREGATES` is how the kernel finds them.
"""

from __future__ import annotations

from services.audit.domain import action, audit, dossier_stats, nonconformity
from shared.eventsourcing.aggregate import AnyAggregate

AGGREGATES: dict[str, AnyAggregate] = {
    module.AGGREGATE.name: module.AGGREGATE for module in (audit, nonconformity, action, dossier_stats)
}
