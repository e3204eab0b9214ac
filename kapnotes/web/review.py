"""Review: the supervisor's queue, one note in it, and the decision on it."""

from collections.abc import Callable, Mapping
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import cosigning, review, review_note
from kapnotes.actions.cosigning import SectionComment
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import BadInput, OutOfReach, Refusal
from kapnotes.web import review_asked, session_rows
from kapnotes.web.check_words import lines
from kapnotes.web.errors import status_of
from kapnotes.web.given import given
from kapnotes.web.review_asked import AGES, FOUND, asked_for, href
from kapnotes.web.review_facts import facts_of
from kapnotes.web.review_words import authors_of, rows_of, sections_of, spoken
from kapnotes.web.session import address, me, now

place = Blueprint("review", __name__)
MARK = "|"
"""Between a note and the digest of the text that was shown, where several are chosen."""


@place.get("/review")
@needs(Action.REVIEW_NOTE)
def queue() -> str:
    """Show what waits for a co-signature, or what is with its authors again."""
    if request.args.get("show") == "returned":
        return _returned()
    return _queue({})


def _queue(errors: Mapping[str, str]) -> str:
    page = review_asked.page_of(request.args, now())
    view = review.queue(asked=page.asked, after=page.after, by=me(), at=now())
    after = review_asked.after_of(view.after, page.asked)
    return render_template(
        "review/queue.html",
        view=view,
        rows=rows_of(view.rows, page.asked, now()),
        asked=page.asked,
        authors=authors_of(view.shares),
        kinds=list(NoteKind),
        ages=AGES,
        found=FOUND,
        is_filtered=not page.asked.is_all,
        is_later=page.after is not None,
        here=href(page.asked),
        more=href(page.asked, after=after) if after else "",
        together=href(page.asked, "/review/together", after=request.args.get("after", "")),
        chosen=set(request.form.getlist("note")),
        errors=errors,
        mark=MARK,
    )


def _returned() -> str:
    author_id = review_asked.uuid_of(request.args.get("person", ""))
    after = review_asked.returned_after(request.args)
    view = review.returned(author_id=author_id, after=after, by=me(), at=now())
    more = review_asked.returned_place(view.after)
    asked = asked_for(request.args, now())
    return render_template(
        "review/returned.html",
        view=view,
        is_later=after is not None,
        here=href(asked, show="returned"),
        more=href(asked, show="returned", after=more) if more else "",
    )


@place.post("/review/together")
@needs(Action.REVIEW_NOTE)
def cosign_together() -> tuple[str, int] | Response:
    """Co-sign the chosen notes, each under the text that was shown, with one password."""
    try:
        signed = cosigning.cosign_together(
            notes=_chosen(),
            password=given(),
            address=address(),
            by=me(),
            at=now(),
        )
    except OutOfReach:
        raise
    except Refusal as refusal:
        name = "password" if refusal.code == "wrong_password" else "together"
        return _queue({name: refusal.sentence}), status_of(refusal)
    flash(f"{len(signed)} notes are co-signed." if len(signed) > 1 else "The note is co-signed.")
    return redirect(href(asked_for(request.args, now())))


def _chosen() -> list[tuple[UUID, str]]:
    """The notes that were chosen; what is no note is as good as one out of reach."""
    found = []
    for one in request.form.getlist("note"):
        key, _, digest = one.partition(MARK)
        note_id = review_asked.uuid_of(key)
        if note_id is None:
            raise OutOfReach
        found.append((note_id, digest))
    return found


@place.get("/review/<uuid:note_id>")
@needs(Action.REVIEW_NOTE)
def read(note_id: UUID) -> str:
    """Show a note to decide on."""
    return _note(note_id, {})


def _note(note_id: UUID, errors: Mapping[str, str]) -> str:
    asked = asked_for(request.args, now())
    view = review_note.open_note(note_id=note_id, asked=asked, by=me(), at=now())
    return render_template(
        "review/note.html",
        view=view,
        sections=sections_of(view, request.form, errors),
        session=session_rows.shown(view.newest.session, me().zone),
        found=lines(view.found_here),
        found_beside=lines(view.found_beside),
        facts=facts_of(view.session, me().zone),
        spoken=spoken(view),
        queue=href(asked),
        address=lambda verb: href(asked, f"/review/{note_id}/{verb}"),
        before=_beside(view.beside.before.note_id if view.beside.before else None),
        after=_beside(view.beside.after.note_id if view.beside.after else None),
        errors=errors,
        typed=request.form,
    )


def _beside(note_id: UUID | None) -> str:
    """The address of a neighbour, within the same filters; "" where there is none."""
    return href(asked_for(request.args, now()), f"/review/{note_id}") if note_id else ""


@place.post("/review/<uuid:note_id>/cosign")
@needs(Action.REVIEW_NOTE)
def cosign(note_id: UUID) -> tuple[str, int] | Response:
    """Sign beside the author, and go on with the next note."""

    def act() -> None:
        cosigning.cosign(
            note_id=note_id,
            digest=request.form.get("digest", ""),
            password=given(),
            address=address(),
            by=me(),
            at=now(),
        )

    return _decide(note_id, act, "password", "The note is co-signed.")


@place.post("/review/<uuid:note_id>/return")
@needs(Action.REVIEW_NOTE)
def send_back(note_id: UUID) -> tuple[str, int] | Response:
    """Send the note back with comments, and go on with the next."""

    def act() -> None:
        cosigning.send_back(
            note_id=note_id,
            digest=request.form.get("digest", ""),
            comments=_comments(),
            by=me(),
            at=now(),
        )

    return _decide(note_id, act, "comment", "The note is with its author again.")


def _comments() -> list[SectionComment]:
    """The comments posted: `comment` is on the whole note, `comment.themes` on what it names."""
    return [
        SectionComment("", name.removeprefix("comment").removeprefix("."), words)
        for name, words in request.form.items()
        if name == "comment" or name.startswith("comment.")
    ]


@place.post("/review/<uuid:note_id>/ask")
@needs(Action.REVIEW_NOTE)
def ask(note_id: UUID) -> tuple[str, int] | Response:
    """Ask the author, and go on with the next; the note goes on waiting."""

    def act() -> None:
        words = request.form.get("question", "")
        cosigning.ask(note_id=note_id, words=words, by=me(), at=now())

    return _decide(note_id, act, "question", "The author is asked. The note goes on waiting.")


def _decide(
    note_id: UUID, act: Callable[[], None], name: str, said: str
) -> tuple[str, int] | Response:
    """Do it and open what follows, or show the note again with what is wrong beside its field."""
    asked = asked_for(request.args, now())
    after = review.following(note_id=note_id, asked=asked, by=me(), at=now())
    try:
        act()
    except BadInput as refusal:
        return _note(note_id, refusal.errors), status_of(refusal)
    except OutOfReach:
        raise
    except Refusal as refusal:
        return _note(note_id, {refusal.about or name: refusal.sentence}), status_of(refusal)
    flash(said, "success")
    return redirect(_beside(after) or href(asked))
