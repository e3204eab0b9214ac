"""Feedback in words that teach: what was seen, why it matters, what helps next time. No scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from types import MappingProxyType

from kapnotes.actions.feedback import FeedbackView, Month
from kapnotes.clinic.check_rule import CHECKS, CheckCode
from kapnotes.clinic.lasting import briefly, counted, lasting
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.signing_time import SigningTimes
from kapnotes.library import note_definition
from kapnotes.paper.parts import TITLES
from kapnotes.records.feedback import Comment, Often

_C = CheckCode
HELPS = MappingProxyType(
    {
        _C.NOTE_MISSING: "Begin the note on the day itself, even with two lines: it is then on "
        "your list, and the rest can follow.",
        _C.NOTE_UNSIGNED: "A draft is not part of the record. Read it once more and sign it; what "
        "comes to mind later is an addendum.",
        _C.NOTE_LATE: "A note is strongest while the session is fresh. A quarter of an hour kept "
        "free behind each session is worth more than an evening of eight notes.",
        _C.INTEGRATION_LATE: "Fix the integration session when the dose is planned, not after it.",
        _C.CONSENT: "Look at the consent before the first session of a course: it is asked for "
        "first in every audit.",
        _C.RISK_WITHOUT_PLAN: "When an answer about risk is positive, the plan belongs in the same "
        "note: what was agreed, who is called, what happens tonight.",
        _C.DOSE_OUTSIDE: "A dose may leave the protocol for good reason. Write the reason where "
        "the dose is recorded, with whose decision it was.",
        _C.DOSE_WEIGHT: "A dose per kilogram is as good as its weight: weigh on the day.",
        _C.WASTE_UNBALANCED: "Drawn is given plus wasted. Add it up before the vial is gone.",
        _C.WASTE_UNWITNESSED: "Call the witness before you waste, and enter the name there.",
        _C.WASTE_UNRECORDED: "Enter what was drawn when it is drawn: later nobody knows.",
        _C.VITALS_MISSED: "The live session says when the next reading is due. A reading that "
        "could not be taken is better said than left out.",
        _C.VITALS_LATE: "A few minutes are no harm. If it happens often, agree who watches the "
        "clock.",
        _C.LEVEL_UNANSWERED: "When a reading reaches a level, write what was done, and also that "
        "waiting was the decision, and why.",
        _C.ADVERSE_EVENT_OPEN: "An adverse event ends with an outcome and its time, or with who "
        "follows it up.",
        _C.ADVERSE_EVENT_PARTLY: "Severity, what was done, outcome: three short answers make an "
        "event whole.",
        _C.DISCHARGE_INCOMPLETE: "Go through the leaving together before the patient stands up.",
        _C.LEFT_EARLY: "If somebody leaves before the time, write who judged it, and by what.",
        _C.ESCORT: "Ask for the escort's name at arrival, not at the door.",
        _C.MEASURE_MISSING: "Hand the scale over while the patient waits: it takes five minutes "
        "there, and a phone call later.",
        _C.GOALS_UNLINKED: "Name the goal that the session worked on. One clause is enough: it is "
        "what shows that the treatment is needed.",
        _C.TEXT_CLONED: "Carry over what still holds, and then write what is different this time. "
        "Auditors look for text that repeats.",
        _C.PROCESS_SUSPECTED: "What was said in confidence belongs in your process note. The chart "
        "keeps themes, response and plan.",
    }
)
"""What helps with each check; a late co-signature is no matter of the author's."""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in words; blank where too few notes were signed to say."""

    name: str
    half: str
    nine_in_ten: str
    in_time: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check that keeps coming up: how often, and what helps."""

    title: str
    often: str
    helps: str


@dataclass(frozen=True, slots=True)
class Back:
    """A note that came back once: with which comments, each with its section, "" for the whole."""

    title: str
    patient: str
    infusion: int
    note_id: str
    by: str
    at: datetime
    comments: Sequence[tuple[str, str]]


def opening_of(view: FeedbackView) -> str:
    """The time to sign in a sentence or two; "" while there is nothing to say."""
    times = view.times
    if not times.number:
        return ""
    said = f"{counted(times.number, 'note')} signed, {_in_time(times)}."
    if times.half is not None and times.nine_in_ten is not None:
        said += (
            f" Half of them within {lasting(times.half)} of the session, nine in ten within "
            f"{lasting(times.nine_in_ten)}."
        )
    return said


def _in_time(times: SigningTimes) -> str:
    if times.in_time == times.number:
        return "in time" if times.number == 1 else "all in time"
    return f"{times.in_time} of them in time" if times.in_time else "none of them in time"


def months_of(months: Iterable[Month]) -> list[MonthRow]:
    """The months in which a note was signed, the newest first."""
    return [_month(one) for one in months if one.times.number][::-1]


def _month(one: Month) -> MonthRow:
    times = one.times
    return MonthRow(
        f"{one.first:%b %Y}",
        briefly(times.half) if times.half is not None else "",
        briefly(times.nine_in_ten) if times.nine_in_ten is not None else "",
        f"{times.in_time} of {times.number}",
    )


def checks_of(checks: Iterable[tuple[CheckCode, int]]) -> list[CheckLine]:
    """What keeps coming up, the most frequent first."""
    return [
        CheckLine(CHECKS[code].title, "once" if number == 1 else f"{number:,} times", HELPS[code])
        for code, number in checks
    ]


def often_of(rows: Iterable[Often]) -> list[str]:
    """On which sections notes came back: "Plan, in 3 integration notes"."""
    return [
        f"{_section(one.kind, one.section)}, in "
        f"{counted(one.number, TITLES.get(one.kind, one.kind).lower())}"
        for one in rows
    ]


def backs_of(comments: Sequence[Comment]) -> list[Back]:
    """Which notes came back, the newest first, each with what was said of it."""

    def at_once(one: Comment) -> tuple[object, datetime]:
        return one.said.note_id, one.said.at

    found = []
    for _, group in groupby(comments, key=at_once):
        said = list(group)
        first = said[0]
        found.append(
            Back(
                TITLES.get(first.kind, first.kind),
                first.patient,
                first.infusion,
                str(first.said.note_id),
                first.said.by,
                first.said.at,
                [(_about(one), one.said.comment) for one in said],
            )
        )
    return found


def _about(one: Comment) -> str:
    """What a comment is about: its question, its section, or "" for the whole note."""
    link_id = one.said.link_id or one.said.section
    if not link_id:
        return ""
    return note_definition(one.kind, one.definition_version).item(link_id).text


def _section(kind: NoteKind, section: str) -> str:
    """What a section is called in the newest definition; one that is gone by its word."""
    if not section:
        return "The whole note"
    found = note_definition(kind).index.get(section)
    return found.text if found else section
