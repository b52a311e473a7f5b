"""Parameters, fields and paths that nothing can be made of: 4xx, whatever their length."""

from __future__ import annotations

from types import SimpleNamespace

import orjson
import pytest
from werkzeug.test import Client, EnvironBuilder
from werkzeug.wrappers import Request

from services.inspection import alerts_api
from services.inspection.json_body import JsonBody
from services.inspection.parameters import instant_parameter
from services.inspection.programmes_api import _check_year
from services.notify.queries import _decode_cursor, _encode_cursor
from shared.service import peers as peers_module
from shared.service.peers import Peers
from shared.web.answers import json_answer
from shared.web.dispatch import Dispatcher, DispatchOptions
from shared.web.problem import Problem
from shared.web.query import whole_number
from shared.web.routing import Route


def asking(**parameters: str) -> Request:
    return Request(EnvironBuilder(query_string=parameters).get_environ())


def saying(**fields: object) -> JsonBody:
    return JsonBody(Request(EnvironBuilder(method="POST", data=orjson.dumps(fields)).get_environ()))


@pytest.mark.parametrize("text", ["1" * 5000, "9" * 20, "-1", "x", "1.0", "١"])
def test_what_is_no_whole_number_in_range_is_a_bad_parameter(text):
    with pytest.raises(Problem) as refused:
        whole_number(asking(limit=text), "limit", 5)
    assert (refused.value.status, refused.value.pointer) == (400, "/query/limit")


def test_a_number_is_read_up_to_its_bound():
    assert whole_number(asking(after=str(2**62)), "after", 0) == 2**62


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00"])
def test_an_instant_that_cannot_be_written_again_is_none(text):
    with pytest.raises(Problem) as refused:
        instant_parameter(asking(known_at=text), "known_at")
    assert refused.value.status == 400
    with pytest.raises(Problem):
        saying(known_at=text).instant("known_at")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", [1]])
def test_a_day_of_a_command_lies_where_there_are_agencies(day):
    assert saying(as_of="2026-03-01").day("as_of") == 20513
    with pytest.raises(Problem) as refused:
        saying(as_of=day).day("as_of")
    assert (refused.value.status, refused.value.pointer) == (400, "/body/as_of")


@pytest.mark.parametrize("year", [0, 1899, 2200, 99999, 10**17])
def test_no_programme_is_drafted_for_a_year_out_of_the_calendar(year):
    _check_year(2026)
    with pytest.raises(Problem) as refused:
        _check_year(year)
    assert (refused.value.status, refused.value.pointer) == (400, "/path/year")


@pytest.mark.parametrize("number", ["9" * 30, "1" * 5000, "-1", "٢"])
def test_a_number_of_a_path_that_no_database_holds_is_no_address(number):
    routes = [Route("GET", "/events/<int:position>", lambda _request, position: json_answer({"position": position}))]
    client = Client(Dispatcher(routes, DispatchOptions("probe")))
    assert client.get("/events/17").json == {"position": 17}
    assert client.get(f"/events/{number}").status_code == 404


@pytest.mark.parametrize("instant", [2**63, 2**64 - 1])
def test_a_place_that_no_database_holds_is_no_cursor(instant):
    assert _decode_cursor(_encode_cursor((5, "a"))) == (5, "a")
    with pytest.raises(ValueError, match="cursor"):
        _decode_cursor(_encode_cursor((instant, "a")))


class Line:
    """Notes what would be written on the line, as the library's client would refuse or write it."""

    def __init__(self, _url):
        self.targets = []

    def request(self, _method, path, _headers, _body):
        path.encode("ascii")
        assert path.isprintable()
        assert " " not in path
        self.targets.append(path)
        return 200, "application/json", b"{}"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/v1/alerts/%C4%91", "/v1/alerts/%C4%91"),
        ("/v1/alerts/a%0d%0aX-Evil:%201", "/v1/alerts/a%0D%0AX-Evil%3A%201"),
        ("/v1/alerts/%3Fstate=open", "/v1/alerts/%3Fstate%3Dopen"),
        ("/v1/alerts/a%23b?agency=%C4%91&x=%26", "/v1/alerts/a%23b?agency=%C4%91&x=%26"),
    ],
)
def test_an_id_is_passed_on_to_a_peer_as_it_came(monkeypatch, path, target):
    monkeypatch.setattr(peers_module, "KeptConnections", Line)
    monkeypatch.setattr(alerts_api, "authenticate", lambda *_: None)
    monkeypatch.setattr(alerts_api, "credential_headers", lambda *_: {})
    peers = Peers({"notify": "http://127.0.0.1:1"})
    routes = [
        Route(
            "GET", "/v1/alerts/<alert_id>", lambda request, **_: alerts_api.relay(SimpleNamespace(peers=peers), request)
        )
    ]
    assert Client(Dispatcher(routes, DispatchOptions("probe"))).get(path).status_code == 200
    assert peers._connections["notify"].targets == [target]


def test_whatever_a_path_holds_it_is_encoded_before_it_goes_to_a_peer(monkeypatch):
    monkeypatch.setattr(peers_module, "KeptConnections", Line)
    peers = Peers({"audit": "http://127.0.0.1:1"})
    peers.get("audit", "/v1/quarantine/audit-đ\r\n x/replay?a=%C4%91&b=\ufffd")
    assert peers._connections["audit"].targets == ["/v1/quarantine/audit-%C4%91%0D%0A%20x/replay?a=%C4%91&b=%EF%BF%BD"]
