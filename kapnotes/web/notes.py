"""Notes: beginning, writing with drafts saved by themselves, earlier drafts, reading, export."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as Answer

from kapnotes import forms
from kapnotes.access.actions import Action
from kapnotes.access.door import fresh, needs
from kapnotes.access.rules import (
    may_add_addendum,
    may_process_note,
    may_review_note,
    may_sign_note,
    may_write_note,
)
from kapnotes.actions import note, note_facts, reading
from kapnotes.clinic import note as clinic
from kapnotes.clinic.note import Move, NoteState
from kapnotes.clinic.refusals import BadInput, StaleDraft
from kapnotes.forms import Answers, Ask, Definition, FindingKind, Raw
from kapnotes.web import check_words, session_rows
from kapnotes.web.entry import posted
from kapnotes.web.filters import day, moment, seconds
from kapnotes.web.session import keep_sitting, me, me_about, now

place = Blueprint("notes", __name__)
ROW = re.compile(r"[a-z][a-z0-9-]*\.[0-9]{1,4}")
"""The name of a row of a repeating group."""


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the editor's list, and how much it still needs before signing."""

    id: str
    label: str
    missing: int


@place.post("/infusions/<uuid:infusion_id>/notes")
@needs(Action.WRITE_NOTE)
def begin(infusion_id: UUID) -> Answer:
    """Begin a note."""
    kind = request.form.get("kind", "")
    if kind not in set(clinic.NoteKind):
        raise BadInput({"kind": "Choose one of the three kinds of note."})
    made = note.begin(infusion_id=infusion_id, kind=kind, by=me(), at=now())
    return redirect(f"/notes/{made}/edit")


@place.get("/notes/<uuid:note_id>/edit")
@needs(Action.WRITE_NOTE)
def edit(note_id: UUID) -> str:
    """Show the note's form."""
    writing = note.open_to_write(note_id=note_id, is_checked=True, by=me(), at=now())
    return _editor(writing, writing.raw, writing.version)


@place.post("/notes/<uuid:note_id>/edit")
@needs(Action.WRITE_NOTE)
def save(note_id: UUID) -> tuple[str, int] | Answer:
    """Save by the button: works without any script, and ends where the button says."""
    raw, base = _without_removed(posted()), base_version()
    try:
        if "_carry" in request.form and _carries(note_id, raw):
            return redirect(f"/notes/{note_id}/edit#f-{request.form['_carry']}")
        saved = note.save(note_id=note_id, base=base, raw=raw, by=me(), at=now())
    except StaleDraft as refusal:
        return _both(note_id, raw, refusal)
    if rows := request.form.get("_add") or request.form.get("_remove", "").partition(".")[0]:
        return redirect(f"/notes/{note_id}/edit#f-{quote(rows)}")
    if "_review" in request.form:
        return redirect(f"/notes/{note_id}/sign")
    flash(f"Saved {seconds(saved.saved_at)}.", "success")
    return redirect(f"/notes/{note_id}/edit")


def _both(note_id: UUID, raw: Raw, refusal: StaleDraft) -> tuple[str, int]:
    """Show what was typed beside what was saved elsewhere meanwhile."""
    writing = note.open_to_write(note_id=note_id, by=me(), at=now())
    return _editor(writing, raw, writing.version, stale=refusal.sentence), 409


@place.post("/notes/<uuid:note_id>/facts")
@needs(Action.WRITE_NOTE)
def take_facts(note_id: UUID) -> tuple[str, int] | Answer:
    """Save what is typed, then fill what is still blank from the session."""
    raw = posted()
    try:
        saved = note.save(note_id=note_id, base=base_version(), raw=raw, by=me(), at=now())
        _, many = note_facts.take_facts(note_id=note_id, base=saved.version, by=me(), at=now())
    except StaleDraft as refusal:
        return _both(note_id, raw, refusal)
    said = "One answer is" if many == 1 else f"{many or 'No'} answers are"
    flash(f"{said} filled in from the session. Read them before you sign.", "success")
    return redirect(f"/notes/{note_id}/edit")


def _carries(note_id: UUID, raw: Raw) -> bool:
    """Carry one answer over and save; what cannot be carried is said, and the rest still saved."""
    name, base = request.form["_carry"], base_version()
    try:
        note.carry(note_id=note_id, base=base, raw=raw, name=name, by=me(), at=now())
    except BadInput as refusal:
        flash(" ".join(refusal.errors.values()), "error")
        return False
    return True


@place.put("/notes/<uuid:note_id>/draft")
@needs(Action.WRITE_NOTE)
def save_draft(note_id: UUID) -> Response | tuple[Response, int]:
    """Save what the page sends by itself; answer only once it is committed."""
    try:
        saved = note.save(note_id=note_id, base=base_version(), raw=posted(), by=me(), at=now())
    except StaleDraft:
        writing = note.open_to_write(note_id=note_id, by=me(), at=now())
        answer = jsonify(
            version=writing.version,
            saved_at=seconds(writing.saved_at),
            by=writing.note.author.name,
            form_html=_form(writing, writing.raw, writing.version),
        )
        return answer, 409
    if saved.saved_at == now():
        keep_sitting()
    parts = _parts(saved.definition, saved.raw)
    return jsonify(
        version=saved.version,
        saved_at=seconds(saved.saved_at),
        csrf=generate_csrf(),
        missing=[part.id for part in parts if part.missing],
    )


def base_version() -> int:
    """The version that what is posted was typed on; -1, which is older than any, for nonsense."""
    base = request.form.get("_version", "")
    return int(base) if base.isascii() and base.isdigit() and len(base) < 10 else -1  # noqa: PLR2004 - digits of a count


def _without_removed(raw: dict[str, list[str]]) -> Raw:
    """The posted form without the row whose remove button was pressed (`_remove`, `group.n`)."""
    removed = "".join(raw.get("_remove", ()))
    if not ROW.fullmatch(removed):
        return raw
    return {name: values for name, values in raw.items() if not name.startswith(f"{removed}.")}


def _asks(writing: note.Writing, raw: Raw) -> tuple[Ask, ...]:
    read = forms.read(writing.definition, raw)
    return forms.ask(
        writing.definition,
        raw,
        errors=read.errors,
        earlier=_offered(writing.earlier),
        carried=raw.get(note.CARRIED, ()),
    )


def _offered(earlier: Answers | None) -> Answers | None:
    """What of the earlier note may be carried over: never a day or a time, which are its own."""
    if earlier is None:
        return None
    return {link: value for link, value in earlier.items() if not isinstance(value, date | time)}


def _parts(definition: Definition, raw: Raw) -> list[Part]:
    read = forms.read(definition, raw)
    findings = forms.check_signing(definition, read.answers, read.errors)
    open_ = [one.section for one in findings if one.kind is not FindingKind.CAUTION]
    return [Part(item.link_id, item.text, open_.count(item.link_id)) for item in definition.items]


def _editor(writing: note.Writing, raw: Raw, version: int, *, stale: str = "") -> str:
    asks = _asks(writing, raw)
    shown = {ask.link_id for ask in asks if ask.shown}
    theirs = forms.read(writing.definition, writing.raw).answers if stale else {}
    mine = forms.read(writing.definition, raw).answers if stale else {}
    return render_template(
        "notes/edit.html",
        writing=writing,
        title=writing.definition.title,
        asks=asks,
        raw=raw,
        version=version,
        parts=[part for part in _parts(writing.definition, raw) if part.id in shown],
        saved=_saved(writing.saved_at),
        stale=stale,
        checks=check_words.lines(one for one in writing.checks if one.note_id),
        theirs=forms.tell(writing.definition, theirs),
        differences=forms.difference(writing.definition, theirs, mine),
    )


def _saved(at: datetime) -> str:
    """When a draft was saved: the time today, else the day too."""
    return seconds(at) if day(at) == day(now()) else moment(at)


def _form(writing: note.Writing, raw: Raw, version: int) -> str:
    return render_template(
        "notes/questions.html", writing=writing, asks=_asks(writing, raw), raw=raw, version=version
    )


@place.get("/notes/<uuid:note_id>/drafts")
@needs(Action.WRITE_NOTE)
def drafts(note_id: UUID) -> str:
    """Show earlier drafts of a note, each with what changed since."""
    found, definition, kept = note.look_at_drafts(note_id=note_id, by=me(), at=now())
    answers = [forms.read(definition, one.raw).answers for one in kept]
    current = next((place for place, one in enumerate(kept) if not one.is_aside), 0)
    rows = [
        (one, forms.difference(definition, mine, answers[current]))
        for one, mine in zip(kept, answers, strict=True)
    ]
    return render_template(
        "notes/drafts.html",
        note=found,
        title=definition.title,
        rows=rows,
        current=kept[current].version,
    )


@place.post("/notes/<uuid:note_id>/drafts/<int:version>/restore")
@needs(Action.WRITE_NOTE)
def restore(note_id: UUID, version: int) -> Answer:
    """Bring an earlier draft back."""
    note.restore(note_id=note_id, version=version, by=me(), at=now())
    flash("The earlier draft is back. What stood before is kept among the drafts.", "success")
    return redirect(f"/notes/{note_id}/edit")


@place.post("/notes/<uuid:note_id>/discard")
@needs(Action.WRITE_NOTE)
def discard(note_id: UUID) -> Answer:
    """Discard a draft that was never signed."""
    infusion_id = note.discard(note_id=note_id, by=me(), at=now())
    flash("The draft is discarded.", "info")
    return redirect(f"/infusions/{infusion_id}")


@place.get("/notes/<uuid:note_id>")
@needs(Action.READ_NOTE)
def read(note_id: UUID) -> str:
    """Show a note as it stands."""
    return show(reading.look(note_id=note_id, by=me(), at=now()))


def show(view: reading.NoteView, *, errors: Mapping[str, str] | None = None) -> str:
    """The note's page; after a refusal with what is wrong beside what was typed."""
    newest = view.newest
    return render_template(
        "notes/read.html",
        view=view,
        session=session_rows.shown(newest.session, me().zone) if newest else None,
        may=_may_of(view),
        errors=errors or {},
        typed=request.form,
        reason=request.form.get("reason", ""),
    )


def _may_of(view: reading.NoteView) -> dict[str, bool]:
    """What this person may do with the note as it stands."""
    found, actor = view.note, me_about(view.note.patient_id)
    state = NoteState(found.state)
    return {
        "write": may_write_note(actor, found) and clinic.may_edit(state),
        "sign": may_sign_note(actor, found) and clinic.may_edit(state),
        "discard": may_write_note(actor, found) and clinic.may_move(state, Move.DISCARD),
        "withdraw": may_sign_note(actor, found) and clinic.may_move(state, Move.WITHDRAW),
        "review": may_review_note(actor, found) and view.decides,
        "answer": may_sign_note(actor, found) and view.question is not None,
        "add": may_add_addendum(actor, found) and clinic.may_move(state, Move.ADD_ADDENDUM),
        "export": actor.can(Action.EXPORT_NOTE) and bool(view.versions),
        "process": may_process_note(actor, found),
    }


@place.get("/notes/<uuid:note_id>/response.json")
@needs(Action.EXPORT_NOTE)
@fresh
def export(note_id: UUID) -> Response:
    """Hand the signed note out as a FHIR QuestionnaireResponse."""
    answer = jsonify(reading.export(note_id=note_id, by=me(), at=now()))
    answer.headers["Content-Type"] = "application/fhir+json"
    answer.headers["Content-Disposition"] = 'attachment; filename="note.json"'
    return answer
