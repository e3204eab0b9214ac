"""The course summary as plain values: all infusions of a course on a few pages.

It shows signed content alone. What is not signed yet is named, and its values are left out.
"""

from dataclasses import dataclass, field
from datetime import date, datetime

from kapnotes.paper.score import RatingRow, Scores
from kapnotes.paper.summary import Edition, Letterhead, Line, PatientIdentity

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InfusionLine:
    """One infusion in a row of cells, or a `note` in their place: planned, cancelled, left out.

    `is_left_out` says that it took place and nobody has signed for it yet.
    """

    number: int
    on: date
    kind: str
    dose: str = ""
    minutes: str = ""
    pressure: str = ""
    oxygen: str = ""
    events: str = ""
    left: str = ""
    note: str = ""
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of the exposure hierarchy: how often, the first and the last peak, their change."""

    step: str
    times: int
    first: str
    last: str
    change: str
    minutes: str


@dataclass(frozen=True, slots=True)
class HomeworkLine:
    """One piece of homework and how it stands."""

    task: str
    set_on: date
    due_on: date
    state: str


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """What an integration note decided for the next infusion, why, and how it judged the risk."""

    infusion: int
    on: date
    decision: str
    reason: str
    risk: str


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A note and who signed for it, or that nobody did yet."""

    infusion: int
    title: str
    signed: str
    cosigned: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class CourseGlance:
    """The course in ten seconds, a sentence each; what is blank is said to be so."""

    treatment: str = ""
    response: str = ""
    safety: str = ""
    decision: str = ""


@dataclass(frozen=True, slots=True)
class CourseSummary:
    """One course. `about` are its facts, `deviations` what was not as its protocol has it.

    `by_infusion` has the last rating after each dose, in the columns of `scores`; `effects` what
    the main scale did at points after each dose. `unsigned` says what is left out.
    """

    letterhead: Letterhead
    patient: PatientIdentity
    title: str
    on: date
    made_at: datetime
    state: str = ""
    about: tuple[Line, ...] = ()
    glance: CourseGlance = CourseGlance()
    infusions: tuple[InfusionLine, ...] = ()
    adverse: tuple[Cells, ...] = ()
    scores: Scores = field(default_factory=Scores)
    by_infusion: tuple[RatingRow, ...] = ()
    effects: tuple[Cells, ...] = ()
    effect_heads: tuple[str, ...] = ()
    effects_of: str = ""
    decisions: tuple[DecisionLine, ...] = ()
    steps: tuple[StepLine, ...] = ()
    homework: tuple[HomeworkLine, ...] = ()
    deviations: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    signatures: tuple[SignatureLine, ...] = ()
    draft_reason: str = ""
    edition: Edition = Edition.FULL
