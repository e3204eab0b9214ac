"""What is sent compressed: style sheets and scripts, and the page of the live session.

A file is packed once in a process. Other pages are not packed: where a page repeats something of
its request beside its form token, its length tells of the token (BREACH). Files hold neither, and
the page of the live session repeats nothing of its request, not even its query.
"""

import gzip
from functools import lru_cache
from pathlib import PurePath

from flask import Flask, Response, request

PACKED = frozenset({".css", ".js", ".svg"})
PAGES = frozenset({"live.page"})


def fit(app: Flask) -> None:
    """Attach it to the app's answers."""

    @app.after_request
    def pack(answer: Response) -> Response:
        name = (request.view_args or {}).get("filename", "")
        is_file = request.endpoint == "static" and PurePath(name).suffix in PACKED
        if not is_file and request.endpoint not in PAGES:
            return answer
        answer.vary.add("Accept-Encoding")
        is_whole = request.method == "GET" and answer.status_code == 200  # noqa: PLR2004 - HTTP's own number
        if is_whole and request.accept_encodings.quality("gzip") > 0:
            answer.direct_passthrough = False
            content = answer.get_data()
            answer.set_data(_packed(content) if is_file else _pack(content))
            answer.headers["Content-Encoding"] = "gzip"
        return answer


@lru_cache(maxsize=256)
def _packed(content: bytes) -> bytes:
    return _pack(content)


def _pack(content: bytes) -> bytes:
    return gzip.compress(content, compresslevel=6, mtime=0)
