"""The `audit` service as nameko runs it: the kernel's entrypoints and nothing of its own."""

from __future__ import annotations

from services.audit.domain import AGGREGATES
from shared.service.kernel import KernelService
from shared.service.spec import ServiceSpec

SPEC = ServiceSpec("audit", AGGREGATES)


class AuditService(KernelService):
    """Audits, nonconformities, corrective actions, dossier statistics."""

    name = "audit"
    spec = SPEC


SERVICE = AuditService
