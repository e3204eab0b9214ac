"""The server of the tests is a real one, and ends with its test."""

from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.plumbing.server import ServerFailed, serving

HELLO = """
import os

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [os.environ["KAPNOTES_GREETING"].encode(), os.environ["KAPNOTES_BASE_URL"].encode()]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "hello.py").write_text(HELLO)
    (tmp_path / "broken.py").write_text("raise ValueError('does not start')")
    return tmp_path


def test_it_serves_with_the_settings_it_is_given_and_then_ends(folder: Path) -> None:
    settings = {"KAPNOTES_GREETING": "hello "}
    log = folder / "log"
    with serving(settings, log=log, application="hello:app", folder=folder) as server:
        with urlopen(server.base_url) as answer:  # noqa: S310 - http
            assert answer.read().decode() == f"hello {server.base_url}"
        assert "Listening" in server.said()
    assert server.process.poll() == 0
    with pytest.raises(OSError, match=r"refused|reset|closed"):
        urlopen(server.base_url)  # noqa: S310 - http


def test_a_crash_takes_the_workers_too(folder: Path) -> None:
    settings = {"KAPNOTES_GREETING": "hello "}
    log = folder / "log"
    with serving(settings, log=log, application="hello:app", folder=folder, processes=2) as server:
        server.crash()
        with pytest.raises(OSError, match=r"refused|reset|closed"):
            urlopen(server.base_url)  # noqa: S310 - http


def test_a_server_that_does_not_start_shows_its_log(folder: Path) -> None:
    with (
        pytest.raises(ServerFailed, match="does not start"),
        serving({}, log=folder / "log", application="broken:app", folder=folder),
    ):
        pass
