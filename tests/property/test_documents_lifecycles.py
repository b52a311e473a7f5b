"""Any sequence of facts about a record of the documents service leads where a much simpler model says."""

from __future__ import annotations

from services.documents.domain import AGGREGATES
from tests.property import models_of_documents as documents
from tests.property import models_of_standing as standing
from tests.property.lifecycle import machine

TestProcedure = machine(documents.Procedure, examples=40, steps=40)
TestTthc = machine(documents.Tthc, steps=20)
TestLawChange = machine(documents.LawChange, examples=10, steps=10)
TestDeclaration = machine(standing.Declaration, examples=80, steps=40)
TestLegalText = machine(standing.LegalText)


def test_every_record_of_the_service_has_a_model():
    told = {model.aggregate for model in (*documents.MODELS, *standing.MODELS)}
    assert told == {name for name, kind in AGGREGATES.items() if kind.opens}
