"""The infusion's page: its three parts, what it offers, and its drawing."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from markupsafe import Markup

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.actions.infusion_view import InfusionView
from kapnotes.actions.today import dues_of
from kapnotes.clinic import infusion as clinic
from kapnotes.clinic.course_state import CourseState, against_run, may_run
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.timeliness import Due, DueState
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.web.drawn import TOKEN, Drawn
from kapnotes.web.filters import moment
from kapnotes.web.note_row import NoteRow, row_of
from kapnotes.web.session_part import page_of

PARTS = {
    NoteKind.PREPARATION: ("Preparation", "Due before the dose."),
    NoteKind.DOSING: (
        "Dosing session",
        "Due within {rule.dosing_hours} h of the infusion's completion.",
    ),
    NoteKind.INTEGRATION: ("Integration", "Due within {rule.integration_hours} h of the dose."),
}
"""Each part with when it is due, by the hours of the course's protocol."""
DRAWN = Drawn(most=64)
"""The pages that this process showed last, some 40 KB each."""
WORKED_OUT = frozenset({"infusion", "read", "steps"})
"""What stands in the key by its columns, by its marks, or by what it is worked out from."""
PLAIN = tuple(one.name for one in fields(InfusionView) if one.name not in WORKED_OUT)
"""What a view holds in plain values."""
WAITS = {DueState.OVERDUE: "Overdue since", DueState.DUE: "Due by"}
"""A note that waits, in the words before its time."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three parts of an infusion: its notes, when one is due, whether one may begin.

    Where it stands is said by badges (a state and its words), or else by a line of words. It
    `is_next` if it is what waits for this person now.
    """

    kind: str
    title: str
    badges: Sequence[tuple[str, str]]
    words: str
    notes: Sequence[NoteRow]
    begins: bool
    is_next: bool


class InfusionPage:
    """An infusion as one person sees it now: as it was drawn before, or drawn from its rows."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self._actor = actor
        self._at = at
        self._today = at.astimezone(ZoneInfo(actor.zone)).date()
        self._found: Markup | None = None

    def is_drawn(self, view: InfusionView) -> bool:
        """Whether it is drawn, so that the session's rows need not be read."""
        self._found = DRAWN.find(self._values(view))
        return self._found is not None

    def main(self, view: InfusionView) -> Markup:
        """The main part, drawn; what was found is held until here, whatever is forgotten since."""
        if self._found is None:
            self._found = DRAWN.keep(self._values(view), self._draw(view))
        return self._found

    def _values(self, view: InfusionView) -> Hashable:
        """Everything that `_draw` is given, in values; the marks stand for the session's rows."""
        found = view.infusion
        return (
            *(_columns(one) for one in (found, found.course, found.patient)),
            *(getattr(view, name) for name in PLAIN),
            self._dues(view),
            self._actor,
            self._today,
        )

    def _dues(self, view: InfusionView) -> tuple[Due, ...]:
        return dues_of(view.infusion, view.notes, self._at)

    def _draw(self, view: InfusionView) -> Markup:
        """The template knows nothing of the request, not even what every page knows."""
        may = _may(view, self._actor.about(view.infusion.patient_id, self._at))
        template = current_app.jinja_env.get_template("infusions/main.html")
        html = template.render(
            view=view,
            may=may,
            parts=parts_of(view, self._dues(view), self._actor, may_write=may["write"]),
            shown=page_of(view, self._actor.zone),
            against=_against(view),
            token=TOKEN,
        )
        return Markup(html)  # noqa: S704 - the template escapes


def _columns(row: db.Base) -> tuple[Hashable, ...]:
    """Every value of a row, what is sealed as it is sealed, what is a mapping as its text."""
    values = map(vars(row).__getitem__, row.__table__.columns.keys())
    return tuple(repr(one) if isinstance(one, dict) else one for one in values)


def _course(view: InfusionView) -> CourseState:
    return CourseState(view.infusion.course.state)


def _against(view: InfusionView) -> str:
    """Why a session that is planned cannot begin, "" where it can."""
    is_planned = view.infusion.state == InfusionState.PLANNED
    return against_run(_course(view)) if is_planned else ""


def _may(view: InfusionView, actor: Actor) -> dict[str, bool]:
    """What the page offers; each door asks again."""
    state, dosed = InfusionState(view.infusion.state), view.is_dosed
    is_cancelled, runs = state is InfusionState.CANCELLED, actor.can(Action.RUN_INFUSION)
    return {
        "start": runs and clinic.may_start(state) and may_run(_course(view)),
        "complete": runs and clinic.may_complete(state, dosed=dosed),
        "cancel": runs and clinic.may_cancel(state, dosed=dosed),
        "reopen": runs and clinic.may_reopen(state, locked=view.is_locked),
        "edit": actor.can(Action.PLAN_INFUSION) and state is InfusionState.PLANNED,
        "write": actor.can(Action.WRITE_NOTE) and not is_cancelled,
        "record": actor.can(Action.RECORD_SESSION) and not view.is_locked and not is_cancelled,
        "print": actor.can(Action.PRINT_SUMMARY),
        "checks": actor.can(Action.SEE_CHECKS),
    }


def parts_of(
    view: InfusionView, dues: Iterable[Due], actor: Actor, *, may_write: bool
) -> list[Part]:
    """The three parts in their order; a part with a note offers no other beside it."""
    owed = {one.kind: one for one in dues}
    hours = protocol_of_course(view.infusion.course).timeliness
    parts = []
    for kind, (title, rule) in PARTS.items():
        rows = [row_of(one, actor) for one in view.notes if one.kind == kind]
        due, begins = owed.get(kind), may_write and not rows
        waits = due is not None and due.state in WAITS
        parts.append(
            Part(
                kind=kind.value,
                title=title,
                badges=_badges(due, is_missing=not rows),
                words=_words(due, rule.format(rule=hours)),
                notes=rows,
                begins=begins,
                is_next=any(row.is_to_write for row in rows) or (begins and waits),
            )
        )
    return parts


def _badges(due: Due | None, *, is_missing: bool) -> list[tuple[str, str]]:
    if due is None:
        return []
    found = [("missing", "")] if is_missing else []
    if due.state in WAITS:
        found.append((due.state.value, f"{WAITS[due.state]} {moment(due.due_at)}"))
    return found


def _words(due: Due | None, rule: str) -> str:
    if due is None or due.state in WAITS:
        return ""
    if due.state is DueState.DONE:
        late = f"Signed after it was due ({moment(due.due_at)})."
        return late if due.is_late else "Signed in time."
    return f"Due by {moment(due.due_at)}." if due.due_at else rule
