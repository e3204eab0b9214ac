"""Whether the practice can do its work, found out by trying: for watchers, without a person in it.

What is needed to save decides whether it is ready. What only makes paper slow or ugly, or will be
trouble later, is said and stops nobody.
"""

import ctypes
import ctypes.util
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TypeAlias

from kapnotes import db
from kapnotes.actions import backup_plan
from kapnotes.audit.trail import head_of, newest_at
from kapnotes.db.trouble import trouble_of, try_writing
from kapnotes.paper.errand import FAMILY
from kapnotes.paper.press import Printer
from kapnotes.records import job
from kapnotes.settings import SettingsRefused

OK = "ok"
LOCK_MILLISECONDS = 2000
"""How long a watcher waits for a lock before it is told of one."""
LEAST_FREE = 32 << 20
"""Bytes that must be free in the data folder."""
LOW = 1 << 30
"""Bytes below which it is time to make room."""
AHEAD = timedelta(minutes=5)
"""So far the newest entry may lie in the future: machines' clocks differ a little."""
WAITING = timedelta(minutes=5)
"""A document that nobody took up for so long: the worker is not running."""
NEEDED = frozenset({"database", "keys", "trail", "disk"})
"""What nothing can be saved without."""

Check: TypeAlias = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Health:
    """Each check by its name, "ok" or a sentence, and how old the newest entry of the trail is.

    `trail_age` is in seconds, None while it is not known.
    """

    checks: dict[str, str]
    trail_age: int | None

    @property
    def is_ready(self) -> bool:
        """Whether people can work."""
        return all(self.checks.get(name) == OK for name in NEEDED)


def examine(*, printer: Printer, at: datetime) -> Health:
    """Try everything. It never raises: what cannot be found out is said."""
    checks: dict[str, Check] = {
        "database": _database,
        "keys": _keys,
        "trail": _trail,
        "clock": _clock,
        "disk": _disk,
        "room": _room,
        "documents": _documents,
        "backups": _backups,
    }
    found = {name: _said(check, at) for name, check in checks.items()}
    is_warm, sentence = printer.ready()
    found["printer"] = OK if is_warm else sentence
    found["fonts"] = _fonts()
    found["harfbuzz-subset"] = (
        OK if _has_subsetter() else "Missing: documents take three times as long."
    )
    return Health(found, _trail_age(at))


def _said(check: Check, at: datetime) -> str:
    """What a check found; one that cannot be made says why."""
    try:
        return check(at)
    except SettingsRefused as refusal:
        return str(refusal)
    except Exception as error:  # noqa: BLE001 - a watcher is answered whatever is broken
        trouble = trouble_of(error)
        return trouble.sentence if trouble else "This could not be found out."


def _database(at: datetime) -> str:
    """The tables are there, and a change of nothing is kept."""
    del at
    if not db.is_migrated():
        return "The tables are not up to date."
    try_writing(db.current().engine, milliseconds=LOCK_MILLISECONDS)
    return OK


def _keys(at: datetime) -> str:
    """The root key opens what the database holds."""
    del at
    db.current().check_key()
    return OK


def _trail(at: datetime) -> str:
    """The chain has an end to write at."""
    del at
    with db.current().reading() as session:
        position = head_of(session)[0]
        is_whole = position == 0 or (position > 0 and newest_at(session) is not None)
    return OK if is_whole else "The end of the trail is missing, so nothing can be written."


def _clock(at: datetime) -> str:
    """The newest entry of the trail is not ahead of this machine's clock."""
    newest = _newest_at()
    if newest is None or newest - at <= AHEAD:
        return OK
    return (
        f"The newest entry of the trail is {_minutes(newest - at)} min ahead of this machine's "
        "clock. Set the clock; entries keep their order whatever it says."
    )


def _trail_age(at: datetime) -> int | None:
    try:
        newest = _newest_at()
    except Exception:  # noqa: BLE001 - the check of the trail says why
        return None
    return None if newest is None else round((at - newest).total_seconds())


def _newest_at() -> datetime | None:
    with db.current().reading() as session:
        return newest_at(session)


def _disk(at: datetime) -> str:
    """The data folder can be written, and there is room."""
    del at
    data = db.current().settings.data
    if not os.access(data, os.W_OK):
        return "The data folder cannot be written."
    free = shutil.disk_usage(data).free
    if free < LEAST_FREE:
        return f"The disk is full: {free >> 20} MB are free."
    return OK


def _room(at: datetime) -> str:
    """There is room for some time to come."""
    del at
    free = shutil.disk_usage(db.current().settings.data).free
    return OK if free >= LOW else f"The disk is nearly full: {free >> 20} MB are free."


def _documents(at: datetime) -> str:
    """Nobody waits long for a document."""
    with db.current().reading() as session:
        since = job.waits_since(session)
    if since is None or at - since < WAITING:
        return OK
    return f"A document has waited for {_minutes(at - since)} min. Is the worker running?"


def _backups(at: datetime) -> str:
    """The plan is kept, and the last drill brought a backup back."""
    return backup_plan.readiness(at=at)


def _backup(at: datetime) -> str:
    """The last backup is as young as the plan wants it, and was proven."""
    return backup_plan.readiness(at=at)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a watcher draws over time: free bytes, entries of the trail, jobs in each state."""

    free: int
    entries: int
    jobs: dict[str, int]


def count() -> Counts:
    """Count it now; raises what the database raises."""
    free = shutil.disk_usage(db.current().settings.data).free
    with db.current().reading() as session:
        return Counts(free, head_of(session)[0], job.in_states(session))


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


@cache
def _has_subsetter() -> bool:
    """Whether fonts are cut by the fast library; looked up once, for it starts programs."""
    return ctypes.util.find_library("harfbuzz-subset") is not None


@cache
def _fonts() -> str:
    """Whether paper's own font is installed, asked of the machine's list once."""
    name = ctypes.util.find_library("fontconfig")
    if name is None:
        return "Missing: fontconfig. Documents cannot be printed."
    library = ctypes.CDLL(name)
    for function in ("FcNameParse", "FcFontMatch"):
        getattr(library, function).restype = ctypes.c_void_p
    pattern = ctypes.c_void_p(library.FcNameParse(FAMILY.encode()))
    library.FcConfigSubstitute(None, pattern, 0)
    library.FcDefaultSubstitute(pattern)
    result, family = ctypes.c_int(), ctypes.c_char_p()
    match = ctypes.c_void_p(library.FcFontMatch(None, pattern, ctypes.byref(result)))
    library.FcPatternGetString(match, b"family", 0, ctypes.byref(family))
    if FAMILY.encode() in (family.value or b""):
        return OK
    return f"Documents are not printed in their own font: install fonts-{FAMILY.lower()}."
