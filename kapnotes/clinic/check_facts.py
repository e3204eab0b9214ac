"""What the documentation checks look at: one infusion with everything that belongs to it.

Keys are whatever the caller knows a thing by. Rows that are struck and notes that are discarded
are left out. Times are all aware, or all local.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kapnotes.clinic import arrival, consent, discharge, schedule, vitals
from kapnotes.clinic.adverse_event import AdverseEvent
from kapnotes.clinic.arrival import ArrivalFacts, ArrivalRule
from kapnotes.clinic.check_finding import local
from kapnotes.clinic.consent import Consent, ConsentRule
from kapnotes.clinic.discharge import DischargeFacts, DischargeRule
from kapnotes.clinic.dose import Dose
from kapnotes.clinic.dose_limits import DEFAULT_LIMITS, DoseLimits
from kapnotes.clinic.due_item import DueItem
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.protocol import Protocol
from kapnotes.clinic.risk import RiskLevel, ScreenerAnswers
from kapnotes.clinic.schedule import Schedule
from kapnotes.clinic.similarity import Writing
from kapnotes.clinic.timeliness import InfusionTimes, NoteTimes
from kapnotes.clinic.vitals import Vitals, VitalsLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteText:
    """One answer in words: its question's linkId and label, and the linkId of its section."""

    link_id: str
    section: str
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFact:
    """One look at suicide risk.

    `level` is the one that a clinician chose, `screener` what was answered; None is "not said".
    `words` name a look that is no note's: "C-SSRS of 2 March 2026".
    """

    screener: ScreenerAnswers = field(default_factory=ScreenerAnswers)
    level: RiskLevel | None = None
    has_plan: bool = False
    words: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteFact:
    """One note, by its newest text. `times.key` is the note's key.

    `session_on` is the day that it is about. `earlier` are long texts of earlier notes of the same
    author, `templates` those that the practice gave it to write with.
    """

    times: NoteTimes
    session_on: date | None = None
    risk: RiskFact | None = None
    texts: tuple[NoteText, ...] = ()
    earlier: tuple[Writing, ...] = ()
    templates: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The note's key."""
        return self.times.key

    @property
    def kind(self) -> NoteKind:
        """The note's kind."""
        return self.times.kind

    def text(self, link_id: str) -> str:
        """Return what is written under a question, "" for a blank."""
        return next((one.text for one in self.texts if one.link_id == link_id), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseFact:
    """One dose. `reason` is what was written for its cautions when it was recorded."""

    key: str
    dose: Dose
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFact:
    """One row of vitals, and whether somebody said what was done about it."""

    key: str
    reading: Vitals
    is_answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact:
    """One adverse event, and whether it is said who was told and what followed."""

    key: str
    event: AdverseEvent
    is_followed_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """Recovery and discharge. `goes_home` is False for who was taken to hospital, or stayed."""

    key: str = ""
    facts: DischargeFacts = field(default_factory=DischargeFacts)
    left_at: datetime | None = None
    goes_home: bool = True
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainRules:
    """The practice's other rules, as they stood for this infusion."""

    schedule: Schedule | None = None
    levels: VitalsLimits = field(default_factory=lambda: vitals.DEFAULT_LIMITS)
    dose_limits: Mapping[Route, DoseLimits] = field(
        default_factory=lambda: DEFAULT_LIMITS, hash=False
    )
    arrival: ArrivalRule = field(default_factory=lambda: arrival.DEFAULT_RULE)
    discharge: DischargeRule = field(default_factory=lambda: discharge.DEFAULT_RULE)
    consent: ConsentRule = field(default_factory=lambda: consent.DEFAULT_RULE)

    def schedule_of(self, route: Route) -> Schedule:
        """Return the schedule of vitals, that of the route if none is set."""
        return self.schedule or schedule.SCHEDULES[route]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainFacts:
    """One infusion and its chain: notes, doses, vitals, events, leaving, consents, measures.

    `number` is its place among the infusions of the course that stand, the first being 1.
    `dose_reason` is why another dose than the protocol's was decided on, "" if nothing was
    written. `measures` are what the course is due of measures for this infusion, as they stand.
    `screened` are looks at risk outside of the notes. `zone` is the practice's.
    """

    number: int
    route: Route
    times: InfusionTimes
    protocol: Protocol
    notes: tuple[NoteFact, ...] = ()
    doses: tuple[DoseFact, ...] = ()
    dose_reason: str = ""
    arrival: ArrivalFacts | None = None
    readings: tuple[ReadingFact, ...] = ()
    events: tuple[EventFact, ...] = ()
    leaving: Leaving | None = None
    consents: tuple[Consent, ...] = ()
    measures: tuple[DueItem, ...] = ()
    screened: tuple[RiskFact, ...] = ()
    rules: ChainRules = field(default_factory=ChainRules)
    zone: str = "UTC"

    @property
    def is_over(self) -> bool:
        """Whether the session took place and is completed."""
        return self.times.state is InfusionState.COMPLETED

    @property
    def is_cancelled(self) -> bool:
        """Whether it never took place."""
        return self.times.state is InfusionState.CANCELLED

    @property
    def dosed_on(self) -> date | None:
        """The practice's day of the first dose."""
        return self.day(self.times.dosed_at) if self.times.dosed_at else None

    def day(self, moment: datetime) -> date:
        """Return the practice's day of a moment."""
        return local(moment, self.zone).date()

    def of_kind(self, kind: NoteKind) -> tuple[NoteFact, ...]:
        """Return the notes of a kind."""
        return tuple(note for note in self.notes if note.kind is kind)
