"""Reports of the trail: a search, and who looked at a record, as PDF and as a table."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, make_response, request

from kapnotes.access.actions import Action
from kapnotes.access.door import fresh, needs
from kapnotes.actions import trail_report
from kapnotes.actions.document import Pdf
from kapnotes.web.documents import as_file
from kapnotes.web.session import me, now, workshop
from kapnotes.web.trail_question import asked

place = Blueprint("trail_report", __name__)


@place.get("/audit/report.csv")
@needs(Action.SEE_TRAIL)
@fresh
def csv() -> Response:
    """Hand out what a search finds as a table, while it is read."""
    table = trail_report.as_table(question=asked(request.args), by=me(), at=now())
    return _table(table, "trail.csv")


@place.get("/audit/report.pdf")
@needs(Action.SEE_TRAIL)
def pdf() -> Response:
    """Hand out what a search finds as a PDF."""
    question = asked(request.args)
    content = trail_report.as_pdf(question=question, shop=workshop(), by=me(), at=now())
    return as_file(Pdf(content, "trail.pdf", is_kept=False))


@place.get("/patients/<uuid:patient_id>/trail.csv")
@needs(Action.PRINT_SUMMARY)
@fresh
def record_csv(patient_id: UUID) -> Response:
    """Hand out who looked at a record as a table."""
    question = trail_report.of_record(patient_id)
    table = trail_report.as_table(question=question, is_record=True, by=me(), at=now())
    return _table(table, "who-looked.csv")


@place.get("/patients/<uuid:patient_id>/trail.pdf")
@needs(Action.PRINT_SUMMARY)
def record_pdf(patient_id: UUID) -> Response:
    """Hand out who looked at a record as a PDF, for the patient."""
    question = trail_report.of_record(patient_id)
    content = trail_report.as_pdf(
        question=question, is_record=True, shop=workshop(), by=me(), at=now()
    )
    return as_file(Pdf(content, "who-looked.pdf", is_kept=False))


def _table(pieces: Iterator[str], name: str) -> Response:
    answer = make_response(Response(pieces, mimetype="text/csv"))
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
