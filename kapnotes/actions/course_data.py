"""The data of a course, handed out: as a table, and its measures as FHIR resources."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import disclosure
from kapnotes.actions.charted_measure import measures_of, subscales
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.document import Export
from kapnotes.exchange import csv_table
from kapnotes.exchange.csv_table import Cell
from kapnotes.exchange.observation import bundle
from kapnotes.records import course, outcome
from kapnotes.records import session as sessions
from kapnotes.records.course import Course, Infusion
from kapnotes.records.measure import Measure
from kapnotes.records.session_row import Dose

HEAD = (
    *("record_number", "course", "infusion", "kind", "name", "observed_at", "value", "unit"),
    *("words", "recorded_at"),
)


@does(Did.COURSE_EXPORTED)
def table(deed: Deed, *, course_id: UUID, by: Actor, at: datetime) -> str:
    """The course, its infusions, doses and measures as CSV: a line for each value."""
    found = _exported(deed, course_id, Export.COURSE_TABLE, by=by, at=at)
    reach = by.reach(at)
    infusions = course.infusions_of_course(deed.session, course_id, reach=reach)
    ids = [one.id for one in infusions]
    doses = sessions.of_infusions(deed.session, Dose, ids, reach=reach)
    measures = outcome.whole(deed.session, found, reach=reach)
    deed.details.update(part="table", rows=len(infusions) + len(doses) + len(measures))
    numbers = {one.id: one.number for one in infusions}
    first: tuple[Cell, ...] = (found.patient.record_number, found.number)
    rows = [
        (*first, *row)
        for part in (
            _course(found),
            (row for one in infusions for row in _infusion(one)),
            (row for one in doses for row in _dose(one, numbers[one.infusion_id])),
            (row for one in measures for row in _measure(one, numbers)),
        )
        for row in part
    ]
    return csv_table.write(HEAD, rows)


@does(Did.COURSE_EXPORTED)
def resources(deed: Deed, *, course_id: UUID, by: Actor, at: datetime) -> str:
    """The measures of the course as a FHIR R4B Bundle, in JSON."""
    found = _exported(deed, course_id, Export.COURSE_MEASURES, by=by, at=at)
    measures = outcome.whole(deed.session, found, reach=by.reach(at))
    deed.details.update(part="measures", rows=len(measures))
    rated = measures_of(deed.session, measures, zone=by.zone)
    return bundle(rated, patient_id=found.patient_id, course_id=found.id, at=at)


def _exported(deed: Deed, course_id: UUID, what: Export, *, by: Actor, at: datetime) -> Course:
    """The course, with its entry in the patient's list of disclosures."""
    check_role(by, Action.EXPORT_COURSE)
    found = course.fetch(deed.session, course_id, reach=by.reach(at))
    deed.on(found)
    disclosure.export(deed.session, patient_id=found.patient_id, what=what, by=by, at=at)
    return found


def _moment(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _course(found: Course) -> Iterator[tuple[Cell, ...]]:
    began = found.started_on.isoformat()
    detail = found.indication_detail
    yield (None, "course", "indication", began, found.indication, "", detail, "")
    yield (None, "course", "protocol", began, found.protocol, "", "", "")
    if found.ended_on is not None:
        yield (None, "course", "state", found.ended_on.isoformat(), found.state, "", "", "")


def _infusion(one: Infusion) -> Iterator[tuple[Cell, ...]]:
    at = _moment(one.started_at or one.planned_for)
    for name in ("state", "phase", "route"):
        yield (one.number, "infusion", name, at, getattr(one, name), "", "", "")


def _dose(one: Dose, number: int) -> Iterator[tuple[Cell, ...]]:
    at, recorded = _moment(one.observed_at), _moment(one.recorded_at)
    yield (number, "dose", one.drug_form, at, one.mg, "mg", one.route, recorded)
    yield (number, "dose", "weight", at, one.weight_kg, "kg", "", recorded)


def _measure(one: Measure, numbers: dict[UUID, int]) -> Iterator[tuple[Cell, ...]]:
    at, recorded = _moment(one.observed_at), _moment(one.recorded_at)
    number = numbers.get(one.infusion_id) if one.infusion_id else None
    words = one.band if one.is_complete else "not complete"
    yield (number, "measure", one.key, at, one.total, "score", words, recorded)
    for key, title, total in subscales(one):
        name = f"{one.key} {key}"
        yield (number, "measure", name, at, total, "score", title, recorded)
