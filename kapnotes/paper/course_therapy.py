"""What the integration notes of a course say: decisions, risk, exposures and homework."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kapnotes.clinic import erp
from kapnotes.clinic.erp import Exposure, HomeworkState, SessionWork, TaskReviewed, TaskSet
from kapnotes.clinic.note import NoteKind
from kapnotes.forms import Answers, Coded, Definition
from kapnotes.library import note_definition
from kapnotes.library.rules.claims import code, number, rows
from kapnotes.paper import words
from kapnotes.paper.course_record import CourseRecord
from kapnotes.paper.course_summary import DecisionLine, HomeworkLine, StepLine
from kapnotes.records.content import answers_of

ASKED = (
    *("session-date", "next-infusion", "next-infusion-reason", "dose-direction", "dose-request"),
    *("risk-level", "erp", "homework-reviewed", "homework-set", "next-step"),
)
"""The questions of an integration note that the course is told from."""
STATES = {
    HomeworkState.OPEN: "open",
    HomeworkState.OVERDUE: "overdue",
    HomeworkState.DONE: "done",
    HomeworkState.PARTLY: "partly done",
    HomeworkState.NOT_DONE: "not done",
}


@dataclass(frozen=True, slots=True)
class Integrated:
    """One final integration note: of which infusion, on which day, what was answered."""

    infusion: int
    on: date
    definition: Definition
    answers: Answers

    def chosen(self, link_id: str) -> str:
        """The words of the option that was chosen, or nothing."""
        picked = code(self.answers, link_id)
        options = self.definition.item(link_id).options
        return next((one.display for one in options if one.code == picked), picked)

    def text(self, link_id: str) -> str:
        """What was written, or nothing."""
        value = self.answers.get(link_id)
        return value.strip() if isinstance(value, str) else ""


def integrated(record: CourseRecord) -> list[Integrated]:
    """The final integration notes of a course that its reader sees, by infusion."""
    found = []
    for one in record.infusions:
        version = record.signed(one.id, NoteKind.INTEGRATION)
        if version is None:
            continue
        answers = answers_of(NoteKind.INTEGRATION.value, version, only=ASKED)
        day = answers.get("session-date")
        on = day if isinstance(day, date) else version.signed_at.astimezone(record.zone).date()
        definition = note_definition(NoteKind.INTEGRATION.value, version.definition_version)
        found.append(Integrated(one.number, on, definition, answers))
    return found


def decision_lines(notes: Sequence[Integrated]) -> Iterator[DecisionLine]:
    """What each note decided for the next infusion."""
    for one in notes:
        said = one.chosen("next-infusion")
        if change := one.chosen("dose-direction"):
            said = f"{said}: {change[0].lower()}{change[1:]}"
        reason = words.sentences(one.text("next-infusion-reason"), one.text("dose-request"))
        yield DecisionLine(one.infusion, one.on, said, reason, one.chosen("risk-level"))


def step_lines(notes: Sequence[Integrated]) -> Iterator[StepLine]:
    """Each step of the exposure hierarchy over the course."""
    for one in erp.trend(_exposures(notes)):
        peaks = [each.peak for each in one.exposures if each.peak is not None]
        yield StepLine(
            step=one.step,
            times=len(one.exposures),
            first=words.figure(peaks[0]) if peaks else "",
            last=words.figure(peaks[-1]) if len(peaks) > 1 else "",
            change=words.change(one.between),
            minutes=words.figure(one.minutes),
        )


def _exposures(notes: Sequence[Integrated]) -> Iterator[Exposure]:
    for one in notes:
        for row in rows(one.answers, "erp"):
            yield Exposure(
                on=one.on,
                step=_text(row, "erp-step"),
                exposure=_text(row, "erp-exposure"),
                before=number(row, "suds-before"),
                peak=number(row, "suds-peak"),
                after=number(row, "suds-after"),
                minutes=number(row, "erp-minutes"),
            )


def homework_lines(notes: Sequence[Integrated], *, on: date) -> tuple[HomeworkLine, ...]:
    """Each piece of homework as it stands on that day, what is open first."""
    return tuple(
        HomeworkLine(one.task, one.set_on, one.due_on, _state(one))
        for one in erp.homework(map(_session, notes), on=on)
    )


def _state(one: erp.Homework) -> str:
    said = STATES[one.state]
    if one.times is not None:
        said += f", {one.times} {'time' if one.times == 1 else 'times'}"
    return said


def _session(one: Integrated) -> SessionWork:
    return SessionWork(
        on=one.on,
        reviewed=tuple(
            TaskReviewed(
                task=_text(row, "reviewed-task"),
                done=code(row, "reviewed-done"),
                times=number(row, "reviewed-times"),
            )
            for row in rows(one.answers, "homework-reviewed")
            if isinstance(row.get("reviewed-done"), Coded)
        ),
        given=tuple(
            TaskSet(task=_text(row, "set-task"), due_on=due)
            for row in rows(one.answers, "homework-set")
            if isinstance(due := row.get("set-due"), date)
        ),
    )


def _text(row: Answers, name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""
