"""The aggregates of the documents service, by name. Plain Python; the kernel finds them here."""

from services.documents.domain import declaration, procedure
from shared.eventsourcing import AnyAggregate

AGGREGATES: dict[str, AnyAggregate] = {
    aggregate.name: aggregate for aggregate in (procedure.AGGREGATE, declaration.AGGREGATE)
}
