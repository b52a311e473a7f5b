"""OpenAPI and AsyncAPI say what the services do, and refer to nothing that is not there."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jsonschema_rs
import orjson
import pytest

from shared.contracts.catalogue import OWNERS, load
from shared.contracts.json_schema import DIALECT
from shared.documentation import asyncapi, openapi
from shared.documentation.operations import OPERATIONS
from shared.documentation.routes import Route, all_routes, routes_of, service_class
from shared.documentation.schemas import pushed
from shared.eventstore.wire import to_wire
from shared.messaging import topology
from shared.service.catalogue_api import example
from shared.testing.recorded import RecordedLogs

ROUTES = dict(all_routes())


def references(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        if isinstance(document.get("$ref"), str):
            yield document["$ref"]
        for value in document.values():
            yield from references(value)
    elif isinstance(document, list):
        for value in document:
            yield from references(value)


def resolve(document: Any, reference: str) -> Any:
    for part in reference.removeprefix("#/").split("/"):
        document = document[part]
    return document


def validator(document: dict[str, Any], name: str) -> Any:
    """Return a validator of a named schema of a document."""
    schema = {"$schema": DIALECT, "$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema_rs.validator_for(schema, validate_formats=True)


def test_every_route_is_described_and_nothing_else_is():
    served = {route.key for routes in ROUTES.values() for route in routes if not route.is_page}
    assert served == set(OPERATIONS)


@pytest.mark.parametrize("service", OWNERS)
def test_each_service_describes_its_own_routes(service):
    document = openapi.document(service, ROUTES[service])
    described = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert described == {(route.method.lower(), route.path) for route in ROUTES[service] if not route.is_page}
    ids = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(set(ids)) == len(ids)
    assert document["openapi"].startswith("3.1")


@pytest.mark.parametrize("service", OWNERS)
def test_openapi_refers_to_nothing_that_is_not_there(service):
    document = openapi.document(service, ROUTES[service])
    found = set(references(document))
    assert found
    for reference in found:
        assert resolve(document, reference)


def test_every_path_parameter_is_declared():
    for methods in openapi.document("inspection", ROUTES["inspection"])["paths"].items():
        path, operations = methods
        for operation in operations.values():
            declared = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert declared == {part[1:-1] for part in path.split("/") if part.startswith("{")}


def test_the_event_of_each_type_that_may_be_pushed_fits_its_schema_in_openapi():
    document = openapi.document("inspection", ROUTES["inspection"])
    for kind in pushed():
        event = example(kind)
        valid = validator(document, kind.name)
        assert valid.is_valid(event), kind.name
        assert not valid.is_valid({**event, "data": {**event["data"], "no_such_field": 1}})
        assert not valid.is_valid({**event, "position": 7})
        assert not valid.is_valid({**event, "type": "qms.agency.unheard_of"})


def test_an_event_is_one_of_the_types_and_no_other():
    document = openapi.document("audit", ROUTES["audit"])
    whole = validator(document, "Event")
    assert whole.is_valid(example(load()["qms.action.planned"]))
    assert not whole.is_valid(example(load()["qms.alert.opened"]))


def test_asyncapi_names_every_type_with_its_routing_key_on_the_exchange():
    document = asyncapi.document()
    assert document["asyncapi"] == "3.0.0"
    for kind in load().values():
        channel = document["channels"][f"published.{kind.name}"]
        assert channel["address"] == kind.routing_key
        assert channel["bindings"]["amqp"]["exchange"]["name"] == topology.EVENTS
    taken = {name for name in document["channels"] if name.startswith("pushed.")}
    assert taken == {f"pushed.{kind.name}" for kind in load().values() if kind.asserter != "system"}
    for reference in set(references(document)):
        assert resolve(document, reference)


def test_what_the_relay_publishes_fits_the_schema_in_asyncapi():
    document = asyncapi.document()
    for provenance in ("self_reported", "derived"):
        body = orjson.dumps(example(load()["qms.action.started"]), option=orjson.OPT_SORT_KEYS)
        event = RecordedLogs().add("action.started", "xa", "HD-1", on="2026-03-05", provenance=provenance)
        wire = orjson.loads(to_wire(replace(event, body=body)))
        assert list(validator(document, "Recorded.qms.action.started").iter_errors(wire)) == []
        assert not validator(document, "Recorded.qms.action.done").is_valid(wire)


def test_a_part_of_a_path_that_is_one_of_some_words_becomes_one_route_each():
    routes = Route("POST", "/v1/alerts/<alert_id>/<any(acknowledge, snooze):_command>").expanded()
    assert [route.path for route in routes] == ["/v1/alerts/{alert_id}/acknowledge", "/v1/alerts/{alert_id}/snooze"]
    assert Route("GET", "/events/<service>/<int:position>").variables == ["service", "position"]


def test_routes_of_a_service_come_once_though_a_subclass_overrides_them():
    routes = routes_of(service_class("inspection"))
    assert len(routes) == len(set(routes))
    assert Route("POST", "/v1/events") in routes
