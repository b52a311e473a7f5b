"""When an event of a province was last recorded, as `/metrics` shows it."""

import pytest

from services.inspection.metrics import ProvincesSeen
from shared.database.engine import open_database
from shared.testing.recorded import at
from tests.integration.inspection.conftest import Views


@pytest.fixture
def views(sqlite_url):
    database = open_database(sqlite_url)
    yield Views(database)
    database.close()


def test_the_last_event_of_each_province_that_has_agencies(views):
    look = ProvincesSeen()
    _registered(views, "ha-noi", "P01")
    _registered(views, "hue", "P15")
    views.catch_up()
    before = _last(views, look)
    assert before == {"P01": at("2025-07-02", 9) / 1e6, "P15": pytest.approx(at("2025-07-02", 9) / 1e6, abs=1)}

    views.logs.add("legal_text.identified", "ha-noi", "tt-1", {}, on="2026-03-05")
    change = {"source": "hue", "id": "c"}
    flag = {"change": change, "legal_text_id": "tt-1", "since": "2026-03-09"}
    views.logs.add("procedure.flagged_stale", "hue", "qt-1", flag, on="2026-03-09", provenance="derived")
    views.catch_up()
    after = _last(views, look)
    assert after["P01"] == pytest.approx(at("2026-03-05", 9) / 1e6)
    assert after["P15"] == before["P15"], "what the system derived is no sign of life"


def test_agencies_of_no_province_are_not_counted(views):
    views.logs.agency("ministry", kind="ministry", level="central", since="2025-07-02")
    views.catch_up()
    assert _last(views, ProvincesSeen()) == {}


def _registered(views, agency_id, province):
    views.logs.agency(agency_id, kind="province_pc", level="province", since="2025-07-02", admin_unit_code=province)


def _last(views, look):
    (family,) = views.read(look, "inspection", at("2026-04-01"))
    return {sample.labels["province"]: sample.value for sample in family.samples}
