"""Is it working: the scales of a course, and of the practice for who supervises."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import outcome, practice_outcome
from kapnotes.actions.practice_outcome import FEWEST, MIXED, Group
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.paper.outcome_effects import POINTS
from kapnotes.paper.words import figure
from kapnotes.web.filters import option, route
from kapnotes.web.outcome_words import cards_of, panel_of
from kapnotes.web.session import me, now

place = Blueprint("outcomes", __name__)
FEWER = f"fewer than {FEWEST}"


@dataclass(frozen=True, slots=True)
class Row:
    """A group as the table says it; nothing but its name where it is too small."""

    indication: str
    route: str
    scale: str
    of: str
    judged: str
    responders: str
    partial: str
    missing: str


@place.get("/courses/<uuid:course_id>/outcome")
@needs(Action.SEE_PATIENT)
def page(course_id: UUID) -> str:
    """Show each scale of a course, drawn and as a table."""
    view = outcome.look(course_id=course_id, by=me(), at=now())
    return render_template(
        "outcomes/page.html",
        view=view,
        outcome=panel_of(view.standing, me().zone),
        cards=cards_of(view.standing, me().zone),
        points=list(POINTS),
        may=me().can,
        Action=Action,
    )


@place.get("/outcomes")
@needs(Action.SEE_OUTCOMES)
def practice() -> str:
    """Show responders by indication and route; nobody is named."""
    view = practice_outcome.look(by=me(), at=now())
    rows = [_row(one) for one in view.groups]
    unknown = [MEASURES[key].short for key in view.open_scales]
    return render_template("outcomes/practice.html", rows=rows, fewest=FEWEST, unknown=unknown)


def _row(group: Group) -> Row:
    name = option("course", "indication", group.indication)
    way = "More than one" if group.route == MIXED else route(group.route)
    short = MEASURES[group.scale].short
    count = group.tally
    if count is None:
        return Row(name, way, short, FEWER, "", "", "", "")
    percent = f" ({figure(count.percent)} %)" if count.judged >= FEWEST else ""
    return Row(
        name,
        way,
        short,
        str(count.of),
        str(count.judged),
        f"{count.responders}{percent}",
        str(count.partial),
        str(count.missing),
    )
