"""The infusion summary: a draft printed on the spot, or the document kept for the chart.

No transaction is open while it is printed: what it shows is gathered first, and a document is
kept only if the record still says the same afterwards.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.rules import check_role
from kapnotes.actions.session_record import session_record
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, head_of, looks
from kapnotes.clinic.refusals import OutOfReach, Stale
from kapnotes.db import Session
from kapnotes.paper.draw import draw
from kapnotes.paper.gather import Gathered, gather
from kapnotes.paper.press import Printer
from kapnotes.paper.summary import Edition, PaperSize, Proof
from kapnotes.records import course, document
from kapnotes.records.document import Document
from kapnotes.records.practice import Practice, the_practice


@dataclass(frozen=True, slots=True)
class Pdf:
    """A document's bytes and the name of its file."""

    content: bytes
    filename: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class _Ready:
    """What a request finds: the kept document, or what is needed to make one."""

    gathered: Gathered
    practice: Practice
    kept: Document | None
    trail_head: str


def edition_for(by: Actor) -> Edition:
    """The edition of this reader: the whole, or the medical part."""
    return Edition.FULL if by.can(Action.READ_INTEGRATION) else Edition.MEDICAL


def summary(*, infusion_id: UUID, printer: Printer, by: Actor, at: datetime) -> Pdf:
    """The infusion's summary for this reader. Raises OutOfReach, NotAllowed or PrintFailed."""
    ready = _gather(infusion_id=infusion_id, by=by, at=at)
    gathered = ready.gathered
    name = f"infusion-summary-{gathered.infusion.number}"
    kept = ready.kept
    if gathered.is_final and kept and kept.content_digest == gathered.content_digest:
        return Pdf(kept.content, f"{kept.number}.pdf", is_kept=True)
    if not gathered.is_final:
        content = _print(
            ready, Proof("not kept", gathered.content_digest, ready.trail_head), printer
        )
        _note_draft_print(infusion_id=infusion_id, by=by, at=at)
        return Pdf(content, f"{name}-draft.pdf", is_kept=False)
    revision = kept.revision + 1 if kept else 1
    number = f"{gathered.infusion.id.hex[:12].upper()}-{edition_for(by).value[0].upper()}{revision}"
    content = _print(
        ready, Proof(number, gathered.content_digest, ready.trail_head), printer, replaces=kept
    )
    made = _keep(
        infusion_id=infusion_id,
        content=content,
        content_digest=gathered.content_digest,
        number=number,
        revision=revision,
        replaces=kept.number if kept else None,
        by=by,
        at=at,
    )
    return Pdf(made.content, f"{made.number}.pdf", is_kept=True)


def infusion_summary(
    session: Session,
    infusion_id: UUID,
    *,
    practice: Practice,
    edition: Edition,
    reach: Reach,
    at: datetime,
    lock: bool = False,
) -> Gathered:
    """What an infusion's summary is made of, all that its session recorded; or OutOfReach."""
    infusion = course.fetch_infusion(session, infusion_id, reach=reach, lock=lock)
    recorded = session_record(session, infusion, reach=reach, at=at)
    return gather(
        session, infusion, recorded, practice=practice, edition=edition, reach=reach, at=at
    )


def _print(
    ready: _Ready, proof: Proof, printer: Printer, *, replaces: Document | None = None
) -> bytes:
    filled = replace(
        ready.gathered.summary, proof=proof, replaces=replaces.number if replaces else ""
    )
    html = draw(filled, paper=PaperSize(ready.practice.paper_size))
    return printer.print(html, at=filled.made_at)


@looks(Did.SUMMARY_PRINTED)
def _note_draft_print(deed: Deed, *, infusion_id: UUID, by: Actor, at: datetime) -> None:
    found = course.fetch_infusion(deed.session, infusion_id, reach=by.reach(at))
    deed.on(found, infusion=found.number, edition=edition_for(by).value)


@looks(Did.SUMMARY_HANDED_OUT)
def _gather(deed: Deed, *, infusion_id: UUID, by: Actor, at: datetime) -> _Ready:
    check_role(by, Action.PRINT_SUMMARY)
    practice = the_practice(deed.session)
    if practice is None:
        raise OutOfReach
    edition = edition_for(by)
    reach = by.reach(at)
    gathered = infusion_summary(
        deed.session, infusion_id, practice=practice, edition=edition, reach=reach, at=at
    )
    kept = document.newest(deed.session, infusion_id, edition.value, reach=reach)
    deed.on(gathered.infusion, infusion=gathered.infusion.number, edition=edition.value)
    is_kept = kept is not None and kept.content_digest == gathered.content_digest
    if not (gathered.is_final and is_kept):
        deed.keep_silent()
    _, head = head_of(deed.session)
    return _Ready(gathered, practice, kept, head)


@does(Did.SUMMARY_KEPT)
def _keep(
    deed: Deed,
    *,
    infusion_id: UUID,
    content: bytes,
    content_digest: str,
    number: str,
    revision: int,
    replaces: str | None,
    by: Actor,
    at: datetime,
) -> Document:
    """Keep what was printed, if the record still says it; a twin that came first is returned."""
    practice = the_practice(deed.session)
    if practice is None:
        raise OutOfReach
    edition = edition_for(by)
    reach = by.reach(at)
    now = infusion_summary(
        deed.session, infusion_id, practice=practice, edition=edition, reach=reach, at=at, lock=True
    )
    deed.on(now.infusion, infusion=now.infusion.number, edition=edition.value)
    if not now.is_final or now.content_digest != content_digest:
        raise Stale("The record changed while the summary was printed. Please print it again.")
    twin = document.newest(deed.session, infusion_id, edition.value, reach=reach)
    if twin is not None and twin.content_digest == content_digest:
        return twin
    made = Document(
        id=uuid4(),
        patient_id=now.infusion.patient_id,
        infusion_id=infusion_id,
        edition=edition.value,
        number=number,
        revision=revision,
        content_digest=content_digest,
        file_digest=sha256(content).hexdigest(),
        size=len(content),
        made_at=at,
        made_by_id=by.id,
        replaces=replaces,
        content=content,
    )
    deed.session.add(made)
    deed.on(made, infusion=now.infusion.number, edition=edition.value, number=number)
    return made
