"""The HTTP side of the oversight views: forms of answers, and what bad parameters get."""

from __future__ import annotations

import orjson
import pytest
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from services.inspection import api
from shared import clock
from shared.contracts.catalogue import load
from shared.registry.copy import RegistryCopy
from shared.service.context import ServiceContext
from shared.service.settings import Settings
from shared.testing.recorded import at
from shared.web.problem import Problem

TOKEN = "staff-token-of-the-test"


@pytest.fixture
def context(views) -> ServiceContext:
    views.logs.agency("phu-tho", kind="provincial_pc", level="province", admin_unit_code="P25")
    views.logs.agency("xa-1", parent_id="phu-tho")
    views.logs.agency("xa-2", parent_id="phu-tho")
    declared = {"declared_on": "2025-05-01", "standard_version": "x", "decision_no": "1", "signed_by": "head"}
    for event, data in (("building_started", {}), ("applied", {}), ("declared", declared)):
        views.logs.add(f"declaration.{event}", "xa-1", "iso", data, on="2025-05-01")
    views.catch_up(until="2026-06-01")
    settings = Settings("inspection", "", staff_token=TOKEN)
    parts = dict.fromkeys(("store", "validator", "admission", "acceptance", "committer", "peers"))
    return ServiceContext(
        settings=settings,
        database=views.database,
        registry=RegistryCopy(views.database),
        clock=lambda: at("2026-06-02"),
        catalogue=load(),
        extra={},
        **parts,
    )


def get(context, handler, query: str = "", *path: str, token: str = TOKEN):
    headers = {"Authorization": f"Bearer {token}"}
    request = Request(EnvironBuilder(query_string=query, headers=headers).get_environ())
    return orjson.loads(handler(context, request, *path).data)


def test_an_answer_has_the_published_form(context):
    found = get(context, api.get_indicator, "scope=phu-tho&level=commune&as_of=2026-01-31&by=province", "I2")
    values = found["rows"][0].pop("values")
    assert found == {
        "indicator": "I2",
        "as_of": "2026-01-31",
        "known_at": clock.to_rfc3339(at("2026-06-01")),
        "watermark": clock.to_rfc3339(at("2026-06-01")),
        "rows": [
            {
                "key": "P25",
                "label": "Tỉnh Phú Thọ",
                "label_en": "Tỉnh Phú Thọ",
                "numerator": 1,
                "denominator": 2,
                "rate": 0.5,
            }
        ],
    }
    assert values["percent"] == "50.00"


def test_the_default_day_is_today_and_a_future_instant_is_the_watermark(context):
    found = get(context, api.get_indicator, "known_at=2030-01-01T00:00:00Z", "I2a")
    assert (found["as_of"], found["known_at"]) == ("2026-06-02", clock.to_rfc3339(at("2026-06-01")))
    assert (found["rows"][0]["numerator"], found["rows"][0]["rate"]) == (None, None)
    assert found["rows"][0]["values"]["declared"]["count"] == 1


def test_asked_again_with_the_stated_instant_the_answer_is_the_same(context, views):
    first = get(context, api.get_indicator, "by=agency", "I2")
    views.logs.add("declaration.rescinded", "xa-1", "iso", {"by": "head"}, on="2025-06-01", known="2026-06-05")
    views.catch_up(until="2026-07-01")
    known_at = first["known_at"].replace("+", "%2B")
    again = get(context, api.get_indicator, f"by=agency&known_at={known_at}", "I2")
    assert again["rows"] == first["rows"]
    assert get(context, api.get_indicator, "by=agency", "I2")["rows"] != first["rows"]


@pytest.mark.parametrize(
    ("query", "status", "code", "pointer"),
    [
        ("as_of=2026-02-30", 400, "BAD_PARAMETER", "/query/as_of"),
        ("as_of=20260201", 400, "BAD_PARAMETER", "/query/as_of"),
        ("as_of=0001-01-01", 400, "BAD_PARAMETER", "/query/as_of"),
        ("known_at=yesterday", 400, "BAD_PARAMETER", "/query/known_at"),
        ("known_at=2026-02-01T00:00:00", 400, "BAD_PARAMETER", "/query/known_at"),
        ("by=region", 400, "BAD_PARAMETER", "/query/by"),
        ("variant=true", 400, "BAD_PARAMETER", "/query/variant"),
        ("level=ward", 400, "BAD_PARAMETER", "/query/level"),
        ("kind=x", 400, "BAD_PARAMETER", "/query/kind"),
        ("obligation=x", 400, "BAD_PARAMETER", "/query/obligation"),
        ("geography=old", 400, "BAD_PARAMETER", "/query/geography"),
        ("from=2026-02-01&to=2026-01-01", 400, "BAD_PARAMETER", "/query/from"),
        ("scope=khong-co", 404, "UNKNOWN_AGENCY", "/query/scope"),
    ],
)
def test_a_parameter_that_cannot_be_used_says_where_and_what_to_do(context, query, status, code, pointer):
    with pytest.raises(Problem) as raised:
        get(context, api.get_indicator, query, "I7")
    problem = raised.value
    assert (problem.status, problem.code, problem.pointer) == (status, code, pointer)
    assert problem.hint.vi
    assert problem.hint.en


def test_unknown_indicators_agencies_rows_and_cursors_are_told(context):
    for handler, query, path, code in (
        (api.get_indicator, "", "I99", "UNKNOWN_INDICATOR"),
        (api.get_agency, "", "khong-co", "UNKNOWN_AGENCY"),
        (api.explain_indicator, "by=province&key=P99", "I2", "UNKNOWN_ROW"),
        (api.get_timeline, "after=x", "xa-1", "BAD_PARAMETER"),
    ):
        with pytest.raises(Problem) as raised:
            get(context, handler, query, path)
        assert raised.value.code == code
    with pytest.raises(Problem) as raised:
        get(context, api.list_indicators, token="wrong")
    assert raised.value.status == 401


def test_agencies_their_history_and_time_line_are_answered(context):
    assert len(get(context, api.list_indicators)["indicators"]) == 36
    page = get(context, api.list_agencies, "level=commune&limit=1")
    assert (page["total"], page["next"], page["agencies"][0]["agency_id"]) == (2, "xa-1", "xa-1")
    agency = get(context, api.get_agency, "as_of=1999-12-31", "xa-1")
    assert (agency["live"], agency["status"]) == (False, "proposed")
    assert agency["history"][0]["on"] == "2000-01-01"
    line = get(context, api.get_timeline, "limit=2", "xa-1")
    assert [event["type"] for event in line["events"]] == ["qms.declaration.declared", "qms.declaration.applied"]
    assert get(context, api.get_timeline, f"limit=5&after={line['next']}", "xa-1")["next"] is None
    behind = get(context, api.explain_indicator, "by=agency&key=xa-1", "I2")
    assert [event["type"] for event in behind["events"] if event["measures"] != ["registry"]][-1].endswith("declared")
