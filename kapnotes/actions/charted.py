"""What a document's bundle is made of, from the very reading of the record that its pages show.

`told` is what is drawn, and gives every word that stands on a page; the rows behind it give ids,
codes and answers. A chart is several infusions, with consents and alerts: each has its own verb
here, and whoever makes the document puts them together.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from kapnotes.actions.charted_note import note_of
from kapnotes.actions.charted_score import scores_of
from kapnotes.actions.charted_session import (
    adverse_of,
    arrival_of,
    discharge_of,
    doses_of,
    events_of,
    readings_of,
)
from kapnotes.clinic import consent as clinic
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.document import KIND_WORDS, DocumentKind
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.exchange import charted as exchange
from kapnotes.exchange.person import Person
from kapnotes.exchange.share import share
from kapnotes.paper.draw import heading
from kapnotes.paper.gather import Gathered
from kapnotes.paper.summary import (
    CourseFacts,
    Edition,
    InfusionSummary,
    Letterhead,
)
from kapnotes.records import alert, consent
from kapnotes.records.course import Course
from kapnotes.records.patient import Patient

MEDICAL = "Medical edition: the integration note is not part of it."


def charted_summary(
    gathered: Gathered,
    told: InfusionSummary,
    *,
    owner: Patient,
    number: str,
    replaces: str = "",
) -> exchange.Charted:
    """An infusion summary as its bundle says it; `told` is the summary that was drawn."""
    return exchange.Charted(
        kind=DocumentKind.INFUSION_SUMMARY,
        number=number,
        title=f"{KIND_WORDS[DocumentKind.INFUSION_SUMMARY]}: {heading(told.course)}",
        made_at=told.made_at,
        practice=practice_of(told.letterhead),
        patient=patient_of(owner),
        courses=(course_of(gathered.infusion.course, told.course),),
        infusions=(infusion_of(gathered, told),),
        replaces=replaces,
        edition=MEDICAL if told.edition is Edition.MEDICAL else "",
        is_final=gathered.is_final,
    )


def share_of(gathered: Gathered, told: InfusionSummary) -> str:
    """One infusion's share of any bundle, to be kept beside its printed part.

    Like the part it depends on what `gathered` has read and on nothing of the document.
    """
    return share(infusion_of(gathered, told), patient_id=gathered.infusion.patient_id)


def practice_of(letterhead: Letterhead) -> exchange.Practice:
    """The practice, as the letterhead has it."""
    return exchange.Practice(name=letterhead.practice, lines=letterhead.lines)


def patient_of(owner: Patient) -> exchange.Patient:
    """The patient, with what every document shows of them."""
    return exchange.Patient(
        id=owner.id,
        given_name=owner.given_name,
        family_name=owner.family_name,
        birth_date=owner.birth_date,
        record_number=owner.record_number,
        pronouns=owner.pronouns or "",
        allergies=owner.allergies or "",
    )


def course_of(found: Course, facts: CourseFacts, *, is_dated: bool = False) -> exchange.Course:
    """A course in the words of its page; `is_dated` where the page says when it began and ended."""
    return exchange.Course(
        id=found.id,
        number=found.number,
        state=CourseState(found.state),
        indication=facts.indication,
        diagnosis=facts.diagnosis,
        protocol=facts.protocol,
        goals=facts.goals,
        started_on=found.started_on if is_dated else None,
        ended_on=found.ended_on if is_dated else None,
    )


def infusion_of(gathered: Gathered, told: InfusionSummary) -> exchange.Infusion:
    """One infusion, with all that its pages show of it."""
    parts, found = gathered.parts, gathered.infusion
    zone = parts.zone
    return exchange.Infusion(
        id=found.id,
        course_id=found.course_id,
        number=found.number,
        title=heading(told.course),
        state=InfusionState(found.state),
        route=Route(found.route),
        planned_for=found.planned_for.astimezone(zone),
        started_at=_here(found.started_at, zone),
        completed_at=_here(found.completed_at, zone),
        glance=exchange.Glance(
            dose=told.glance.dose,
            reaction=told.glance.reaction,
            risk=told.glance.risk,
            plan=told.glance.plan,
            response=told.glance.response,
        ),
        alerts=alerts_of(gathered.alerts, zone=zone, is_then=True),
        consent=_in_force(gathered),
        consent_words=_consent_words(told),
        arrival=arrival_of(parts),
        doses=doses_of(parts, told.doses),
        readings=readings_of(parts),
        schedule=told.schedule,
        events=events_of(parts, told.events),
        adverse=adverse_of(parts, told.adverse),
        discharge=discharge_of(parts),
        scores=tuple(scores_of(told.scores, found.id)),
        notes=tuple(note_of(one, parts) for one in told.notes),
    )


def consents_of(rows: Collection[consent.Consent]) -> tuple[exchange.Consent, ...]:
    """The consents that a document shows, withdrawn ones too."""
    return tuple(
        exchange.Consent(
            id=one.id,
            form_version=one.form_version,
            signed_on=one.signed_on,
            held_by=one.held_by,
            points=tuple(
                (code, words) for code, words in clinic.POINTS.items() if code in one.points
            ),
            words=one.words or "",
            withdrawn_on=one.withdrawn_on,
            withdrawn_reason=one.withdrawn_reason or "",
        )
        for one in rows
    )


def _in_force(gathered: Gathered) -> exchange.Consent | None:
    """The consent that the infusion was given under, as it stood then."""
    if gathered.consent is None:
        return None
    [found] = consents_of([gathered.consent])
    return replace(found, withdrawn_on=None, withdrawn_reason="")


def _consent_words(told: InfusionSummary) -> tuple[str, ...]:
    """What the page says of the consent, and of what was missing."""
    said = told.consent
    if said is None:
        return ()
    covered = f"Covered: {said.covered}." if said.covered else ""
    return tuple(filter(None, (said.words, covered, *said.missing)))


def alerts_of(
    rows: Collection[alert.PatientAlert], *, zone: ZoneInfo, is_then: bool = False
) -> tuple[exchange.Alert, ...]:
    """The alerts that a document shows, each with who raised it; resolved ones too.

    With `is_then` they are said as they stood then, whatever became of them.
    """
    return tuple(
        exchange.Alert(
            id=one.id,
            code=one.code,
            level=one.level,
            sentence=one.sentence,
            raised_at=one.raised_at.astimezone(zone),
            raised_by=Person(
                id=one.raised_by.id,
                name=one.raised_by.name,
                credentials=one.raised_by.credentials,
            ),
            resolved_at=None if is_then else _here(one.resolved_at, zone),
            resolved_reason="" if is_then else one.resolved_reason or "",
        )
        for one in rows
    )


def _here(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone) if at else None
