"""A request is forgotten with its answer: its body may be a batch of megabytes."""

from __future__ import annotations

import gc
import io
import weakref

from werkzeug.wrappers import Response

from shared.web.dispatch import Dispatcher, DispatchOptions
from shared.web.routing import Route


def test_a_request_leaves_nothing_for_the_garbage_collector():
    seen = []

    def handler(request):
        request.get_data()
        seen.append(weakref.ref(request))
        return Response(b"{}", mimetype="application/json")

    dispatcher = Dispatcher([Route("POST", "/x", handler)], DispatchOptions("test"))
    gc.collect()
    gc.disable()
    try:
        environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/x",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(b"a" * 1000),
            "CONTENT_LENGTH": "1000",
        }
        assert b"".join(dispatcher(environ, lambda *_: None)) == b"{}"
        del environ
        assert [request() for request in seen] == [None]
    finally:
        gc.enable()
