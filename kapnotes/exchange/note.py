"""Notes, addenda and checks as FHIR QuestionnaireResponses; a note that is not there is said."""

import json
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from kapnotes import forms
from kapnotes.exchange.charted_note import Addendum, Filled, Note, Signature
from kapnotes.exchange.coding import LOINC, Resource, moment, reference
from kapnotes.exchange.narrative import fit, narrative
from kapnotes.exchange.section import Section
from kapnotes.forms import Answers, Code, Definition

NOT_WRITTEN = "Not written."
PROGRESS = Code(LOINC, "11506-3", "Progress note")


def questionnaire_response(
    definition: Definition,
    answers: Answers,
    *,
    note_id: str,
    patient_id: str,
    author: str,
    signed_at: datetime,
    is_amended: bool,
) -> dict[str, object]:
    """The note as a resource. Raises ValueError if it is no valid R4B QuestionnaireResponse."""
    from fhir.resources.R4B.questionnaireresponse import (  # noqa: PLC0415 - 0.26 s, rarely needed
        QuestionnaireResponse,
    )

    resource = forms.to_response(
        definition,
        answers,
        id=note_id,
        status="amended" if is_amended else "completed",
        subject={"reference": f"Patient/{patient_id}"},
        authored=signed_at.isoformat(timespec="seconds"),
        author={"display": author},
    )
    QuestionnaireResponse.model_validate_json(json.dumps(resource, default=str))
    return dict(resource)


def section(note: Note, *, patient_id: UUID) -> Section:
    """A note with its signatures and addenda, or why there is none."""
    title = f"{note.title} ({note.state})" if note.state else note.title
    if note.filled is None:
        empty = "withheld" if note.is_withheld else "unavailable"
        return Section(
            title=title, words=(fit(note.missing) or NOT_WRITTEN,), code=PROGRESS, empty=empty
        )
    return Section(
        title=title,
        words=tuple(_told(note)),
        code=PROGRESS,
        resources=(
            filled(note.filled, patient_id=patient_id),
            *(filled(one.filled, patient_id=patient_id) for one in note.addenda),
        ),
    )


def check_section(title: str, check: Filled | None, missing: str, *, patient_id: UUID) -> Section:
    """The arrival check, or recovery and discharge; `missing` is said where there is none."""
    if check is None:
        return Section(title=title, words=(missing,) if missing else (), empty="unavailable")
    who = f", recorded by {check.by.name}" if check.by else ""
    words = (f"{check.at:%H:%M}{who}", *([check.words] if check.words else []))
    made = filled(check, patient_id=patient_id)
    return Section(title=title, words=words, resources=(made,))


def filled(one: Filled, *, patient_id: UUID) -> Resource:
    """What was filled in, as a resource of a document."""
    return forms.to_response(
        one.definition,
        one.answers,
        zone=one.zone,
        id=str(one.id),
        text=narrative([one.words], status="additional") if one.words else None,
        status="amended" if one.is_amended else "completed",
        subject=reference(patient_id),
        authored=moment(one.at),
        author=reference(one.by.id, one.by.words) if one.by else None,
    )


def _told(note: Note) -> Iterator[str]:
    """The signatures, the addenda and what the patient asked for, as the page says them."""
    yield from map(signed, note.signatures)
    for one in note.addenda:
        yield from _added(one)
    yield from note.amendments


def signed(one: Signature) -> str:
    """`Jana Kühn, LMFT (therapist): I wrote this note and sign it, 2026-11-23T18:05:00+01:00`."""
    return f"{one.by.words} ({one.role}): {one.meaning}, {moment(one.at)}"


def _added(one: Addendum) -> Iterator[str]:
    yield f"Addendum: {one.text}"
    yield f"Reason: {one.reason}"
    yield signed(one.signature)
