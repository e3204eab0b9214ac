"""What a document is called on a page: its kind, and the infusion, course or note it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from kapnotes.access.reach import Reach
from kapnotes.clinic.document import KIND_WORDS, DocumentKind
from kapnotes.db import Session
from kapnotes.paper.parts import TITLES
from kapnotes.records import course, note


@dataclass(frozen=True, slots=True)
class Titles:
    """The words for what a patient's documents are about, by the id of the row."""

    infusions: Mapping[UUID, str]
    courses: Mapping[UUID, str]
    notes: Mapping[UUID, str]

    def of(self, kind: str, about_id: UUID) -> str:
        """`Summary of infusion 3`; the kind alone where its row is out of reach."""
        found = DocumentKind(kind)
        if found is DocumentKind.INFUSION_SUMMARY and about_id in self.infusions:
            return f"Summary of {self.infusions[about_id]}"
        if found is DocumentKind.COURSE_SUMMARY and about_id in self.courses:
            return f"Summary of {self.courses[about_id]}"
        if found is DocumentKind.NOTE and about_id in self.notes:
            return self.notes[about_id]
        return KIND_WORDS[found]


def titles_of(
    session: Session, patient_id: UUID, kinds_and_rows: Iterable[tuple[str, UUID]], *, reach: Reach
) -> Titles:
    """What those documents of a patient are about, within reach, in three queries at most."""
    courses = {one.id: one for one in course.of_patient(session, patient_id, reach=reach)}
    infusions = {}
    for one in course.infusions_of_patient(session, patient_id, reach=reach):
        infusions[one.id] = f"infusion {one.number}"
        if len(courses) > 1 and one.course_id in courses:
            infusions[one.id] += f" of course {courses[one.course_id].number}"
    asked = {row for kind, row in kinds_and_rows if kind == DocumentKind.NOTE}
    notes = {
        row: f"{TITLES[kind]} of {infusions.get(infusion_id, 'an infusion')}"
        for row, (kind, infusion_id) in note.named(session, asked, reach=reach).items()
    }
    return Titles(infusions, {row: f"course {one.number}" for row, one in courses.items()}, notes)
