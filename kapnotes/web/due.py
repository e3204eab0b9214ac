"""The list of what is due, for whoever sees to it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import due
from kapnotes.actions.due import DueView
from kapnotes.clinic.due_item import DueKind, Standing
from kapnotes.records.due import SHOWN
from kapnotes.web.due_words import KINDS, Line, line_of
from kapnotes.web.session import me, now

place = Blueprint("due", __name__)
WORDS = {
    Standing.OVERDUE: ("Overdue", "Nothing is overdue."),
    Standing.DUE: ("Due now", "Nothing is due now."),
    Standing.LATER: ("Later", "Nothing is planned."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What stands alike: its lines, how many there are in all, and where the others stand.

    `more` is the address of the next page, "" on the last.
    """

    key: str
    title: str
    empty: str
    lines: tuple[Line, ...]
    total: int
    more: str


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
    """Show what this person is to see to: all of it or one kind, its beginning or a page."""
    asked, part = request.args.get("kind", ""), request.args.get("part", "")
    kind = DueKind(asked) if asked in set(DueKind) else None
    standing = Standing(part) if part in set(SHOWN) else None
    after = request.args.get("after", "") if standing else ""
    view = due.look(kind=kind, part=standing, after=after, by=me(), at=now())
    return render_template(
        "due/page.html",
        view=view,
        parts=_parts(view, standing),
        filters=_filters(view, standing),
        back=_href(kind, None),
        standing=standing,
    )


def _parts(view: DueView, standing: Standing | None) -> list[Part]:
    """What stands alike; from the page of all a part is read from its beginning."""
    found = []
    for one in view.parts:
        title, empty = WORDS[one.standing]
        lines = tuple(line_of(row, me()) for row in one.rows)
        after = one.after if standing else ""
        more = _href(view.kind, one.standing, after) if one.after else ""
        found.append(Part(one.standing.value, title, empty, lines, one.total, more))
    return found


def _filters(view: DueView, standing: Standing | None) -> list[Filter]:
    everything = sum(view.kinds.values())
    return [
        Filter("Everything", _href(None, standing), everything, view.kind is None),
        *(
            Filter(label, _href(kind, standing), view.kinds.get(kind, 0), view.kind is kind)
            for kind, label in KINDS.items()
            if view.kinds.get(kind) or view.kind is kind
        ),
    ]


def _href(kind: DueKind | None, part: Standing | None, after: str = "") -> str:
    """The address of a list."""
    asked = {"kind": kind and kind.value, "part": part and part.value, "after": after}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/due?{query}" if query else "/due"
