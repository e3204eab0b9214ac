"""Who signed the notes of a course, and which of them nobody has signed for yet."""

from collections.abc import Iterator

from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import STATE_WORDS, NoteKind, NoteState, is_final
from kapnotes.paper import words
from kapnotes.paper.course_record import CourseRecord
from kapnotes.paper.course_summary import SignatureLine
from kapnotes.paper.note_parts import LEFT_OUT
from kapnotes.paper.parts import TITLES
from kapnotes.paper.summary import Edition
from kapnotes.records.note import Cosignature, Note, NoteVersion

NOT_WRITTEN = "Not written."
ALL_WRITTEN = frozenset({InfusionState.COMPLETED})


def signature_lines(record: CourseRecord) -> Iterator[SignatureLine]:
    """Each note of each infusion that took place, in order, with its signatures in words."""
    for infusion in record.infusions:
        notes = record.notes_of(infusion.id)
        hidden = {one.kind for one in record.hidden if one.infusion_id == infusion.id}
        for kind in NoteKind:
            if kind is NoteKind.INTEGRATION and record.edition is Edition.MEDICAL:
                continue
            found = [one for one in notes if one.kind == kind]
            for one in found:
                yield _line(record, infusion.number, one)
            if not found and kind in hidden:
                yield SignatureLine(infusion.number, TITLES[kind], LEFT_OUT, is_open=True)
            elif not found and infusion.state in ALL_WRITTEN:
                yield SignatureLine(infusion.number, TITLES[kind], NOT_WRITTEN, is_open=True)


def unsigned(record: CourseRecord) -> Iterator[str]:
    """What is left out because nobody has signed for it, in sentences."""
    for line in signature_lines(record):
        if line.is_open and line.signed != LEFT_OUT:
            yield f"Infusion {line.infusion}, {line.title.lower()}: {_lowered(line.signed)}"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _line(record: CourseRecord, number: int, one: Note) -> SignatureLine:
    state, version = NoteState(one.state), record.versions.get(one.id)
    title = TITLES[one.kind]
    if version is None or not is_final(state):
        said = f"{STATE_WORDS[state].capitalize()} ({one.author.name})."
        return SignatureLine(number, title, said, is_open=True)
    marks = [
        mark
        for mark in record.cosignatures
        if mark.note_id == one.id and mark.number == version.number
    ]
    added = sum(1 for addendum in record.addenda if addendum.note_id == one.id)
    if added:
        title += f", {added} {'addendum' if added == 1 else 'addenda'}"
    return SignatureLine(
        number, title, _signed(version, record), "; ".join(_signed(mark, record) for mark in marks)
    )


def _signed(by: NoteVersion | Cosignature, record: CourseRecord) -> str:
    return f"{by.signer}, {words.moment(by.signed_at.astimezone(record.zone))}"
