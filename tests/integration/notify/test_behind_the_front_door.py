"""Alerts behind the front door: an officer of the pages reaches those of their own agency alone, an agency's key those below too."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest

from services.inspection.service import InspectionService
from services.notify.pipeline.muting import Silences
from services.notify.service import NotifyService
from shared.testing.in_process import InProcess, bearer
from shared.testing.intake_service import IntakeService
from tests.integration.notify.test_api import KEYS, STAFF, _fill_registry, running

NOBODYS = {"Oversight-For-Role": "ministry_inspector", "Oversight-For-Agency": "so-yte", "Oversight-Oversees": "ubnd"}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcess]:
    """Give the front door and notify, which has alerts of two departments of a province."""
    folder = tmp_path_factory.mktemp("front-door")
    system = InProcess()
    front = IntakeService("inspection", f"sqlite:///{folder / 'inspection.db'}", staff_token=STAFF)
    _fill_registry(front.context)
    system.add(InspectionService, front.context)
    with running(f"sqlite:///{folder / 'notify.db'}") as notify:
        system.add(NotifyService, notify)
        yield system
    front.stop()


def agencies(system: InProcess, who: dict[str, str], query: str = "") -> set[str]:
    status, answer = system.ask(f"/v1/alerts{query}", who)
    assert status == 200, answer
    return {alert["agency_id"] for alert in answer["alerts"]}


def test_an_officer_lists_the_own_alerts_alone(system):
    officer, department = system.signed_in("agency_officer", "ubnd"), system.signed_in("agency_officer", "so-yte")
    for path in ("", "/", "?scope=so-yte", "?scope=ubnd", "?state=open", "?agency=ubnd", "?agency="):
        assert agencies(system, officer, path) == set(), path
    assert agencies(system, department) == {"so-yte"}
    status, refusal = system.ask("/v1/alerts?agency=so-yte", officer)
    assert (status, refusal["code"]) == (403, "OUTSIDE_SCOPE")
    assert agencies(system, system.signed_in("provincial_inspector", "ubnd")) == {"so-yte", "so-khcn"}


def test_an_officer_neither_reads_nor_acts_on_an_alert_of_an_agency_below(system):
    officer, inspector = system.signed_in("agency_officer", "ubnd"), system.signed_in("provincial_inspector", "ubnd")
    alert = system.ask("/v1/alerts?agency=so-yte", bearer(STAFF))[1]["alerts"][0]
    for what, body in (
        ("", None),
        ("/snooze", {"until": "2026-03-20", "reason": "x"}),
        ("/acknowledge", {"note": "x"}),
    ):
        status, refusal = system.ask(f"/v1/alerts/{alert['id']}{what}", officer, body)
        assert (status, refusal["code"]) == (404, "ALERT_NOT_FOUND"), what
    for strange in (f"{alert['id']}%3Fx", "%2e%2e/alerts", f"x%2F..%2F{alert['id']}"):
        assert system.ask(f"/v1/alerts/{strange}", officer)[0] in (400, 404)
    assert system.ask(f"/v1/alerts/{alert['id']}", bearer(STAFF))[1]["state"] == alert["state"]
    # It is the role that counts, not the agency.
    assert system.ask(f"/v1/alerts/{alert['id']}/acknowledge", inspector, {"note": "x"})[0] == 200


def test_no_header_from_outside_widens_what_somebody_sees(system):
    officer = system.signed_in("agency_officer", "ubnd")
    assert agencies(system, {**officer, **NOBODYS}) == set()
    key = bearer(KEYS["so-khcn"].key)
    assert agencies(system, {**key, **NOBODYS}) == agencies(system, key) == {"so-khcn"}
    # A key may well ask for less.
    assert agencies(system, bearer(KEYS["ubnd"].key)) == {"so-yte", "so-khcn"}
    assert agencies(system, {**bearer(KEYS["ubnd"].key), "Oversight-For-Role": "agency_officer"}) == set()


def test_an_officer_sees_the_silences_of_the_own_agency_and_the_systems(system):
    silence = {"matchers": ["severity=warning"], "ends_at": "2026-03-20T00:00:00Z", "reason": "Chuyển trụ sở"}
    for key in ("so-yte", "ubnd"):
        assert system.ask("/v1/silences", bearer(KEYS[key].key), orjson.dumps(silence))[0] == 201

    notify = system.contexts["notify"]
    notify.database.write(lambda connection: Silences().apply(connection, notify.store.read(0, 1000)))

    def shown(who: dict[str, str]) -> set[str]:
        return {one["by"] for one in system.ask("/v1/silences", who)[1]["silences"]}

    assert shown(bearer(KEYS["ubnd"].key)) >= {"so-yte"}
    assert "so-yte" not in shown(system.signed_in("agency_officer", "ubnd"))
    assert shown(system.signed_in("agency_officer", "so-yte")) >= {"so-yte"}


def test_notify_itself_holds_an_officer_to_the_own_alerts(system):
    inspector = {**bearer(STAFF), "Oversight-For-Agency": "ubnd", "Oversight-For-Role": "provincial_inspector"}
    officer = {**inspector, "Oversight-For-Role": "agency_officer"}
    seen, none = (system.ask("/v1/alerts", who, service="notify")[1]["alerts"] for who in (inspector, officer))
    assert ({alert["agency_id"] for alert in seen}, none) == ({"so-yte", "so-khcn"}, [])
    path = f"/v1/alerts/{seen[0]['id']}"
    assert system.ask(path, officer, service="notify")[1]["code"] == "ALERT_NOT_FOUND"
    assert system.ask(f"{path}/progress", officer, {"note": "x"}, service="notify")[0] == 404
