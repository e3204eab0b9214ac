"""The facts of a dosing-session note, from the rows of its session; never its narrative.

A fact is taken where record and note ask the same question. What stands in quick words, comments
or "in words" is somebody's own telling: it stays in the session, which is signed with the note.
What can still change is not taken yet: the arrival check once a dose is given, leaving once the
patient has left, the adverse events once the session is over.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kapnotes import forms
from kapnotes.access.actor import Actor
from kapnotes.actions.entry import wall
from kapnotes.audit.trail import Deed
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.clinic.instant import instant
from kapnotes.clinic.note import NoteKind
from kapnotes.forms import Answers, Coded, Definition, Raw, Value
from kapnotes.forms.reading import read_whole
from kapnotes.library import note_definition, record_definition
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note
from kapnotes.records.session_record import SessionRecord, Values
from kapnotes.records.session_row import (
    AdverseEvent,
    Arrival,
    Discharge,
    Dose,
    Row,
    SessionEvent,
)

Kept = dict[str, list[str]]
Fact = tuple[str, Value | None]
TAKEN: tuple[type[Row], ...] = (Arrival, Dose, SessionEvent, AdverseEvent, Discharge)
"""The kinds of rows that know a fact; vitals stand in their own table."""
OVER = frozenset({InfusionState.COMPLETED, InfusionState.CANCELLED})
LONGEST_ONSET = 240
"""Minutes from the dose within which a first effect is one of this dose, as the note has it."""
ARRIVAL = {
    "identity-checked": "identity_checked",
    "consent-confirmed": "consent_confirmed",
    "medicines-today": "medicines",
    "escort-confirmed": "escort_confirmed",
    "weight-kg": "weight_kg",
    "weight-date": "weighed_on",
    "baseline-by": "baseline_by",
    "baseline-words": "baseline_words",
    "time-out": "time_out",
    "time-out-people": "time_out_people",
}
DISCHARGE = {
    "vitals-settled": "vitals_near_baseline",
    "oriented": "oriented",
    "dissociation-settled": "dissociation_settled",
    "walking": "walking",
    "nausea-controlled": "nausea_controlled",
    "aldrete": "aldrete",
    "risk-rechecked": "risk_rechecked",
    "escort-present": "escort_present",
    "escort-name": "escort_name",
    "follow-up-booked": "follow_up_booked",
    "discharged-by": "discharged_by",
}
INSTRUCTIONS = {"written": "instructions_given", "driving": "no_driving_told"}
BASELINE = {"acceptable": "acceptable", "not_acceptable": "not-acceptable"}


def facts_of(deed: Deed, about: Note, infusion: Infusion, *, by: Actor, at: datetime) -> Kept:
    """What its session knows of a dosing-session note's answers; nothing for another note."""
    if about.kind != NoteKind.DOSING:
        return {}
    rows: list[Row] = [
        row
        for table in TAKEN
        for row in sessions.of_infusion(deed.session, table, infusion.id, reach=by.reach(at))
    ]
    definition = note_definition(about.kind, about.definition_version)
    return session_facts(definition, infusion, SessionRecord(rows).values().rows, zone=by.zone)


def session_facts(
    definition: Definition, infusion: Infusion, rows: Sequence[Values], *, zone: str
) -> Kept:
    """The facts as the note's form would post them; only what its definition takes.

    `rows` are those that are not struck out, as plain values; `zone` is the practice's.
    """
    told = _Session(infusion, sorted(rows, key=lambda row: instant(row["observed_at"])), zone)
    known = {item.link_id for item in definition.walk()}
    answers: Answers = {
        link: value for link, value in told.facts() if value is not None and link in known
    }
    whole = read_whole(definition, forms.to_raw(definition, answers))
    return {name: list(given) for name, given in forms.to_raw(definition, whole).items()}


def fillable(definition: Definition, raw: Raw, facts: Raw) -> Kept:
    """Of the facts those whose question is still blank in what is typed.

    Rows of adverse events are none if the note says that there were none.
    """
    typed = {_question(name) for name, values in raw.items() if any(one.strip() for one in values)}
    free = {name: list(values) for name, values in facts.items() if _question(name) not in typed}
    seen = forms.read(definition, {**raw, **free}).answers.get("adverse-seen")
    return {name: values for name, values in free.items() if seen or _question(name) != "adverse"}


def questions_in(raw: Raw) -> int:
    """How many questions are answered there; a table of rows is one."""
    return len({_question(name) for name in raw})


def _question(name: str) -> str:
    """The question that a posted name is about: `adverse` for `adverse.0.adverse-kind`."""
    return name.partition(".")[0].partition("~")[0]


@dataclass(frozen=True, slots=True)
class _Session:
    """A session being asked for its facts, its rows by time."""

    infusion: Infusion
    rows: Sequence[Values]
    zone: str

    @property
    def doses(self) -> list[Values]:
        return self._all("dose")

    @property
    def is_over(self) -> bool:
        return self.infusion.state in OVER

    def _all(self, noun: str) -> list[Values]:
        return [row for row in self.rows if row["record"] == noun]

    def _last(self, noun: str) -> Values | None:
        found = self._all(noun)
        return found[-1] if found else None

    def _wall(self, at: datetime | None) -> datetime | None:
        return wall(at, self.zone) if at else None

    def facts(self) -> Iterator[Fact]:
        """Yield each question of the note with its answer, None for what is not known."""
        leaving = self._last("discharge")
        gone = leaving if leaving and leaving["left_at"] else None
        yield from self._times(gone["left_at"] if gone else None)
        if self.doses or self.is_over:
            yield from self._arrival(self._last("arrival"))
        if self.doses:
            yield from self._dose()
        if self.is_over:
            yield from self._adverse()
        if gone:
            yield from self._leaving(gone)

    def _times(self, left_at: datetime | None) -> Iterator[Fact]:
        """Yield the day and the hours; the note's hours are those of one day."""
        begun = [one["observed_at"] for one in self.doses[:1]]
        if self.infusion.started_at:
            begun.append(self.infusion.started_at)
        if not begun:
            return
        start = wall(min(begun, key=instant), self.zone)
        yield "session-date", start.date()
        yield "session-start", start.time()
        end = self._wall(left_at or self.infusion.completed_at)
        if end and end.date() == start.date() and end >= start:
            yield "session-end", end.time()
            yield "discharge-time", end.time() if left_at else None

    def _arrival(self, found: Values | None) -> Iterator[Fact]:
        if found is not None:
            yield from _same(found, ARRIVAL)
            yield "last-food", self._wall(found["last_food_at"])
            yield "last-drink", self._wall(found["last_drink_at"])
            baseline = BASELINE.get(found["baseline"] or "")
            yield "baseline", Coded(baseline) if baseline else None
        if self.doses and (found is None or found["weight_kg"] is None):
            yield "weight-kg", self.doses[0]["weight_kg"]
            yield "weight-date", self.doses[0]["weighed_on"]

    def _dose(self) -> Iterator[Fact]:
        zero = instant(self.doses[0]["observed_at"])
        yield "dose-given", True
        needled = [one["site"] for one in self.doses if one["route"] in {Route.IV, Route.IM}]
        yield "access-site", next((site for site in needled if site and site.strip()), None)
        minutes = [
            round((instant(one["observed_at"]) - zero).total_seconds() / 60)
            for one in self._all("session_event")
            if one["kind"] == "onset"
        ]
        yield "onset", next((one for one in minutes if 0 <= one <= LONGEST_ONSET), None)

    def _adverse(self) -> Iterator[Fact]:
        events = self._all("adverse_event")
        if events:
            yield "adverse-seen", True
            yield "adverse", [self._event(one) for one in events]

    def _event(self, one: Values) -> Answers:
        row: Values = {
            "adverse-kind": _kind(one["kind"]),
            "adverse-onset": wall(one["observed_at"], self.zone).time(),
            "adverse-severity": Coded(one["severity"]),
            "adverse-serious": one["serious"],
            "adverse-action": one["action"] or None,
            "adverse-outcome": Coded(one["outcome"]) if one["outcome"] else None,
        }
        return {link: value for link, value in row.items() if value is not None}

    def _leaving(self, found: Values) -> Iterator[Fact]:
        yield from _same(found, DISCHARGE)
        told: list[Coded | str] = [
            Coded(code) for code, name in INSTRUCTIONS.items() if found[name]
        ]
        yield "instructions", told or None


def _same(row: Values, questions: Mapping[str, str]) -> Iterator[Fact]:
    """Yield what record and note ask alike; empty texts are blanks."""
    for link, name in questions.items():
        yield link, None if row[name] == "" else row[name]


def _kind(code: str) -> Value:
    """The kind of an adverse event; one that the note does not list is said in words."""
    if code != "other":
        return Coded(code)
    options = record_definition("adverse_event").item("kind").options
    return next(one.display for one in options if one.code == code)
