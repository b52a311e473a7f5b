"""Puts the parts of a service together: database, log, registry copy, intake. Starts nothing."""

from __future__ import annotations

from collections.abc import Callable

from shared import clock
from shared.contracts import catalogue
from shared.database.engine import Database, open_database
from shared.database.migrating_apart import migrate_apart
from shared.eventstore.sql import SqlEventStore
from shared.intake.acceptance import Acceptance
from shared.intake.admission import Admission
from shared.intake.committer import Committer
from shared.intake.intake_aggregate import intake_aggregate
from shared.intake.validation import DISAGREEMENTS, Validator
from shared.registry.copy import RegistryCopy
from shared.service.context import ServiceContext
from shared.service.peers import Peers
from shared.service.settings import Settings
from shared.service.spec import ServiceSpec


def build(
    settings: Settings, spec: ServiceSpec, *, green: bool = False, time: Callable[[], int] = clock.now
) -> ServiceContext:
    """Return the context of a service whose database is migrated and open.

    Args:
        settings: Of this process.
        spec: The service's own parts.
        green: Yield to eventlet's hub while waiting (in nameko's processes).
        time: The clock; tests give their own.
    """
    database = open_database(settings.database_url, green=green)
    _migrate(database, settings, spec, apart=green)
    store = SqlEventStore(database, spec.name, time=time)
    types = catalogue.load()
    for kind in types.values():
        if kind.owner == spec.name and kind.asserter != "system":
            # A fault of ours that has not shown yet is a 0, not a gap.
            DISAGREEMENTS.labels(kind.name)
    registry = RegistryCopy(database)
    own = intake_aggregate(spec.name)
    acceptance = Acceptance({**spec.aggregates, own.name: own}, types)
    admission = Admission(registry, time)
    context = ServiceContext(
        settings=settings,
        database=database,
        store=store,
        registry=registry,
        validator=Validator(types),
        admission=admission,
        acceptance=acceptance,
        committer=Committer(store, acceptance, admission, time, service=spec.name),
        peers=Peers(settings.peers, service_token=settings.service_token),
        clock=time,
        catalogue=types,
    )
    spec.prepare(context)
    return context


def _migrate(database: Database, settings: Settings, spec: ServiceSpec, *, apart: bool) -> None:
    """Bring the database to the newest revision; apart where the process goes on to serve."""
    if apart:
        migrate_apart(database, settings.database_url, spec.name)
    else:
        from shared.database.migrate import migrate

        migrate(database, spec.name)
