"""Serves the files of a folder: with a digest in the address they are kept for a year, else checked again.

For the embedded default; in production a proxy in front may serve the same folder.
"""

from __future__ import annotations

import mimetypes
from hashlib import sha256
from pathlib import Path

from werkzeug.http import http_date
from werkzeug.security import safe_join
from werkzeug.wrappers import Request, Response

from shared.web.routing import not_found

mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")

_YEAR = 31_536_000


class StaticFiles:
    """The files below one folder; each is read and digested once."""

    def __init__(self, folder: Path, prefix: str = "/static") -> None:
        """Take the folder and the path it is served under."""
        self._folder = folder
        self._prefix = prefix
        self._known: dict[str, tuple[float, bytes, str]] = {}

    def exists(self, name: str) -> bool:
        """Return whether there is such a file."""
        return (self._folder / name).is_file()

    def url(self, name: str) -> str:
        """Return the address of a file, with its digest so that a new content gets a new address."""
        loaded = self._load(name)
        return f"{self._prefix}/{name}?v={loaded[2]}" if loaded else f"{self._prefix}/{name}"

    def answer(self, request: Request, name: str) -> Response:
        """Return a file, or 304 when the browser has it.

        Raises:
            Problem: 404 for a file that is not there, or not below the folder.
        """
        loaded = self._load(name)
        if loaded is None:
            raise not_found()
        modified, content, digest = loaded
        media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        response = Response(content, content_type=_with_charset(media_type))
        response.headers["Last-Modified"] = http_date(modified)
        response.set_etag(digest)
        fixed = request.args.get("v") == digest
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if fixed else "no-cache"
        response.make_conditional(request.environ)
        return response

    def _load(self, name: str) -> tuple[float, bytes, str] | None:
        path = safe_join(str(self._folder), name)
        if path is None or not Path(path).is_file():
            return None
        modified = Path(path).stat().st_mtime
        known = self._known.get(name)
        if known is None or known[0] != modified:
            content = Path(path).read_bytes()
            known = self._known[name] = (modified, content, sha256(content).hexdigest()[:16])
        return known


def _with_charset(media_type: str) -> str:
    text = media_type.startswith("text/") or media_type == "image/svg+xml"
    return f"{media_type}; charset=utf-8" if text else media_type
