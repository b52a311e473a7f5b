"""Who may push what: nobody disposes of agencies that are not below theirs, or judges those outside their territory."""

from __future__ import annotations

import pytest

from shared import clock
from shared.contracts.catalogue import load
from shared.eventsourcing import Fact, Refusal
from shared.intake.entitlement import NotYet, awaited, deciding, entitled
from shared.registry.record import AgencyRecord

FIRST, DAY = clock.day_of("2010-01-01"), clock.day_of("2026-03-02")


def record(agency_id, level, parent, *, kind="provincial_department", **more):
    return AgencyRecord(agency_id, kind, level, FIRST, parents=[[FIRST, parent]], **more)


KNOWN = {
    "bo": record("bo", "central", None, inspection_rights=True),
    "tinh-a": record("tinh-a", "province", "bo"),
    "tinh-b": record("tinh-b", "province", "bo"),
    "so-a": record("so-a", "province", "tinh-a", inspection_rights=True),
    "phuong-a": record("phuong-a", "commune", "tinh-a", kind="commune_pc", inspection_rights=True),
    "vien": record("vien", "province", None, inspection_rights=True),
    "xa-a": record("xa-a", "commune", "tinh-a"),
    "xa-b": record("xa-b", "commune", "tinh-b"),
    "child-of-xa-a": record("child-of-xa-a", "commune", "xa-a"),
}


def told(asserter, type_, source, data, *, corrects=None):
    """Return what comes of a push: `allowed`, a refusal's pointer, or the agency that is waited for."""
    entry = load()[f"qms.{type_}"]
    name = type_.rpartition(".")[2]
    agency_id = data.get("agency_id", source)
    fact = Fact(
        f"qms.{type_}", entry.aggregate, name, source, agency_id, source, "e", 0, DAY, data=data, corrects=corrects
    )
    assert set(awaited(fact)) <= deciding(asserter, fact)
    found = entitled(entry.asserter, asserter, fact, KNOWN)
    if isinstance(found, Refusal):
        assert found.code == "NOT_ENTITLED"
        return found.pointer
    return f"waits for {found.agency_id}" if isinstance(found, NotYet) else "allowed"


CORRECTED = {"source": "/agencies/xa-b", "id": "registered-xa-b"}
REGISTRY = {
    "a new agency below its own": ("tinh-a", "agency.registered", "xa-new", {"parent_id": "tinh-a"}, "allowed"),
    "a new agency below another": ("tinh-a", "agency.registered", "xa-new", {"parent_id": "tinh-b"}, "/source"),
    "one that is there, as its own": ("tinh-a", "agency.registered", "xa-b", {"parent_id": "tinh-a"}, "/source"),
    "renaming one below": ("tinh-a", "agency.renamed", "xa-a", {"new": {}}, "allowed"),
    "renaming itself": ("tinh-a", "agency.renamed", "tinh-a", {"new": {}}, "/source"),
    "renaming one of another": ("tinh-a", "agency.renamed", "xa-b", {"new": {}}, "/source"),
    "renaming one nobody knows yet": ("tinh-a", "agency.renamed", "xa-new", {"new": {}}, "waits for xa-new"),
    "merging two of its own": ("bo", "agency.merged", "tinh-a", {"sources": ["tinh-b"]}, "allowed"),
    "taking in one of another": ("xa-a", "agency.merged", "child-of-xa-a", {"sources": ["xa-b"]}, "/data/sources"),
    "taking in itself": ("xa-a", "agency.merged", "child-of-xa-a", {"sources": ["xa-a"]}, "/source"),
    "taking in one nobody knows": ("tinh-a", "agency.merged", "xa-a", {"sources": ["xa-c"]}, "waits for xa-c"),
    "absorbing": ("tinh-a", "agency.merged", "xa-a", {"sources": ["xa-a", "so-a"], "absorbing": True}, "allowed"),
    "put under another of its own": ("tinh-a", "agency.reparented", "xa-a", {"to": "so-a"}, "allowed"),
    "put under itself": ("tinh-a", "agency.reparented", "child-of-xa-a", {"to": "tinh-a"}, "allowed"),
    "put under one that is not its own": ("tinh-a", "agency.reparented", "xa-a", {"to": "tinh-b"}, "/data"),
    "a ministry's line": ("tinh-a", "agency.reparented", "so-a", {"to": "bo", "line": "sector"}, "allowed"),
    "duties to another's": ("tinh-a", "obligation.inherited", "xa-a", {"to": "xa-b"}, "/data"),
    "duties to its own": ("tinh-a", "obligation.inherited", "xa-a", {"to": "so-a"}, "allowed"),
    "ending into another's": ("tinh-a", "agency.dissolved", "xa-a", {"inheritor": "xa-b"}, "/data"),
    "divided into its own": (
        "tinh-a",
        "agency.split",
        "xa-a",
        {"targets": [{"id": "so-a"}, {"id": "xa-n"}]},
        "allowed",
    ),
}


@pytest.mark.parametrize(("asserter", "type_", "source", "data", "expected"), REGISTRY.values(), ids=REGISTRY)
def test_what_disposes_of_an_agency_comes_from_above_it(asserter, type_, source, data, expected):
    assert told(asserter, type_, source, data) == expected


def test_a_correction_of_a_registration_is_about_the_agency_that_is_there():
    assert told("tinh-a", "agency.registered", "xa-b", {"parent_id": "tinh-a"}, corrects=CORRECTED) == "/source"
    assert told("tinh-b", "agency.registered", "xa-b", {"parent_id": "tinh-b"}, corrects=CORRECTED) == "allowed"
    assert told("tinh-b", "agency.registered", "xa-b", {"parent_id": "tinh-a"}, corrects=CORRECTED) == "/data"
    assert told("tinh-a", "agency.registered", "xa-c", {"parent_id": "tinh-a"}, corrects=CORRECTED) == "waits for xa-c"


INSPECTION = {
    "in its territory": ("so-a", "inspection.planned", {"agency_id": "xa-a"}, "allowed"),
    "in another": ("so-a", "inspection.planned", {"agency_id": "xa-b"}, "/data/agency_id"),
    "anywhere, by a central body": ("bo", "inspection.planned", {"agency_id": "xa-b"}, "allowed"),
    "by one that is under nobody": ("vien", "inspection.planned", {"agency_id": "xa-b"}, "allowed"),
    "beside the own territory": ("phuong-a", "inspection.planned", {"agency_id": "xa-a"}, "/data/agency_id"),
    "of itself": ("so-a", "inspection.planned", {"agency_id": "so-a"}, "/data/agency_id"),
    "without the right": ("xa-a", "inspection.planned", {"agency_id": "child-of-xa-a"}, "/source"),
    "of nobody known": ("so-a", "inspection.planned", {"agency_id": "xa-c"}, "waits for xa-c"),
    "a step of its own": ("so-a", "inspection.started", {"started_on": "2026-03-02"}, "allowed"),
    "a claim of its territory": (
        *("so-a", "inspection.claim_verified"),
        *({"event_id": {"source": "/agencies/xa-a", "id": "e"}}, "allowed"),
    ),
    "its own claim": (
        *("so-a", "inspection.claim_verified"),
        *({"agency_id": "xa-a", "event_id": {"source": "/agencies/so-a", "id": "e"}}, "/data/agency_id"),
    ),
    "another's claim": (
        *("so-a", "inspection.claim_verified"),
        *({"agency_id": "xa-a", "event_id": {"source": "/agencies/xa-b", "id": "e"}}, "/data/agency_id"),
    ),
    "a report of another's": ("so-a", "periodic_report.opened", {"agency_id": "xa-b"}, "/data/agency_id"),
    "a report of its own": ("so-a", "periodic_report.opened", {"agency_id": "so-a"}, "allowed"),
    "a recommendation to another's": ("so-a", "recommendation.issued", {"agency_id": "xa-b"}, "/data/agency_id"),
}


@pytest.mark.parametrize(("asserter", "type_", "data", "expected"), INSPECTION.values(), ids=INSPECTION)
def test_a_body_inspects_its_territory_and_never_itself(asserter, type_, data, expected):
    assert told(asserter, type_, asserter, data) == expected


@pytest.mark.parametrize(
    ("source", "territory", "expected"),
    [
        ("tinh-a", "xa-a", "allowed"),
        ("tinh-a", "tinh-a", "allowed"),
        ("tinh-a", None, "allowed"),
        ("bo", "xa-b", "allowed"),
        ("xa-a", "xa-b", "/data/scope/territory"),
        ("xa-a", "bo", "/data/scope/territory"),
        ("xa-a", "xa-c", "waits for xa-c"),
    ],
)
def test_a_target_is_set_for_ones_own_territory(source, territory, expected):
    scope = {"territory": territory} if territory else {}
    assert told(source, "target.set", source, {"scope": scope}) == expected
