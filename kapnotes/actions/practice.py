"""The practice: setting it up, and what every page says of it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import sealing
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import BadInput, WrongState
from kapnotes.records.practice import Practice, the_practice

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class PracticeWords:
    """The practice's name and whether it is the demo."""

    name: str
    is_demo: bool


def letterhead() -> PracticeWords | None:
    """What every page says of the practice; asked of the database once per process."""
    known = db.current().remembered
    if "practice" not in known:
        with db.current().reading() as session:
            found = the_practice(session)
        if found is None:
            return None
        known["practice"] = found.name
        known["is_demo"] = "yes" if found.is_demo else ""
    return PracticeWords(known["practice"], bool(known["is_demo"]))


@does(Did.PRACTICE_CREATED)
def create(
    deed: Deed,
    *,
    name: str,
    letterhead: str = "",
    zone: str,
    paper_size: str = "A4",
    is_demo: bool = False,
    by: Actor,
    at: datetime,
) -> None:
    """Set up the practice in an empty database. Raises BadInput for what no page could show."""
    _check_zone(zone)
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise BadInput({"name": f"Name the practice in at most {LONGEST_NAME} characters."})
    if the_practice(deed.session) is not None:
        raise WrongState("There is a practice in this database already.")
    made = Practice(
        id=1,
        name=name,
        letterhead=letterhead,
        zone=zone,
        paper_size=paper_size,
        is_demo=is_demo,
        created_at=at,
    )
    deed.session.add(made)
    sealing.make_within(deed, made, by=by, at=at)
    deed.details["demo"] = is_demo


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput({"zone": "Name a zone such as Europe/Berlin."}) from None
