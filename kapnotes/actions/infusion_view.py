"""What looking at an infusion finds: the infusion, its course, its notes, its session's rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kapnotes.access.reach import Reach
from kapnotes.clinic.course import Step
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.note import NoteState, is_final
from kapnotes.clinic.tap import Tap
from kapnotes.clinic.vitals import VitalsLimits
from kapnotes.db import Session
from kapnotes.records import alert, course, document, job, person
from kapnotes.records import session as sessions
from kapnotes.records.course import Infusion
from kapnotes.records.kept_finding import Counts
from kapnotes.records.listed_note import ListedNote
from kapnotes.records.session_mark import Mark
from kapnotes.records.session_row import AdverseEvent, Dose, Row, SessionEvent, Vitals


@dataclass(frozen=True, slots=True)
class StruckRow:
    """A row of the history: who struck it out, and whether a corrected one took its place."""

    row: Row
    by: str
    is_corrected: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the session recorded."""

    doses: Sequence[Dose]
    vitals: Sequence[Vitals]
    events: Sequence[SessionEvent]
    adverse_events: Sequence[AdverseEvent]
    struck: Sequence[StruckRow]


@dataclass(frozen=True, slots=True)
class InfusionView:
    """What the infusion's page shows, and what it is worked out from: values, or rows of values.

    `steps` is worked out with `read`, from the course, its infusions, the zone and the day, which
    are in the key themselves.

    All of it is in the key of the page's drawing, so whatever else decides how the page looks (a
    rule that a practice sets, say) becomes a field here. The session's rows were read only if
    whoever looked had nothing drawn from them under the same marks; to ask for rows that were not
    read is an error, never an empty session. `levels` and `taps` are those of the session's start.
    """

    infusion: Infusion
    infusions: tuple[course.Listed, ...]
    notes: tuple[ListedNote, ...]
    documents: tuple[document.Listed, ...]
    is_locked: bool
    levels: VitalsLimits
    taps: tuple[Tap, ...]
    alerts: tuple[alert.Listed, ...]
    making: job.Making | None
    marks: frozenset[Mark]
    read: Recorded | None = None
    steps: tuple[Step, ...] = ()
    found: Counts = field(default_factory=Counts)

    @property
    def is_dosed(self) -> bool:
        """Whether a dose is recorded and not struck out."""
        return any(one.noun == Dose.__tablename__ and one.struck_at is None for one in self.marks)

    @property
    def recorded(self) -> Recorded:
        """The session's rows."""
        if self.read is None:
            raise LookupError("the session's rows were not read")
        return self.read

    @property
    def doses(self) -> Sequence[Dose]:
        """The doses that stand."""
        return self.recorded.doses

    @property
    def vitals(self) -> Sequence[Vitals]:
        """The readings that stand."""
        return self.recorded.vitals

    @property
    def adverse_events(self) -> Sequence[AdverseEvent]:
        """The adverse events that stand."""
        return self.recorded.adverse_events

    @property
    def struck(self) -> Sequence[StruckRow]:
        """The history."""
        return self.recorded.struck


def rows(session: Session, infusion_id: UUID, *, reach: Reach) -> Recorded:
    """The session's rows within reach."""
    doses, vitals, adverse = (
        sessions.of_infusion(session, Dose, infusion_id, reach=reach, struck=True),
        sessions.of_infusion(session, Vitals, infusion_id, reach=reach, struck=True),
        sessions.of_infusion(session, AdverseEvent, infusion_id, reach=reach, struck=True),
    )
    return Recorded(
        [one for one in doses if one.struck_at is None],
        [one for one in vitals if one.struck_at is None],
        sessions.of_infusion(session, SessionEvent, infusion_id, reach=reach),
        [one for one in adverse if one.struck_at is None],
        _struck(session, [*doses, *vitals, *adverse]),
    )


def _struck(session: Session, rows: Sequence[Row]) -> list[StruckRow]:
    corrected = {one.corrects_id for one in rows}
    struck = sorted(
        (one for one in rows if one.struck_at is not None),
        key=lambda one: (one.struck_at or one.recorded_at, one.recorded_at),
    )
    people = person.named(session, {one.struck_by_id for one in struck if one.struck_by_id})
    return [
        StruckRow(
            one,
            people[one.struck_by_id].name if one.struck_by_id in people else "",
            one.id in corrected,
        )
        for one in struck
    ]


def making_of(
    session: Session, notes: Sequence[ListedNote], infusion_id: UUID, edition: str, *, reach: Reach
) -> job.Making | None:
    """How far the summary is; asked only where nothing unsigned stands in its way."""
    if not notes or any(not is_final(NoteState(one.state)) for one in notes):
        return None
    kind = DocumentKind.INFUSION_SUMMARY.value
    return job.making(session, kind, infusion_id, edition, reach=reach)
