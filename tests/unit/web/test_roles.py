"""Who may do and see what: the policy alone."""

import pytest

from shared.web.roles import ROLES, STAFF, may, may_send, scope_of, sees

BELOW = {("ubnd-92", "so-khcn-92"), ("so-khcn-92", "cc-tdc-92")}


def above(own, other):
    return own == other or (own, other) in BELOW


@pytest.mark.parametrize("role", ["ministry_inspector", "operator", "auditor", STAFF])
def test_who_is_bound_to_no_agency_sees_all(role):
    assert sees(role, None, "so-khcn-92", above)
    assert scope_of(role, None) is None


def test_a_provincial_inspector_sees_the_own_subtree_and_nothing_else():
    assert sees("provincial_inspector", "ubnd-92", "ubnd-92", above)
    assert sees("provincial_inspector", "ubnd-92", "so-khcn-92", above)
    assert not sees("provincial_inspector", "ubnd-92", "so-khcn-01", above)
    assert not sees("provincial_inspector", None, "so-khcn-01", above)
    assert scope_of("provincial_inspector", "ubnd-92") == "ubnd-92"


def test_an_officer_sees_the_own_agency_alone():
    assert sees("agency_officer", "so-khcn-92", "so-khcn-92", above)
    assert not sees("agency_officer", "so-khcn-92", "cc-tdc-92", above)
    assert not may("agency_officer", "oversee")


def test_an_auditor_may_only_read():
    assert [what for what in ("read", "oversee", "act", "repair", "operate") if may("auditor", what)] == [
        "read",
        "oversee",
    ]
    assert may_send("auditor", "GET", "/v1/agencies")
    assert not may_send("auditor", "POST", "/v1/events")


@pytest.mark.parametrize("role", ROLES)
def test_no_session_of_an_account_manages_keys_or_accounts(role):
    assert not may_send(role, "POST", "/v1/agencies/a/keys")
    assert not may_send(role, "POST", "/v1/accounts")


def test_only_operators_touch_what_is_parked():
    assert [role for role in ROLES if may_send(role, "POST", "/v1/parked/replay")] == ["operator"]
    assert not may_send("operator", "POST", "/v1/events")
    assert not may_send("operator", "POST", "/v1/parkedx")


def test_an_unknown_role_may_nothing():
    assert not may("minister", "read")
    assert not sees("minister", None, "a", above)
    assert not may_send("minister", "GET", "/v1/agencies")
