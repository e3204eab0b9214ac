"""Documents: each kind as PDF at its own address, and the page that says how far one is."""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import document, job
from kapnotes.actions.document import Pdf
from kapnotes.actions.job import Standing
from kapnotes.clinic.document import DocumentKind
from kapnotes.web.headers import DOCUMENT
from kapnotes.web.session import me, now, workshop

place = Blueprint("documents", __name__)

LOOK_AGAIN_SECONDS = 2


@place.get("/infusions/<uuid:infusion_id>/summary.pdf")
@needs(Action.PRINT_SUMMARY)
def infusion_summary(infusion_id: UUID) -> Response:
    """Hand out the summary of an infusion: the kept document, or a draft printed now."""
    return _answer(DocumentKind.INFUSION_SUMMARY, infusion_id)


@place.get("/courses/<uuid:course_id>/summary.pdf")
@needs(Action.PRINT_SUMMARY)
def course_summary(course_id: UUID) -> Response:
    """Hand out the summary of a course, as it stands by what is signed."""
    return _answer(DocumentKind.COURSE_SUMMARY, course_id)


@place.get("/patients/<uuid:patient_id>/chart.pdf")
@needs(Action.PRINT_SUMMARY)
def chart(patient_id: UUID) -> Response:
    """Hand out the chart of a patient, or say how far it is."""
    return _answer(DocumentKind.CHART, patient_id)


@place.get("/patients/<uuid:patient_id>/disclosures.pdf")
@needs(Action.PRINT_SUMMARY)
def disclosures(patient_id: UUID) -> Response:
    """Hand out the list of what left about a patient."""
    return _answer(DocumentKind.DISCLOSURES, patient_id)


@place.get("/notes/<uuid:note_id>/note.pdf")
@needs(Action.PRINT_SUMMARY)
def note(note_id: UUID) -> Response:
    """Hand out a single note: the kept document, or a draft printed now."""
    return _answer(DocumentKind.NOTE, note_id)


@place.get("/documents/<uuid:document_id>.pdf")
@needs(Action.PRINT_SUMMARY)
def kept(document_id: UUID) -> Response:
    """Hand out a kept document as it was made, also one that was replaced since."""
    return as_file(document.fetch(document_id=document_id, by=me(), at=now()))


@place.get("/documents/making/<uuid:job_id>")
@needs(Action.PRINT_SUMMARY)
def making(job_id: UUID) -> Response:
    """Say how far a document is; the page asks again by itself until it is there."""
    found = job.look(job_id=job_id, by=me(), at=now())
    return being_made(found)


def _answer(kind: DocumentKind, about_id: UUID) -> Response:
    order = document.order_for(kind, about_id, by=me())
    found = document.hand_out(order=order, shop=workshop(), by=me(), at=now())
    return as_file(found) if isinstance(found, Pdf) else being_made(found)


def as_file(pdf: Pdf) -> Response:
    """The document for the browser to show, with nothing in it allowed to run."""
    answer = make_response(pdf.content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{pdf.filename}"'
    answer.headers["Content-Security-Policy"] = DOCUMENT
    return answer


def being_made(found: Standing) -> Response:
    """The page of a document that is not there yet: 202, and it looks again by itself."""
    page = render_template("documents/being_made.html", job=found, is_open=found.is_open)
    answer = make_response(page, 202 if found.is_open else 200)
    if found.is_open:
        answer.headers["Refresh"] = f"{LOOK_AGAIN_SECONDS}; url=/documents/making/{found.id}"
    elif found.document_id is not None:
        answer.headers["Refresh"] = f"0; url=/documents/{found.document_id}.pdf"
    return answer
