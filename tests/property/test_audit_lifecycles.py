"""Any sequence of facts about a record of the audit service leads where a much simpler model says.

Nonconformities, actions, objectives and reviews have machines of their own in `tests/unit/audit`.
"""

from __future__ import annotations

from services.audit.domain import AGGREGATES
from tests.property import models_of_audits as audits
from tests.property import models_of_figures as figures
from tests.property import models_of_support as support
from tests.property.lifecycle import machine

#: In `tests/unit/audit/test_lifecycles.py` and `test_review_lifecycles.py`.
ELSEWHERE = {"nonconformity", "action", "objective", "management_review"}

TestAudit = machine(audits.Audit, examples=40, steps=40)
TestProgramme = machine(audits.Programme)
TestFocalPoint = machine(support.FocalPoint, steps=20)
TestRisk = machine(support.Risk, steps=20)
TestTraining = machine(support.Training, steps=10)
TestCommendation = machine(support.Commendation, examples=10, steps=10)
TestGoodPractice = machine(support.GoodPractice, examples=10, steps=10)
TestSurvey = machine(figures.Survey, steps=20)
TestFeedback = machine(figures.Feedback)
TestDossierStats = machine(figures.DossierStats, steps=20)
TestDossierStep = machine(figures.DossierStep, steps=20)
TestBudget = machine(figures.Budget, steps=20)


def test_every_record_of_the_service_has_a_model():
    told = {model.aggregate for model in (*audits.MODELS, *figures.MODELS, *support.MODELS)}
    assert told | ELSEWHERE == set(AGGREGATES)
