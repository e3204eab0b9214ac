"""What is logged: one JSON object a line, of words and counts of ours; never a text, name or token.

Only the fields listed here pass, as short words without spaces or as figures. What a library wants
to say passes as its own name and place in the code: its sentences may hold values of a record.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "code",
        "endpoint",
        "error",
        "job",
        "kind",
        "lane",
        "level",
        "logger",
        "method",
        "milliseconds",
        "number",
        "page",
        "status",
        "timestamp",
        "trouble",
        "where",
    }
)
"""What a line may tell beside its event."""
WORD = re.compile(r"[\w./:+<>-]{0,80}", re.ASCII)
EVENT = re.compile(r"[a-z][a-z ]{0,60}")
LEFT_OUT = "(left out)"


def fit() -> None:
    """Log in this way, for the whole process: ours to standard error, libraries' from warnings."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_known,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=_factory,
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [OthersHandler(logging.WARNING)]


class Lines(structlog.WriteLogger):
    """Lines on standard error. A full disk costs them and nothing else."""

    def msg(self, message: str) -> None:
        """Write one line."""
        with suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def _factory(*_names: str) -> Lines:
    """Lines go to standard error as it is at that moment."""
    return Lines(sys.stderr)


def only_known(
    logger: Any, name: str, event: MutableMapping[str, Any]
) -> Mapping[str, str | int | float | bool | None]:
    """Let known fields with plain words or figures through; say what was left out."""
    del logger, name
    told: dict[str, str | int | float | bool | None] = {}
    for key, value in event.items():
        if key == "event":
            told[key] = value if EVENT.fullmatch(str(value)) else LEFT_OUT
        elif key in FIELDS:
            told[key] = _plain(value)
    return told


def _plain(value: object) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool | int | float):
        return value
    return value if isinstance(value, str) and WORD.fullmatch(value) else LEFT_OUT


class OthersHandler(logging.Handler):
    """What a library logs, without its words."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell who spoke, how loudly and from where."""
        structlog.get_logger("kapnotes").log(
            record.levelno,
            "a library spoke",
            logger=record.name,
            where=f"{record.module}:{record.lineno}",
            error=record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None,
        )
