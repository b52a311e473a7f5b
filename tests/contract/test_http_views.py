"""The questions of design 3.3 over HTTP: figures, what is behind them, agencies, time lines, the feed."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from shared.testing.running_system import RunningSystem, agency, event, province, unique

ROW = {"key", "label", "numerator", "denominator", "rate", "values"}
RATIOS = ("I1", "I2", "I3", "I6", "I7", "I9", "I11")


@dataclass
class Country:
    """Two provinces under one ministry, three communes and a department in each."""

    top: str
    provinces: list[str]
    communes: list[str]
    departments: list[str]


@pytest.fixture(scope="module")
def country(system: RunningSystem) -> Country:
    top, names = unique("bo"), [unique("tinh") for _ in range(2)]
    units = ("P92", "P25")
    communes = [unique("xa") for _ in range(6)]
    departments = [unique("so") for _ in range(2)]
    events = [agency(top, kind="ministry", level="central", has_tthc=False)]
    for index, name in enumerate(names):
        events.append(province(name, parent_id=top, admin_unit_code=units[index], valid_from="2025-07-01"))
        events.append(
            agency(departments[index], name, kind="provincial_department", level="province", valid_from="2025-07-01")
        )
        members = communes[3 * index : 3 * index + 3]
        events += [agency(member, name, obligation="encouraged", valid_from="2025-07-01") for member in members]
    for index, commune in enumerate(communes):
        events += actions(commune, overdue=index, running=1)
    for index, department in enumerate(departments):
        events.append(declared(department))
        events.append(dossiers(department, late=10 * (index + 1)))
    system.accept(*events)
    system.settle()
    return Country(top, names, communes, departments)


def actions(source: str, *, overdue: int, running: int) -> list[dict]:
    return [
        event(
            "action.planned",
            source,
            f"hd-{number}",
            {
                "source": "improvement",
                "type": "improvement",
                "what": "Bổ sung bước đối chiếu phiếu hẹn",
                "owner": "van-phong",
                "planned_on": "2026-01-05",
                "due_on": "2026-02-27" if number < overdue else "2026-06-30",
            },
            on="2026-01-05",
        )
        for number in range(overdue + running)
    ]


def declared(source: str) -> dict:
    data = {
        "standard_version": "TCVN ISO 9001:2015",
        "decision_no": "2156/QĐ-UBND",
        "declared_on": "2026-01-15",
        "scope_fields": ["Tư pháp"],
    }
    return event("declaration.baselined", source, source, {**BASE, **data}, on="2026-01-15", provenance="imported")


BASE = {"status": "declared", "state_since": "2026-01-15"}


def dossiers(source: str, *, late: int) -> dict:
    data = {
        "period": "2026-01",
        "field": "Tư pháp",
        "channel": "one_stop",
        "opening": 0,
        "received": 100,
        "resolved_early": 40,
        "resolved_on_time": 60 - late,
        "resolved_late": late,
        "pending_in_time": 0,
        "pending_overdue": 0,
        "returned_incomplete": 0,
        "withdrawn": 0,
    }
    return event("dossier_stats.submitted", source, "2026-01:Tư pháp:one_stop", data, on="2026-02-05")


def rows(system: RunningSystem, indicator: str, **parameters: str | int) -> list[dict]:
    answer = system.get(f"/v1/indicators/{indicator}", **parameters)
    assert answer.status == 200, answer.body
    assert answer.json.keys() >= {"indicator", "as_of", "known_at", "watermark", "rows"}
    assert all(row.keys() >= ROW for row in answer.json["rows"])
    return answer.json["rows"]


def test_figures_counted_by_hand(system, country):
    # 0+1+2+3+4+5 overdue of 21 that are open on 1 March.
    (row,) = rows(system, "I11", scope=country.top, as_of="2026-03-01")
    assert (row["numerator"], row["denominator"], row["rate"]) == (15, 21, pytest.approx(15 / 21))
    # On the due day itself nothing is overdue, the day after everything is.
    assert rows(system, "I11", scope=country.top, as_of="2026-02-27")[0]["numerator"] == 0
    assert rows(system, "I11", scope=country.top, as_of="2026-02-28")[0]["numerator"] == 15
    # 10 and 20 of 200 resolved were late.
    (row,) = rows(system, "I7", scope=country.top, as_of="2026-03-01", **{"from": "2026-01-01", "to": "2026-01-31"})
    assert (row["numerator"], row["denominator"]) == (170, 200)
    (row,) = rows(system, "I2", scope=country.top, as_of="2026-03-01", obligation="mandatory")
    assert (row["numerator"], row["denominator"]) == (2, 5)
    (row,) = rows(system, "I2", scope=country.top, as_of="2026-03-01", level="province", kind="provincial_department")
    assert (row["numerator"], row["denominator"], row["rate"]) == (2, 2, 1)


@pytest.mark.parametrize("by", ["province", "level", "kind", "agency"])
@pytest.mark.parametrize("indicator", RATIOS)
def test_groups_add_up_to_the_total(system, country, indicator, by):
    asked = {"scope": country.top, "as_of": "2026-03-01"}
    (total,) = rows(system, indicator, **asked)
    parts = rows(system, indicator, **asked, by=by)
    assert len(parts) > 1
    for name in ("numerator", "denominator"):
        assert sum(part[name] for part in parts) == total[name]
    for row in (total, *parts):
        if row["denominator"] == 0:
            assert row["rate"] is None
        else:
            assert row["rate"] == pytest.approx(row["numerator"] / row["denominator"])


def test_provinces_stand_under_their_own_names(system, country):
    parts = {row["key"]: row for row in rows(system, "I11", scope=country.top, as_of="2026-03-01", by="province")}
    numerators = sorted(row["numerator"] for row in parts.values() if row["denominator"])
    assert numerators == [3, 12]
    assert all(row["label"] for row in parts.values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"as_of": "2026-02-30"},
        {"as_of": "2026"},
        {"known_at": "yesterday"},
        {"known_at": "2026-03-01"},
        {"from": "2026-03-01", "to": "2026-02-01"},
        {"variant": "guessed"},
        {"by": "moon"},
        {"level": "x"},
        {"kind": "x"},
        {"obligation": "x"},
        {"geography": "x"},
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(system, country, wrong):
    answer = system.get("/v1/indicators/I7", **wrong)
    assert (answer.status, answer.json["code"]) == (400, "BAD_PARAMETER")
    assert answer.json["pointer"] in [f"/query/{name}" for name in wrong]
    assert answer.json["hint"]["vi"]


def test_what_there_is_not_is_not_found(system, country):
    assert system.get("/v1/indicators/I99").status == 404
    assert system.get("/v1/indicators/I7", scope="no-such-agency").status == 404
    assert system.get("/v1/agencies/no-such-agency").status == 404
    assert system.get("/v1/agencies/no-such-agency/timeline").status == 404
    assert system.get("/v1/indicators/I7/explain?key=no-such-row").status == 404
    assert system.get("/v1/nothing").status == 404


@pytest.mark.parametrize("path", ["/v1/indicators", "/v1/indicators/I2", "/v1/agencies", "/v1/log/audit/feed"])
def test_nobody_asks_without_a_credential(system, path):
    assert system.get(path, key=None).status == 401


def test_an_agency_asks_about_itself_and_those_below_it(system, country):
    key = system.key(country.provinces[0])
    asked = {"as_of": "2026-03-01"}
    own = system.get("/v1/indicators/I11", key=key, **asked).json["rows"][0]
    assert (own["numerator"], own["denominator"]) == (3, 6)
    assert system.get("/v1/indicators/I11", key=key, scope=country.communes[0], **asked).status == 200
    assert system.get("/v1/indicators/I11", key=key, scope=country.provinces[1]).status == 403
    assert system.get(f"/v1/agencies/{country.communes[5]}/timeline", key=key).status == 403
    assert system.get("/v1/log/audit/feed", key=key).status == 403


def test_an_answer_asked_again_with_its_known_at_is_the_same_for_ever(system, country):
    asked = {"scope": country.top, "as_of": "2026-03-01", "by": "agency"}
    before = {name: system.get(f"/v1/indicators/{name}", **asked).json for name in (*RATIOS, "I2a")}
    system.accept(*[{**one, "subject": unique("hd")} for one in actions(country.communes[0], overdue=3, running=0)])
    system.settle()
    changed = system.get("/v1/indicators/I11", **asked).json
    assert changed["rows"] != before["I11"]["rows"]
    for name, answer in before.items():
        again = system.get(f"/v1/indicators/{name}", **asked, known_at=answer["known_at"]).json
        assert again["known_at"] == answer["known_at"]
        assert again["rows"] == answer["rows"], name


def test_known_at_is_never_later_than_the_watermark(system, country):
    answer = system.get("/v1/indicators/I11", known_at="2099-01-01T00:00:00Z").json
    assert answer["known_at"] == answer["watermark"]


def test_the_events_behind_a_figure_are_in_the_feed(system, country):
    asked = {"scope": country.communes[3], "as_of": "2026-03-01"}
    (row,) = rows(system, "I11", **asked)
    behind = system.get("/v1/indicators/I11/explain?" + urlencode({**asked, "key": row["key"]})).json
    planned = [cause for cause in behind["events"] if cause["type"] == "qms.action.planned"]
    assert len(planned) == row["denominator"]
    for cause in behind["events"]:
        page = system.get(f"/v1/log/{cause['service']}/feed", after=cause["position"] - 1, limit=1).json
        assert page["events"][0]["id"] == cause.get("id", cause.get("event_id"))
    assert [share["agency_id"] for share in behind["agencies"]] == [country.communes[3]]


def test_the_feed_is_contiguous_and_paged(system, country):
    after, seen = 0, []
    while True:
        page = system.get("/v1/log/audit/feed", after=after, limit=7).json
        if not page["events"]:
            break
        seen += [one["position"] for one in page["events"]]
        after = seen[-1]
        if len(seen) > 60:
            break
    assert seen == list(range(1, len(seen) + 1))
    head = system.get("/v1/log/audit/feed", limit=1).json["head"]
    assert system.get("/v1/log/audit/feed", after=head).json["events"] == []
    for wrong in ({"after": -1}, {"after": "x"}, {"limit": 0}, {"limit": 5001}):
        assert system.get("/v1/log/audit/feed", **wrong).status == 400, wrong
    assert system.get("/v1/log/nothing/feed").status == 404


def test_agencies_are_listed_as_of_a_day(system, country):
    asked = {"scope": country.provinces[0], "limit": 2}
    pages, after = [], ""
    while True:
        answer = system.get("/v1/agencies", **asked, as_of="2026-03-01", **({"after": after} if after else {})).json
        pages += [one["agency_id"] for one in answer["agencies"]]
        after = answer["next"]
        if not after:
            break
    assert sorted(pages) == sorted([country.provinces[0], country.departments[0], *country.communes[:3]])
    assert system.get("/v1/agencies", **asked, as_of="2025-06-30").json["agencies"] == []
    one = system.get(f"/v1/agencies/{country.communes[0]}").json
    assert one["agency_id"] == country.communes[0]


def test_a_time_line_is_paged_newest_first_and_whole(system, country):
    path, after, seen = f"/v1/agencies/{country.communes[5]}/timeline", "", []
    while True:
        page = system.get(path, limit=2, **({"after": after} if after else {})).json
        seen += page["events"]
        after = page["next"]
        if not after:
            break
    # Alerts about the commune may have come meanwhile.
    assert len([one for one in seen if one["service"] != "notify"]) == 7
    assert len({(one["service"], one["position"]) for one in seen}) == len(seen)
    assert [one["occurred_at"] for one in seen] == sorted((one["occurred_at"] for one in seen), reverse=True)
    assert system.get(path, after="nonsense").status == 400
