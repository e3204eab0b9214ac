"""Making a document: its sections printed or taken from what is kept, bound, sealed and kept.

No transaction is open while something is printed. What is kept is kept once: of two who made the
same document at the same time, the second is handed the first one's bytes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions.sealing import the_sealer
from kapnotes.actions.work import Kept, Stamp, Work
from kapnotes.audit.events import Did
from kapnotes.audit.seal import Anchor, testimony
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.document import KIND_WORDS, document_number
from kapnotes.clinic.refusals import Stale
from kapnotes.paper.binding import Attachment, Binding, Bookmark, Furniture, Pressed
from kapnotes.paper.press import Printer
from kapnotes.paper.seal import seal
from kapnotes.records import document, job, part
from kapnotes.records.document import Document

LANGUAGE = "en"
JSON = "application/json"
MOST_LAYOUTS = 4
"""How often the contents are set again until their own length agrees with what they say."""

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


def draft(work: Work, *, head: Anchor, printer: Printer, at: datetime, verify: str) -> bytes:
    """The document of what is not all signed: DRAFT on each page, neither sealed nor kept."""
    stamp = Stamp("not kept", "", head)
    return _printed(work, stamp, {}, printer=printer, at=at, verify=verify)[0]


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
    step = _steps(work, known, on_step)
    bound, pages = _printed(
        work, stamp, known, printer=printer, at=at, verify=verify, keep=_keeper(work, by, at, step)
    )
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


def _printed(
    work: Work,
    stamp: Stamp,
    known: dict[Kept, Printed],
    *,
    printer: Printer,
    at: datetime,
    verify: str,
    keep: Callable[[Kept, Printed], None] | None = None,
) -> tuple[bytes, int]:
    """The bound document and its pages: what is kept is not printed again."""
    parts: list[bytes] = [b""] * len(work.sections)
    pages = [1] * len(work.sections)
    data = []
    loose = []
    for place, section in enumerate(work.sections):
        if section.kept is None:
            loose.append(place)
            continue
        found = known.get(section.kept)
        if found is None:
            pressed = printer.part(section.draw(()), at=at)
            found = Printed(pressed, section.data() if section.data else "")
            if keep is not None:
                keep(section.kept, found)
        parts[place], pages[place] = found.pressed.content, found.pressed.pages
        if section.data:
            data.append(found.data)
    for _ in range(MOST_LAYOUTS):
        begins = _begins(pages)
        for place in loose:
            pressed = printer.part(work.sections[place].draw(begins), at=at)
            parts[place], pages[place] = pressed.content, pressed.pages
        if _begins(pages) == begins or not loose:
            break
    binding = Binding(
        parts=tuple(parts),
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
        attachments=_attachments(work, stamp, tuple(data)) if work.is_final else (),
        at=at,
    )
    return printer.bind(binding), sum(pages)


def _attachments(work: Work, stamp: Stamp, data: tuple[str, ...]) -> tuple[Attachment, ...]:
    """The data of the pages, and the signed head of the trail as it stood."""
    head = testimony(db.current().ring, stamp.head)
    words = "The head of the audit trail when this document was made, signed"
    return (
        *work.attach(stamp, data),
        Attachment("trail-head.json", JSON, head, words, "Supplement"),
    )


def _begins(pages: Sequence[int]) -> tuple[int, ...]:
    """At which page, counted from 1, each section begins."""
    return tuple(1 + sum(pages[:place]) for place in range(len(pages)))


def _known_parts(work: Work, reach: Reach) -> dict[Kept, Printed]:
    """The pages of the sections that were printed before with exactly this content."""
    found = {}
    with db.current().reading() as session:
        for one in (section.kept for section in work.sections):
            if one is None:
                continue
            row = part.fetch(
                session, one.kind, one.about_id, work.order.edition.value, one.digest, reach=reach
            )
            if row is not None:
                found[one] = Printed(Pressed(row.content, row.pages), row.data)
    return found


def _steps(work: Work, known: dict[Kept, Printed], on_step: Step | None) -> Callable[[], None]:
    """A counter of the sections that were printed, of those that have to be."""
    total = sum(1 for one in work.sections if one.kept is not None and one.kept not in known) + 1
    done = [0]

    def step() -> None:
        done[0] += 1
        if on_step is not None:
            on_step(done[0], total)

    if on_step is not None:
        on_step(0, total)
    return step


def _keeper(
    work: Work, by: Actor, at: datetime, step: Callable[[], None]
) -> Callable[[Kept, Printed], None]:
    """What keeps each section as soon as it is printed, so that a crash costs one at most."""

    def keep(kept: Kept, printed: Printed) -> None:
        keep_part(work=work, kept=kept, printed=printed, by=by, at=at)
        step()

    return keep


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
    reach = by.reach(at)
    found = document.newest(
        session,
        order.kind.value,
        order.about_id,
        order.edition.value,
        reach=reach,
        choice_digest=order.choice_digest,
    )
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
