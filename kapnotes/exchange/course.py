"""A course of treatment: the episode of care, what it is for, its plan and its goals."""

import re
from uuid import UUID, uuid5

from kapnotes.clinic.course_state import CourseState
from kapnotes.exchange.charted import Course, Practice
from kapnotes.exchange.coding import ICD_10_CM, Resource, concept, period, reference, terminology
from kapnotes.exchange.narrative import fit
from kapnotes.exchange.people import custodian
from kapnotes.exchange.section import Section
from kapnotes.forms import Code

PLAN = Code("http://loinc.org", "18776-5", "Plan of care note")
EPISODE = {
    CourseState.ACTIVE: "active",
    CourseState.PAUSED: "onhold",
    CourseState.ENDED: "finished",
}
CARE_PLAN = {
    CourseState.ACTIVE: "active",
    CourseState.PAUSED: "on-hold",
    CourseState.ENDED: "completed",
}
GOAL = {
    CourseState.ACTIVE: "active",
    CourseState.PAUSED: "on-hold",
    CourseState.ENDED: "completed",
}
_ICD = re.compile(r"[A-Z][0-9][0-9A-Z](\.[0-9A-Z]{1,4})?")
"""What a code of ICD-10-CM looks like; other words in its field are no code."""


def condition_id(course_id: UUID) -> UUID:
    """The id of what a course is for."""
    return uuid5(course_id, "indication")


def plan_id(course_id: UUID) -> UUID:
    """The id of a course's plan."""
    return uuid5(course_id, "plan")


def section(course: Course, practice: Practice, *, patient_id: UUID) -> Section:
    """The course as a section of its own."""
    owner = reference(patient_id)
    state = course.state
    goals = fit(course.goals)
    resources = [
        _condition(course, owner),
        _episode(course, owner, state, practice),
        _plan(course, owner, state),
        *([_goal(course, owner, state)] if goals else []),
    ]
    words = (
        f"Indication: {course.indication}",
        f"Diagnosis: {course.diagnosis or 'not recorded'}",
        f"Protocol: {course.protocol or 'not recorded'}",
        *([f"Goals: {goals}"] if goals else []),
    )
    return Section(
        title=f"Course {course.number}", words=words, code=PLAN, resources=tuple(resources)
    )


def _condition(course: Course, owner: Resource) -> Resource:
    typed = course.diagnosis.strip().upper()
    codes = [Code(ICD_10_CM, typed)] if _ICD.fullmatch(typed) else []
    words = course.indication
    if course.diagnosis and not codes:
        words = f"{words} ({course.diagnosis})" if words else course.diagnosis
    diagnosis = terminology("condition-category", "encounter-diagnosis", "Encounter Diagnosis")
    return {
        "resourceType": "Condition",
        "id": str(condition_id(course.id)),
        "category": [concept(diagnosis)],
        "code": concept(*codes, text=words),
        "subject": owner,
    }


def _episode(course: Course, owner: Resource, state: CourseState, practice: Practice) -> Resource:
    return {
        "resourceType": "EpisodeOfCare",
        "id": str(course.id),
        "status": EPISODE[state],
        "type": [{"text": "Course of ketamine-assisted psychotherapy"}],
        "diagnosis": [{"condition": reference(condition_id(course.id))}],
        "patient": owner,
        "managingOrganization": custodian(practice),
        "period": period(course.started_on, course.ended_on),
    }


def _plan(course: Course, owner: Resource, state: CourseState) -> Resource:
    return {
        "resourceType": "CarePlan",
        "id": str(plan_id(course.id)),
        "status": CARE_PLAN[state],
        "intent": "plan",
        "title": course.protocol,
        "subject": owner,
        "period": period(course.started_on, course.ended_on),
        "addresses": [reference(condition_id(course.id))],
        "goal": [reference(_goal_id(course))] if fit(course.goals) else [],
    }


def _goal(course: Course, owner: Resource, state: CourseState) -> Resource:
    return {
        "resourceType": "Goal",
        "id": str(_goal_id(course)),
        "lifecycleStatus": GOAL[state],
        "description": {"text": course.goals},
        "subject": owner,
        "addresses": [reference(condition_id(course.id))],
    }


def _goal_id(course: Course) -> UUID:
    return uuid5(course.id, "goals")
