"""Whether trail and record are whole, in words, and the anchor to keep elsewhere."""

from flask import Blueprint, Response, make_response, render_template

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import proof, proof_view
from kapnotes.web.session import me, now

place = Blueprint("proof", __name__)


@place.get("/audit/proof")
@needs(Action.SEE_PROOF)
def page() -> str:
    """Show whether trail and record are whole, and since when that is known."""
    return render_template("proof/page.html", view=proof_view.look(by=me(), at=now()))


@place.get("/audit/proof/anchor.json")
@needs(Action.SEE_PROOF)
def anchor() -> Response:
    """Hand out the trail's head as it stands, signed."""
    at = now()
    answer = make_response(proof.anchor(by=me(), at=at))
    answer.headers["Content-Type"] = "application/json"
    name = f"trail-anchor-{at:%Y-%m-%d}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
