"""The documentation checks: which there are, what each rests on, and the limits of a practice.

[S] was read in the source named, [B] is background. "Row" is the row of a chart review that the
check belongs to, see `rubric`. Codes are stored words; a check whose answer changes gets a new
version.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from kapnotes.clinic.adverse_event import Severity
from kapnotes.clinic.bounds import outside, refuse
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.similarity import SimilarityLimits
from kapnotes.clinic.vitals import Level


class CheckLevel(StrEnum):
    """How much a finding weighs. A hint may well be nothing."""

    MUST = "must"
    SHOULD = "should"
    HINT = "hint"


class CheckCode(StrEnum):
    """What is checked, in the order in which findings are shown."""

    NOTE_MISSING = "note_missing"
    NOTE_UNSIGNED = "note_unsigned"
    NOTE_LATE = "note_late"
    COSIGNATURE_LATE = "cosignature_late"
    INTEGRATION_LATE = "integration_late"
    CONSENT = "consent"
    RISK_WITHOUT_PLAN = "risk_without_plan"
    DOSE_OUTSIDE = "dose_outside"
    DOSE_WEIGHT = "dose_weight"
    WASTE_UNBALANCED = "waste_unbalanced"
    WASTE_UNWITNESSED = "waste_unwitnessed"
    WASTE_UNRECORDED = "waste_unrecorded"
    VITALS_MISSED = "vitals_missed"
    VITALS_LATE = "vitals_late"
    LEVEL_UNANSWERED = "level_unanswered"
    ADVERSE_EVENT_OPEN = "adverse_event_open"
    ADVERSE_EVENT_PARTLY = "adverse_event_partly"
    DISCHARGE_INCOMPLETE = "discharge_incomplete"
    LEFT_EARLY = "left_early"
    ESCORT = "escort"
    MEASURE_MISSING = "measure_missing"
    GOALS_UNLINKED = "goals_unlinked"
    TEXT_CLONED = "text_cloned"
    PROCESS_SUSPECTED = "process_suspected"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: how much its findings weigh, its name for a person, its source and version."""

    level: CheckLevel
    title: str
    source: str
    version: str = "1"


_MUST, _SHOULD, _HINT = CheckLevel
_C = CheckCode

CHECKS: Mapping[CheckCode, Check] = MappingProxyType(
    {
        _C.NOTE_MISSING: Check(
            _MUST, "A note is missing", "Row 1 [S: journeyclinical-prescriber.zendesk.com]"
        ),
        _C.NOTE_UNSIGNED: Check(_MUST, "A note is unsigned", "Row 2 [S: overcomewithus.com D2]"),
        _C.NOTE_LATE: Check(
            _SHOULD, "A note was signed late", "Row 1 [S: h3well.com, 24 h; B: 48 and 72 h]"
        ),
        _C.COSIGNATURE_LATE: Check(
            _SHOULD, "A co-signature is late", "Row 2 [S: overcomewithus.com D6; B: hours]"
        ),
        _C.INTEGRATION_LATE: Check(_SHOULD, "Integration came late", "Row 13 [B: days]"),
        _C.CONSENT: Check(_MUST, "Consent on file", "Row 8 [S: overcomewithus.com A2 to A5]"),
        _C.RISK_WITHOUT_PLAN: Check(
            _MUST, "Risk without a safety plan", "Row 9 [S: overcomewithus.com B4 to B6]"
        ),
        _C.DOSE_OUTSIDE: Check(
            _MUST, "Dose outside the protocol", "Row 13 [S: ketaminesoftware.com; B: percent]"
        ),
        _C.DOSE_WEIGHT: Check(
            _SHOULD, "Weight behind the dose", "Row 13 [S: ketaminesoftware.com; B: days]"
        ),
        _C.WASTE_UNBALANCED: Check(
            _MUST, "Drawn, given and wasted do not add up", "Row 13 [B: 21 CFR 1304.22(c)]"
        ),
        _C.WASTE_UNWITNESSED: Check(
            _MUST, "Waste without a witness", "Row 13 [B: rules of states and practices]"
        ),
        _C.WASTE_UNRECORDED: Check(
            _SHOULD, "What was drawn is not recorded", "Row 13 [B: 21 CFR 1304.22(c)]"
        ),
        _C.VITALS_MISSED: Check(
            _SHOULD, "Vitals missed", "Row 13 [S: Szarmach 2020; S: REMS form]"
        ),
        _C.VITALS_LATE: Check(_HINT, "Vitals late", "Row 13 [S: Szarmach 2020; B: minutes]"),
        _C.LEVEL_UNANSWERED: Check(
            _MUST, "A level was reached without an action", "Row 13 [S: studentdoctor.net 1504698]"
        ),
        _C.ADVERSE_EVENT_OPEN: Check(
            _MUST, "Adverse event without follow-up", "Row 13 [S: REMS form]"
        ),
        _C.ADVERSE_EVENT_PARTLY: Check(
            _SHOULD, "Adverse event partly recorded", "Row 13 [S: REMS form]"
        ),
        _C.DISCHARGE_INCOMPLETE: Check(
            _MUST, "Discharge incomplete", "Row 13 [S: nervanamedical; S: info.5y1.org]"
        ),
        _C.LEFT_EARLY: Check(_SHOULD, "Left early", "Row 13 [S: REMS form; B: other routes]"),
        _C.ESCORT: Check(_MUST, "Escort home", "Row 13 [S: spravatohcp.com]"),
        _C.MEASURE_MISSING: Check(_SHOULD, "A measure is missing", "Row 12 [S]"),
        _C.GOALS_UNLINKED: Check(
            _SHOULD, "No link to the goals", "Row 4 [S: overcomewithus.com D3]"
        ),
        _C.TEXT_CLONED: Check(
            _SHOULD, "Text of an earlier note", "Row 11 [S: mentalhealthforms.com; B: percent]"
        ),
        _C.PROCESS_SUSPECTED: Check(
            _HINT, "Process content in the chart", "Row 14 [S: 45 CFR 164.501; B: words]"
        ),
    }
)

BOUNDS = MappingProxyType(
    {
        "integration_days": (1, 90),
        "dose_percent": (0, 100),
        "goal_words": (1, 50),
        "clone_percent": (10, 100),
        "clone_words": (12, 1000),
        "clone_run": (6, 100),
        "quote_words": (10, 500),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """Which checks a practice makes, and from when on each finds something. All are settings.

    `off` are codes of checks that are not made: a check that is new here is made everywhere until
    it is switched off. The hours of notes, schedules, and limits of doses have rules of their own.
    """

    off: frozenset[str] = frozenset()
    integration_days: int = 3  # [B]
    """Calendar days from the dose to the first integration session."""
    plan_from: RiskLevel = RiskLevel.MODERATE
    """From this level on a safety plan is asked for."""
    dose_percent: int = 10  # [B]
    """A dose further than this from that of the protocol asks for a reason."""
    drawn_by: frozenset[str] = frozenset({Route.IV.value, Route.IM.value})
    """The routes whose dose is drawn from a vial, so that a balance is asked for."""
    level_from: str = Level.WARN.name.lower()
    """From this level of vitals on an action is asked for: `warn`, `hold` or `urgent`."""
    event_from: str = Severity.MILD.value
    """From this severity on an open adverse event asks for a follow-up."""
    goal_words: int = 2
    """A link to the goals has at least so many words: "None." is none."""
    clone_percent: int = 50  # [B]
    clone_words: int = 40  # [B]
    clone_run: int = 12  # [B]
    """A text is cloned if so many percent and words of it stand in an earlier one, in runs of at
    least so many words."""
    quote_words: int = 40  # [B]
    """A quotation of more words looks like a transcript."""

    def __post_init__(self) -> None:
        """Raise `BadInput` for figures or words that cannot be meant."""
        errors = outside({name: getattr(self, name) for name in BOUNDS}, BOUNDS)
        chosen = {
            "off": self.off <= frozenset(CheckCode),
            "plan_from": self.plan_from is not RiskLevel.NONE,
            "drawn_by": self.drawn_by <= frozenset(Route),
            "level_from": self.level_from in LEVELS,
            "event_from": self.event_from in frozenset(Severity),
        }
        errors |= {
            name: "Choose from what is listed." for name, is_known in chosen.items() if not is_known
        }
        if self.clone_run > self.clone_words and not errors.keys() & {"clone_run", "clone_words"}:
            errors["clone_run"] = "This is more than the words that are shared in all."
        refuse(errors)

    @property
    def clone_limits(self) -> SimilarityLimits:
        """From when on a text is cloned."""
        return SimilarityLimits(
            run=self.clone_run, words=self.clone_words, percent=self.clone_percent
        )


LEVELS: Mapping[str, Level] = MappingProxyType(
    {level.name.lower(): level for level in Level if level is not Level.OK}
)
"""The levels of vitals by the words of the setting."""
DEFAULT_RULE = CheckRule()
