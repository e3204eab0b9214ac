"""The notes of a page, for the bundle of its document: signed content, or why there is none."""

from zoneinfo import ZoneInfo

from kapnotes.exchange.charted_note import Addendum, Filled, Note, Signature
from kapnotes.exchange.person import Person
from kapnotes.library import note_definition, record_definition
from kapnotes.paper.note_parts import LEFT_OUT, NOT_MEDICAL
from kapnotes.paper.parts import Parts
from kapnotes.paper.summary import AddendumWords, NotePart, SignatureWords
from kapnotes.records.content import answers_of


def note_of(told: NotePart, parts: Parts) -> Note:
    """A note as the page has it: signed content, or why there is none."""
    version = parts.versions.get(told.note_id) if told.note_id else None
    if version is None or told.missing:
        return Note(
            kind=told.kind,
            title=told.title,
            state=told.state,
            missing=told.missing,
            is_withheld=told.missing in {LEFT_OUT, NOT_MEDICAL},
        )
    signatures = tuple(map(_signature, told.signatures))
    return Note(
        kind=told.kind,
        title=told.title,
        state=told.state,
        filled=Filled(
            id=version.note_id,
            definition=note_definition(told.kind, version.definition_version),
            answers=answers_of(told.kind, version),
            at=version.signed_at.astimezone(parts.zone),
            zone=parts.zone,
            by=signatures[0].by,
            is_amended=version.number > 1 or bool(told.addenda),
        ),
        signatures=signatures,
        addenda=tuple(_addendum(one, parts.zone) for one in told.addenda),
        amendments=tuple(
            f"Amendment asked for by the patient. {line.title}: {line.words} ({line.by})"
            for one in told.amendments
            for line in one.lines
        ),
    )


def _signature(said: SignatureWords) -> Signature:
    if said.by_id is None:
        raise ValueError("A signature that is in no record.")
    by = Person(id=said.by_id, name=said.name, credentials=said.credentials)
    return Signature(by=by, role=said.role, meaning=said.meaning, at=said.at)


def _addendum(said: AddendumWords, zone: ZoneInfo) -> Addendum:
    if said.id is None:
        raise ValueError("An addendum that is in no record.")
    signature = _signature(said.signature)
    filled = Filled(
        id=said.id,
        definition=record_definition("addendum"),
        answers={"reason": said.reason, "text": said.text},
        at=said.signature.at,
        zone=zone,
        by=signature.by,
    )
    return Addendum(filled=filled, text=said.text, reason=said.reason, signature=signature)
