"""A rich document of plain values, with every part that a bundle can have."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from kapnotes.clinic.adverse_event import AdverseEventKind, EventOutcome, Severity
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.infusion import InfusionState, Route
from kapnotes.exchange.charted import (
    Charted,
    Glance,
    Infusion,
    Practice,
    Score,
)
from kapnotes.exchange.charted_session import AdverseEvent, Event
from kapnotes.exchange.observation import Rated
from kapnotes.forms import Coded
from kapnotes.library import measure_definition, record_definition
from tests.exchange.sample_parts import (
    ALERT,
    CONSENT,
    COURSE,
    DOSE,
    DOSING,
    MADE_AT,
    MINA,
    MISSING,
    PATIENT,
    PRACTICE,
    READINGS,
    START,
    THEA,
    TYPED,
    WITHDRAWN,
    filled,
    key,
    minute,
    note,
)

INFUSION = Infusion(
    id=key("infusion"),
    course_id=COURSE.id,
    number=3,
    title="Infusion 3 of 6, induction, IV, 23 Nov 2026",
    state=InfusionState.COMPLETED,
    route=Route.IV,
    planned_for=START,
    started_at=START,
    completed_at=minute(120),
    glance=Glance(dose="31 mg (0.5 mg/kg) IV over 40 min.", plan="Infusion 4 on 27 Nov."),
    alerts=(ALERT,),
    consent=CONSENT,
    consent_words=("Signed 2 Nov 2026, form 2026-03.", "Not covered by the consent: Fasting."),
    arrival=filled(
        "arrival",
        {"observed_at": datetime(2026, 11, 23, 13, 50), "identity_checked": True},  # noqa: DTZ001 - a wall time, as answers are
        by=MINA,
        definition=record_definition("arrival"),
        words="Why it stands: her brother is on his way.",
    ),
    doses=(DOSE,),
    readings=READINGS,
    schedule=("In time: 2 of 3 readings of the schedule.",),
    events=(
        Event(id=key("tears"), at=minute(24), kind="tears", what="Tears", by=THEA, words="Quiet"),
        Event(
            id=key("done"),
            at=minute(27),
            kind="done",
            what="What was done",
            by=MINA,
            words="Observed",
            about_id=READINGS[1].id,
            why="Said again",
        ),
    ),
    adverse=(
        AdverseEvent(
            id=key("nausea"),
            at=minute(24),
            recorded_at=minute(25),
            kind=AdverseEventKind.NAUSEA,
            what="Nausea",
            severity=Severity.MILD,
            by=MINA,
            is_serious=False,
            action="Paused, head raised",
            outcome=EventOutcome.RESOLVED,
            ended="Resolved",
            resolved_at=minute(40),
            words="Brief",
        ),
        AdverseEvent(
            id=key("other"),
            at=minute(30),
            recorded_at=minute(31),
            kind=AdverseEventKind.OTHER,
            what="Other",
            severity=Severity.MODERATE,
            by=MINA,
            outcome=EventOutcome.REFERRED,
            ended="Referred",
            words="Itching",
        ),
    ),
    discharge=filled(
        "discharge",
        {"oriented": True, "aldrete": 10},
        by=MINA,
        definition=record_definition("discharge"),
    ),
    scores=(
        Score(
            id=key("score 1"),
            key="phq-9",
            scale="PHQ-9",
            on=date(2026, 11, 9),
            total=Decimal(16),
            highest=Decimal(27),
            note_id=key("a note that is not here"),
        ),
        Score(
            id=key("score 2"),
            key="phq-9",
            scale="PHQ-9",
            on=date(2026, 11, 23),
            total=Decimal(9),
            highest=Decimal(27),
            note_id=key("preparation"),
            band="Mild",
            baseline=Decimal(16),
            change=Decimal(-7),
            meaning="No response",
        ),
    ),
    notes=(note("preparation", assessment=TYPED), DOSING, MISSING),
)
RATED = Rated(
    id=key("rated"),
    key="phq-9",
    title="PHQ-9",
    definition=measure_definition("phq-9"),
    answers={f"q{number}": Coded("1") for number in range(1, 10)},
    observed_at=minute(-60),
    recorded_at=minute(-59),
    author=THEA,
    is_complete=True,
    total=Decimal(9),
    band="mild",
    rule_version="1",
)
CHARTED = Charted(
    kind=DocumentKind.INFUSION_SUMMARY,
    number="A1B2C3D4E5F6-F2",
    title=f"Infusion summary: {INFUSION.title}",
    made_at=MADE_AT,
    practice=PRACTICE,
    patient=PATIENT,
    courses=(COURSE,),
    infusions=(INFUSION,),
    consents=(CONSENT, WITHDRAWN),
    alerts=(ALERT,),
    measures=(RATED,),
    replaces="A1B2C3D4E5F6-F1",
)


def with_text(words: str) -> Charted:
    """The document with these words in every place where a person types."""
    dose = replace(
        DOSE, lot=words, wasted_by=words, witnessed_by=words, changes=words, how=words, why=words
    )
    infusion = replace(
        INFUSION,
        doses=(dose,),
        readings=tuple(replace(one, comment=words) for one in READINGS),
        events=tuple(replace(one, words=words, why=words) for one in INFUSION.events),
        adverse=tuple(replace(one, action=words, words=words) for one in INFUSION.adverse),
        glance=Glance(dose=words, reaction=words, risk=words, plan=words),
        notes=(note("preparation", assessment=words), replace(MISSING, missing=words)),
    )
    return replace(
        CHARTED,
        patient=replace(PATIENT, given_name=words, allergies=words, pronouns=words),
        practice=Practice(name="Praxis", lines=(words,)),
        courses=(replace(COURSE, indication=words, diagnosis=words, goals=words),),
        infusions=(infusion,),
        consents=(replace(WITHDRAWN, words=words, withdrawn_reason=words, held_by=words),),
        alerts=(replace(ALERT, sentence=words, resolved_at=MADE_AT, resolved_reason=words),),
    )


def with_infusion(**changed: Any) -> Charted:
    """The document with another infusion."""
    return replace(CHARTED, infusions=(replace(INFUSION, **changed),))
