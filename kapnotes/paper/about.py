"""Who and what a document is about: the patient, the course, the infusion, in words."""

from zoneinfo import ZoneInfo

from kapnotes.clinic.infusion import STATE_WORDS as INFUSION_WORDS
from kapnotes.clinic.infusion import InfusionState, Phase, Route
from kapnotes.library import record_definition
from kapnotes.paper.parts import ROUTES
from kapnotes.paper.summary import CourseFacts, PatientIdentity
from kapnotes.records.course import Course, Infusion
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.records.patient import Patient


def identity_of(owner: Patient) -> PatientIdentity:
    """Who a document is about."""
    return PatientIdentity(
        owner.name,
        owner.birth_date,
        owner.record_number,
        owner.pronouns or "",
        owner.allergies or "",
    )


def indication_of(about: Course) -> str:
    """What a course is for, in words."""
    options = {
        option.code: option.display
        for item in record_definition("course").walk()
        for option in item.options
    }
    named = options.get(about.indication, about.indication)
    return ". ".join(one for one in (named, about.indication_detail) if one)


def course_facts(about: Course, found: Infusion, zone: ZoneInfo) -> CourseFacts:
    """Which infusion of which course."""
    protocol = protocol_of_course(about)
    when = found.started_at or found.planned_for
    induction = found.phase == Phase.INDUCTION
    return CourseFacts(
        on=when.astimezone(zone).date(),
        infusion=found.number,
        infusions=protocol.induction_count if induction else None,
        phase=found.phase.capitalize(),
        route=ROUTES[Route(found.route)],
        indication=indication_of(about),
        diagnosis=about.diagnosis_code or "",
        protocol=protocol.title,
        goals=about.goals or "",
        state=INFUSION_WORDS[InfusionState(found.state)].capitalize(),
    )
