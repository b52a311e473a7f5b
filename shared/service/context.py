"""What every handler of a service is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.clock import Clock
from shared.intake.rate_limit import RateLimit

if TYPE_CHECKING:
    from shared.contracts.catalogue import EventType
    from shared.database.engine import Database
    from shared.eventstore.store import EventStore
    from shared.intake.acceptance import Acceptance
    from shared.intake.admission import Admission
    from shared.intake.committer import Committer
    from shared.intake.validation import Validator
    from shared.registry.copy import RegistryCopy
    from shared.service.peers import Peers
    from shared.service.settings import Settings


@dataclass(slots=True)
class ServiceContext:
    """The parts of a running service."""

    settings: Settings
    database: Database
    store: EventStore
    registry: RegistryCopy
    validator: Validator
    admission: Admission
    acceptance: Acceptance
    committer: Committer
    #: HTTP clients of the other services.
    peers: Peers
    clock: Clock
    catalogue: Mapping[str, EventType]
    rate_limit: RateLimit = field(default_factory=RateLimit)
    #: Service-specific parts, by name (templates of the pages, channels of notify).
    extra: dict[str, Any] = field(default_factory=dict)
    #: What `/readyz` shows beside the log, by name; each returns a JSON object with `ok`.
    reports: dict[str, Callable[[], dict[str, Any]]] = field(default_factory=dict)
