"""Who a document is by and about: the practice, the people of it, the patient."""

from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from kapnotes.exchange.charted import Charted, Infusion, Patient, Practice
from kapnotes.exchange.coding import OWN, Resource, coding, concept, reference, terminology
from kapnotes.exchange.narrative import fit
from kapnotes.exchange.person import Person
from kapnotes.exchange.section import Section
from kapnotes.forms import Code

SPACE = UUID("5f0d2b1e-6f0c-5b7a-9a55-2b2f6f7f4c11")
"""The space of the ids of what has no row of its own; never changed, or every id would."""
RECORD_NUMBERS = f"{OWN}record-number"
PRONOUNS = "http://hl7.org/fhir/StructureDefinition/individual-pronouns"
ALLERGIES = Code("http://loinc.org", "48765-2", "Allergies and adverse reactions Document")


def practice_id(practice: Practice) -> UUID:
    """The id of the practice: the same for the same name."""
    return uuid5(SPACE, f"practice {practice.name}")


def custodian(practice: Practice) -> Resource:
    """A reference to the practice."""
    return reference(practice_id(practice), practice.name)


def organization(practice: Practice) -> Resource:
    """The practice. Its letterhead is one text: which line is which is not known."""
    return {
        "resourceType": "Organization",
        "id": str(practice_id(practice)),
        "type": [concept(terminology("organization-type", "prov", "Healthcare Provider"))],
        "name": practice.name,
        "address": [{"text": "\n".join(practice.lines)}],
    }


def practitioner(person: Person) -> Resource:
    """A person of the practice: name and credentials, nothing else."""
    return {
        "resourceType": "Practitioner",
        "id": str(person.id),
        "name": [{"text": person.words}],
        "qualification": [{"code": {"text": person.credentials}}] if person.credentials else [],
    }


def record_number(owner: Patient, practice: Practice) -> Resource:
    """The patient's number in this practice."""
    return {
        "type": concept(terminology("v2-0203", "MR", "Medical record number")),
        "system": RECORD_NUMBERS,
        "value": owner.record_number,
        "assigner": {"display": practice.name},
    }


def patient(owner: Patient, practice: Practice) -> Resource:
    """The patient, as every page names them."""
    pronouns = {"url": "value", "valueCodeableConcept": {"text": owner.pronouns}}
    return {
        "resourceType": "Patient",
        "id": str(owner.id),
        "extension": [{"url": PRONOUNS, "extension": [pronouns]}] if owner.pronouns else [],
        "identifier": [record_number(owner, practice)],
        "name": [{"text": owner.name, "family": owner.family_name, "given": [owner.given_name]}],
        "birthDate": owner.birth_date.isoformat(),
        "managingOrganization": custodian(practice),
    }


def allergies(owner: Patient) -> Section:
    """What the patient is said to be allergic to, in the words of the record."""
    said = fit(owner.allergies)
    if not said:
        return Section(
            title="Allergies", words=("Not recorded",), code=ALLERGIES, empty="unavailable"
        )
    made = {
        "resourceType": "AllergyIntolerance",
        "id": str(uuid5(owner.id, "allergies")),
        "clinicalStatus": {
            "coding": [coding(terminology("allergyintolerance-clinical", "active"))]
        },
        "code": {"text": said},
        "patient": reference(owner.id),
    }
    return Section(title="Allergies", words=(said,), code=ALLERGIES, resources=(made,))


def beside(charted: Charted) -> list[Person]:
    """Everyone whom a document names outside of its infusions, each once."""
    took = (one.author for one in charted.measures)
    raised = (one.raised_by for one in charted.alerts if one.raised_by)
    return _each_once((*took, *raised))


def of_infusion(infusion: Infusion) -> list[Person]:
    """Everyone who signed, wrote or recorded anything of an infusion, each once."""
    return _each_once((*_signers(infusion), *_recorders(infusion)))


def _each_once(named: Iterable[Person]) -> list[Person]:
    """The first of each: names may have changed, ids never do."""
    found: dict[UUID, Person] = {}
    for one in named:
        found.setdefault(one.id, one)
    return list(found.values())


def _signers(infusion: Infusion) -> Iterator[Person]:
    for note in infusion.notes:
        yield from (one.by for one in note.signatures)
        yield from (one.signature.by for one in note.addenda)


def _recorders(infusion: Infusion) -> Iterator[Person]:
    for check in (infusion.arrival, infusion.discharge):
        if check and check.by:
            yield check.by
    for dose in infusion.doses:
        yield dose.by
        yield from (step.by for step in dose.steps)
    yield from (row.by for row in infusion.readings)
    yield from (row.by for row in infusion.events)
    yield from (row.by for row in infusion.adverse)
    yield from (row.raised_by for row in infusion.alerts if row.raised_by)
