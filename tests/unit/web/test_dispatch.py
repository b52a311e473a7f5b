"""What the dispatcher makes of requests, errors and exceptions, without a server."""

import gzip
import logging

import pytest
from werkzeug.exceptions import Gone
from werkzeug.test import Client
from werkzeug.wrappers import Response

from shared.database.errors import DatabaseUnavailableError
from shared.eventsourcing import Hint
from shared.turns import somebody_waits
from shared.web.answers import json_answer
from shared.web.body import BodyLimits
from shared.web.dispatch import Dispatcher, DispatchOptions
from shared.web.problem import Problem
from shared.web.routing import Route

LIMIT = 1000


def fails(_request):
    raise RuntimeError("the password is hunter2")


def loses_the_database(_request):
    raise DatabaseUnavailableError("connection to 10.0.0.5 refused")


def refuses(_request):
    raise Problem(422, "SOME_RULE", Hint("Vi phạm", "Broken"), pointer="/data/x", headers={"Retry-After": "3"})


def gone(_request):
    raise Gone


def page(request, problem):
    return Response(f"<h1>{problem.code}</h1>", problem.status, content_type="text/html; charset=utf-8")


ROUTES = [
    Route("GET", "/v1/things", lambda request: json_answer({"q": request.args.get("q")})),
    Route("GET", "/v1/things/<name>", lambda _request, name: json_answer({"name": name})),
    Route("POST", "/v1/things", lambda request: json_answer({"length": len(request.get_data())})),
    Route("POST", "/form", lambda request: json_answer(dict(request.form)), max_body_bytes=50),
    Route("GET", "/fails", fails),
    Route("GET", "/database", loses_the_database),
    Route("GET", "/refuses", refuses),
    Route("GET", "/gone", gone),
    Route("GET", "/page", lambda _request: Response("<p>", content_type="text/html")),
    Route("GET", "/waiting", lambda _request: json_answer({"waiting": somebody_waits()})),
    Route("GET", "/healthz", lambda _request: json_answer({})),
]


@pytest.fixture
def dispatcher():
    return Dispatcher(ROUTES, DispatchOptions("probe", limits=BodyLimits(max_bytes=LIMIT), problem_page=page))


@pytest.fixture
def client(dispatcher):
    return Client(dispatcher)


def test_handlers_get_the_variable_parts_of_the_path(client):
    assert client.get("/v1/things/C%E1%BA%A7n%20Th%C6%A1").json == {"name": "Cần Thơ"}
    assert client.get("/v1/things?q=%C4%91").json == {"q": "đ"}


def test_a_problem_is_problem_json_with_hints_in_both_languages(client):
    answer = client.get("/refuses")
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Retry-After"] == "3"
    assert answer.json["hint"] == {"vi": "Vi phạm", "en": "Broken"}
    assert (answer.json["code"], answer.json["pointer"]) == ("SOME_RULE", "/data/x")


def test_an_exception_tells_nothing_but_an_id_and_is_logged_with_it(client, caplog):
    with caplog.at_level(logging.ERROR):
        answer = client.get("/fails", headers={"X-Correlation-Id": "req-77"})
    assert (answer.status_code, answer.json["code"], answer.json["correlation_id"]) == (500, "INTERNAL", "req-77")
    assert "hunter2" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "req-77" in caplog.text
    assert "hunter2" in caplog.text


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2:3", True), ("a b", False), ("x" * 129, False), ("é", False)])
def test_the_callers_correlation_id_comes_back_if_it_is_well_formed(client, given, kept):
    answer = client.get("/healthz", environ_overrides={"HTTP_X_CORRELATION_ID": given})
    assert (answer.headers["X-Correlation-Id"] == given) is kept


def test_people_get_errors_as_pages_and_programs_as_json(client):
    html = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert client.get("/nope", headers=html).text == "<h1>NOT_FOUND</h1>"
    assert client.get("/v1/nope", headers=html).json["code"] == "NOT_FOUND"
    assert client.get("/nope", headers={"Accept": "*/*"}).json["code"] == "NOT_FOUND"
    assert client.get("/nope").status_code == 404


def test_other_methods_are_answered_with_those_allowed(client):
    answer = client.delete("/v1/things")
    assert (answer.status_code, answer.json["allowed"]) == (405, ["GET", "HEAD", "POST"])
    assert answer.headers["Allow"] == "GET, HEAD, POST"
    assert client.options("/v1/things").headers["Allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.options("/nope").status_code == 404
    assert client.head("/v1/things").status_code == 200
    assert client.head("/v1/things").data == b""


@pytest.mark.parametrize(
    "overrides",
    [
        {"PATH_INFO": "/v1/things/\xff"},
        {"PATH_INFO": "/v1/things/a\0"},
        {"QUERY_STRING": "q=%ff"},
        {"QUERY_STRING": "q=%00"},
    ],
)
def test_addresses_that_are_not_utf8_are_malformed(client, overrides):
    answer = client.get("/v1/things", environ_overrides=overrides)
    assert (answer.status_code, answer.json["code"]) == (400, "ADDRESS_MALFORMED")


def test_a_body_above_the_limit_is_refused_with_the_limit(client):
    assert client.post("/v1/things", data=b"x" * LIMIT).json == {"length": LIMIT}
    answer = client.post("/v1/things", data=b"x" * (LIMIT + 1))
    assert (answer.status_code, answer.json["limit"]) == (413, LIMIT)
    assert client.post("/form", data={"a": "b" * 60}).json["limit"] == 50
    assert client.post("/form", data={"a": "đ"}).json == {"a": "đ"}


def test_gzip_is_taken_up_to_the_limit_of_what_comes_out(client):
    def post(data, encoding="gzip"):
        return client.post("/v1/things", data=data, headers={"Content-Encoding": encoding})

    assert post(gzip.compress(b"x" * LIMIT)).json == {"length": LIMIT}
    assert post(gzip.compress(b"ab") + gzip.compress(b"cd")).json == {"length": 4}
    assert post(gzip.compress(b"x" * 100_000)).status_code == 413
    assert post(gzip.compress(b"x" * 900) + gzip.compress(b"x" * 900)).status_code == 413
    assert post(gzip.compress(b"abc")[:-3]).json["code"] == "BODY_NOT_GZIP"
    assert post(b"no gzip").json["code"] == "BODY_NOT_GZIP"
    assert post(b"x", "br").status_code == 415


def test_gzip_comes_in_few_members_however_small_they_are(client):
    def post(data):
        return client.post("/v1/things", data=data, headers={"Content-Encoding": "gzip"})

    empty = gzip.compress(b"")
    assert post(empty * 15 + gzip.compress(b"x" * LIMIT)).json == {"length": LIMIT}
    answer = post(empty * 17)
    assert (answer.status_code, answer.json["code"], answer.json["limit"]) == (400, "BODY_IN_TOO_MANY_MEMBERS", 16)


def test_security_headers_fit_what_is_sent(client):
    page_headers = client.get("/page").headers
    policy = page_headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert page_headers["X-Frame-Options"] == "DENY"
    data_headers = client.get("/healthz").headers
    assert data_headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    for headers in (page_headers, data_headers):
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Strict-Transport-Security" not in headers
    assert "max-age" in client.get("/page", base_url="https://localhost").headers["Strict-Transport-Security"]


def test_proxy_headers_count_only_behind_a_proxy(client):
    given = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "6.6.6.6"}
    assert "Strict-Transport-Security" not in client.get("/page", headers=given).headers
    behind = Client(Dispatcher(ROUTES, DispatchOptions("probe", forwarded=True)))
    assert "Strict-Transport-Security" in behind.get("/page", headers=given).headers


def test_a_full_service_says_so_but_still_answers_for_its_health(dispatcher, client):
    dispatcher.in_flight = dispatcher.options.max_requests
    answer = client.get("/v1/things")
    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "OVERLOADED", "2")
    assert client.get("/healthz").status_code == 200


def test_errors_of_the_toolkit_are_worded_too(client):
    assert client.get("/gone").json["code"] == "REQUEST_MALFORMED"
    assert client.get("/gone").status_code == 410


def test_a_database_that_is_away_is_a_503_that_may_be_tried_again(client):
    answer = client.get("/database")
    assert answer.status_code == 503
    assert answer.json["code"] == "STORE_UNAVAILABLE"
    assert answer.headers["Retry-After"] == "2"
    assert b"10.0.0.5" not in answer.data


@pytest.mark.parametrize("address", ["/waiting", "/fails"])
def test_whoever_asks_is_waited_for_until_there_is_an_answer(dispatcher, address):
    answer = Client(dispatcher).get(address)
    assert answer.status_code == 500 or answer.json == {"waiting": True}
    assert not somebody_waits()
