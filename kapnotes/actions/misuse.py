"""The misuse watch: the running picture of a patient, what is noted in it, and the task it raises.

The picture is made of what integrations asked, what was noted between them, and AUDIT-C. It says
what was said and seen, and judges nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.roles import Medical, Supervisor
from kapnotes.access.rules import check_role
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import misuse as clinic
from kapnotes.clinic.misuse import Asked, AuditC, Event, EventKind, MisuseFacts, MisuseRule, Picture
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import BadInput
from kapnotes.db import Session
from kapnotes.forms import Coded, Value
from kapnotes.records import patient, signed_note, task
from kapnotes.records.content import answers_of
from kapnotes.records.measure import Measure
from kapnotes.records.patient import Patient
from kapnotes.records.signed_note import SIGNED, SignedNote
from kapnotes.records.task import MisuseEvent, Task

KIND = "misuse_watch"
"""The kind of the task that the watch raises."""
SCALE = "audit-c"
LOOKS = (Medical, Supervisor)
"""Whose task it is to look: each answers for themselves."""
SIGNS, CRAVING, CONCERN, WORDS = "misuse-signs", "craving", "misuse-concern", "misuse-words"
MOST_NOTES = 60
UNREAD = "a sign in the therapist's own words"
"""What stands, for who does not read integration notes, in place of a sign in free words."""


@dataclass(frozen=True, slots=True)
class MisuseView:
    """What the page of the misuse watch shows; `tasks` are its tasks, the oldest first.

    `reads_words` says whether the words of integration notes stand in the picture.
    """

    patient: Patient
    picture: Picture
    asked: Sequence[Asked]
    events: Sequence[MisuseEvent]
    tasks: Sequence[Task]
    rule: MisuseRule
    reads_words: bool


@dataclass(frozen=True, slots=True)
class _Heard:
    """All that is known of a patient, each with when it was and when it was put down."""

    notes: Sequence[SignedNote]
    events: Sequence[MisuseEvent]
    audits: Sequence[tuple[datetime, datetime, int]]

    def facts(self, *, with_words: bool, when_known: bool = False) -> MisuseFacts:
        """The facts by the time of each; `when_known`, by the time when each was put down.

        What is put down late was not looked at before, however long ago it was.
        """
        return MisuseFacts(
            asked=tuple(asked_of(one, with_words=with_words) for one in self.notes),
            events=tuple(
                Event(
                    at=one.recorded_at if when_known else one.observed_at,
                    kind=EventKind(one.kind),
                    words=one.words or "",
                )
                for one in self.events
            ),
            audits=tuple(
                AuditC(at=known if when_known else seen, total=total)
                for seen, known, total in self.audits
            ),
        )


def asked_of(note: SignedNote, *, with_words: bool) -> Asked:
    """What a signed integration note says of misuse; signs without a code only with its words."""
    answers = answers_of(note.kind, note.version, only=(SIGNS, CRAVING, CONCERN, WORDS))
    signs = _signs(answers.get(SIGNS), with_words=with_words)
    craving, words = answers.get(CRAVING), answers.get(WORDS)
    return Asked(
        at=note.version.signed_at,
        signs=signs,
        craving=craving if isinstance(craving, int) else None,
        concern=_code(answers.get(CONCERN)),
        words=words if with_words and isinstance(words, str) else "",
    )


def _signs(value: Value | None, *, with_words: bool) -> frozenset[str]:
    given = value if isinstance(value, list) else []
    said = (one.code if isinstance(one, Coded) else str(one) for one in given)
    known = {*clinic.SIGNS, clinic.NONE}
    return frozenset(one if with_words or one in known else UNREAD for one in said)


def _code(value: Value | None) -> str:
    return value.code if isinstance(value, Coded) else ""


def _heard(session: Session, patient_id: UUID, *, reach: Reach) -> _Heard:
    return _Heard(
        signed_note.of_patient(
            session,
            patient_id,
            kinds=[NoteKind.INTEGRATION.value],
            reach=reach,
            most=MOST_NOTES,
            states=SIGNED,
        ),
        task.events_of(session, patient_id, reach=reach),
        [
            (one.observed_at, one.recorded_at, int(one.total))
            for one in task.totals_of(session, patient_id, SCALE, reach=reach)
            if one.total is not None
        ],
    )


def picture_of(session: Session, patient_id: UUID, *, by: Actor, at: datetime) -> Picture:
    """The running picture within this person's reach; words of integration notes if they read them.

    It says what was said when; whether somebody is to look at it, its tasks say.
    """
    heard = _heard(session, patient_id, reach=by.reach(at))
    facts = heard.facts(with_words=by.can(Action.READ_INTEGRATION))
    return clinic.picture(facts, rules_at(session, at).misuse, at=at)


@looks(Did.PATIENT_VIEWED)
def look(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> MisuseView:
    """The running picture of a patient, when it was asked for, and its tasks."""
    check_role(by, Action.SEE_PATIENT)
    reach = by.reach(at)
    found = patient.fetch(deed.session, patient_id, reach=reach)
    deed.on(found)
    heard = _heard(deed.session, patient_id, reach=reach)
    reads = by.can(Action.READ_INTEGRATION)
    facts = heard.facts(with_words=reads)
    rule = rules_at(deed.session, at).misuse
    return MisuseView(
        found,
        clinic.picture(facts, rule, at=at),
        sorted((one for one in facts.asked if one.signs), key=lambda one: one.at, reverse=True),
        heard.events,
        task.of_kind(deed.session, patient_id, KIND, reach=reach),
        rule,
        reads,
    )


@does(Did.MISUSE_EVENT_RECORDED)
def record(
    deed: Deed,
    *,
    patient_id: UUID,
    kind: str,
    observed_at: datetime,
    words: str | None = None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Note a request for more or sooner, or medicine reported as lost."""
    check_role(by, Action.RECORD_MISUSE_EVENT)
    found = patient.fetch(deed.session, patient_id, reach=by.reach(at))
    deed.on(found)
    if observed_at > at:
        raise BadInput({"observed_at": "This time is in the future."})
    if observed_at.date() < found.birth_date:
        raise BadInput({"observed_at": "This is before the patient was born."})
    made = MisuseEvent(
        id=uuid4(),
        patient_id=found.id,
        kind=EventKind(kind).value,
        words=words,
        observed_at=observed_at,
        recorded_at=at,
        recorded_by_id=by.id,
    )
    deed.session.add(made)
    raised = watch(deed, found.id, source=made.__tablename__, source_id=made.id, by=by, at=at)
    deed.on(made, tasks=raised)
    return made.id


def watch(
    deed: Deed,
    patient_id: UUID,
    *,
    source: str,
    source_id: UUID,
    infusion_id: UUID | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """Raise the task for whoever is to look at the picture as it is now; return how many.

    Called in the transaction of what changed the picture: an integration note that is signed, an
    event, an AUDIT-C. A task that waits already is raised no second time, and what stood when it
    was last answered raises none again.
    """
    patient.hold(deed.session, patient_id)
    deed.session.flush()
    reach = by.reach(at)
    facts = _heard(deed.session, patient_id, reach=reach).facts(with_words=False, when_known=True)
    rule = rules_at(deed.session, at).misuse
    before = task.of_kind(deed.session, patient_id, KIND, reach=reach)
    raised = 0
    for role in LOOKS:
        mine = [one for one in before if one.whose == role.key]
        if any(one.answered_at is None for one in mine):
            continue
        answered = [one.answered_at for one in mine if one.answered_at is not None]
        found = clinic.picture(facts, rule, at=at, looked_at=max(answered, default=None))
        if not found.raises_task:
            continue
        task.raise_task(
            deed.session,
            patient_id=patient_id,
            infusion_id=infusion_id,
            kind=KIND,
            whose=role.key,
            words=" ".join(found.why),
            source=source,
            source_id=source_id,
            by_id=by.id,
            at=at,
        )
        raised += 1
    return raised


def after_measure(deed: Deed, row: Measure, *, by: Actor, at: datetime) -> None:
    """Look at the picture anew where a complete AUDIT-C was recorded, in its transaction."""
    if row.key == SCALE and row.is_complete:
        watch(
            deed,
            row.patient_id,
            source=row.__tablename__,
            source_id=row.id,
            infusion_id=row.infusion_id,
            by=by,
            at=at,
        )
