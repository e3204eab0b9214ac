"""The practice's letterhead: what stands on every document from now on, as versions that stay."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import OPERATOR_ID, Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.refusals import OutOfReach, Stale
from kapnotes.db import Session
from kapnotes.paper.letterhead import digest_of, letterhead_of, paper_of
from kapnotes.paper.letterhead_sample import draw_sample
from kapnotes.paper.logo import Accepted, accept, read
from kapnotes.paper.press import Printer
from kapnotes.paper.summary import ENGLISH, Logo, PaperSize
from kapnotes.paper.summary import Letterhead as Head
from kapnotes.records import letterhead, person
from kapnotes.records.letterhead import Letterhead
from kapnotes.records.practice import Practice

CHANGED = (
    "Somebody changed the letterhead since you opened it. Nothing was overwritten. What they "
    "changed stands below; saving once more puts what is in the form in its place."
)
MOMENT = timedelta(microseconds=1)
"""The least time between two versions, so that one of them is always the newer."""


@dataclass(frozen=True, slots=True)
class LetterheadView:
    """The letterhead that stands; `version` is "" while it is still that of the set-up."""

    practice: str
    lines: str
    paper_size: str
    logo: Logo | None
    logo_words: str
    language: str
    version: str
    set_at: datetime | None
    set_by: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to stand: `logo` is a new one as it was handed in, "" keeps the one there is."""

    lines: str
    paper_size: str
    logo_words: str
    language: str = ENGLISH
    logo: bytes = b""
    removes_logo: bool = False


@looks(Did.SETTINGS_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> LetterheadView:
    """The letterhead as it stands, to be changed."""
    check_role(by, Action.EDIT_SETTINGS)
    deed.details["setting"] = "letterhead"
    practice, row = _standing(deed.session)
    head = letterhead_of(practice, row)
    return LetterheadView(
        practice=practice.name,
        lines=row.lines if row else practice.letterhead,
        paper_size=paper_of(practice, row).value,
        logo=head.logo,
        logo_words=row.logo_words if row else "",
        language=head.language,
        version=str(row.id) if row else "",
        set_at=row.set_at if row else None,
        set_by=_name(deed.session, row) if row else "",
    )


@does(Did.LETTERHEAD_SET)
def change(deed: Deed, *, wanted: Wanted, base: str | None = None, by: Actor, at: datetime) -> bool:
    """Make a new version; False if it says what stands already.

    `base` is the version that the form was opened on, None takes the one that stands. Raises
    BadInput for a logo that cannot be taken, Stale when another version stands by now.
    """
    check_role(by, Action.EDIT_SETTINGS)
    deed.session.get(Practice, 1, with_for_update=True)
    practice, row = _standing(deed.session)
    if row:
        deed.on(row)
    if base not in {None, str(row.id) if row else ""}:
        raise Stale(CHANGED)
    made = _wanted(practice, row, wanted)
    standing = row.digest if row else digest_of(practice.letterhead, practice.paper_size)
    if made.digest == standing:
        deed.keep_silent()
        return False
    made.set_at = max(at, row.set_at + MOMENT) if row else at
    made.set_by_id = by.id
    deed.session.add(made)
    deed.on(made, has_logo=made.logo is not None, paper=made.paper_size)
    return True


@looks(Did.SETTINGS_VIEWED)
def sample(deed: Deed, *, wanted: Wanted, by: Actor, at: datetime) -> tuple[str, PaperSize]:
    """A page with a letterhead that is not set yet, as it would print; nobody is on it."""
    check_role(by, Action.EDIT_SETTINGS)
    deed.details["setting"] = "letterhead"
    practice, row = _standing(deed.session)
    made = _wanted(practice, row, wanted)
    head: Head = letterhead_of(practice, made)
    on = at.astimezone(ZoneInfo(practice.zone)).date()
    paper = PaperSize(made.paper_size)
    return draw_sample(head, on=on, paper=paper), paper


def printed(html: str, *, printer: Printer, at: datetime) -> bytes:
    """The sample as PDF. Raises PrintFailed for a logo that cannot be printed."""
    return printer.part(html, at=at).content


def _standing(session: Session) -> tuple[Practice, Letterhead | None]:
    practice = session.get(Practice, 1)
    if practice is None:
        raise OutOfReach
    return practice, letterhead.newest(session)


def _name(session: Session, row: Letterhead) -> str:
    if row.set_by_id == OPERATOR_ID:
        return "Command line"
    found = person.named(session, {row.set_by_id})
    return next((one.name for one in found.values()), "")


def _wanted(practice: Practice, row: Letterhead | None, wanted: Wanted) -> Letterhead:
    """What would stand. Raises BadInput for a logo that cannot be taken."""
    lines = "\n".join(line.strip() for line in wanted.lines.splitlines() if line.strip())
    logo = _logo(row, wanted)
    said = (wanted.logo_words.strip() or practice.name) if logo else ""
    return Letterhead(
        id=uuid4(),
        lines=lines,
        paper_size=PaperSize(wanted.paper_size).value,
        logo=logo.content if logo else None,
        logo_kind=logo.kind if logo else "",
        logo_words=said[:120],
        language=wanted.language,
        digest=digest_of(
            lines,
            wanted.paper_size,
            logo.content if logo else None,
            logo.kind if logo else "",
            said[:120],
            language=wanted.language,
        ),
    )


def _logo(row: Letterhead | None, wanted: Wanted) -> Accepted | None:
    """The logo that is to stand: a new one, the one there is, or none."""
    if wanted.logo:
        taken = accept(wanted.logo)
        read(taken.content, taken.kind)
        return taken
    if row is None or row.logo is None or wanted.removes_logo:
        return None
    return Accepted(row.logo_kind, row.logo)
