"""What browsers get compressed."""

import gzip

import pytest
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from shared.web.compression import compress

LONG = "Hệ thống quản lý chất lượng " * 200


def answered(body, accepted="gzip, br", media_type="text/html; charset=utf-8", status=200):
    headers = {"Accept-Encoding": accepted} if accepted else {}
    request = Request(EnvironBuilder(headers=headers).get_environ())
    return compress(request, Response(body, status, content_type=media_type))


def test_a_long_page_is_compressed_for_a_browser_that_takes_it():
    response = answered(LONG)
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.get_data()).decode() == LONG
    assert int(response.headers["Content-Length"]) == len(response.get_data())
    assert "Accept-Encoding" in response.headers["Vary"]


@pytest.mark.parametrize(
    "options",
    [{"accepted": ""}, {"accepted": "br"}, {"accepted": "gzip;q=0"}, {"media_type": "font/woff2"}, {"status": 304}],
)
def test_everything_else_goes_as_it_is(options):
    response = answered(LONG, **options)
    assert "Content-Encoding" not in response.headers
    assert response.get_data().decode() == LONG


def test_short_answers_are_left_alone():
    assert "Content-Encoding" not in answered("Xin chào").headers
