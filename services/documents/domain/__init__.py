"""The aggregates of the documents service, by name. Plain Python; the kernel finds them here."""

from services.documents.domain import declaration, law_change, legal_text, procedure, procedure_codes, tthc
from shared.eventsourcing import AnyAggregate

AGGREGATES: dict[str, AnyAggregate] = {
    aggregate.name: aggregate
    for aggregate in (
        legal_text.AGGREGATE,
        tthc.AGGREGATE,
        procedure.AGGREGATE,
        declaration.AGGREGATE,
        law_change.AGGREGATE,
        procedure_codes.CODES,
    )
}
