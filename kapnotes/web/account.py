"""One's own account: the password."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import sign_in
from kapnotes.clinic.refusals import BadInput, Refusal
from kapnotes.web.session import address, me, now

place = Blueprint("account", __name__)


@place.get("/account")
@needs(Action.SEE_TODAY)
def form() -> str:
    """Show the form for a new password."""
    return render_template("account/form.html", errors={})


@place.post("/account")
@needs(Action.SEE_TODAY)
def change() -> tuple[str, int] | Response:
    """Change the password and end one's other sittings."""
    try:
        sign_in.change_password(
            old=request.form.get("old", ""),
            new=request.form.get("password", ""),
            address=address(),
            token=current_user.token,
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        return render_template("account/form.html", errors=refusal.errors), 422
    except Refusal as refusal:
        return render_template("account/form.html", errors={"old": refusal.sentence}), 422
    flash("Your password is changed. Your other sign-ins have ended.", "success")
    return redirect("/account")
