"""What a form made from a contract becomes, and what is said of what cannot be accepted."""

from __future__ import annotations

from services.inspection.web.contract_forms import data_of
from shared.contracts.catalogue import load

CATALOGUE = load()
TARGET = {
    "metric": "I2",
    "comparator": "at_least",
    "milestones.0.date": "31/12/2027",
    "milestones.0.value": "0,9",
    "milestones.1.date": "",
}


def test_a_target_for_all_agencies_has_an_empty_scope_which_its_contract_accepts():
    schema = CATALOGUE["qms.target.set"].schema
    told = data_of(schema, {**TARGET, "scope.level": "", "scope.territory": " "})
    assert told["scope"] == {}
    assert schema().validate(told) == {}


def test_a_group_that_asks_for_something_is_left_out_while_it_is_empty():
    assert "window" not in data_of(CATALOGUE["qms.inspection.planned"].schema, {"window.from": ""})
