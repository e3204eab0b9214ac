"""Making a document: its sections printed or taken from what is kept, bound, sealed and kept.

No transaction is open while something is printed. What is kept is kept once: of two who made the
same document at the same time, the second is handed the first one's bytes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import accumulate
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions.sealing import the_sealer
from kapnotes.actions.work import Kept, Order, Section, Stamp, Work
from kapnotes.audit.events import Did
from kapnotes.audit.seal import Anchor, testimony
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.document import KIND_WORDS, document_number
from kapnotes.clinic.refusals import Stale
from kapnotes.db import Session
from kapnotes.paper.binding import Attachment, Binding, Bookmark, Furniture, Pressed
from kapnotes.paper.press import Printer
from kapnotes.paper.seal import seal
from kapnotes.records import document, job, part
from kapnotes.records.document import Document

LANGUAGE = "en"
JSON = "application/json"
MOST_LAYOUTS = 4
"""How often the contents are set again until their own length agrees with what they say."""

ONE_PAGE = Pressed(b"", 1)
"""Stands for a section that is not set yet."""

Step = Callable[[int, int], None]
"""Told after each section how many of how many are done."""


@dataclass(frozen=True, slots=True)
class Predecessor:
    """What came before: the newest revision of this document, and the number of the last of all."""

    revision: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class Printed:
    """A section as it is kept: its pages, and its share of what is attached."""

    pressed: Pressed
    data: str = ""


def newest_of(session: Session, order: Order, *, reach: Reach) -> Document | None:
    """The newest kept document of an order, within reach, or None."""
    return document.newest(
        session,
        order.kind.value,
        order.about_id,
        order.edition.value,
        reach=reach,
        choice_digest=order.choice_digest,
    )


def draft(work: Work, *, head: Anchor, printer: Printer, at: datetime, verify: str) -> bytes:
    """The document of what is not all signed: DRAFT on each page, neither sealed nor kept."""
    stamp = Stamp("not kept", "", head)
    known = {
        kept: _press(section, printer=printer, at=at)
        for kept, section in _missing(work, {}).items()
    }
    return _bound(work, stamp, known, printer=printer, at=at, verify=verify)[0]


def make(
    work: Work,
    *,
    before: Predecessor,
    head: Anchor,
    printer: Printer,
    verify: str,
    token: tuple[UUID, UUID] | None = None,
    on_step: Step | None = None,
    by: Actor,
    at: datetime,
) -> Document:
    """Make a document of signed content and keep it; `token` is a job and the claim on it.

    `verify` is the address under which a document's number can be looked up. Raises PrintFailed,
    SealFailed, or Stale when the record went on while it was printed.
    """
    number = document_number(
        work.order.kind, work.order.about_id.hex, work.order.edition.value, before.revision + 1
    )
    stamp = Stamp(number, before.number, head)
    known = _known_parts(work, by.reach(at))
    missing = _missing(work, known)
    step, total = on_step or _untold, len(missing) + 1
    step(0, total)
    for done, (kept, section) in enumerate(missing.items(), 1):
        known[kept] = _press(section, printer=printer, at=at)
        keep_part(work=work, kept=kept, printed=known[kept], by=by, at=at)
        step(done, total)
    bound, pages = _bound(work, stamp, known, printer=printer, at=at, verify=verify)
    sealer = the_sealer(by=by, at=at)
    reason = f"{KIND_WORDS[work.order.kind]} for the chart, document {number}"
    content = seal(bound, sealer=sealer, signer=work.practice, reason=reason, at=at)
    return keep(
        work=work,
        content=content,
        pages=pages,
        stamp=stamp,
        before=before,
        token=token,
        by=by,
        at=at,
    )


def _untold(done: int, total: int) -> None:
    """Nobody waits for it."""
    del done, total


def _missing(work: Work, known: Mapping[Kept, Printed]) -> dict[Kept, Section]:
    """The sections that have to be pressed, of those that are kept once they are."""
    return {one.kept: one for one in work.sections if one.kept and one.kept not in known}


def _press(section: Section, *, printer: Printer, at: datetime) -> Printed:
    """A section's pages, and its share of what is attached."""
    pressed = printer.part(section.draw(()), at=at)
    return Printed(pressed, section.data() if section.data else "")


def _laid_out(
    sections: Sequence[Section], known: Mapping[Kept, Printed], *, printer: Printer, at: datetime
) -> list[Pressed]:
    """Every section's pages; those that are not kept are told where each section begins."""
    found = [known[one.kept].pressed if one.kept else ONE_PAGE for one in sections]
    loose = [place for place, one in enumerate(sections) if one.kept is None]
    for _ in range(MOST_LAYOUTS if loose else 0):
        begins = _begins(found)
        for place in loose:
            found[place] = printer.part(sections[place].draw(begins), at=at)
        if _begins(found) == begins:
            break
    return found


def _bound(
    work: Work,
    stamp: Stamp,
    known: Mapping[Kept, Printed],
    *,
    printer: Printer,
    at: datetime,
    verify: str,
) -> tuple[bytes, int]:
    """The whole document and its pages, once all that is kept of it is known."""
    parts = _laid_out(work.sections, known, printer=printer, at=at)
    data = tuple(known[one.kept].data for one in work.sections if one.kept and one.data)
    binding = Binding(
        parts=tuple(one.content for one in parts),
        furniture=Furniture(
            practice=work.practice,
            number=stamp.number,
            content_digest=work.content_digest,
            trail_head=stamp.head.short,
            verify_url=f"{verify}/{stamp.number}" if work.is_final else "",
            replaces=stamp.replaces,
            draft=not work.is_final,
            paper=work.paper,
        ),
        title=work.title(),
        author=work.practice,
        description=work.description,
        language=LANGUAGE,
        bookmarks=tuple(Bookmark(one.title, place) for place, one in enumerate(work.sections)),
        attachments=_attachments(work, stamp, data) if work.is_final else (),
        at=at,
    )
    return printer.bind(binding), sum(one.pages for one in parts)


def _attachments(work: Work, stamp: Stamp, data: tuple[str, ...]) -> tuple[Attachment, ...]:
    """The data of the pages, and the signed head of the trail as it stood."""
    head = testimony(db.current().ring, stamp.head)
    words = "The head of the audit trail when this document was made, signed"
    return (
        *work.attach(stamp, data),
        Attachment("trail-head.json", JSON, head, words, "Supplement"),
    )


def _begins(parts: Sequence[Pressed]) -> tuple[int, ...]:
    """At which page, counted from 1, each section begins."""
    return tuple(accumulate((one.pages for one in parts[:-1]), initial=1))


def _known_parts(work: Work, reach: Reach) -> dict[Kept, Printed]:
    """The pages of the sections that were printed before with exactly this content."""
    wanted = {one.kept for one in work.sections if one.kept}
    ids = {one.about_id for one in wanted}
    with db.current().reading() as session:
        rows = part.about(session, ids, work.order.edition.value, reach=reach)
        return {
            kept: Printed(Pressed(row.content, row.pages), row.data)
            for row in rows
            if (kept := Kept(row.kind, row.about_id, row.content_digest)) in wanted
        }


@does(Did.PART_KEPT)
def keep_part(
    deed: Deed, *, work: Work, kept: Kept, printed: Printed, by: Actor, at: datetime
) -> None:
    """Keep the pages of one section, to be bound into this document and the next."""
    made = part.keep(
        deed.session,
        patient_id=work.patient_id,
        kind=kept.kind,
        about_id=kept.about_id,
        edition=work.order.edition.value,
        content_digest=kept.digest,
        pages=printed.pressed.pages,
        content=printed.pressed.content,
        data=printed.data,
        at=at,
    )
    if made is None:
        deed.keep_silent()
    else:
        deed.on(made, pages=printed.pressed.pages)


@does(Did.DOCUMENT_KEPT)
def keep(
    deed: Deed,
    *,
    work: Work,
    content: bytes,
    pages: int,
    stamp: Stamp,
    before: Predecessor,
    token: tuple[UUID, UUID] | None,
    by: Actor,
    at: datetime,
) -> Document:
    """Keep what was made and end its job; a twin that came first is returned instead.

    Raises Stale when another document of this kind was kept meanwhile with other content.
    """
    order, session = work.order, deed.session
    found = newest_of(session, order, reach=by.reach(at))
    if found is not None and found.content_digest == work.content_digest:
        _end(deed, token, found, at=at)
        deed.on(found, kind=order.kind.value, number=found.number)
        return found
    last = document.last_revision(session, order.kind.value, order.about_id, order.edition.value)
    if last != before.revision:
        raise Stale("Another version was made while this one was printed. Please ask again.")
    made = Document(
        id=uuid4(),
        patient_id=work.patient_id,
        kind=order.kind.value,
        about_id=order.about_id,
        edition=order.edition.value,
        choice_digest=order.choice_digest,
        number=stamp.number,
        revision=before.revision + 1,
        content_digest=work.content_digest,
        file_digest=sha256(content).hexdigest(),
        size=len(content),
        pages=pages,
        made_at=at,
        made_by_id=by.id,
        replaces=stamp.replaces or None,
        content=content,
    )
    session.add(made)
    session.flush()
    _end(deed, token, made, at=at)
    deed.on(made, kind=order.kind.value, edition=order.edition.value, number=made.number)
    return made


def _end(deed: Deed, token: tuple[UUID, UUID] | None, found: Document, *, at: datetime) -> None:
    if token is not None:
        job.end(deed.session, token[0], token=token[1], document_id=found.id, at=at)
