"""Handing documents out: the page of a patient's documents, the form, and what is on its way."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from kapnotes.access.actions import Action
from kapnotes.access.door import fresh, needs
from kapnotes.actions import delivery, disclosure, document_list, job
from kapnotes.actions.disclosure import WAYS
from kapnotes.actions.document import Pdf
from kapnotes.clinic.document import Channel
from kapnotes.clinic.refusals import BadInput
from kapnotes.web import entry, hand_out_words
from kapnotes.web.entry import Form
from kapnotes.web.headers import DOCUMENT
from kapnotes.web.session import me, now

place = Blueprint("hand_out", __name__)
CHOOSE = "Choose how it leaves."


@place.get("/patients/<uuid:patient_id>/documents")
@needs(Action.PRINT_SUMMARY)
def page(patient_id: UUID) -> str:
    """Show a patient's documents, what is being made and sent, and what was handed out."""
    view = document_list.look(patient_id=patient_id, by=me(), at=now())
    return render_template(
        "documents/page.html", view=view, words=hand_out_words, may=me().can, Action=Action
    )


@place.post("/documents/making/<uuid:job_id>/again")
@needs(Action.PRINT_SUMMARY)
def make_again(job_id: UUID) -> Answer:
    """Have a document made that could not be made before."""
    found = job.again(job_id=job_id, by=me(), at=now())
    return redirect(f"/documents/making/{found.id}")


@place.get("/documents/<uuid:document_id>/hand-out")
@needs(Action.PRINT_SUMMARY)
@fresh
def ask(document_id: UUID) -> str:
    """Ask how a document leaves, to whom and what for."""
    return _form(document_id, entry.blank("disclosure"))


@place.post("/documents/<uuid:document_id>/hand-out")
@needs(Action.PRINT_SUMMARY)
@fresh
def give(document_id: UUID) -> tuple[str, int] | Answer:
    """Write down that it leaves; then hand out the file, open it to print, or send it."""
    channel = request.form.get("channel", "")
    try:
        values = _values(channel)
        handed = disclosure.hand_out(
            document_id=document_id, channel=channel, **values, by=me(), at=now()
        )
    except BadInput as refusal:
        beside = refusal.errors.pop("channel", "")
        return _form(document_id, entry.again("disclosure", refusal), channel, beside), 422
    if handed.channel is Channel.DOWNLOAD:
        return redirect(f"/disclosures/{handed.disclosure_id}")
    if handed.channel is Channel.PRINT:
        return redirect(f"/documents/{handed.document_id}.pdf")
    flash(hand_out_words.asked(handed), "success" if handed.disclosure_id else "warning")
    return redirect(f"/patients/{handed.patient_id}/documents")


@place.get("/disclosures/<uuid:disclosure_id>")
@needs(Action.PRINT_SUMMARY)
def given(disclosure_id: UUID) -> Response:
    """Say that it was written down; the browser then takes the file by itself."""
    found = disclosure.receipt(disclosure_id=disclosure_id, by=me(), at=now())
    page = render_template("documents/given.html", found=found, words=hand_out_words)
    answer = make_response(page)
    if found.disclosure.channel == Channel.DOWNLOAD:
        answer.headers["Refresh"] = f"0; url=/disclosures/{disclosure_id}.pdf"
    return answer


@place.get("/disclosures/<uuid:disclosure_id>.pdf")
@needs(Action.PRINT_SUMMARY)
def file(disclosure_id: UUID) -> Response:
    """Hand out the file of a download that was written down."""
    return _attached(disclosure.fetch(disclosure_id=disclosure_id, by=me(), at=now()))


@place.post("/deliveries/<uuid:delivery_id>/again")
@needs(Action.PRINT_SUMMARY)
@fresh
def send_again(delivery_id: UUID) -> Answer:
    """Have a document sent now that could not be sent before."""
    patient_id = delivery.try_again(delivery_id=delivery_id, by=me(), at=now())
    return redirect(f"/patients/{patient_id}/documents")


def _values(channel: str) -> dict[str, Any]:
    """To whom and what for; a way that is none is said together with what else is wrong."""
    beside = {} if channel in set(WAYS) else {"channel": CHOOSE}
    try:
        values = entry.values("disclosure")
    except BadInput as refusal:
        raise BadInput({**beside, **refusal.errors}) from None
    if beside:
        raise BadInput(beside)
    return values


def _form(document_id: UUID, form: Form, channel: str = "", beside: str = "") -> str:
    view = disclosure.open_form(document_id=document_id, by=me(), at=now())
    ways = [hand_out_words.way(one, chosen=channel) for one in view.ways]
    return render_template(
        "documents/hand_out.html",
        view=view,
        form=form,
        ways=ways,
        beside=beside,
        words=hand_out_words,
    )


def _attached(pdf: Pdf) -> Response:
    """The document as a file to keep (RFC 6266); its name is its number."""
    answer = make_response(pdf.content)
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{pdf.filename}"'
    answer.headers["Content-Security-Policy"] = DOCUMENT
    return answer
