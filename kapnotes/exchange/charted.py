"""What a document says, as plain values and codes: all that its bundle is made of.

Whoever fills it in has decided what its reader may see, from the same reading of the record that
the pages were drawn from; nothing here looks anything up. Times are aware and in the practice's
zone. Words are what the pages say, codes the record's own. None is "not recorded", never zero.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.exchange.charted_note import Filled, Note
from kapnotes.exchange.charted_session import AdverseEvent, Dose, Event, Reading
from kapnotes.exchange.observation import Rated
from kapnotes.exchange.person import Person

__all__ = [
    "Alert",
    "Charted",
    "Consent",
    "Course",
    "Glance",
    "Infusion",
    "Patient",
    "Practice",
    "Score",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """Who keeps the record: its name, and the lines of its letterhead."""

    name: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who the document is about."""

    id: UUID
    given_name: str
    family_name: str
    birth_date: date
    record_number: str
    pronouns: str = ""
    allergies: str = ""

    @property
    def name(self) -> str:
        """Given and family name, as every page has it."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """A course: what for, by which protocol, towards what.

    `diagnosis` is a code of ICD-10-CM as it was typed. A document that does not show when the
    course began and ended leaves both out.
    """

    id: UUID
    number: int
    state: CourseState
    indication: str
    diagnosis: str = ""
    protocol: str = ""
    goals: str = ""
    started_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The infusion in a few sentences, as its page begins; `response` is of the main scale."""

    dose: str = ""
    reaction: str = ""
    risk: str = ""
    plan: str = ""
    response: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each with what it is about; what is blank is said to be so."""
        said = (
            ("Dose", self.dose),
            ("Reaction", self.reaction),
            ("Risk", self.risk),
            ("Plan", self.plan),
        )
        told = tuple(f"{about}: {words or 'Not recorded'}" for about, words in said)
        return (*told, f"Response: {self.response}") if self.response else told


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One total of a scale, from a note or from a measure; None where an answer is missing.

    `note_id` is the note that has it. `band`, `change` since the `baseline` and its `meaning` stand
    beside the latest of each scale.
    """

    id: UUID
    key: str
    scale: str
    on: date
    total: Decimal | None
    at: datetime | None = None
    highest: Decimal | None = None
    note_id: UUID | None = None
    band: str = ""
    baseline: Decimal | None = None
    change: Decimal | None = None
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One consent: `points` are codes with their words, `held_by` who held the conversation."""

    id: UUID
    form_version: str
    signed_on: date
    held_by: str
    points: tuple[tuple[str, str], ...] = ()
    words: str = ""
    withdrawn_on: date | None = None
    withdrawn_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert on the patient. `code` and `level` are of `clinic.screening`."""

    id: UUID
    code: str
    level: str
    sentence: str
    raised_at: datetime
    raised_by: Person | None = None
    resolved_at: datetime | None = None
    resolved_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Infusion:
    """One infusion as a document shows it; `title` is its heading there.

    `alerts` are those that stood then, `consent` the one in force, `consent_words` what the page
    says of it and what was missing. `schedule` says in sentences how the vitals schedule was met.
    Of one that `is_whole` every part is spoken of, and said to be empty where it is; of another
    only what is there.
    """

    id: UUID
    course_id: UUID
    number: int
    title: str
    state: InfusionState
    route: Route
    planned_for: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    glance: Glance | None = None
    alerts: tuple[Alert, ...] = ()
    consent: Consent | None = None
    consent_words: tuple[str, ...] = ()
    arrival: Filled | None = None
    doses: tuple[Dose, ...] = ()
    readings: tuple[Reading, ...] = ()
    schedule: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    adverse: tuple[AdverseEvent, ...] = ()
    discharge: Filled | None = None
    scores: tuple[Score, ...] = ()
    notes: tuple[Note, ...] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Charted:
    """One document. `number` is the one on its pages, `replaces` that of the document before it.

    `courses` has the course of every infusion.
    `edition` is said in words where it is not the whole; `is_final` is False for a draft.
    """

    kind: DocumentKind
    number: str
    title: str
    made_at: datetime
    practice: Practice
    patient: Patient
    courses: tuple[Course, ...] = ()
    infusions: tuple[Infusion, ...] = ()
    consents: tuple[Consent, ...] = ()
    alerts: tuple[Alert, ...] = ()
    measures: tuple[Rated, ...] = ()
    replaces: str = ""
    edition: str = ""
    language: str = "en"
    is_final: bool = True
