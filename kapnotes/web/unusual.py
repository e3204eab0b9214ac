"""Unusual access: what waits for a word, and closing one item."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import unusual
from kapnotes.clinic.refusals import BadInput, WrongState
from kapnotes.web.errors import status_of
from kapnotes.web.session import me, now
from kapnotes.web.unusual_words import KINDS

place = Blueprint("unusual", __name__)


@place.get("/audit/unusual")
@needs(Action.SEE_UNUSUAL)
def page() -> str:
    """Show what waits to be closed, and what was closed last."""
    view = unusual.look(by=me(), at=now())
    return render_template("unusual/page.html", view=view, kinds=KINDS, may=me().can, Action=Action)


@place.route("/audit/unusual/<uuid:item_id>/close", methods=["GET", "POST"])
@needs(Action.CLOSE_UNUSUAL)
def close(item_id: UUID) -> str | tuple[str, int] | Response:
    """Ask for the word, and close the item with it."""
    word, error, status = request.form.get("word", "").replace("\x00", ""), "", 200
    if request.method == "POST":
        try:
            unusual.close(item_id=item_id, word=word, by=me(), at=now())
        except BadInput as refusal:
            error, status = refusal.errors["word"], status_of(refusal)
        except WrongState as refusal:
            flash(str(refusal), "warning")
            return redirect("/audit/unusual")
        else:
            flash("Closed. Your words stand with it.", "success")
            return redirect("/audit/unusual")
    item = unusual.open_one(item_id=item_id, by=me(), at=now())
    page = render_template(
        "unusual/close.html", item=item, kinds=KINDS, word=word, error=error, most=unusual.LONGEST
    )
    return page, status
