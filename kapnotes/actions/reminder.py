"""Reminders by mail: how many things wait for a person, and where to look. Nothing of a patient."""

from dataclasses import dataclass
from datetime import datetime

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_role
from kapnotes.actions import due
from kapnotes.actions import task as tasks
from kapnotes.actions.people import actor_of
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.due_item import Standing
from kapnotes.exchange import mail
from kapnotes.exchange.mail import Mail
from kapnotes.records import person


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for one person."""

    email: str
    overdue: int
    due: int
    tasks: int

    @property
    def is_any(self) -> bool:
        """Whether there is anything to write about."""
        return bool(self.overdue or self.due or self.tasks)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the reminders: how many were handed in, how many addresses were refused."""

    sent: int
    refused: int
    quiet: int
    """People for whom nothing waits: they get no mail."""


def send(*, by: Actor, at: datetime) -> Sent:
    """Write to everyone for whom something waits. Raises MailFailed if mail cannot be handed in.

    Mail goes out before its event is kept: an event that is tried again sends nothing twice.
    """
    check_role(by, Action.SEND_REMINDERS)
    settings = db.current().settings
    found = waiting(by=by, at=at)
    some = [one for one in found if one.is_any]
    mails = [_mail(one, settings.base_url) for one in some]
    refused = mail.send(mails, settings, at=at)
    told = Sent(len(some) - len(refused), len(refused), len(found) - len(some))
    keep(told=told, by=by, at=at)
    return told


@does(Did.REMINDERS_SENT)
def keep(deed: Deed, *, told: Sent, by: Actor, at: datetime) -> None:
    """Keep in the trail that reminders went out, and how many."""
    check_role(by, Action.SEND_REMINDERS)
    deed.details.update(sent=told.sent, refused=told.refused, quiet=told.quiet)


def waiting(*, by: Actor, at: datetime) -> list[Waiting]:
    """Count what waits for each person who has an account, within that person's own reach."""
    check_role(by, Action.SEND_REMINDERS)
    with db.current().reading() as session:
        people = person.everyone(session, reach=MachineReach("counting what waits for whom"))
        return [
            _waiting(session, actor_of(one), one.email, at)
            for one in people
            if one.is_active and due.whose_of(actor_of(one)) is not None
        ]


def _waiting(session: db.Session, actor: Actor, email: str, at: datetime) -> Waiting:
    dues = due.Dues(session, by=actor, at=at)
    asked = len(tasks.waiting(session, by=actor, at=at))
    return Waiting(email, dues.total({Standing.OVERDUE}), dues.total({Standing.DUE}), asked)


def _mail(one: Waiting, base_url: str) -> Mail:
    counts = [
        said
        for number, said in (
            (one.overdue, f"{one.overdue} overdue"),
            (one.due, f"{one.due} due"),
            (one.tasks, f"{one.tasks} asked of you"),
        )
        if number
    ]
    text = (
        f"Waiting for you: {', '.join(counts)}.\n\n"
        f"What it is stands on Today, after you sign in:\n{base_url}/\n\n"
        "This mail holds counts alone. Nobody reads answers to it.\n"
    )
    return Mail(one.email, "Waiting for you", text)
