"""A log line holds words and figures of ours: whatever else it is given stays out."""

import errno
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from kapnotes.ground import log

CANARY = "Frau Größe-Canary said: I fear the tide"


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator["Told"]:
    """What was logged, once it is asked for; the way of logging is put back."""
    root, handlers = logging.getLogger(), logging.getLogger().handlers[:]
    log.fit()
    found = Told(capsys)
    yield found
    root.handlers[:] = handlers
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


class Told(list[dict[str, Any]]):
    """The lines, read when they are looked at."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__()
        self._capsys = capsys

    def read(self) -> "Told":
        """Take up what was written since."""
        self.extend(map(json.loads, self._capsys.readouterr().err.splitlines()))
        return self


def test_a_line_is_one_json_object_with_time_and_level(lines: Told) -> None:
    structlog.get_logger("kapnotes").error("request failed", number="0a1b", status=500)
    (line,) = lines.read()
    assert line["event"] == "request failed"
    assert (line["level"], line["number"], line["status"]) == ("error", "0a1b", 500)
    assert line["timestamp"].endswith("Z")


def test_what_is_not_a_word_of_ours_is_left_out(lines: Told) -> None:
    logger = structlog.get_logger("kapnotes")
    logger.warning(CANARY)
    logger.warning("request failed", kind=CANARY, where=["Canary"], text="Canary")
    first, second = lines.read()
    assert first["event"] == "(left out)"
    assert (second["kind"], second["where"]) == ("(left out)", "(left out)")
    assert "text" not in second
    assert "Canary" not in json.dumps(lines)


def test_a_library_is_named_and_not_quoted(lines: Told) -> None:
    other = logging.getLogger("some.library")
    other.warning("could not read %s", CANARY)
    other.info("read %s", CANARY)
    try:
        raise ValueError(CANARY)
    except ValueError:
        other.exception(CANARY)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, stacklevel=1)
    lines.read()
    assert "Canary" not in json.dumps(lines)
    assert [line["logger"] for line in lines] == ["some.library"] * 2 + ["py.warnings"]
    assert lines[1]["error"] == "ValueError"


class Full(io.StringIO):
    """A disk that takes nothing."""

    def write(self, text: str) -> int:
        """Refuse."""
        del text
        raise OSError(errno.ENOSPC, "full")


def test_a_log_that_cannot_be_written_stops_nobody(
    lines: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr", Full())
    structlog.get_logger("kapnotes").error("request failed")
    monkeypatch.undo()
    assert lines.read() == []
