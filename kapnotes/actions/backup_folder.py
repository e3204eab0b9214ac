"""The folder of the backups that are made by a plan: their names, and which of them are kept.

Kept are all of the last day, then the newest of each day and of each week, as many of both as the
settings say. The newest of all is never taken away.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kapnotes.settings import Settings

NAME = re.compile(r"kapnotes-(\d{8}T\d{6}Z)\.backup")
FORM = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Kept:
    """A backup in the folder: when it was begun, and its size in bytes."""

    path: Path
    at: datetime
    size: int


def folder_of(settings: Settings) -> Path:
    """Where the backups of the plan are kept."""
    return Path(settings.backup_folder) if settings.backup_folder else settings.data / "backups"


def name_for(at: datetime) -> str:
    """The name of a backup that was begun then."""
    return f"kapnotes-{at.astimezone(UTC):{FORM}}.backup"


def time_of(name: str) -> datetime | None:
    """When the backup of that name was begun; None for a file that is none of ours."""
    found = NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], FORM).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def backups(folder: Path) -> list[Kept]:
    """The backups of the plan, newest first; nothing else in the folder is looked at."""
    if not folder.is_dir():
        return []
    timed = ((time_of(path.name), path) for path in folder.iterdir() if path.is_file())
    found = [Kept(path, at, path.stat().st_size) for at, path in timed if at is not None]
    return sorted(found, key=lambda one: one.at, reverse=True)


def to_keep(times: Iterable[datetime], *, days: int, weeks: int) -> set[datetime]:
    """Which of these are kept: see the module's words."""
    newest_first = sorted(times, reverse=True)
    if not newest_first:
        return set()
    last_day = {one for one in newest_first if newest_first[0] - one < timedelta(days=1)}
    by_day = _newest_of_each(newest_first, [f"{one:%Y-%m-%d}" for one in newest_first])
    by_week = _newest_of_each(newest_first, [f"{one:%G-%V}" for one in newest_first])
    return {newest_first[0], *last_day, *by_day[:days], *by_week[:weeks]}


def _newest_of_each(newest_first: Collection[datetime], periods: Iterable[str]) -> list[datetime]:
    """The newest of each period, newest first."""
    found: dict[str, datetime] = {}
    for one, period in zip(newest_first, periods, strict=True):
        found.setdefault(period, one)
    return list(found.values())


def thin(folder: Path, *, days: int, weeks: int) -> int:
    """Take away the backups that are kept no longer; how many."""
    there = backups(folder)
    keep = to_keep((one.at for one in there), days=days, weeks=weeks)
    gone = [one for one in there if one.at not in keep]
    for one in gone:
        one.path.unlink(missing_ok=True)
    return len(gone)
