"""A single note as a document: its chart content, who signed for it, and what was added."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.access.rules import check_read_note
from kapnotes.actions.charted import charted_summary
from kapnotes.actions.course_reading import desk, gathered, read_course
from kapnotes.actions.summary import bundle
from kapnotes.actions.work import Order, Section, Stamp, Work
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.note import STATE_WORDS, NoteKind, NoteState, is_final
from kapnotes.clinic.refusals import OutOfReach
from kapnotes.db import Session
from kapnotes.paper.binding import Attachment
from kapnotes.paper.draw import heading
from kapnotes.paper.gather import Gathered, digest_of
from kapnotes.paper.note_sheet import draw_note, part_of
from kapnotes.paper.parts import TITLES
from kapnotes.paper.summary import NotePart, PaperSize
from kapnotes.records import note
from kapnotes.records.note import Note
from kapnotes.records.practice import Practice


def note_work(
    session: Session,
    order: Order,
    *,
    practice: Practice,
    reach: Reach,
    by: Actor,
    at: datetime,
) -> Work:
    """One note as it is to be printed; or OutOfReach, or NotAllowed for who does not read it."""
    found = note.fetch(session, order.about_id, reach=reach)
    check_read_note(by, found)
    if found.state == NoteState.DISCARDED:
        raise OutOfReach
    table = desk(session, practice, order.edition, reach=reach, at=at)
    infusion = found.infusion
    record = read_course(session, found.patient, infusion.course, table, only=[infusion.id])
    whole = gathered(record, infusion, table)
    reasons = _reasons(found)
    digest = _digest(found, whole, order, practice, table.head.digest)
    title = TITLES[found.kind]
    return Work(
        order=order,
        patient_id=found.patient_id,
        practice=practice.name,
        paper=table.paper,
        title=lambda: f"{title}: {found.patient.name}, {heading(whole.summary.course)}",
        description=f"record {found.patient.record_number}",
        filename=f"{found.kind}-note-{infusion.number}",
        content_digest=digest,
        reasons=reasons,
        sections=(Section(title, lambda _: _page(whole, found, reasons, table.paper)),),
        attach=partial(_attached, whole, found),
    )


def _reasons(found: Note) -> tuple[str, ...]:
    state = NoteState(found.state)
    return () if is_final(state) else (f"The note is {STATE_WORDS[state]}.",)


def _part(whole: Gathered, note_id: UUID) -> NotePart:
    part = part_of(whole.summary, note_id)
    if part is None:
        raise OutOfReach
    return part


def _page(whole: Gathered, found: Note, reasons: tuple[str, ...], paper: PaperSize) -> str:
    part = _part(whole, found.id)
    told = whole.summary
    return draw_note(told, part, draft=" ".join(reasons), paper=paper)


def _attached(
    whole: Gathered, found: Note, stamp: Stamp, shares: tuple[str, ...]
) -> tuple[Attachment, ...]:
    """The note alone; of a dosing-session note also what its session recorded."""
    del shares
    part = _part(whole, found.id)
    told = replace(whole.summary, notes=(part,))
    charted = charted_summary(
        whole, told, owner=found.patient, number=stamp.number, replaces=stamp.replaces
    )
    [infusion] = charted.infusions
    kept = replace(infusion, glance=None, alerts=(), consent=None, consent_words=(), scores=())
    if found.kind != NoteKind.DOSING:
        kept = replace(
            kept,
            arrival=None,
            doses=(),
            readings=(),
            schedule=(),
            events=(),
            adverse=(),
            discharge=None,
        )
    alone = replace(
        charted,
        kind=DocumentKind.NOTE,
        title=f"{TITLES[found.kind]}: {heading(told.course)}",
        infusions=(replace(kept, is_whole=False),),
        is_final=not _reasons(found),
    )
    return (bundle(alone),)


def _digest(
    found: Note, whole: Gathered, order: Order, practice: Practice, head_digest: str
) -> str:
    """SHA-256 of what the note's pages show."""
    parts = whole.parts
    version = parts.versions.get(found.id)
    rows = parts.session.rows if found.kind == NoteKind.DOSING else ()
    content: dict[str, object] = {
        "practice": [practice.name, practice.zone, head_digest],
        "edition": order.edition.value,
        "patient": [str(found.patient_id), found.patient.version],
        "course": [str(found.infusion.course_id), found.infusion.course.version],
        "infusion": [str(found.infusion_id), found.infusion.version],
        "note": [str(found.id), found.state, version.digest if version else ""],
        "cosignatures": [str(one.id) for one in parts.cosignatures if one.note_id == found.id],
        "addenda": [one.digest for one in parts.addenda if one.note_id == found.id],
        "session": sorted(str(row.id) for row in rows),
    }
    if asked := parts.asked.get(found.id):
        content["asked"] = [[one.state, *(line.words for line in one.lines)] for one in asked]
    return digest_of("note", content)
