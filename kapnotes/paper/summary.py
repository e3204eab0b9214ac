"""The infusion summary as plain values: everything that stands on it, and nothing to look up.

Whoever fills it in (`gather`) has decided what its reader may see; whoever draws it decides only
how it looks. Times are in the practice's zone, and aware where the zone is to be said.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from kapnotes.forms import Tell
from kapnotes.paper.asked_lines import AmendmentWords
from kapnotes.paper.score import ScoreRow, Scores
from kapnotes.paper.standing_lines import AlertLine, ConsentLine

ENGLISH = "en"
"""What the documents' own words are in."""
SHORT_LINE = 40
"""Characters of a line that leaves room for another beside it."""


class Edition(StrEnum):
    """For whom it is made: the whole of it, or what the medical side may see."""

    FULL = "full"
    MEDICAL = "medical"


class PaperSize(StrEnum):
    """The sheet it is printed on."""

    A4 = "A4"
    LETTER = "Letter"


@dataclass(frozen=True, slots=True)
class Logo:
    """The practice's logo as it was written anew: `png` in base64, or `svg` as markup of ours.

    `words` stand for it where it is not seen; sizes are those on paper, in mm.
    """

    kind: str
    content: str
    words: str
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The practice's name, the lines of its address and telephone, and its logo if it has one.

    `digest` tells two letterheads apart. `language` is a code of BCP 47: what the practice
    writes in.
    """

    practice: str
    lines: tuple[str, ...] = ()
    logo: Logo | None = None
    digest: str = ""
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """Who the document is about; name, birth date and record number stand on every page."""

    name: str
    birth_date: date
    record_number: str
    pronouns: str = ""
    allergies: str = ""


@dataclass(frozen=True, slots=True)
class CourseFacts:
    """Which infusion of which course; words, not codes. `infusions` is how many are planned."""

    on: date
    infusion: int
    infusions: int | None
    phase: str
    route: str
    indication: str
    diagnosis: str = ""
    protocol: str = ""
    goals: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Glance:
    """The document in ten seconds, a sentence each; what is blank is said to be so.

    `response` is how the main scale of the course stands.
    """

    dose: str = ""
    reaction: str = ""
    risk: str = ""
    plan: str = ""
    response: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a check, in words; `is_open` where something was not confirmed or not met.

    `is_blank` marks words that stand for a missing answer.
    """

    label: str
    words: str
    is_open: bool = False
    is_blank: bool = False

    @property
    def is_short(self) -> bool:
        """Whether two such lines fit side by side."""
        return len(self.words) <= SHORT_LINE and not self.is_open


@dataclass(frozen=True, slots=True)
class Check:
    """The arrival check, or recovery and discharge: when, by whom, and its lines."""

    at: datetime
    by: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event, or one step of a dose; `minute` is counted from the first dose, in words.

    `marked` is what it is called on the chart, where that is not `what`; `id` is its record's.
    """

    at: datetime
    minute: str
    what: str
    words: str = ""
    by: str = ""
    marked: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class DoseRow:
    """One dose given: masses in mg, weight in kg, rate in mg/h.

    `how` says what belongs to its route (site, hold, sprays), `why` passed its cautions.
    """

    started_at: datetime
    drug: str
    route: str
    mg: Decimal
    stopped_at: datetime | None = None
    mg_per_kg: Decimal | None = None
    planned_mg_per_kg: Decimal | None = None
    rate_mg_per_h: Decimal | None = None
    concentration_mg_per_ml: Decimal | None = None
    lot: str = ""
    weight_kg: Decimal | None = None
    weighed_on: date | None = None
    drawn_mg: Decimal | None = None
    wasted_mg: Decimal | None = None
    wasted_by: str = ""
    witnessed_by: str = ""
    changes: str = ""
    given_by: str = ""
    how: str = ""
    is_running: bool = False
    why: str = ""
    steps: tuple[EventRow, ...] = ()


@dataclass(frozen=True, slots=True)
class VitalsRow:
    """One row of vitals: mmHg, per minute, %, MOAA/S 0-5, distress and nausea 0-10."""

    observed_at: datetime
    systolic: int | None = None
    diastolic: int | None = None
    heart_rate: int | None = None
    spo2: int | None = None
    respiratory_rate: int | None = None
    sedation: int | None = None
    distress: int | None = None
    nausea: int | None = None
    comment: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class AdverseRow:
    """One adverse event, what was done about it and how it ended; words, not codes.

    `is_serious` is None where nobody said.
    """

    observed_at: datetime
    kind: str
    severity: str
    is_serious: bool | None = None
    action: str = ""
    outcome: str = ""
    resolved_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class SignatureWords:
    """A signature in words: who, as what, what it means, and when (aware)."""

    name: str
    credentials: str
    role: str
    meaning: str
    at: datetime
    by_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AddendumWords:
    """An addendum: its words, why it was added, and its own signature with author and date."""

    text: str
    reason: str
    signature: SignatureWords
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class NotePart:
    """The chart content of one note.

    `kind` is the stored word (preparation, dosing, integration), `state` is said in words
    ("Signed"). `missing` is "" or the sentence for a note that is not there yet.
    """

    kind: str
    title: str
    state: str = ""
    tells: tuple[Tell, ...] = ()
    signatures: tuple[SignatureWords, ...] = ()
    addenda: tuple[AddendumWords, ...] = ()
    missing: str = ""
    note_id: UUID | None = None
    amendments: tuple[AmendmentWords, ...] = ()


@dataclass(frozen=True, slots=True)
class InfusionSummary:
    """The product's main document. `draft_reason` says what is unsigned; `made_at` is aware.

    `schedule` says in sentences how the vitals schedule was met.
    """

    letterhead: Letterhead
    patient: PatientIdentity
    course: CourseFacts
    made_at: datetime
    glance: Glance = Glance()
    arrival: Check | None = None
    doses: tuple[DoseRow, ...] = ()
    vitals: tuple[VitalsRow, ...] = ()
    schedule: tuple[str, ...] = ()
    events: tuple[EventRow, ...] = ()
    adverse: tuple[AdverseRow, ...] = ()
    discharge: Check | None = None
    notes: tuple[NotePart, ...] = ()
    scales: Scores = field(default_factory=Scores)
    alerts: tuple[AlertLine, ...] = ()
    consent: ConsentLine | None = None
    draft: bool = False
    draft_reason: str = ""
    edition: Edition = Edition.FULL

    @property
    def scores(self) -> tuple[ScoreRow, ...]:
        """The latest score of each scale."""
        return self.scales.rows
