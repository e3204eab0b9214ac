"""A letter about a patient: written, seen as it will print, signed by its writer, and made."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import document, letter
from kapnotes.actions.document import Pdf
from kapnotes.actions.letter import Written
from kapnotes.clinic.refusals import BadInput, StaleDigest, TooManyTries, WrongPassword
from kapnotes.web import entry
from kapnotes.web.documents import as_file, being_made
from kapnotes.web.entry import Form
from kapnotes.web.errors import status_of
from kapnotes.web.given import given
from kapnotes.web.session import address, me, now, workshop

place = Blueprint("letters", __name__)
CHANGED = "The record went on since you looked. Nothing was signed: please look at it again."


@place.get("/patients/<uuid:patient_id>/letter")
@needs(Action.WRITE_LETTER)
def page(patient_id: UUID) -> str:
    """Show the blank letter; nothing of the record is chosen."""
    return _form(patient_id, entry.blank("letter"))


@place.post("/patients/<uuid:patient_id>/letter")
@needs(Action.WRITE_LETTER)
def review(patient_id: UUID) -> str | tuple[str, int]:
    """Show the letter with what it tells, to sign it; or the form again, to change it."""
    try:
        written = _written()
    except BadInput as refusal:
        return _form(patient_id, entry.again("letter", refusal)), 422
    if "_change" in request.form:
        return _form(patient_id, entry.again("letter", BadInput({}, "")))
    return _review(patient_id, written)


@place.post("/patients/<uuid:patient_id>/letter/preview.pdf")
@needs(Action.WRITE_LETTER)
def preview(patient_id: UUID) -> Response | tuple[str, int]:
    """Show the letter as it will print: a draft, which is not kept."""
    try:
        written = _written()
    except BadInput as refusal:
        return _form(patient_id, entry.again("letter", refusal)), 422
    order = letter.unsigned_order(patient_id, written, by=me())
    found = document.hand_out(order=order, shop=workshop(), by=me(), at=now())
    return as_file(found) if isinstance(found, Pdf) else being_made(found)


@place.post("/patients/<uuid:patient_id>/letter/sign")
@needs(Action.WRITE_LETTER)
def sign(patient_id: UUID) -> tuple[str, int] | Answer:
    """Sign exactly the letter that was shown, and have it made."""
    try:
        written = _written()
    except BadInput as refusal:
        return _form(patient_id, entry.again("letter", refusal)), 422
    try:
        order = letter.sign(
            patient_id=patient_id,
            letter=written,
            shown=request.form.get("digest", ""),
            password=given(),
            address=address(),
            by=me(),
            at=now(),
        )
    except (WrongPassword, TooManyTries) as refusal:
        return _review(patient_id, written, wrong=refusal.sentence), status_of(refusal)
    except StaleDigest as refusal:
        return _review(patient_id, written, sentence=CHANGED), status_of(refusal)
    found = document.hand_out(order=order, shop=workshop(), by=me(), at=now())
    flash("The letter is signed. It stands among the documents of the patient.", "success")
    if isinstance(found, Pdf):
        return redirect(f"/patients/{patient_id}/documents")
    return redirect(f"/documents/making/{found.id}")


def _written() -> Written:
    """What was typed and chosen. Raises BadInput."""
    return letter.written(entry.values("letter"))


def _form(patient_id: UUID, form: Form) -> str:
    found = letter.open_form(patient_id=patient_id, by=me(), at=now())
    return render_template("letters/form.html", patient=found, form=form)


def _review(patient_id: UUID, written: Written, *, wrong: str = "", sentence: str = "") -> str:
    shown = letter.review(patient_id=patient_id, letter=written, by=me(), at=now())
    return render_template(
        "letters/review.html",
        patient=shown.patient,
        letter=shown.letter,
        digest=shown.digest,
        written=written,
        signer=me().signature,
        wrong=wrong,
        sentence=sentence,
    )
