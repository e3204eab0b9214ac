"""Feedback that teaches: what came back and why, how soon notes are signed, what keeps coming up.

For each therapist alone, and for the supervisor who supervises them today. It compares nobody with
anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.clinic.review_queue import OF_WAITING
from kapnotes.clinic.signing_time import SignedOnce, SigningTimes, signing_times
from kapnotes.clinic.timeliness import owed
from kapnotes.records import feedback as records
from kapnotes.records import kept_finding, person
from kapnotes.records.feedback import Comment, FirstSignature, Often
from kapnotes.records.person import Person

MONTHS = 6
"""So many months are looked back on, the running one included [B]."""
COMMENTS = 40
"""So many comments are shown, the newest; all of them count."""

AUTHORS = frozenset(CheckCode) - OF_WAITING
"""The checks that an author can do something about."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the practice's calendar, and how soon its notes were signed."""

    first: date
    times: SigningTimes


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """What is said back to one person; `about` is None for who supervises nobody.

    `people` are those whom a supervisor can look at. `returned` counts the notes that came back,
    `often` says on which sections, `checks` which checks found something how many times.
    """

    about: Person | None
    people: Sequence[Person]
    since: date
    times: SigningTimes
    months: Sequence[Month]
    returned: int
    comments: Sequence[Comment]
    often: Sequence[Often]
    checks: Sequence[tuple[CheckCode, int]]

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to say yet."""
        return not (self.times.number or self.returned or self.checks)


@looks(Did.FEEDBACK_VIEWED)
def look(deed: Deed, *, person_id: UUID | None = None, by: Actor, at: datetime) -> FeedbackView:
    """The feedback to oneself, or for a supervisor to one of those whom they supervise.

    Raises `OutOfReach` for anybody else.
    """
    check_role(by, Action.SEE_FEEDBACK)
    people = _people(deed, by=by, at=at)
    about = people[0] if people and person_id is None else None
    if person_id is not None:
        about = next((one for one in people if one.id == person_id), None)
        if about is None:
            raise OutOfReach
    first = months_before(by.reach(at).on, MONTHS)[0]
    if about is None:
        return FeedbackView(None, people, first, SigningTimes(), (), 0, (), (), ())
    deed.on(about)
    return _view(deed, about, people, first, by=by, at=at)


def _people(deed: Deed, *, by: Actor, at: datetime) -> Sequence[Person]:
    """Whom this person reads about: who writes notes about themself, who reviews about others."""
    if by.can(Action.WRITE_NOTE):
        return list(person.named(deed.session, {by.id}).values())
    return records.supervised(deed.session, reach=by.reach(at))


def _view(
    deed: Deed, about: Person, people: Sequence[Person], first: date, *, by: Actor, at: datetime
) -> FeedbackView:
    session, reach = deed.session, by.reach(at)
    since = datetime.combine(first, time(), ZoneInfo(by.zone))
    signed = [
        _signed(one, at)
        for one in records.first_signatures(session, about.id, since=since, reach=reach)
    ]
    found = kept_finding.of_people(session, [about.id], since=since, reach=reach)
    return FeedbackView(
        about,
        people,
        first,
        signing_times(signed),
        _by_month(signed, first, by=by, at=at),
        records.returned(session, about.id, since=since, reach=reach),
        records.comments(session, about.id, since=since, reach=reach, most=COMMENTS),
        records.often(session, about.id, since=since, reach=reach),
        [(CheckCode(one.code), one.number) for one in found if one.code in AUTHORS],
    )


def _signed(one: FirstSignature, at: datetime) -> SignedOnce:
    """A first signature beside what the clinic's rule says of when it was due."""
    kind, signed_at = one.note.kind, one.note.signed_at or at
    due = next(
        (due for due in owed(one.infusion, [one.note], at, one.rule) if due.kind is kind), None
    )
    return SignedOnce(
        kind=kind,
        signed_at=signed_at,
        from_at=due.from_at if due else None,
        due_at=due.due_at if due else None,
    )


def _by_month(signed: Sequence[SignedOnce], first: date, *, by: Actor, at: datetime) -> list[Month]:
    """Every month from the first on, those without a note too."""
    zone = ZoneInfo(by.zone)

    def month_of(one: SignedOnce) -> date:
        return one.signed_at.astimezone(zone).date().replace(day=1)

    grouped = {month: list(notes) for month, notes in groupby(signed, key=month_of)}
    return [
        Month(month, signing_times(grouped.get(month, ())))
        for month in months_before(by.reach(at).on, MONTHS)
        if month >= first
    ]


def months_before(on: date, many: int) -> list[date]:
    """The first days of so many months up to that day's, the oldest first."""
    number = on.year * 12 + on.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(number - many + 1, number + 1)]
