"""Corrective actions: what waits for this person, what audits found in their charts, one action."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import corrective_action
from kapnotes.actions.audit_chart import rubric_of
from kapnotes.clinic.chart_audit import ActionMove, ActionState, NotTheirs, is_overdue
from kapnotes.clinic.refusals import ReasonNeeded, WrongState
from kapnotes.clinic.rubric_score import ANSWER_WORDS
from kapnotes.clinic.rubric_score import Answer as Said
from kapnotes.records.corrective_action import CorrectiveAction
from kapnotes.web.chart_audit import keyset, mark
from kapnotes.web.chart_audit_words import action_look
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now

place = Blueprint("corrective_action", __name__)
HERE = "/corrective-actions"
NOT_NOW = 409
"""HTTP's own number. Whoever sees an action and whose move it is not is told so on its page."""
MOVED = {
    ActionMove.CLOSE: "Closed. Somebody else looks at what was done.",
    ActionMove.REOPEN: "Open again, with your reason.",
    ActionMove.VERIFY: "Verified.",
}
MOVES = {"close": "Closed", "reopen": "Opened again", "verify": "Verified"}


@dataclass(frozen=True, slots=True)
class ActionRow:
    """An action as a list shows it."""

    id: UUID
    label: str
    what: str
    patient: str
    infusion: int
    owner: str
    is_mine: bool
    due_on: date
    look: str
    state: str
    verb: str


def rows_of(actions: Iterable[CorrectiveAction]) -> list[ActionRow]:
    """Actions as `templates/chart_audit/actions.html` shows them."""
    on = me().reach(now()).on
    return [
        ActionRow(
            one.id,
            rubric_of(one.audit).label_of(one.code),
            one.what,
            one.chart.patient.name,
            one.chart.infusion.number,
            one.owner.name,
            one.owner_id == me().id,
            one.due_on,
            *action_look(
                one.state,
                is_overdue=is_overdue(corrective_action.standing_of(one), on=on),
            ),
            _verb(one),
        )
        for one in actions
    ]


def _verb(one: CorrectiveAction) -> str:
    """What this person does next with it."""
    moves = corrective_action.moves_of(one, by=me())
    if ActionMove.CLOSE in moves:
        return "Close"
    return "Look at it" if ActionMove.VERIFY in moves else "Open"


@place.get("/corrective-actions")
@needs(Action.ANSWER_CORRECTIVE_ACTION)
def page() -> str:
    """Show the actions of this person, and what audits found in their charts."""
    view = corrective_action.look(before=keyset(), by=me(), at=now())
    last = view.findings[-1].answer if view.findings else None
    older = ""
    if last is not None and last.locked_at is not None and view.has_more:
        older = f"{HERE}?before={mark(last.locked_at, last.id)}#findings"
    to_verify = [one for one in view.others if one.state == ActionState.DONE]
    return render_template(
        "chart_audit/actions.html",
        mine=rows_of(view.mine),
        to_look_at=rows_of(to_verify),
        others=rows_of(one for one in view.others if one.state == ActionState.OPEN),
        verified=rows_of(view.verified),
        findings=[(one, ANSWER_WORDS[Said(one.answer.answer)]) for one in view.findings],
        older=older,
        is_first="before" not in request.args,
        audits=me().can(Action.AUDIT_CHARTS),
    )


@place.get("/corrective-actions/<uuid:action_id>")
@needs(Action.ANSWER_CORRECTIVE_ACTION)
def open_one(action_id: UUID) -> str:
    """Show one action."""
    return _page(action_id)


@place.post("/corrective-actions/<uuid:action_id>/close")
@needs(Action.ANSWER_CORRECTIVE_ACTION)
def close(action_id: UUID) -> tuple[str, int] | Answer:
    """Close one's own action."""
    return _moved(action_id, ActionMove.CLOSE, corrective_action.close)


@place.post("/corrective-actions/<uuid:action_id>/reopen")
@needs(Action.AUDIT_CHARTS)
def reopen(action_id: UUID) -> tuple[str, int] | Answer:
    """Open an action again."""
    return _moved(action_id, ActionMove.REOPEN, corrective_action.reopen)


@place.post("/corrective-actions/<uuid:action_id>/verify")
@needs(Action.AUDIT_CHARTS)
def verify(action_id: UUID) -> tuple[str, int] | Answer:
    """Say that what was done is enough."""
    return _moved(action_id, ActionMove.VERIFY, corrective_action.verify)


def _moved(action_id: UUID, move: ActionMove, act: Callable[..., None]) -> tuple[str, int] | Answer:
    words = request.form.get("words", "")
    try:
        act(action_id=action_id, words=words, by=me(), at=now())
    except ReasonNeeded as refusal:
        shown = _page(action_id, words=words, error=refusal.sentence, move=move)
        return shown, status_of(refusal)
    except (WrongState, NotTheirs) as refusal:
        return _page(action_id, words=words, sentence=refusal.sentence, move=move), NOT_NOW
    flash(MOVED[move], "success")
    return redirect(f"{HERE}/{action_id}")


def _page(
    action_id: UUID,
    *,
    words: str = "",
    error: str = "",
    sentence: str = "",
    move: ActionMove | None = None,
) -> str:
    view = corrective_action.open_one(action_id=action_id, by=me(), at=now())
    finding = view.finding
    return render_template(
        "chart_audit/action.html",
        view=view,
        action=view.action,
        row=rows_of([view.action])[0],
        answer=ANSWER_WORDS[Said(finding.answer)] if finding else "",
        moves=[(MOVES[one.move], one) for one in view.moves],
        may={one.value: one in view.may for one in ActionMove},
        words=words,
        error=error,
        sentence=sentence,
        move=move.value if move else "",
        audits=me().can(Action.AUDIT_CHARTS),
        here=f"{HERE}/{action_id}",
    )
