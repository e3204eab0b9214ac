"""Audits of charts: the list, one audit from its plan to its end, and its report."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import fresh, needs
from kapnotes.actions import audit_list, audit_report, audit_table, chart_audit
from kapnotes.actions.audit_told import sampled
from kapnotes.clinic.audit_state import AuditMove, AuditState, may_audit
from kapnotes.clinic.refusals import BadInput, Stale, WrongState
from kapnotes.web import chart_audit_form as forms
from kapnotes.web.chart_audit_form import LABELS, WAYS, ProgrammeForm
from kapnotes.web.chart_audit_words import over_time_of, result_words, words_of
from kapnotes.web.documents import as_file
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now, workshop

place = Blueprint("chart_audit", __name__)
HERE = "/chart-audits"


@place.get("/chart-audits")
@needs(Action.AUDIT_CHARTS)
def page() -> str:
    """Show the audits, newest first."""
    view = audit_list.look(before=keyset(), by=me(), at=now())
    last = view.audits[-1].audit if view.audits else None
    return render_template(
        "chart_audit/page.html",
        rows=[words_of(one) for one in view.audits],
        older=f"{HERE}?before={mark(last.planned_at, last.id)}" if last and view.has_more else "",
        is_first="before" not in request.args,
        can_plan=bool(view.supervised),
    )


@place.get("/chart-audits/over-time")
@needs(Action.AUDIT_CHARTS)
def over_time() -> str:
    """Show how scores went from audit to audit, by row and by person."""
    view = audit_list.over_time(by=me(), at=now())
    chosen = request.args.get("of", "")
    return render_template("chart_audit/over_time.html", view=over_time_of(view, chosen))


@place.get("/chart-audits/new")
@needs(Action.AUDIT_CHARTS)
def blank() -> str:
    """Show the blank programme."""
    people = audit_list.to_cover(by=me(), at=now())
    return _form(forms.blank(people, on=me().reach(now()).on), "")


@place.post("/chart-audits/new")
@needs(Action.AUDIT_CHARTS)
def plan() -> tuple[str, int] | Answer:
    """Plan an audit."""
    try:
        made = chart_audit.plan(programme=forms.read(), by=me(), at=now())
    except BadInput as refusal:
        return _form(forms.again(refusal), ""), status_of(refusal)
    return redirect(f"{HERE}/{made}")


@place.get("/chart-audits/<uuid:audit_id>")
@needs(Action.AUDIT_CHARTS)
def open_one(audit_id: UUID) -> str:
    """Show an audit: its programme, its charts, its scores, and what follows."""
    return _page(audit_id)


@place.get("/chart-audits/<uuid:audit_id>/edit")
@needs(Action.AUDIT_CHARTS)
def edit(audit_id: UUID) -> str:
    """Show the programme to change it."""
    audit, covers = audit_list.plan_of(audit_id=audit_id, by=me(), at=now())
    return _form(forms.filled(audit, covers), str(audit_id))


@place.post("/chart-audits/<uuid:audit_id>/edit")
@needs(Action.AUDIT_CHARTS)
def save(audit_id: UUID) -> tuple[str, int] | Answer:
    """Change the programme of an audit that is planned."""
    try:
        chart_audit.edit(
            audit_id=audit_id, programme=forms.read(), base=forms.base(), by=me(), at=now()
        )
    except (BadInput, Stale) as refusal:
        found, _ = audit_list.plan_of(audit_id=audit_id, by=me(), at=now())
        newest = str(found.revision) if isinstance(refusal, Stale) else ""
        form = forms.again(refusal, revision=newest)
        return _form(form, str(audit_id)), status_of(refusal)
    return redirect(f"{HERE}/{audit_id}")


@place.post("/chart-audits/<uuid:audit_id>/draw")
@needs(Action.AUDIT_CHARTS)
def draw(audit_id: UUID) -> tuple[str, int] | Answer:
    """Draw the charts."""

    def act() -> None:
        number = chart_audit.draw(audit_id=audit_id, by=me(), at=now())
        flash(f"{number} {'chart' if number == 1 else 'charts'} drawn.", "success")

    return _done(audit_id, act)


@place.post("/chart-audits/<uuid:audit_id>/draw-again")
@needs(Action.AUDIT_CHARTS)
def draw_again(audit_id: UUID) -> tuple[str, int] | Answer:
    """Draw the charts again from the kept list, and say whether they are the same."""

    def act() -> None:
        if chart_audit.draw_again(audit_id=audit_id, by=me(), at=now()):
            flash("Drawn again from the kept list: the very same charts.", "success")
        else:
            flash("Drawn again, the charts are not the same: the kept list was changed.", "error")

    return _done(audit_id, act)


@place.post("/chart-audits/<uuid:audit_id>/end")
@needs(Action.AUDIT_CHARTS)
def end(audit_id: UUID) -> tuple[str, int] | Answer:
    """End the audit; its answers are locked from then on."""

    def act() -> None:
        chart_audit.end(audit_id=audit_id, by=me(), at=now())
        flash("The audit has ended, and its answers are locked.", "success")

    return _done(audit_id, act)


@place.post("/chart-audits/<uuid:audit_id>/drop")
@needs(Action.AUDIT_CHARTS)
def drop(audit_id: UUID) -> tuple[str, int] | Answer:
    """Give up an audit that is only planned."""
    try:
        chart_audit.drop(audit_id=audit_id, by=me(), at=now())
    except WrongState as refusal:
        return _page(audit_id, sentence=refusal.sentence), status_of(refusal)
    flash("The audit was dropped.", "info")
    return redirect(HERE)


@place.get("/chart-audits/<uuid:audit_id>/report.pdf")
@needs(Action.AUDIT_CHARTS)
def report(audit_id: UUID) -> Response:
    """Hand out the report: the kept one, or a draft while the audit is under way."""
    return as_file(audit_report.hand_out(audit_id=audit_id, shop=workshop(), by=me(), at=now()))


@place.get("/chart-audits/<uuid:audit_id>/data.csv")
@needs(Action.AUDIT_CHARTS)
@fresh
def table(audit_id: UUID) -> Response:
    """Hand out the audit as a table."""
    answer = make_response(audit_table.table(audit_id=audit_id, by=me(), at=now()))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="chart-audit.csv"'
    return answer


def _done(audit_id: UUID, act: Callable[[], None]) -> tuple[str, int] | Answer:
    """The audit after an act, or why it could not be."""
    try:
        act()
    except WrongState as refusal:
        return _page(audit_id, sentence=refusal.sentence), status_of(refusal)
    return redirect(f"{HERE}/{audit_id}")


def _page(audit_id: UUID, *, sentence: str = "") -> str:
    found = audit_list.open_one(audit_id=audit_id, by=me(), at=now())
    state = AuditState(found.audit.state)
    return render_template(
        "chart_audit/audit.html",
        result=found,
        audit=found.audit,
        told=result_words(found),
        sampled=sampled(found.audit.sampling, found.audit.how_many),
        here=f"{HERE}/{audit_id}",
        sentence=sentence,
        may={move.value: may_audit(state, move) for move in AuditMove},
        is_planned=state is AuditState.PLANNED,
    )


def _form(form: ProgrammeForm, audit_id: str) -> str:
    return render_template(
        "chart_audit/form.html",
        form=form,
        people=audit_list.to_cover(by=me(), at=now()),
        ways=WAYS,
        labels=LABELS,
        here=f"{HERE}/{audit_id}" if audit_id else HERE,
        action=f"{HERE}/{audit_id}/edit" if audit_id else f"{HERE}/new",
        is_new=not audit_id,
    )


def mark(at: datetime, row_id: UUID) -> str:
    """Where a page of a list ends, as an address can say it."""
    return f"{at.isoformat().replace('+00:00', 'Z')}~{row_id}"


def keyset() -> tuple[datetime, UUID] | None:
    """From where on this page of a list is asked for; None for the first, and for no mark."""
    at, _, row_id = request.args.get("before", "").partition("~")
    try:
        found = datetime.fromisoformat(at), UUID(row_id)
    except ValueError:
        return None
    return found if found[0].tzinfo is not None else None
