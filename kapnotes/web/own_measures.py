"""The practice's own scales: importing a Questionnaire, and retiring it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import own_measure
from kapnotes.actions.own_measure import MOST_BYTES, NotImported
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.forms import Problem
from kapnotes.web.session import me, now

place = Blueprint("own_measures", __name__)
MOST_PROBLEMS = 40
"""So many are shown: a file with more is another kind of file."""


@place.get("/settings/measures")
@needs(Action.EDIT_SETTINGS)
def page() -> str:
    """Show the practice's scales, those built in, and the form to import one."""
    return _page("", ())


@place.post("/settings/measures")
@needs(Action.EDIT_SETTINGS)
def import_scale() -> tuple[str, int] | Response:
    """Import a Questionnaire; what is wrong with it is said, and nothing is kept."""
    source = request.form.get("source", "")
    try:
        if found := _uploaded():
            source = found
        made = own_measure.import_scale(source=source, by=me(), at=now())
    except NotImported as refusal:
        return _page(source, refusal.problems), 422
    flash(f"{made.title} is imported, as {made.key}, version {made.version}.", "success")
    return redirect("/settings/measures")


@place.post("/settings/measures/<uuid:own_measure_id>/retire")
@needs(Action.EDIT_SETTINGS)
def retire(own_measure_id: UUID) -> Response:
    """Offer a scale no more."""
    title = own_measure.retire(own_measure_id=own_measure_id, by=me(), at=now())
    flash(f"{title} is retired. Measures that were taken with it stay.", "success")
    return redirect("/settings/measures")


def _uploaded() -> str:
    """The text of the file, "" if none was chosen. Raises NotImported for what is no text."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return ""
    content: bytes = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NotImported([Problem("", f"The file is longer than {MOST_BYTES // 1024} KB.")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotImported([Problem("", "The file is no text in UTF-8.")]) from None


def _page(source: str, problems: tuple[Problem, ...]) -> str:
    return render_template(
        "own_measures/page.html",
        imported=own_measure.look(by=me(), at=now()),
        built_in=list(MEASURES.values()),
        source=source,
        problems=problems[:MOST_PROBLEMS],
        more=max(0, len(problems) - MOST_PROBLEMS),
    )
