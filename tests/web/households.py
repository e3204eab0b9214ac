"""Two more households in the practice: a stranger's patient, and a second one of the therapist.

What a test aims at in a household is made there by the same hands as everywhere (`targets.py`).
"""

from dataclasses import replace
from uuid import UUID

from kapnotes.actions import course, patient, supervision
from tests.builders import AT, LINKED, Small, add_patient, add_person, plan, require
from tests.web.served import Served
from tests.web.targets import Aim, Ids

STRANGE = ("Nowak", "X-9001")
"""What a page would show of the stranger's patient."""


def strangers(served: Served) -> Served:
    """The practice as a therapist has it who shares nobody with the first one."""
    small = served.small
    medical, supervisor = add_person("Mirko", "medical"), add_person("Susanne", "supervisor")
    supervision.link(
        supervisor_id=supervisor.id,
        supervisee_id=small.other_therapist.id,
        starts_on=LINKED.date(),
        by=small.administrator,
        at=LINKED,
    )
    require(small.administrator, small.other_therapist)
    theirs = replace(
        small,
        therapist=small.other_therapist,
        other_therapist=small.therapist,
        medical=medical,
        supervisor=supervisor,
    )
    return _with_patient(served, theirs, *STRANGE)


def second(served: Served) -> Served:
    """The practice as the first therapist has it with another patient of theirs."""
    return _with_patient(served, served.small, "Berg", "X-9002")


def _with_patient(served: Served, small: Small, family_name: str, number: str) -> Served:
    made = add_patient(small.therapist, family_name=family_name, record_number=number)
    patient.join_team(
        patient_id=made,
        person_id=small.medical.id,
        starts_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    course_id = course.start(
        patient_id=made,
        indication="ocd",
        protocol="iv_induction_six",
        started_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    infusion_id = plan(course_id, small.therapist)
    about = replace(small, patient_id=made, course_id=course_id, infusion_id=infusion_id)
    return replace(served, small=about)


def ids_of(served: Served, aim: Aim) -> dict[str, UUID]:
    """The ids of a thing that is made in that household."""
    ids, _ = aim(served)
    return only_ids(ids)


def only_ids(ids: Ids) -> dict[str, UUID]:
    """The ids among what stands in an address."""
    return {name: value for name, value in ids.items() if isinstance(value, UUID)}
