"""One infusion of a document: the procedure itself, and a section for each part of its page."""

from collections.abc import Collection, Iterator
from uuid import UUID

from kapnotes.clinic.infusion import InfusionState
from kapnotes.exchange import alert, consent, dose, event, note, score, vitals
from kapnotes.exchange.charted import Infusion
from kapnotes.exchange.coding import SNOMED, Resource, concept, moment, period, reference
from kapnotes.exchange.course import condition_id, plan_id
from kapnotes.exchange.section import Section
from kapnotes.forms import Code

GIVING = Code(SNOMED, "18629005", "Administration of drug or medicament")
STATES = {
    InfusionState.PLANNED: "preparation",
    InfusionState.IN_PROGRESS: "in-progress",
    InfusionState.COMPLETED: "completed",
    InfusionState.CANCELLED: "not-done",
}


def section(infusion: Infusion, *, patient_id: UUID, here: Collection[UUID]) -> Section:
    """The infusion with all its parts; `here` are the ids of the notes in the document."""
    return Section(
        title=infusion.title,
        words=infusion.glance.sentences if infusion.glance else (),
        resources=(procedure(infusion, patient_id=patient_id),),
        sections=tuple(_parts(infusion, patient_id, here)),
    )


def _parts(infusion: Infusion, patient_id: UUID, here: Collection[UUID]) -> Iterator[Section]:
    """In the order of the pages."""
    yield alert.section(infusion.alerts, patient_id=patient_id)
    yield consent.in_force(infusion.consent, infusion.consent_words, patient_id=patient_id)
    arrival, discharge = infusion.arrival, infusion.discharge
    said = "No arrival check is recorded." if infusion.is_whole else ""
    yield note.check_section("Arrival check", arrival, said, patient_id=patient_id)
    yield dose.section(infusion, patient_id=patient_id)
    yield vitals.section(infusion, patient_id=patient_id)
    yield event.section(infusion, patient_id=patient_id)
    yield event.adverse_section(infusion, patient_id=patient_id)
    said = "No recovery or discharge is recorded." if infusion.is_whole else ""
    yield note.check_section("Recovery and discharge", discharge, said, patient_id=patient_id)
    yield score.section(infusion, patient_id=patient_id, here=here)
    for one in infusion.notes:
        yield note.section(one, patient_id=patient_id)


def procedure(infusion: Infusion, *, patient_id: UUID) -> Resource:
    """The infusion as what was done, when, and for what."""
    when = (
        {"performedPeriod": period(infusion.started_at, infusion.completed_at)}
        if infusion.started_at
        else {}
    )
    words = f"Ketamine-assisted psychotherapy, {dose.ROUTE_WORDS[infusion.route]}"
    return {
        "resourceType": "Procedure",
        "id": str(infusion.id),
        "basedOn": [reference(plan_id(infusion.course_id))],
        "status": STATES[infusion.state],
        "code": concept(GIVING, text=words),
        "subject": reference(patient_id),
        **when,
        "reasonReference": [reference(condition_id(infusion.course_id))],
        "note": [{"text": f"{infusion.title}, planned for {moment(infusion.planned_for)}"}],
    }
