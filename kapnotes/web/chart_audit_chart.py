"""One chart of an audit: its rows to answer, what is at hand, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import audit_chart, corrective_action
from kapnotes.actions.audit_chart import ChartView, Given, StaleAnswers
from kapnotes.actions.audit_told import points
from kapnotes.clinic.audit_state import AuditMove, AuditState, may_audit
from kapnotes.clinic.chart_audit import is_overdue
from kapnotes.clinic.refusals import BadInput, WrongState
from kapnotes.clinic.rubric_score import ANSWER_WORDS, FAILED, ROW_OF
from kapnotes.clinic.rubric_score import Answer as Said
from kapnotes.records.corrective_action import CorrectiveAction
from kapnotes.web.chart_audit_form import day_of
from kapnotes.web.chart_audit_words import action_look
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now

place = Blueprint("chart_audit_chart", __name__)
CHOICES = [(one.value, ANSWER_WORDS[one]) for one in Said]
DIGITS = 6


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the rubric as the form has it; `theirs` is what somebody else answered meanwhile."""

    code: str
    label: str
    help: str
    weight: int
    answer: str
    words: str
    base: int
    suggested: str
    because: Sequence[str]
    said_by: str
    theirs: str
    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ActionForm:
    """An action that is to be given, as it was typed."""

    code: str = ""
    what: str = ""
    owner: str = ""
    due_on: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@place.get("/chart-audits/<uuid:audit_id>/charts/<uuid:chart_id>")
@needs(Action.AUDIT_CHARTS)
def page(audit_id: UUID, chart_id: UUID) -> str:
    """Show a chart with its rows."""
    return _page(audit_id, chart_id)


@place.post("/chart-audits/<uuid:audit_id>/charts/<uuid:chart_id>")
@needs(Action.AUDIT_CHARTS)
def answer(audit_id: UUID, chart_id: UUID) -> tuple[str, int] | Answer:
    """Save the rows that are answered."""
    given = _given()
    try:
        number = audit_chart.answer(
            audit_id=audit_id, chart_id=chart_id, given=given, by=me(), at=now()
        )
    except (BadInput, WrongState, StaleAnswers) as refusal:
        errors = refusal.errors if isinstance(refusal, BadInput) else {}
        stale = refusal.codes if isinstance(refusal, StaleAnswers) else ()
        sentence = "" if errors else refusal.sentence
        shown = _page(
            audit_id, chart_id, given=given, errors=errors, stale=stale, sentence=sentence
        )
        return shown, status_of(refusal)
    flash(_saved(number), "success" if number else "info")
    return redirect(_after(audit_id, chart_id))


@place.post("/chart-audits/<uuid:audit_id>/charts/<uuid:chart_id>/actions")
@needs(Action.AUDIT_CHARTS)
def give(audit_id: UUID, chart_id: UUID) -> tuple[str, int] | Answer:
    """Give somebody a corrective action about a row."""
    typed = request.form
    try:
        owner_id = UUID(typed.get("owner", ""))
    except ValueError:
        owner_id = None
    try:
        corrective_action.give(
            audit_id=audit_id,
            chart_id=chart_id,
            code=typed.get("code", ""),
            what=typed.get("what", ""),
            owner_id=owner_id,
            due_on=day_of(typed.get("due_on", "")),
            by=me(),
            at=now(),
        )
    except (BadInput, WrongState) as refusal:
        errors = refusal.errors if isinstance(refusal, BadInput) else {}
        form = ActionForm(
            code=typed.get("code", ""),
            what=typed.get("what", ""),
            owner=typed.get("owner", ""),
            due_on=typed.get("due_on", ""),
            errors=errors,
        )
        sentence = "" if errors else refusal.sentence
        return _page(audit_id, chart_id, form=form, sentence=sentence), status_of(refusal)
    flash("The corrective action is given.", "success")
    return redirect(f"/chart-audits/{audit_id}/charts/{chart_id}#actions")


def _given() -> dict[str, Given]:
    """The posted rows: each code with its answer, its words, and the version it was opened on."""
    typed = request.form
    codes = [name.partition(".")[0] for name in typed if name.endswith(".base")]
    return {
        code: Given(
            typed.get(f"{code}.answer", ""),
            typed.get(f"{code}.words", ""),
            _number(typed.get(f"{code}.base", "")),
        )
        for code in codes
    }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS else -1


def _saved(number: int) -> str:
    if not number:
        return "Nothing was different, so nothing was saved."
    return "1 row saved." if number == 1 else f"{number} rows saved."


def _after(audit_id: UUID, chart_id: UUID) -> str:
    """Where to go on: to the next chart, if the button says so."""
    following = request.form.get("_next", "")
    try:
        return f"/chart-audits/{audit_id}/charts/{UUID(following)}"
    except ValueError:
        return f"/chart-audits/{audit_id}/charts/{chart_id}"


def _page(
    audit_id: UUID,
    chart_id: UUID,
    *,
    given: Mapping[str, Given] | None = None,
    errors: Mapping[str, str] | None = None,
    stale: Sequence[str] = (),
    form: ActionForm | None = None,
    sentence: str = "",
) -> str:
    view = audit_chart.look(audit_id=audit_id, chart_id=chart_id, by=me(), at=now())
    rows = [_row(view, code, given or {}, errors or {}, stale) for code in _codes(view)]
    state, wrong = AuditState(view.audit.state), _beside(rows)
    ids = [one.id for one in view.others]
    at = ids.index(chart_id)
    return render_template(
        "chart_audit/chart.html",
        view=view,
        rows=rows,
        choices=CHOICES,
        errors=wrong,
        labels={f"{row.code}.{name}": row.label for row in rows for name in ("answer", "words")},
        form=form or ActionForm(),
        failed=[(row.code, row.label) for row in rows if _stored(view, row.code) in set(FAILED)],
        sentence=sentence,
        points=points(view.score.points),
        actions=[(one, view.rubric.label_of(one.code), *_look(one)) for one in view.actions],
        following=ids[at + 1] if at + 1 < len(ids) else None,
        before=ids[at - 1] if at else None,
        may_answer=may_audit(state, AuditMove.ANSWER),
        may_give=may_audit(state, AuditMove.RAISE),
        here=f"/chart-audits/{audit_id}/charts/{chart_id}",
    )


def _codes(view: ChartView) -> list[str]:
    return [row.code for row in view.rubric.shown]


def _stored(view: ChartView, code: str) -> str:
    return view.answers[code].answer if code in view.answers else ""


def _look(one: CorrectiveAction) -> tuple[str, str]:
    late = is_overdue(corrective_action.standing_of(one), on=me().reach(now()).on)
    return action_look(one.state, is_overdue=late)


def _beside(rows: Sequence[Row]) -> dict[str, str]:
    """What is wrong, by the names of the fields."""
    return {f"{row.code}.{name}": said for row in rows for name, said in row.errors.items()}


def _row(
    view: ChartView,
    code: str,
    given: Mapping[str, Given],
    errors: Mapping[str, str],
    stale: Sequence[str],
) -> Row:
    """A row as it stands, or as it was posted; over a newer answer, that one stands beside it."""
    row = next(one for one in view.rubric.shown if one.code == code)
    stored, typed = view.answers.get(code), given.get(code)
    kept = (stored.answer, stored.words or "", stored.version) if stored else ("", "", 0)
    theirs = ""
    if stored and code in stale:
        name = view.names.get(stored.answered_by_id, "Somebody")
        theirs = f"{name}: {ANSWER_WORDS[Said(stored.answer)]}. {stored.words or ''}".strip()
    base = kept[2] if code in stale or typed is None else typed.base
    suggested = view.suggested.get(code)
    return Row(
        code,
        row.label,
        row.help,
        row.weight,
        typed.answer if typed else kept[0],
        typed.words if typed else kept[1],
        base,
        ANSWER_WORDS[suggested] if suggested else "",
        [one.sentence for one in view.findings if ROW_OF[one.code] == code],
        view.names.get(stored.answered_by_id, "") if stored else "",
        theirs,
        {
            name: errors[f"{code}.{name}"]
            for name in ("answer", "words")
            if f"{code}.{name}" in errors
        },
    )
