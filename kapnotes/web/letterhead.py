"""The letterhead: its lines, its sheet and its logo, shown as they will print before they stand."""

from base64 import b64decode

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import letterhead
from kapnotes.actions.document import Pdf
from kapnotes.actions.letterhead import LetterheadView, Wanted
from kapnotes.clinic.refusals import BadInput, OutOfReach, Refusal, Stale
from kapnotes.paper.logo import MOST_BYTES, PNG
from kapnotes.web import entry
from kapnotes.web.documents import as_file
from kapnotes.web.entry import Form
from kapnotes.web.errors import status_of
from kapnotes.web.headers import DOCUMENT
from kapnotes.web.session import me, now, workshop

place = Blueprint("letterhead", __name__)
MEDIA = {PNG: "image/png", "svg": "image/svg+xml"}
PIXELS = 96 / 25.4
"""On a page, so many to the millimetre on paper."""


@place.get("/settings/letterhead")
@needs(Action.EDIT_SETTINGS)
def page() -> str:
    """Show what stands, and the form to change it."""
    view = letterhead.look(by=me(), at=now())
    known = {
        "lines": view.lines,
        "paper_size": view.paper_size,
        "logo_words": view.logo_words,
        "language": view.language,
    }
    return _page(view, entry.blank("letterhead", known), base=view.version)


@place.post("/settings/letterhead")
@needs(Action.EDIT_SETTINGS)
def save() -> tuple[str, int] | Answer:
    """Make a new version; a logo that cannot be taken loses nothing of the rest."""
    base = request.form.get("_base")
    try:
        is_changed = letterhead.change(wanted=_wanted(), base=base, by=me(), at=now())
    except (BadInput, Stale) as refusal:
        return _again(refusal, base or "")
    said = "The letterhead stands on every document from now on."
    flash(said if is_changed else "Nothing was different, so nothing was saved.", "success")
    return redirect("/settings/letterhead")


@place.post("/settings/letterhead/preview.pdf")
@needs(Action.EDIT_SETTINGS)
def preview() -> tuple[str, int] | Response:
    """Show a page as it would print with what is in the form; nothing is kept."""
    at = now()
    try:
        html, _ = letterhead.sample(wanted=_wanted(), by=me(), at=at)
    except BadInput as refusal:
        return _again(refusal, request.form.get("_base", ""))
    content = letterhead.printed(html, printer=workshop().printer, at=at)
    return as_file(Pdf(content, "letterhead.pdf", is_kept=False))


@place.get("/settings/letterhead/logo")
@needs(Action.EDIT_SETTINGS)
def logo() -> Response:
    """Hand out the logo as it is kept, for the page that shows it."""
    found = letterhead.look(by=me(), at=now()).logo
    if found is None:
        raise OutOfReach
    is_png = found.kind == PNG
    answer = make_response(b64decode(found.content) if is_png else found.content.encode())
    answer.headers["Content-Type"] = MEDIA[found.kind]
    answer.headers["Content-Security-Policy"] = DOCUMENT
    return answer


def _wanted() -> Wanted:
    """What the form says. Raises BadInput."""
    values = entry.values("letterhead")
    file = request.files.get("logo")
    content = file.read(MOST_BYTES + 1) if file is not None and file.filename else b""
    return Wanted(
        lines=values["lines"] or "",
        paper_size=values["paper_size"],
        logo_words=values["logo_words"] or "",
        language=values["language"],
        logo=content,
        removes_logo="_remove" in request.form,
    )


def _again(refusal: Refusal, base: str) -> tuple[str, int]:
    view = letterhead.look(by=me(), at=now())
    is_stale = isinstance(refusal, Stale)
    form = entry.again("letterhead", refusal)
    error = refusal.errors.get("logo", "") if isinstance(refusal, BadInput) else ""
    shown = _page(view, form, base=view.version if is_stale else base, logo_error=error)
    return shown, status_of(refusal)


def _page(view: LetterheadView, form: Form, *, base: str, logo_error: str = "") -> str:
    size = (view.logo.width_mm, view.logo.height_mm) if view.logo else (0, 0)
    return render_template(
        "letterhead/page.html",
        view=view,
        form=form,
        base=base,
        logo_error=logo_error,
        size=[round(one * PIXELS) for one in size],
    )
