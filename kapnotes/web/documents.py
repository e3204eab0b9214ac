"""Documents: the infusion summary as PDF."""

from uuid import UUID

from flask import Blueprint, Response, make_response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import summary
from kapnotes.web.session import me, now, printer

place = Blueprint("documents", __name__)


@place.get("/infusions/<uuid:infusion_id>/summary.pdf")
@needs(Action.PRINT_SUMMARY)
def infusion_summary(infusion_id: UUID) -> Response:
    """Hand out the summary: the kept document, or a draft printed now."""
    pdf = summary.summary(infusion_id=infusion_id, printer=printer(), by=me(), at=now())
    answer = make_response(pdf.content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{pdf.filename}"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
