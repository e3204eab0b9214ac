"""Answering what a patient asks to have amended: more time, the decision, the statement, the reply.

Each step is written once, in words for the patient, and stays with the record for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Protocol
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_decide_amendment, check_role
from kapnotes.actions.amendment import added_since, authored, fetch
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic import amendment as clinic
from kapnotes.clinic.amendment import AmendmentMove, AmendmentState
from kapnotes.clinic.refusals import BadInput, check_reason
from kapnotes.records import amendment
from kapnotes.records.amendment import Amendment, AmendmentStep


@dataclass(frozen=True, slots=True)
class Answer:
    """What is written in a step: `basis` of a denial, `addendum_id` of an acceptance, if one is."""

    words: str
    basis: str = ""
    addendum_id: UUID | None = None


@does(Did.AMENDMENT_EXTENDED)
def extend(
    deed: Deed, *, patient_id: UUID, amendment_id: UUID, answer: Answer, by: Actor, at: datetime
) -> None:
    """Take 30 more days once, with the reason that the patient is told."""
    found = _decided(deed, patient_id, amendment_id, AmendmentMove.EXTEND, by=by, at=at)
    clinic.check_extension(found.received_on, by.reach(at).on)
    _step(deed, found, AmendmentMove.EXTEND, Answer(answer.words), by=by, at=at)
    found.due_on = clinic.due_on(found.received_on, is_extended=True)


@does(Did.AMENDMENT_ACCEPTED)
def accept(
    deed: Deed, *, patient_id: UUID, amendment_id: UUID, answer: Answer, by: Actor, at: datetime
) -> None:
    """Accept: the words say what was done, and name the addendum where there is one."""
    found = _decided(deed, patient_id, amendment_id, AmendmentMove.ACCEPT, by=by, at=at)
    made = {one.id for one in added_since(deed.session, found)}
    if answer.addendum_id is not None and answer.addendum_id not in made:
        raise BadInput({"addendum": "Choose an addendum that was made since the request came."})
    kept = Answer(answer.words, addendum_id=answer.addendum_id)
    _step(deed, found, AmendmentMove.ACCEPT, kept, by=by, at=at)


@does(Did.AMENDMENT_DENIED)
def deny(
    deed: Deed, *, patient_id: UUID, amendment_id: UUID, answer: Answer, by: Actor, at: datetime
) -> None:
    """Deny, on one of the four bases that there are, in words for the patient."""
    found = _decided(deed, patient_id, amendment_id, AmendmentMove.DENY, by=by, at=at)
    if answer.basis not in clinic.BASES:
        raise BadInput({"basis": "Choose on what it is denied: there is no other basis."})
    kept = Answer(answer.words, basis=answer.basis)
    _step(deed, found, AmendmentMove.DENY, kept, by=by, at=at)


@does(Did.AMENDMENT_DISAGREED)
def disagree(
    deed: Deed, *, patient_id: UUID, amendment_id: UUID, answer: Answer, by: Actor, at: datetime
) -> None:
    """Write down the patient's statement of disagreement."""
    check_role(by, Action.RECORD_AMENDMENT)
    found = fetch(deed, patient_id, amendment_id, lock=True, by=by, at=at)
    _step(deed, found, AmendmentMove.DISAGREE, Answer(answer.words), by=by, at=at)


@does(Did.AMENDMENT_REBUTTED)
def rebut(
    deed: Deed, *, patient_id: UUID, amendment_id: UUID, answer: Answer, by: Actor, at: datetime
) -> None:
    """Reply to the statement of disagreement."""
    found = _decided(deed, patient_id, amendment_id, AmendmentMove.REBUT, by=by, at=at)
    _step(deed, found, AmendmentMove.REBUT, Answer(answer.words), by=by, at=at)


def _decided(
    deed: Deed,
    patient_id: UUID,
    amendment_id: UUID,
    move: AmendmentMove,
    *,
    by: Actor,
    at: datetime,
) -> Amendment:
    """The request under lock, for a move of who decides on it."""
    check_role(by, Action.DECIDE_AMENDMENT)
    found = fetch(deed, patient_id, amendment_id, lock=True, by=by, at=at)
    check_decide_amendment(by, authored(found))
    clinic.check_amendment(AmendmentState(found.state), move)
    return found


def _step(
    deed: Deed, found: Amendment, move: AmendmentMove, answer: Answer, *, by: Actor, at: datetime
) -> None:
    to = clinic.check_amendment(AmendmentState(found.state), move)
    words = check_reason(answer.words, "Please write it in words for the patient.")
    deed.session.add(
        AmendmentStep(
            id=uuid4(),
            amendment_id=found.id,
            patient_id=found.patient_id,
            number=len(amendment.steps(deed.session, [found.id])) + 1,
            move=move.value,
            basis=answer.basis,
            addendum_id=answer.addendum_id,
            words=words,
            by_id=by.id,
            by=by.signature,
            at=at,
        )
    )
    found.state, found.state_at = to.value, at
    deed.on(found, move=move.value)


class Act(Protocol):
    """One of the moves."""

    def __call__(  # noqa: D102 - the class says it
        self, *, patient_id: UUID, amendment_id: UUID, answer: Answer, by: Actor, at: datetime
    ) -> None: ...


STEPS: Mapping[AmendmentMove, Act] = MappingProxyType(
    {
        AmendmentMove.EXTEND: extend,
        AmendmentMove.ACCEPT: accept,
        AmendmentMove.DENY: deny,
        AmendmentMove.DISAGREE: disagree,
        AmendmentMove.REBUT: rebut,
    }
)
"""Each move as an action."""
