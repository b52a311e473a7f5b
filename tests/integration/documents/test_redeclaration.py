"""Declarations of merged agencies do not carry over: their heir has to declare anew."""

from __future__ import annotations

from typing import Any

import pytest

from services.documents.domain import AGGREGATES
from services.documents.redeclaration import RedeclarationPolicy
from shared.contracts.documents.declaration_upkeep import Redeclared
from shared.database.engine import open_database
from shared.testing.recorded import RecordedLogs
from shared.testing.world import World

DAY = "2025-07-01"


class Policy:
    """The policy on a database, fed from logs built by hand."""

    def __init__(self, url: str) -> None:
        self.database = open_database(url)
        self.policy = RedeclarationPolicy()
        self.database.write(self.policy.tables.create_all)
        self.logs = RecordedLogs()

    def inherit(self, giver: str, heir: str, kind: str = "declaration") -> None:
        data = {"kind": kind, "id": "cong-bo", "from": giver, "to": heir, "effective": DAY}
        self.logs.add("obligation.inherited", giver, f"{kind}:cong-bo", data, on=DAY)

    def follow(self) -> list[Any]:
        events, self.logs.events = self.logs.events, []
        return list(self.database.write(lambda connection: self.policy.apply(connection, events)))


@pytest.fixture
def policy(database_url):
    made = Policy(database_url)
    yield made
    made.database.close()


def test_an_heir_gets_one_record_however_many_declarations_it_inherits(policy):
    for giver in ("xa-1", "xa-2"):
        policy.inherit(giver, "xa-moi")
    policy.inherit("xa-3", "xa-khac")
    policy.inherit("xa-1", "xa-moi", kind="procedure")
    derived = policy.follow()
    assert {(event.source, event.event_id) for event in derived} == {
        ("xa-moi", f"ke-thua-{DAY}"),
        ("xa-khac", f"ke-thua-{DAY}"),
    }
    assert {event.type for event in derived} == {"qms.declaration.inherited"}
    assert derived[0].data["declaration"] == {"source": "/agencies/xa-1", "id": "cong-bo"}


def test_an_heir_with_a_live_declaration_of_its_own_declares_that_one_again(policy):
    policy.logs.add("declaration.declared", "xa-1", "cong-bo", {}, on="2024-01-01")
    policy.logs.add("declaration.declared", "xa-1", "cong-bo-cu", {}, on="2016-01-01")
    policy.logs.add("declaration.rescinded", "xa-1", "cong-bo-cu", {}, on="2018-01-01")
    policy.follow()
    policy.inherit("xa-2", "xa-1")
    (derived,) = policy.follow()
    assert (derived.type, derived.source, derived.subject) == ("qms.declaration.scope_changed", "xa-1", "cong-bo")


def test_told_again_the_same_events_follow(policy):
    policy.inherit("xa-1", "xa-moi")
    first = policy.follow()
    policy.inherit("xa-1", "xa-moi")
    assert [event.event_id for event in policy.follow()] == [event.event_id for event in first]


def test_the_record_of_an_heir_ends_in_a_new_declaration():
    world = World(AGGREGATES, source="xa-moi")
    data = {"from": "xa-1", "declaration": "cong-bo", "effective": DAY}
    assert world.push("declaration.inherited", f"ke-thua-{DAY}", data, on=DAY) == "accepted"
    assert world.state("declaration", f"ke-thua-{DAY}").status == "needs_redeclaration"
    again = {"decision_no": "874/QĐ-UBND", "signed_by": "head", "declared_on": "2025-09-01"}
    again |= {"standard_version": "TCVN ISO 9001:2015", "scope_fields": ["Tư pháp"]}
    assert Redeclared().validate(again) == {}
    assert world.push("declaration.redeclared", f"ke-thua-{DAY}", again, on="2025-09-01") == "accepted"
    assert world.state("declaration", f"ke-thua-{DAY}").status == "declared"
