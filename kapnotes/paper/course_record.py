"""All that the documents of one course are made of, read once: its notes, sessions and ratings.

A chart prints many infusions of a course, so none of them reads the record by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.reach import Reach, Span
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.note import NoteKind, NoteState, is_final
from kapnotes.db import Session
from kapnotes.paper.noted import Noted
from kapnotes.paper.summary import Edition
from kapnotes.records import alert, amendment, consent, note, outcome
from kapnotes.records.alert import PatientAlert
from kapnotes.records.amendment import Amendment, AmendmentStep
from kapnotes.records.consent import Consent
from kapnotes.records.course import Course, Infusion
from kapnotes.records.note import Addendum, Cosignature, Note, NoteVersion
from kapnotes.records.outcome import Begun, Taken
from kapnotes.records.patient import Patient
from kapnotes.records.scale_standing import Named
from kapnotes.records.session_record import SessionRecord


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to the patient and to the practice, read once for all courses of a document."""

    alerts: Sequence[PatientAlert]
    consents: Sequence[Consent]
    amendments: Sequence[Amendment] = ()
    steps: Sequence[AmendmentStep] = ()


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """One course as its reader sees it. `hidden` are notes outside of the reader's reach.

    `sessions` has what each infusion's session recorded, of those that the document shows.
    `versions` are the newest signed ones by the id of their note.
    """

    patient: Patient
    course: Course
    infusions: Sequence[Infusion]
    notes: Sequence[Note]
    hidden: Sequence[Note]
    versions: Mapping[UUID, NoteVersion]
    cosignatures: Sequence[Cosignature]
    addenda: Sequence[Addendum]
    sessions: Mapping[UUID, SessionRecord]
    taken: Sequence[Taken]
    begun: Sequence[Begun]
    named: Mapping[str, Named]
    around: Around
    edition: Edition
    zone: ZoneInfo
    at: datetime
    noted: Noted = field(repr=False)

    def notes_of(self, infusion_id: UUID) -> list[Note]:
        """The notes of one infusion, in the order in which they were begun."""
        return [one for one in self.notes if one.infusion_id == infusion_id]

    def signed(self, infusion_id: UUID, kind: NoteKind) -> NoteVersion | None:
        """The version that stands of the infusion's final note of that kind, if there is one."""
        for one in reversed(self.notes_of(infusion_id)):
            if one.kind == kind and is_final(NoteState(one.state)) and one.id in self.versions:
                return self.versions[one.id]
        return None


def around(session: Session, patient_id: UUID, *, reach: Reach) -> Around:
    """The alerts, consents and amendments asked for of a patient, all that there ever were."""
    asked = amendment.of_patient(session, patient_id, reach=reach)
    return Around(
        alert.of_patient(session, patient_id, reach=reach),
        consent.of_patient(session, patient_id, reach=reach),
        asked,
        amendment.steps(session, [one.id for one in asked]),
    )


def course_record(
    session: Session,
    owner: Patient,
    found: Course,
    infusions: Sequence[Infusion],
    *,
    sessions: Mapping[UUID, SessionRecord],
    near: Around,
    edition: Edition,
    zone: str,
    reach: Reach,
    at: datetime,
) -> CourseRecord:
    """Read a course that was fetched within reach; the medical edition has no integration note."""
    notes = [
        one
        for one in note.of_infusions(session, [one.id for one in infusions], reach=reach)
        if edition is Edition.FULL or one.kind != NoteKind.INTEGRATION
    ]
    ids = [one.id for one in notes]
    versions = {one.note_id: one for one in note.versions(session, ids)}
    taken = outcome.of_course(session, found, reach=reach)
    here = ZoneInfo(zone)
    return CourseRecord(
        patient=owner,
        course=found,
        infusions=infusions,
        notes=notes,
        hidden=_hidden(session, infusions, ids, edition, reach=reach),
        versions=versions,
        cosignatures=note.cosignatures(session, ids),
        addenda=note.addenda(session, ids),
        sessions=sessions,
        taken=taken,
        begun=outcome.begun(session, [found.id], reach=reach),
        named=_named(session, {one.key for one in taken}),
        around=near,
        edition=edition,
        zone=here,
        at=at,
        noted=Noted(infusions, notes, versions, here),
    )


def _named(session: Session, keys: Collection[str]) -> dict[str, Named]:
    """The practice's own scales by their titles."""
    others = set(keys) - MEASURES.keys()
    own = outcome.own_definitions(session, others) if others else []
    return {one.key: Named(one.title) for one in own}


def _hidden(
    session: Session,
    infusions: Sequence[Infusion],
    known: Collection[UUID],
    edition: Edition,
    *,
    reach: Reach,
) -> list[Note]:
    """The notes of the course that stand outside of the reader's reach.

    A supervisor reads the notes of the people they supervise, and others may have written too.
    """
    if reach.span is not Span.SUPERVISED:
        return []
    whole = replace(reach, span=Span.PRACTICE)
    found = note.of_infusions(session, [one.id for one in infusions], reach=whole)
    return [
        one
        for one in found
        if one.id not in known and (edition is Edition.FULL or one.kind != NoteKind.INTEGRATION)
    ]


def cut(record: CourseRecord, infusion: Infusion) -> datetime | None:
    """When the next infusion of the course began its dose: what is later belongs to that one."""
    own = next((one.at for one in record.begun if one.infusion_id == infusion.id), None)
    since = own or infusion.started_at or infusion.planned_for
    later = [one.at for one in record.begun if one.at > since and one.infusion_id != infusion.id]
    return min(later, default=None)
