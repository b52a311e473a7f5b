"""The alerts over HTTP: what is listed to whom, and what people can do."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pytest
from sqlalchemy import update
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from services.notify import api, commands_api, pipeline_api
from services.notify.assembly import SPEC
from services.notify.pipeline.muting import Silences
from services.notify.tables import deliveries
from shared.database.bulk import insert_rows
from shared.eventstore.tables import registry_agencies, registry_credentials
from shared.service.assembly import build
from shared.service.context import ServiceContext
from shared.service.settings import Settings
from shared.web.auth import new_key
from shared.web.problem import Problem
from tests.integration.notify.alert_world import AlertWorld, at

STAFF = "staff-token-of-this-test"
KEYS = {agency: new_key() for agency in ("so-khcn", "so-yte", "ubnd")}


@contextmanager
def running(database_url: str) -> Iterator[ServiceContext]:
    """Run a service with alerts of two departments of one province."""
    settings = Settings("notify", database_url, staff_token=STAFF)
    world: list[AlertWorld] = []
    context = build(settings, SPEC, time=lambda: world[0].now if world else at("2026-03-02"))
    world.append(AlertWorld(database_url, webhooks=1))
    _fill_registry(context)
    for agency in ("so-khcn", "so-yte"):
        for number in (1, 2):
            world[0].observe("action.planned", f"HD-{number}", {"due_on": "2026-03-10"}, source=agency)
    world[0].tick(at("2026-03-11"))
    world[0].new_dispatcher().run_due()
    world[0].observe("action.done", "HD-2", {}, source="so-khcn")
    world[0].tick()
    world[0].new_dispatcher().run_due()
    writer = threading.Thread(target=context.committer.run)
    writer.start()
    yield context
    context.committer.stop()
    writer.join()
    context.database.close()
    world[0].close()


@pytest.fixture
def context(sqlite_url: str) -> Iterator[ServiceContext]:
    """Give a service that the test may change."""
    with running(sqlite_url) as given:
        yield given


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceContext]:
    """Give a service that is only read."""
    with running(f"sqlite:///{tmp_path_factory.mktemp('reading') / 'notify.db'}") as given:
        yield given


def _fill_registry(context: ServiceContext) -> None:
    agencies = []
    for agency, parent in (("so-khcn", "ubnd"), ("so-yte", "ubnd"), ("ubnd", None)):
        state = {
            "agency_id": agency,
            "kind": "provincial_department",
            "level": "province",
            "valid_from": 0,
            "parents": [[0, parent]],
        }
        agencies.append((agency, orjson.dumps(state), 1))
    columns = ("key_id", "agency_id", "key_hash", "amqp_user", "revoked_at", "position")
    keys = [(key.key_id, agency, key.key_hash, None, None, 1) for agency, key in KEYS.items()]

    def fill(connection: Any) -> None:
        insert_rows(connection, registry_agencies, ("agency_id", "state", "position"), agencies)
        insert_rows(connection, registry_credentials, columns, keys)

    context.database.write(fill)


def request(path: str, *, who: str = "staff", body: Any = None) -> Request:
    token = STAFF if who == "staff" else KEYS[who].key
    raw = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
    builder = EnvironBuilder(path=path, method="GET" if body is None else "POST", data=raw)
    builder.headers["Authorization"] = f"Bearer {token}"
    return Request(builder.get_environ())


def listed(context: ServiceContext, query: str = "", who: str = "staff") -> list[dict[str, Any]]:
    answer = orjson.loads(api.alerts(context, request(f"/v1/alerts?{query}", who=who)).data)
    return answer["alerts"]


def the_open_one(context: ServiceContext, agency: str = "so-khcn") -> str:
    return listed(context, f"state=open&agency={agency}")[0]["id"]


def act(context: ServiceContext, what: str, alert_id: str, body: Any, who: str = "staff") -> dict[str, Any]:
    handler = getattr(commands_api, what)
    return orjson.loads(handler(context, request("/", who=who, body=body), alert_id).data)


def refused(context: ServiceContext, what: str, alert_id: str, body: Any, who: str = "staff") -> tuple[int, str, str]:
    with pytest.raises(Problem) as found:
        act(context, what, alert_id, body, who)
    assert found.value.hint.vi
    assert found.value.hint.en
    return found.value.status, found.value.code, found.value.pointer


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 4),
        ("state=open", 3),
        ("state=opened", 3),
        ("state=resolved", 1),
        ("state=acknowledged,resolved", 1),
        ("rule=A2", 4),
        ("rule=A1", 0),
        ("severity=warning", 4),
        ("severity=critical", 0),
        ("agency=so-yte", 2),
        ("scope=ubnd", 4),
        ("scope=so-khcn", 2),
        ("scope=so-khcn&state=open", 1),
    ],
)
def test_alerts_are_listed_by_filters(reading, query, count):
    assert len(listed(reading, query)) == count


@pytest.mark.parametrize(("who", "agencies"), [("ubnd", {"so-khcn", "so-yte"}), ("so-yte", {"so-yte"})])
def test_an_agency_sees_its_own_part_of_the_tree(reading, who, agencies):
    assert {alert["agency_id"] for alert in listed(reading, who=who)} == agencies


def test_pages_follow_one_another_without_gap_or_repetition(database_url):
    with running(database_url) as context:
        _turn_pages(context)


def _turn_pages(context: ServiceContext) -> None:
    found, after = [], ""
    while after is not None:
        answer = orjson.loads(api.alerts(context, request(f"/v1/alerts?limit=1&after={after}")).data)
        found += [alert["id"] for alert in answer["alerts"]]
        after = answer["next"]
    assert len(found) == len(set(found)) == 4


@pytest.mark.parametrize("query", ["state=broken", "severity=urgent", "limit=0", "limit=x", "after=!!"])
def test_a_parameter_that_cannot_be_used_is_named(reading, query):
    with pytest.raises(Problem) as found:
        listed(reading, query)
    assert (found.value.status, found.value.pointer) == (400, f"/query/{query.split('=')[0]}")


def test_one_alert_comes_with_its_history_and_deliveries(reading):
    alert_id = listed(reading, "state=resolved")[0]["id"]
    found = orjson.loads(api.alert(reading, request("/"), alert_id).data)
    assert [event["type"] for event in found["history"]] == ["qms.alert.opened", "qms.alert.resolved"]
    assert {delivery["recipient"] for delivery in found["deliveries"]} == {"owner:so-khcn", "webhook:1"}
    assert found["state"] == "resolved"


def test_deliveries_are_listed_by_filters(reading):
    def count(query: str, who: str = "staff") -> int:
        return len(
            orjson.loads(api.deliveries(reading, request(f"/v1/deliveries?{query}", who=who)).data)["deliveries"]
        )

    assert (count(""), count("channel=email"), count("status=dead"), count("channel=webhook")) == (10, 5, 0, 5)
    assert count("", "so-yte") == 4


def test_acknowledging_answers_the_new_state_and_twice_is_once(context):
    alert_id = the_open_one(context)
    for _ in range(2):
        found = act(context, "acknowledge", alert_id, {"note": "Đang xử lý"}, "so-khcn")
        assert (found["state"], found["acknowledged_by"]) == ("acknowledged", "so-khcn")
    assert [event["type"].split(".")[-1] for event in found["history"]] == ["opened", "acknowledged"]
    assert found["history"][-1]["data"]["note"] == "Đang xử lý"


def test_snoozing_answers_until_when(context):
    alert_id = the_open_one(context)
    body = {"until": "2026-03-20", "reason": "Chờ phần mềm"}
    for _ in range(2):
        found = act(context, "snooze", alert_id, body, "ubnd")
        assert (found["state"], found["snoozed_until"]) == ("snoozed", "2026-03-20")
    assert len(found["history"]) == 2


@pytest.mark.parametrize(
    ("what", "body", "expected"),
    [
        ("resolve", {"note": "Đã xong"}, (422, "CONDITION_STILL_HOLDS", "")),
        ("snooze", {"until": "2026-12-01", "reason": "x"}, (422, "SNOOZE_TOO_LONG", "/data/until")),
        ("snooze", {"until": "2026-03-20"}, (422, "SCHEMA", "/reason")),
        ("snooze", {"until": "mai", "reason": "x"}, (422, "SCHEMA", "/until")),
        ("acknowledge", {"note": 5}, (422, "SCHEMA", "/note")),
        ("acknowledge", {"nota": "x"}, (422, "SCHEMA", "/nota")),
        ("acknowledge", {"by": "staff"}, (400, "BODY_NOT_ACCEPTED", "")),
        ("acknowledge", [1], (400, "BODY_NOT_ACCEPTED", "")),
        ("acknowledge", b"{", (400, "MALFORMED_JSON", "")),
        ("acknowledge", b'"\xff"', (400, "INVALID_UTF8", "")),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_hint(reading, what, body, expected):
    assert refused(reading, what, the_open_one(reading), body) == expected
    assert [alert["state"] for alert in listed(reading, "agency=so-khcn&state=open")] == ["opened"]


def test_a_refused_command_leaves_nothing_in_the_quarantine(reading):
    refused(reading, "resolve", the_open_one(reading), {})
    from shared.intake import quarantine_queries

    entries = reading.database.read(
        lambda connection: quarantine_queries.open_items(connection, agencies=None, status=None, limit=10)
    )
    assert entries == []


def test_an_ended_alert_cannot_be_taken_up(reading):
    alert_id = listed(reading, "state=resolved")[0]["id"]
    assert refused(reading, "acknowledge", alert_id, {})[:2] == (422, "TRANSITION_NOT_ALLOWED")


@pytest.mark.parametrize("what", ["acknowledge", "snooze", "resolve"])
def test_an_agency_cannot_touch_the_alerts_of_its_neighbour(reading, what):
    body = {"until": "2026-03-20", "reason": "x"} if what == "snooze" else {}
    assert refused(reading, what, the_open_one(reading), body, "so-yte")[:2] == (404, "ALERT_NOT_FOUND")


def test_an_unknown_alert_is_not_found(reading):
    assert refused(reading, "acknowledge", "A2-unknown", {})[:2] == (404, "ALERT_NOT_FOUND")


def test_many_at_once_acknowledge_once(database_url):
    with running(database_url) as context:
        _acknowledge_together(context)


def _acknowledge_together(context: ServiceContext) -> None:
    alert_id = the_open_one(context)
    answers: list[str] = []

    def run() -> None:
        answers.append(act(context, "acknowledge", alert_id, {}, "so-khcn")["state"])

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["acknowledged"] * 6
    history = orjson.loads(api.alert(context, request("/"), alert_id).data)["history"]
    assert len(history) == 2


# -- the pipeline ---------------------------------------------------------------------------------------


def posted(context: ServiceContext, handler: Any, body: Any, *values: str, who: str = "staff") -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(handler(context, request("/", who=who, body=body), *values).data)
    return found


SILENCE = {"matchers": ["rule=A2"], "ends_at": "2026-03-15T00:00:00Z", "reason": "Bảo trì theo kế hoạch"}


def test_a_silence_is_started_listed_and_ended(context):
    started = posted(context, pipeline_api.start_silence, SILENCE)
    register = Silences()
    context.database.write(lambda connection: register.apply(connection, context.store.read(0, 1000)))
    listing = orjson.loads(pipeline_api.list_silences(context, request("/")).data)
    assert [(one["id"], one["by"]) for one in listing["silences"]] == [(started["id"], "staff")]
    posted(context, pipeline_api.end_silence, {"reason": "Xong sớm"}, started["id"])
    assert [event.name for event in context.store.read(0, 1000) if event.aggregate == "silence"] == ["started", "ended"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"matchers": ["colour=red"]}, "MATCHER_NOT_USABLE"),
        ({"ends_at": "2026-03-01T00:00:00Z"}, "SILENCE_LENGTH"),
        ({"ends_at": "2027-03-01T00:00:00Z"}, "SILENCE_LENGTH"),
        ({"matchers": []}, "SCHEMA"),
        ({"reason": ""}, "SCHEMA"),
    ],
)
def test_a_silence_that_cannot_be_is_refused(reading, changes, code):
    with pytest.raises(Problem) as found:
        posted(reading, pipeline_api.start_silence, {**SILENCE, **changes})
    assert found.value.code == code


def signal(status: str, **labels: str) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "OversightProjectionLag", "rule": "A21", "service": "audit", **labels},
        "annotations": {"summary": "lag above 60 s"},
        "startsAt": "2026-03-11T02:00:00Z",
        "endsAt": "2026-03-11T03:00:00Z",
        "fingerprint": "f00d",
    }


def test_alertmanagers_webhook_becomes_signals_once(context):
    firing = {"version": "4", "alerts": [signal("firing"), signal("firing", rule="none")]}
    assert posted(context, pipeline_api.take_signals, firing) == {"taken": 1, "unchanged": 0, "ignored": 1}
    assert posted(context, pipeline_api.take_signals, firing) == {"taken": 0, "unchanged": 1, "ignored": 1}
    assert posted(context, pipeline_api.take_signals, {"alerts": [signal("resolved")]})["taken"] == 1
    found = [event for event in context.store.read(0, 1000) if event.aggregate == "system_signal"]
    assert [(event.name, event.data["rule"], event.subject) for event in found] == [
        ("raised", "A21", "f00d"),
        ("cleared", "A21", "f00d"),
    ]


def test_an_agency_hands_in_no_signals(reading):
    with pytest.raises(Problem) as found:
        posted(reading, pipeline_api.take_signals, {"alerts": []}, who="so-khcn")
    assert found.value.status == 403


def test_a_delivery_that_is_through_is_sent_again_as_another_one(context):
    rows = orjson.loads(api.deliveries(context, request("/v1/deliveries?limit=1")).data)["deliveries"]
    with pytest.raises(Problem) as found:
        posted(context, pipeline_api.replay_delivery, {}, rows[0]["id"])
    assert found.value.code == "DELIVERY_NOT_FOUND"
    change = update(deliveries).where(deliveries.c.delivery_id == rows[0]["id"]).values(status="dead")
    context.database.write(lambda connection: connection.execute(change))
    again = posted(context, pipeline_api.replay_delivery, {}, rows[0]["id"])
    assert (again["status"], again["tries"], again["recipient"]) == ("waiting", 0, rows[0]["recipient"])
    assert again["id"] != rows[0]["id"]


def test_progress_is_said_of_what_was_taken_up(context):
    alert_id = the_open_one(context)
    with pytest.raises(Problem) as found:
        posted(context, commands_api.progress, {"note": "Đang rà soát"}, alert_id, who="so-khcn")
    assert found.value.code == "TRANSITION_NOT_ALLOWED"
    taken = act(context, "acknowledge", alert_id, {}, "so-khcn")
    # A week later is the time of the first level.
    assert taken["escalates_on"] == "2026-03-18"
    going_on = posted(context, commands_api.progress, {"note": "Đang rà soát"}, alert_id, who="so-khcn")
    assert (going_on["state"], going_on["escalates_on"]) == ("in_handling", "2026-03-18")
