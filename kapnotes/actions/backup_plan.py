"""The plan of the backups: when the next is due, making it, thinning out, and how all that stands.

The events of the trail say when the last one was made, failed, or was proven by a drill; nothing
else is kept of it, so the plan cannot say otherwise than the trail.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import backup, backup_folder
from kapnotes.actions.backup import Cause, Made
from kapnotes.actions.backup_folder import Kept
from kapnotes.actions.backup_place import is_unfinished
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.records import practice, trail_event
from kapnotes.settings import Settings

AGAIN = timedelta(hours=1)
"""A backup that failed, and a drill, is tried again after this long."""
PATIENCE = 2
"""A backup that is older than so many turns of the plan is late."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the backups stand; a time is None where it never was."""

    hours: int
    drill_days: int
    made_at: datetime | None
    failed_at: datetime | None
    drilled_at: datetime | None
    drill_failed_at: datetime | None
    begun_at: datetime | None
    """When the practice was set up: the plan begins then."""
    is_unfinished: bool = False
    """Whether this record was restored and not proven: that was broken off."""

    @property
    def is_planned(self) -> bool:
        """Whether backups are made by a plan."""
        return self.hours > 0

    def is_late(self, at: datetime) -> bool:
        """Whether the plan should have left a newer backup."""
        since = self.made_at or self.begun_at
        is_old = since is not None and at - since > PATIENCE * timedelta(hours=self.hours)
        return self.is_planned and is_old

    @property
    def has_failed(self) -> bool:
        """Whether the last try left none."""
        return _is_later(self.failed_at, self.made_at)

    @property
    def is_unproven(self) -> bool:
        """Whether the last drill showed that a backup does not come back whole."""
        return _is_later(self.drill_failed_at, self.drilled_at)

    def trouble(self, at: datetime) -> str:
        """What is wrong with the backups, in a sentence; "" for nothing."""
        if self.is_unfinished:
            return "The restore of this record was broken off. Run it again: restore FILE."
        if self.has_failed:
            return "The last backup failed."
        if self.is_unproven:
            return "The last drill of a backup failed."
        if self.is_late(at):
            return "The last backup is older than the plan asks for."
        return ""


@dataclass(frozen=True, slots=True)
class BackupView:
    """What the page shows."""

    standing: Standing
    trouble: str
    kept: tuple[Kept, ...]
    days: int
    weeks: int


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def standing() -> Standing:
    """How the backups stand, for the plan itself and for who watches the service: no event."""
    settings = db.current().settings
    with db.current().reading() as session:
        return _standing(session, settings)


def _standing(session: db.Session, settings: Settings) -> Standing:
    found = practice.the_practice(session)
    made, failed, drilled, drill_failed = (
        trail_event.last_at(session, did.value)
        for did in (
            Did.BACKUP_MADE,
            Did.BACKUP_FAILED,
            Did.BACKUP_DRILLED,
            Did.BACKUP_DRILL_FAILED,
        )
    )
    return Standing(
        settings.backup_hours,
        settings.drill_days,
        made,
        failed,
        drilled,
        drill_failed,
        found.created_at if found and not found.is_demo else None,
        is_unfinished(db.current()),
    )


def readiness(*, at: datetime) -> str:
    """For a watcher: "ok", or what is wrong, without a word of the practice."""
    return standing().trouble(at) or "ok"


@looks(Did.BACKUPS_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> BackupView:
    """How the backups stand, and which are kept in the folder of the plan."""
    check_role(by, Action.SEE_BACKUPS)
    settings = db.current().settings
    found = _standing(deed.session, settings)
    kept = tuple(backup_folder.backups(backup_folder.folder_of(settings)))
    return BackupView(found, found.trouble(at), kept, settings.backup_days, settings.backup_weeks)


def is_due(at: datetime) -> bool:
    """Whether the plan asks for a backup now; never for a demo, and not before there is a practice.

    A clock that was put back makes one due, rather than none for as long as it was put back.
    """
    found = standing()
    since = found.made_at or found.begun_at
    if not found.is_planned or found.begun_at is None or since is None:
        return False
    waits = found.failed_at is not None and timedelta() <= at - found.failed_at < AGAIN
    return not waits and not timedelta() <= at - since < timedelta(hours=found.hours)


def make_planned(*, by: Actor, at: datetime) -> Made:
    """Make the backup of the plan, and take away what is kept no longer. Raises BackupRefused."""
    settings = db.current().settings
    folder = backup_folder.folder_of(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    to = folder / backup_folder.name_for(at)
    made = backup.make(to=to, cause=Cause.PLANNED, by=by, at=at)
    backup_folder.thin(folder, days=settings.backup_days, weeks=settings.backup_weeks)
    return made


def drill_due(at: datetime) -> Kept | None:
    """The newest backup of the plan, when it is time to prove that it comes back; else None."""
    settings = db.current().settings
    found = standing()
    tried = max(filter(None, (found.drilled_at, found.drill_failed_at)), default=None)
    is_recent = tried is not None and timedelta() <= at - tried < timedelta(days=found.drill_days)
    if found.drill_days == 0 or is_recent:
        return None
    return next(iter(backup_folder.backups(backup_folder.folder_of(settings))), None)
