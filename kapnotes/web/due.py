"""The list of what is due, for whoever sees to it."""

from dataclasses import dataclass

from flask import Blueprint, render_template, request

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import due
from kapnotes.actions.due import DueView
from kapnotes.clinic.due_item import DueKind, Standing
from kapnotes.records.due import BACK, MOST, OWING
from kapnotes.web.due_words import KINDS, Line, line_of
from kapnotes.web.session import me, now

place = Blueprint("due", __name__)
LATER = 60
"""How many things of later stand on a page."""
PARTS = (
    (Standing.OVERDUE, "Overdue", "Nothing is overdue."),
    (Standing.DUE, "Due now", "Nothing is due now."),
    (Standing.LATER, "Later", "Nothing is planned."),
)


@dataclass(frozen=True, slots=True)
class Part:
    """What stands alike: its lines, how many more there are, and what to say of none."""

    key: str
    title: str
    empty: str
    lines: tuple[Line, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Filter:
    """One kind to look at alone."""

    label: str
    href: str
    count: int
    is_here: bool


@place.get("/due")
@needs(Action.SEE_PATIENT)
def page() -> str:
    """Show what this person is to see to, all of it or one kind."""
    asked = request.args.get("kind", "")
    kind = DueKind(asked) if asked in set(DueKind) else None
    view = due.look(kind=kind, by=me(), at=now())
    return render_template(
        "due/page.html",
        view=view,
        parts=_parts(view),
        filters=_filters(view),
        bounds={"most": MOST, "back": BACK.days, "owing": OWING.days},
    )


def _parts(view: DueView) -> list[Part]:
    found = []
    for standing, title, empty in PARTS:
        rows = view.of(standing)
        shown = rows[:LATER] if standing is Standing.LATER else rows
        lines = tuple(line_of(row, me()) for row in shown)
        found.append(Part(standing.value, title, empty, lines, len(rows) - len(shown)))
    return found


def _filters(view: DueView) -> list[Filter]:
    everything = Filter("Everything", "/due", sum(view.kinds.values()), view.kind is None)
    return [
        everything,
        *(
            Filter(label, f"/due?kind={kind}", view.kinds.get(kind, 0), view.kind is kind)
            for kind, label in KINDS.items()
            if view.kinds.get(kind) or view.kind is kind
        ),
    ]
