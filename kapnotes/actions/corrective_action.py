"""Corrective actions: giving one, closing it, and looking at what was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.roles import Therapist
from kapnotes.access.rules import check_role
from kapnotes.actions.audit_chart import owners_of, rubric_of
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.audit_state import AuditMove, AuditState, check_audit
from kapnotes.clinic.chart_audit import (
    ActionMove,
    ActionState,
    check_action,
    check_move,
)
from kapnotes.clinic.chart_audit import CorrectiveAction as Standing
from kapnotes.clinic.chart_audit import moves_of as moves_open
from kapnotes.clinic.refusals import LONGEST_REASON, BadInput, check_reason
from kapnotes.clinic.rubric_score import FAILED
from kapnotes.db import Session
from kapnotes.records import audit_chart, chart_audit, corrective_action, person
from kapnotes.records.audit_chart import AuditAnswer, AuditChart
from kapnotes.records.chart_audit import ChartAudit
from kapnotes.records.corrective_action import CorrectiveAction, CorrectiveMove

MOST = 100
"""How many actions a list holds; what is due first comes first."""
VERIFIED = 20
FINDINGS = 30
"""How many findings stand on a page."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What an audit found in a chart, for who wrote in it."""

    answer: AuditAnswer
    chart: AuditChart
    audit: ChartAudit
    label: str


@dataclass(frozen=True, slots=True)
class ActionsView:
    """The reader's own actions, those of others to look at, what is verified, and findings."""

    mine: Sequence[CorrectiveAction] = ()
    others: Sequence[CorrectiveAction] = ()
    verified: Sequence[CorrectiveAction] = ()
    findings: Sequence[Finding] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class ActionView:
    """One action with what was done about it, and the moves that are the reader's."""

    action: CorrectiveAction
    label: str
    finding: AuditAnswer | None
    moves: Sequence[CorrectiveMove]
    may: frozenset[ActionMove]


@looks(Did.CORRECTIVE_ACTIONS_LISTED)
def look(
    deed: Deed, *, before: tuple[datetime, UUID] | None = None, by: Actor, at: datetime
) -> ActionsView:
    """The corrective actions of this person, and what audits found in their charts."""
    check_role(by, Action.ANSWER_CORRECTIVE_ACTION)
    session, reach = deed.session, by.reach(at)
    undone, verified = (ActionState.OPEN, ActionState.DONE), (ActionState.VERIFIED,)
    mine = corrective_action.owned(session, undone, reach=reach, most=MOST)
    others = corrective_action.of_others(session, undone, reach=reach, most=MOST)
    done = corrective_action.owned(session, verified, reach=reach, most=VERIFIED)
    if by.can(Action.AUDIT_CHARTS):
        done = [*done, *corrective_action.of_others(session, verified, reach=reach, most=VERIFIED)]
    found = _findings(session, before, by=by, at=at)
    return ActionsView(mine, others, done, found[:FINDINGS], len(found) > FINDINGS)


@looks(Did.CORRECTIVE_ACTION_VIEWED)
def open_one(deed: Deed, *, action_id: UUID, by: Actor, at: datetime) -> ActionView:
    """One action within reach, with what led to it and what was done."""
    check_role(by, Action.ANSWER_CORRECTIVE_ACTION)
    found = corrective_action.fetch(deed.session, action_id, reach=by.reach(at))
    deed.on(found)
    answers = audit_chart.answers(deed.session, [found.chart_id])
    return ActionView(
        found,
        rubric_of(found.audit).label_of(found.code),
        next((one for one in answers if one.code == found.code), None),
        corrective_action.moves(deed.session, [found.id])[found.id],
        moves_of(found, by=by),
    )


@does(Did.CORRECTIVE_ACTION_RAISED)
def give(
    deed: Deed,
    *,
    audit_id: UUID,
    chart_id: UUID,
    code: str,
    what: str,
    owner_id: UUID | None,
    due_on: date | None,
    by: Actor,
    at: datetime,
) -> UUID:
    """Give somebody an action about a row that is not wholly met. Raises BadInput."""
    check_role(by, Action.AUDIT_CHARTS)
    session, reach = deed.session, by.reach(at)
    person.hold_links(session, by.id)
    audit = chart_audit.fetch(session, audit_id, reach=reach, lock=True)
    chart = audit_chart.fetch(session, audit_id, chart_id, reach=reach)
    deed.on(chart)
    check_audit(AuditState(audit.state), AuditMove.RAISE)
    failed = {one.code for one in audit_chart.answers(session, [chart.id]) if one.answer in FAILED}
    errors = check_action(what, due_on, on=reach.on)
    if code not in failed:
        errors["code"] = "Choose a row that is partly met or not met."
    if owner_id not in {one.id for one in owners_of(deed, chart, by=by, at=at)}:
        errors["owner"] = "Choose who does it: somebody who cares for the patient, and not you."
    if errors or owner_id is None or due_on is None:
        raise BadInput(errors)
    made = CorrectiveAction(
        id=uuid4(),
        audit_id=audit.id,
        chart_id=chart.id,
        patient_id=chart.patient_id,
        code=code,
        owner_id=owner_id,
        due_on=due_on,
        state=ActionState.OPEN.value,
        raised_at=at,
        raised_by_id=by.id,
        closed_by_id=None,
    )
    made.what = what.strip()
    session.add(made)
    session.flush()
    deed.on(made, row=code)
    return made.id


@does(Did.CORRECTIVE_ACTION_CLOSED)
def close(deed: Deed, *, action_id: UUID, words: str, by: Actor, at: datetime) -> None:
    """Close one's own action with what was done."""
    check_role(by, Action.ANSWER_CORRECTIVE_ACTION)
    found = _move(deed, action_id, ActionMove.CLOSE, by=by, at=at)
    said = check_reason(words, "Please write what was done.")
    found.closed_by_id = by.id
    _keep(deed, found, ActionMove.CLOSE, said, by=by, at=at)


@does(Did.CORRECTIVE_ACTION_REOPENED)
def reopen(deed: Deed, *, action_id: UUID, words: str, by: Actor, at: datetime) -> None:
    """Open an action again, with why what was done is not enough."""
    check_role(by, Action.AUDIT_CHARTS)
    found = _move(deed, action_id, ActionMove.REOPEN, by=by, at=at)
    said = check_reason(words, "Please write what is still missing.")
    _keep(deed, found, ActionMove.REOPEN, said, by=by, at=at)


@does(Did.CORRECTIVE_ACTION_VERIFIED)
def verify(deed: Deed, *, action_id: UUID, words: str = "", by: Actor, at: datetime) -> None:
    """Say that what was done is enough; words are welcome and not needed."""
    check_role(by, Action.AUDIT_CHARTS)
    found = _move(deed, action_id, ActionMove.VERIFY, by=by, at=at)
    said = words.strip()
    if len(said) > LONGEST_REASON:
        check_reason(said)
    _keep(deed, found, ActionMove.VERIFY, said, by=by, at=at)


def waiting(session: Session, *, by: Actor, at: datetime, most: int) -> list[CorrectiveAction]:
    """What waits for this person: their own that are open, and what others did to look at."""
    if not by.can(Action.ANSWER_CORRECTIVE_ACTION):
        return []
    reach = by.reach(at)
    found = corrective_action.owned(session, (ActionState.OPEN,), reach=reach, most=most)
    if by.can(Action.AUDIT_CHARTS):
        done = corrective_action.of_others(session, (ActionState.DONE,), reach=reach, most=most)
        found += [one for one in done if ActionMove.VERIFY in moves_of(one, by=by)]
    return found


def moves_of(action: CorrectiveAction, *, by: Actor) -> frozenset[ActionMove]:
    """The moves that are this person's."""
    allowed = set(moves_open(standing_of(action), by=str(by.id)))
    if not by.can(Action.AUDIT_CHARTS):
        allowed -= {ActionMove.REOPEN, ActionMove.VERIFY}
    return frozenset(allowed)


def standing_of(action: CorrectiveAction) -> Standing:
    """An action as the rules see it."""
    return Standing(
        key=str(action.id),
        state=ActionState(action.state),
        owner=str(action.owner_id),
        due_on=action.due_on,
        closed_by=str(action.closed_by_id or ""),
    )


def _move(
    deed: Deed, action_id: UUID, move: ActionMove, *, by: Actor, at: datetime
) -> CorrectiveAction:
    """Make a move of an action under lock. Raises OutOfReach, WrongState or NotTheirs."""
    person.hold_links(deed.session, by.id)
    found = corrective_action.fetch(deed.session, action_id, reach=by.reach(at), lock=True)
    deed.on(found)
    found.state = check_move(standing_of(found), move, by=str(by.id)).value
    return found


def _keep(
    deed: Deed, found: CorrectiveAction, move: ActionMove, words: str, *, by: Actor, at: datetime
) -> None:
    made = corrective_action.moves(deed.session, [found.id])[found.id]
    row = CorrectiveMove(
        id=uuid4(),
        action_id=found.id,
        patient_id=found.patient_id,
        number=len(made) + 1,
        move=move.value,
        at=at,
        by_id=by.id,
    )
    row.words = words or None  # type: ignore[assignment] # sealed_text keeps None as None
    deed.session.add(row)


def _findings(
    session: Session, before: tuple[datetime, UUID] | None, *, by: Actor, at: datetime
) -> list[Finding]:
    """What ended audits found in the charts that a therapist wrote in."""
    if by.role is not Therapist:
        return []
    rows = corrective_action.findings(
        session,
        [one.value for one in FAILED],
        reach=by.reach(at),
        before=before,
        most=FINDINGS + 1,
    )
    return [
        Finding(answer, chart, audit, rubric_of(audit).label_of(answer.code))
        for answer, chart, audit in rows
    ]
