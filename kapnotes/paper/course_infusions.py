"""The infusions of a course as rows: dose, extremes, events; and what was not as planned.

Only what a final dosing-session note stands for has its values here.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from kapnotes.clinic import course as clinic
from kapnotes.clinic import dose as dose_rules
from kapnotes.clinic.infusion import InfusionState, Phase, Route
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.schedule import SlotState
from kapnotes.paper import words
from kapnotes.paper.course_record import CourseRecord
from kapnotes.paper.course_summary import Cells, InfusionLine
from kapnotes.paper.parts import ROUTES
from kapnotes.paper.session_checks import option
from kapnotes.records.course import Infusion
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.records.session_record import SessionRecord
from kapnotes.records.session_row import AdverseEvent, Discharge, Dose, Row, Vitals

NOT_SIGNED = "Not signed yet: dose, vital signs and events are left out."
SAID = {
    InfusionState.PLANNED: "Planned.",
    InfusionState.IN_PROGRESS: "In progress.",
    InfusionState.CANCELLED: "Cancelled.",
}


def signed_session(record: CourseRecord, infusion: Infusion) -> SessionRecord | None:
    """What the session recorded, if a final note stands for it."""
    if record.signed(infusion.id, NoteKind.DOSING) is None:
        return None
    return record.sessions.get(infusion.id)


def infusion_lines(record: CourseRecord) -> tuple[InfusionLine, ...]:
    """A row for each infusion, planned and cancelled ones too."""
    return tuple(_line(record, one) for one in record.infusions)


def _line(record: CourseRecord, one: Infusion) -> InfusionLine:
    when = (one.started_at or one.planned_for).astimezone(record.zone)
    kind = f"{one.phase.capitalize()}, {ROUTES[Route(one.route)]}"
    state = InfusionState(one.state)
    if state is not InfusionState.COMPLETED:
        why = one.state_reason if state is InfusionState.CANCELLED else ""
        said = " ".join(filter(None, (SAID[state], why)))
        return InfusionLine(one.number, when.date(), kind, note=said)
    session = signed_session(record, one)
    if session is None:
        return InfusionLine(one.number, when.date(), kind, note=NOT_SIGNED, is_left_out=True)
    doses, vitals = session.of(Dose), session.of(Vitals)
    adverse = session.of(AdverseEvent)
    return InfusionLine(
        number=one.number,
        on=when.date(),
        kind=kind,
        dose=_dose(doses),
        minutes=_minutes(doses),
        pressure=_pressure(vitals),
        oxygen=words.figure(min((v.spo2 for v in vitals if v.spo2 is not None), default=None)),
        events="; ".join(_event(event) for event in adverse) if adverse else "none",
        left=_left(session, doses),
    )


def _dose(doses: Sequence[Dose]) -> str:
    if not doses:
        return "none"
    total = sum((one.mg for one in doses), Decimal(0))
    per_kg = dose_rules.mg_per_kg(total, doses[0].weight_kg)
    said = words.figure(total, "mg")
    return f"{said} ({words.figure(per_kg, 'mg/kg')})" if per_kg is not None else said


def _minutes(doses: Sequence[Dose]) -> str:
    last = max((one.stopped_at for one in doses if one.stopped_at), default=None)
    return words.minute(last, doses[0].observed_at) if last else ""


def _pressure(vitals: Sequence[Vitals]) -> str:
    """The reading with the highest systolic pressure."""
    read = [one for one in vitals if one.systolic is not None]
    if not read:
        return ""
    top = max(read, key=lambda one: one.systolic or 0)
    return f"{top.systolic}/{top.diastolic or '?'}"


def _event(one: AdverseEvent) -> str:
    said = f"{option('adverse_event', 'kind', one.kind).lower()}, {one.severity}"
    return f"{said}, serious" if one.serious else said


def _left(session: SessionRecord, doses: Sequence[Dose]) -> str:
    left = next((one.left_at for one in session.of(Discharge) if one.left_at), None)
    return words.minute(left, doses[0].observed_at) if left and doses else ""


def adverse_cells(record: CourseRecord) -> Iterator[Cells]:
    """Each adverse event of the course: infusion, time, what, how grave, done, how it ended."""
    for one in record.infusions:
        session = signed_session(record, one)
        for event in session.of(AdverseEvent) if session else ():
            at = event.observed_at.astimezone(record.zone)
            ended = option("adverse_event", "outcome", event.outcome) if event.outcome else ""
            until = event.resolved_at
            yield (
                str(one.number),
                words.clock(at),
                option("adverse_event", "kind", event.kind),
                f"{event.severity}{', serious' if event.serious else ''}",
                words.sentences(event.action, event.words),
                f"{ended} at {words.clock(until.astimezone(record.zone))}" if until else ended,
            )


def facts_of(record: CourseRecord) -> clinic.CourseFacts:
    """The course as the clinic's rules see it."""
    return clinic.CourseFacts(
        protocol_of_course(record.course),
        tuple(
            clinic.InfusionFact(
                number=one.number,
                state=InfusionState(one.state),
                phase=Phase(one.phase),
                on=(one.started_at or one.planned_for).astimezone(record.zone).date(),
            )
            for one in record.infusions
        ),
    )


def deviations(record: CourseRecord) -> Iterator[str]:
    """What was not as the protocol has it, and what somebody let stand with a reason."""
    today = record.at.astimezone(record.zone).date()
    for caution in clinic.outside_window(facts_of(record), today):
        yield caution.sentence
    for one in record.infusions:
        here = f"Infusion {one.number}"
        if one.plan_reason:
            yield f"{here}, planned outside of the protocol: {one.plan_reason}"
        session = signed_session(record, one)
        if session is not None:
            yield from (f"{here}, {said}" for said in _session_deviations(session))


def _session_deviations(session: SessionRecord) -> Iterator[str]:
    late = sum(slot.state is SlotState.LATE for slot in session.slots)
    missed = sum(slot.state is SlotState.MISSED for slot in session.slots)
    if late or missed:
        counted = [f"{late} late" if late else "", f"{missed} missed" if missed else ""]
        yield f"vital signs: {' and '.join(filter(None, counted))} of {len(session.slots)}."
    for dose in session.of(Dose):
        if dose.planned_mg_per_kg is not None:
            given = dose_rules.mg_per_kg(dose.mg, dose.weight_kg)
            if given is not None and abs(given - dose.planned_mg_per_kg) >= HUNDREDTHS:
                planned = words.figure(dose.planned_mg_per_kg, "mg/kg")
                yield f"planned {planned}, given {words.figure(given, 'mg/kg')}."
    rows: list[Row] = [row for row in session.rows if row.caution_reason]
    for row in rows:
        yield f"{CALLED[row.__tablename__]} stands because: {row.caution_reason}"


HUNDREDTHS = Decimal("0.02")
"""A dose that is off by less than this, in mg/kg, is rounded and no deviation."""
CALLED = {
    "arrival": "the arrival check",
    "dose": "the dose",
    "vitals": "a reading",
    "session_event": "an event",
    "adverse_event": "an adverse event",
    "discharge": "the discharge",
}
