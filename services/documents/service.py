"""The `documents` service as nameko runs it: the kernel's entrypoints and nothing of its own."""

from __future__ import annotations

from services.documents.domain import AGGREGATES
from services.documents.policies import StalenessPolicy
from services.documents.redeclaration import RedeclarationPolicy
from shared.service.kernel import KernelService
from shared.service.spec import ServiceSpec

SPEC = ServiceSpec("documents", AGGREGATES, consumers=lambda _context: (StalenessPolicy(), RedeclarationPolicy()))


class DocumentsService(KernelService):
    """Legal texts, public procedures, working procedures, declarations."""

    name = "documents"
    spec = SPEC


SERVICE = DocumentsService
