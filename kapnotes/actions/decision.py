"""What an integration note decides for its course: what follows from it, and what still waits.

Nothing is done by itself. A change of dose becomes a task of the medical professional when the
note is signed; the rest stands on the course's page until somebody has done it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.audit.trail import Deed
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.decision import Decision, DoseChange, FollowUp, decision_from
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind
from kapnotes.db import Session
from kapnotes.forms import Answers, Coded
from kapnotes.records import signed_note
from kapnotes.records.content import answers_of
from kapnotes.records.course import Course, Infusion
from kapnotes.records.note import Note
from kapnotes.records.task import of_kind, raise_task

ASKED = (
    *("next-infusion", "next-infusion-reason", "next-infusion-on", "dose-direction"),
    *("dose-request", "pause-until", "maintenance-interval", "ending-words"),
)
"""The questions of the integration note that a decision is read from."""
CHANGES = {
    DoseChange.HIGHER: "Higher",
    DoseChange.LOWER: "Lower",
    DoseChange.SLOWER: "Slower",
    DoseChange.OTHER: "Another change",
}
DOSE_REQUEST, MEDICAL, SOURCE = "dose_request", "medical", "note"
SUPERSEDED = "The note was signed again, and asks for something else."


@dataclass(frozen=True, slots=True)
class Asked:
    """What the integration note signed last in a course decides, and whether it still waits.

    `infusion` is the number of the infusion whose note it is.
    """

    decision: Decision
    infusion: int
    note_id: UUID
    signed_at: datetime
    waits: bool

    @property
    def plans(self) -> bool:
        """Whether it asks for an infusion to be planned."""
        return FollowUp.PLAN_INFUSION in self.decision.follow_ups

    @property
    def change(self) -> str:
        """Which change of dose is asked for, in a word."""
        return CHANGES[self.decision.change] if self.decision.change else ""


def asked_for(
    session: Session, found: Course, infusions: Iterable[Infusion], *, by: Actor, at: datetime
) -> Asked | None:
    """Return the newest decision of a course; None for who does not read integration notes."""
    if not by.can(Action.READ_INTEGRATION):
        return None
    kind = NoteKind.INTEGRATION.value
    newest = signed_note.newest_of_course(session, found.id, kind=kind, reach=by.reach(at))
    if newest is None:
        return None
    decision = _read(answers_of(kind, newest.version, only=ASKED))
    if decision is None:
        return None
    return Asked(
        decision,
        newest.infusion,
        newest.version.note_id,
        newest.version.signed_at,
        _waits(decision, newest, found, infusions),
    )


def ask_medical(deed: Deed, note: Note, answers: Answers, *, by: Actor, at: datetime) -> None:
    """Raise the task of the medical professional where a signed note asks for another dose.

    A note that is signed again asks anew: what it asked for before, and nobody has answered, is
    closed, unless it is still the same. What was answered is not asked twice.
    """
    if note.kind != NoteKind.INTEGRATION:
        return
    decision = _read(answers)
    words = _request(decision) if decision is not None else ""
    before = of_kind(deed.session, note.patient_id, DOSE_REQUEST, reach=by.reach(at))
    mine = [one for one in before if one.source_id == note.id and one.answer != SUPERSEDED]
    if words in [one.words for one in mine]:
        return
    for one in mine:
        if one.answered_at is None:
            one.answered_at, one.answered_by_id = at, by.id
            one.answer = SUPERSEDED
    if words:
        raise_task(
            deed.session,
            patient_id=note.patient_id,
            kind=DOSE_REQUEST,
            whose=MEDICAL,
            words=words,
            source=SOURCE,
            source_id=note.id,
            infusion_id=note.infusion_id,
            by_id=by.id,
            at=at,
        )
        deed.details["dose_requests"] = 1


def _request(decision: Decision) -> str:
    """The request as the medical professional reads it: nothing else of the note is theirs."""
    if FollowUp.ASK_MEDICAL not in decision.follow_ups:
        return ""
    change = CHANGES[decision.change] if decision.change else ""
    return ": ".join(one for one in (change, decision.request) if one)


def _read(answers: Answers) -> Decision | None:
    plain = {name: answers[name] for name in ASKED if name in answers}
    return decision_from(
        {name: one.code if isinstance(one, Coded) else one for name, one in plain.items()}
    )


def _waits(
    decision: Decision,
    newest: signed_note.SignedNote,
    found: Course,
    infusions: Iterable[Infusion],
) -> bool:
    """Say whether nobody has done it yet: moved the course, or planned an infusion, since."""
    state = CourseState(found.state)
    if state is CourseState.ENDED:
        return False
    if FollowUp.PLAN_INFUSION in decision.follow_ups:
        return not any(
            one.number > newest.infusion and one.state != InfusionState.CANCELLED
            for one in infusions
        )
    if FollowUp.PAUSE_COURSE in decision.follow_ups and state is CourseState.PAUSED:
        return False
    return found.state_at is None or found.state_at < newest.version.signed_at
