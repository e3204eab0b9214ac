"""The documentation checks of a chain: asked live for who reads it, and kept for the lists.

What is kept is worked out before a transaction ends, as what is due is: by then the transaction
holds the head of the trail, so that writers come here one after another. Of a note that is not
signed no word is kept, and nothing of a process note is ever looked at.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes import clinic, db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_role
from kapnotes.actions import check_facts as facts
from kapnotes.actions import check_note
from kapnotes.actions.check_facts import Chain
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.check import checks
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind, NoteState, is_final
from kapnotes.records import check_facts as fact_records
from kapnotes.records import check_keeping, check_marking, course, kept_finding, note
from kapnotes.records.check_keeping import Checked, Place
from kapnotes.records.kept_due import NEVER
from kapnotes.records.kept_finding import Counts

KEEPING = MachineReach("keeping what the documentation checks found")
BATCH = 3
"""Chains that are looked at in one transaction: it holds the trail's head, and others save."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CLOSELY, LOOSELY = timedelta(days=14), timedelta(days=100)
"""So long after a session time alone can change what is found: by the hour, then by the day."""
LONG_PLANNED = timedelta(days=30)
"""A session that did not begin so long after its time is looked at when somebody changes it."""
_C = CheckCode
OF_WORDS = frozenset(
    {_C.RISK_WITHOUT_PLAN, _C.GOALS_UNLINKED, _C.TEXT_CLONED, _C.PROCESS_SUSPECTED}
)
"""Checks of what a note says: of a draft they are its author's alone."""
MEDICAL = frozenset(
    {
        _C.CONSENT,
        _C.DOSE_OUTSIDE,
        _C.DOSE_WEIGHT,
        _C.WASTE_UNBALANCED,
        _C.WASTE_UNWITNESSED,
        _C.WASTE_UNRECORDED,
        _C.VITALS_MISSED,
        _C.VITALS_LATE,
        _C.LEVEL_UNANSWERED,
        _C.ADVERSE_EVENT_OPEN,
        _C.ADVERSE_EVENT_PARTLY,
        _C.DISCHARGE_INCOMPLETE,
        _C.LEFT_EARLY,
        _C.ESCORT,
    }
)
"""What a medical professional sees to: the consent, the dose, vitals, events and leaving."""


def _rule() -> str:
    """A name for the checks as this version of the product has them: it follows from their text."""
    digest = sha256()
    mine = [__file__, facts.__file__, check_note.__file__, fact_records.__file__]
    for path in sorted([*Path(clinic.__file__).parent.glob("*.py"), *map(Path, mine)]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


RULE = _rule()


def codes_of(by: Actor) -> frozenset[CheckCode]:
    """The checks whose findings this person's role sees to."""
    if not by.can(Action.SEE_CHECKS):
        return frozenset()
    return frozenset(CheckCode) if by.can(Action.READ_INTEGRATION) else MEDICAL


def chain(
    deed: Deed | db.Session, infusion_id: UUID, *, by: Actor, at: datetime
) -> tuple[CheckFinding, ...]:
    """What the checks find in the chain of an infusion, as this person sees it; or OutOfReach.

    Drafts count for their author alone.
    """
    session = deed.session if isinstance(deed, Deed) else deed
    course.fetch_infusion(session, infusion_id, reach=by.reach(at))
    return seen(session, [infusion_id], by=by, at=at)[infusion_id][1]


def seen(
    session: db.Session, ids: Collection[UUID], *, by: Actor, at: datetime
) -> dict[UUID, tuple[Chain, tuple[CheckFinding, ...]]]:
    """The chains of infusions that were fetched within reach, and what this person sees of them."""
    found = facts.chains(session, ids, author_id=by.id, at=at)
    keys = [one.rows.note.id for each in found for one in each.notes]
    reached = {str(one) for one in note.named(session, keys, reach=by.reach(at))}
    codes = codes_of(by)
    return {
        one.rows.infusion.id: (
            one,
            tuple(
                finding
                for finding in found_in(one, at)
                if finding.code in codes and (not finding.note or finding.note in reached)
            ),
        )
        for one in found
    }


def found_in(one: Chain, at: datetime) -> tuple[CheckFinding, ...]:
    """What the checks find in a chain; of notes whose words were not read nothing about words."""
    here = at.astimezone(ZoneInfo(one.facts.zone))
    return tuple(
        finding
        for finding in checks(one.facts, one.rule, at=here)
        if finding.note not in one.unread or finding.code not in OF_WORDS
    )


def count(session: db.Session, infusion_id: UUID, *, by: Actor, at: datetime) -> Counts:
    """How much was found in a chain when it was checked last, of what this person sees to."""
    return kept_finding.of_one_chain(session, infusion_id, codes=codes_of(by), reach=by.reach(at))


def keep(deed: Deed, infusion_id: UUID, *, at: datetime) -> None:
    """Have the chain checked, and what is found kept, before this transaction ends."""
    check_marking.want(deed.session, infusion_id, work_out, at=at)


def work_out(session: db.Session, ids: Iterable[UUID], *, at: datetime) -> int:
    """Check these chains and keep what is found; say how many findings came, changed or went.

    Texts that were compared before by the same rule are not compared again: they are signed.
    """
    session.flush()
    asked = sorted(ids)
    states = check_keeping.states(session, asked, reach=KEEPING)
    known = {one.texts for one in states.values() if one.rule == RULE and one.texts}
    chains = facts.chains(session, asked, known=known, at=at)
    patients = {one.rows.infusion.patient_id for one in chains}
    on = at.astimezone(ZoneInfo(chains[0].facts.zone)).date() if chains else at.date()
    therapists = check_keeping.therapists(session, patients, on=on, reach=KEEPING)
    checked = [
        Checked(
            infusion_id=one.rows.infusion.id,
            patient_id=one.rows.infusion.patient_id,
            found=[
                (finding, _place(one, finding, therapists.get(one.rows.infusion.patient_id)))
                for finding in found_in(one, at)
            ],
            passed_over=frozenset({_C.TEXT_CLONED.value} if one.texts in known else ()),
            texts=one.texts,
            again_at=_again_at(one, at),
        )
        for one in chains
    ]
    return check_keeping.keep(session, checked, rule=RULE, at=at)


def _place(one: Chain, finding: CheckFinding, therapist: UUID | None) -> Place:
    """Whose a finding is: of the note's author, else of who wrote most of the chain's notes."""
    notes = {seen.key: seen.rows.note for seen in one.notes}
    about = notes.get(finding.note)
    if about is not None:
        return Place(author_id=about.author_id, note_id=about.id, note_kind=about.kind)
    kind = NoteKind.INTEGRATION.value if finding.code is _C.INTEGRATION_LATE else ""
    if finding.code is _C.NOTE_MISSING:
        kind = finding.about
    dosing = [each.author_id for each in notes.values() if each.kind == NoteKind.DOSING]
    authors = [*dosing, *(each.author_id for each in notes.values())]
    return Place(author_id=authors[0] if authors else therapist, note_id=None, note_kind=kind)


def _again_at(one: Chain, at: datetime) -> datetime:
    """When time alone may have changed what is found; NEVER if it cannot."""
    times = one.facts.times
    if times.state is InfusionState.CANCELLED:
        return NEVER
    if times.state is InfusionState.PLANNED:
        ahead = timedelta(hours=one.facts.protocol.preparation_ahead_hours)
        if at < times.planned_for - ahead:
            return times.planned_for - ahead
        return at + HOUR if at < times.planned_for + LONG_PLANNED else NEVER
    if times.completed_at is None or at < times.completed_at + CLOSELY:
        return at + HOUR
    is_open = any(not is_final(NoteState(each.rows.note.state)) for each in one.notes)
    return at + DAY if is_open or at < times.completed_at + LOOSELY else NEVER


def is_behind(*, at: datetime) -> bool:
    """Whether chains wait to be looked at."""
    with db.current().reading() as session:
        return bool(check_marking.to_look_at(session, at=at, most=1, reach=KEEPING))


@does(Did.CHECKS_MADE)
def make(deed: Deed, *, by: Actor, at: datetime) -> int:
    """Look at some of the chains that wait, and keep what is found; say how many there were."""
    check_role(by, Action.MAKE_CHECKS)
    check_keeping.hold_trail(deed.session)
    ids = check_marking.to_look_at(deed.session, at=at, most=BATCH, reach=KEEPING)
    changed = work_out(deed.session, ids, at=at) if ids else 0
    if not changed:
        deed.keep_silent()
    deed.details.update(chains=len(ids), findings=changed)
    return len(ids)


@does(Did.CHECKS_MADE)
def make_anew(deed: Deed, *, by: Actor, at: datetime) -> None:
    """Have every chain looked at again that another version of the product looked at."""
    del at
    check_role(by, Action.MAKE_CHECKS)
    check_marking.by_another_rule(deed.session, RULE, reach=KEEPING)
    deed.keep_silent()
