"""What happened in a session: events as observations, adverse events as what they are."""

from collections.abc import Iterator
from uuid import UUID

from kapnotes.clinic.adverse_event import AdverseEventKind, EventOutcome
from kapnotes.exchange.charted import Infusion
from kapnotes.exchange.charted_session import AdverseEvent, Event
from kapnotes.exchange.coding import (
    OWN,
    SNOMED,
    Resource,
    by,
    concept,
    moment,
    period,
    quantity,
    reference,
    terminology,
)
from kapnotes.exchange.section import Section
from kapnotes.forms import Code

TITLE = "Events"
ADVERSE_TITLE = "Adverse events"
EVENTS = f"{OWN}event"
KINDS = f"{OWN}adverse-event"
LATER = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AdverseEvent."
"""What later releases of FHIR have and this one has not, in the way that HL7 names it there."""
PUBLIC = {
    AdverseEventKind.HYPERTENSION: Code(SNOMED, "24184005", "Elevated blood pressure"),
    AdverseEventKind.NAUSEA: Code(SNOMED, "422587007", "Nausea"),
    AdverseEventKind.VOMITING: Code(SNOMED, "422400008", "Vomiting"),
    AdverseEventKind.ANXIETY: Code(SNOMED, "48694002", "Anxiety"),
    AdverseEventKind.DIZZINESS: Code(SNOMED, "404640003", "Dizziness"),
    AdverseEventKind.HEADACHE: Code(SNOMED, "25064002", "Headache"),
}
"""The kinds of which the code of SNOMED CT is known; the others have ours and their words."""
OUTCOMES = {
    EventOutcome.RESOLVED: ("resolved",),
    EventOutcome.RESOLVING: ("recovering",),
    EventOutcome.ONGOING: ("ongoing",),
    EventOutcome.REFERRED: (),
}


def section(infusion: Infusion, *, patient_id: UUID) -> Section:
    """The events of an infusion that are no steps of a dose; an empty section is left out."""
    owner = reference(patient_id)
    words = tuple(_line(one) for one in infusion.events)
    made = tuple(observed(one, owner) for one in infusion.events)
    return Section(title=TITLE, words=words, resources=made)


def adverse_section(infusion: Infusion, *, patient_id: UUID) -> Section:
    """The adverse events of an infusion; that there was none is said."""
    owner = reference(patient_id)
    made = tuple(_adverse(one, infusion, owner) for one in infusion.adverse)
    if made:
        words = tuple(_told(one) for one in infusion.adverse)
        return Section(title=ADVERSE_TITLE, words=words, resources=made)
    said = ("No adverse event is recorded.",) if infusion.is_whole else ()
    return Section(title=ADVERSE_TITLE, words=said, empty="unavailable")


def observed(one: Event, owner: Resource) -> Resource:
    """An event as an observation: what it was, what was said of it, at which rate it went on."""
    made: Resource = {
        "resourceType": "Observation",
        "id": str(one.id),
        "status": "final",
        "category": [concept(terminology("observation-category", "procedure", "Procedure"))],
        "code": concept(Code(EVENTS, one.kind), text=one.what),
        "subject": owner,
        "effectiveDateTime": moment(one.at),
        "performer": by(one.by),
        "valueString": one.words,
        "note": [{"text": f"Stands because: {one.why}"}] if one.why else [],
        "derivedFrom": [reference(one.about_id)] if one.about_id else [],
    }
    if one.rate_mg_per_h is not None:
        rate = {"code": {"text": "Rate"}, "valueQuantity": quantity(one.rate_mg_per_h, "mg/h")}
        made["component"] = [rate]
    return made


def _adverse(one: AdverseEvent, infusion: Infusion, owner: Resource) -> Resource:
    return {
        "resourceType": "AdverseEvent",
        "id": str(one.id),
        "extension": list(_later(one)),
        "actuality": "actual",
        "event": concept(
            *([PUBLIC[one.kind]] if one.kind in PUBLIC else []),
            Code(KINDS, one.kind.value),
            text=one.what,
        ),
        "subject": owner,
        "date": moment(one.at),
        "recordedDate": moment(one.recorded_at),
        "seriousness": _seriousness(one),
        "severity": concept(
            terminology("adverse-event-severity", one.severity.value), text=one.severity.value
        ),
        "outcome": concept(*_outcome(one), text=one.ended) if one.outcome else None,
        "recorder": reference(one.by.id, one.by.words),
        "suspectEntity": [{"instance": reference(dose.id)} for dose in infusion.doses],
    }


def _seriousness(one: AdverseEvent) -> Resource | None:
    """Whether it was serious; nothing where nobody said."""
    if one.is_serious is None:
        return None
    code, words = ("serious", "Serious") if one.is_serious else ("non-serious", "Non-serious")
    return concept(terminology("adverse-event-seriousness", code, words))


def _outcome(one: AdverseEvent) -> list[Code]:
    codes = OUTCOMES[one.outcome] if one.outcome else ()
    return [terminology("adverse-event-outcome", code) for code in codes]


def _later(one: AdverseEvent) -> Iterator[Resource]:
    """Its end, what was done, and its words."""
    if one.resolved_at is not None:
        lasted = period(one.at, one.resolved_at)
        yield {"url": f"{LATER}occurrence", "valuePeriod": lasted}
    if one.action:
        yield {"url": f"{LATER}note", "valueAnnotation": {"text": f"What was done: {one.action}"}}
    if one.words:
        yield {"url": f"{LATER}note", "valueAnnotation": {"text": one.words}}


def _line(one: Event) -> str:
    said = f"{one.at:%H:%M} {one.what}"
    return f"{said}: {one.words}" if one.words else said


def _told(one: AdverseEvent) -> str:
    """The event in a line, as its row on the page."""
    said = f"{one.at:%H:%M} {one.what}, {one.severity.value}"
    if one.is_serious:
        said += ", serious"
    rest = [one.words, one.action or "Nothing recorded.", one.ended]
    return ". ".join([said, *(words.rstrip(".") for words in rest if words)])
