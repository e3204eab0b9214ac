"""One's own sign-ins: where one is signed in, and ending it there."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_login import current_user
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import sitting
from kapnotes.web.session import me, now

place = Blueprint("sittings", __name__)


@place.get("/account/sign-ins")
@needs(Action.SEE_TODAY)
def page() -> str:
    """List one's own sittings."""
    rows = sitting.look(token=current_user.token, by=me(), at=now())
    return render_template("sittings/page.html", rows=rows)


@place.post("/account/sign-ins/<uuid:sitting_id>/end")
@needs(Action.SEE_TODAY)
def end(sitting_id: UUID) -> Response:
    """End one of them; whoever ends this one is signed out."""
    sitting.end(sitting_id=sitting_id, by=me(), at=now())
    flash("That sign-in has ended.", "success")
    return redirect("/account/sign-ins")


@place.post("/account/sign-ins/end-others")
@needs(Action.SEE_TODAY)
def end_others() -> Response:
    """End all but this one."""
    many = sitting.end_others(token=current_user.token, by=me(), at=now())
    said = (
        "1 other sign-in has ended." if many == 1 else f"{many or 'No'} other sign-ins have ended."
    )
    flash(said, "success")
    return redirect("/account/sign-ins")
