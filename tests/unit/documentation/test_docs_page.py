"""The page for programmers: open to all, both languages, every route and every type with an example."""

from types import SimpleNamespace

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from services.inspection.web.docs_page import ACCESS, ASSERTERS, docs
from shared.contracts.catalogue import load
from shared.contracts.flags import KERNEL_EVENTS
from shared.documentation.operations import OPERATIONS
from shared.service.settings import Settings


def page(language: str) -> str:
    context = SimpleNamespace(
        settings=Settings("inspection", "sqlite://", secret_key="khoa"), catalogue=load(), extra={}, database=None
    )
    request = Request(EnvironBuilder(path="/docs", query_string={"lang": language}).get_environ())
    response = docs(context, request)
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_route_and_type_is_on_the_page(language):
    text = page(language)
    for kind in load().values():
        if kind.event not in KERNEL_EVENTS:
            assert text.count(f"<code>{kind.name}</code>") == 1
            assert f"/v1/event-types/{kind.name}/schema" in text
    assert text.count('<tr><th scope="row"><code>') == len(OPERATIONS)
    assert ("Dành cho lập trình viên" in text) == (language == "vi")


def test_the_page_needs_no_script_and_loads_nothing_from_elsewhere():
    text = page("vi")
    assert "style=" not in text
    assert "onclick" not in text
    for marker in ('src="', 'href="'):
        targets = [piece.partition('"')[0] for piece in text.split(marker)[1:]]
        assert [target for target in targets if target.startswith(("http:", "https:", "//"))] == []


def test_every_kind_of_access_has_words():
    assert {operation.access for operation in OPERATIONS.values()} <= set(ACCESS)
    assert {kind.asserter for kind in load().values()} <= set(ASSERTERS)
