"""A request whose uploaded files stay in memory: nothing of a patient lies in a temporary file."""

import io
from typing import IO

import flask


class Request(flask.Request):
    """Flask's request; how large a body may be is limited, so memory holds it."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        """Where Werkzeug puts an uploaded file; by itself it would use the disk from 500 KB on."""
        del total_content_length, content_type, filename, content_length
        return io.BytesIO()
