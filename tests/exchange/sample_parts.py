"""The people and the single records of the sample: notes, a dose, readings, consents, an alert."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.dose import DrugForm
from kapnotes.clinic.infusion import Route
from kapnotes.exchange.charted import (
    Alert,
    Consent,
    Course,
    Patient,
    Practice,
)
from kapnotes.exchange.charted_note import Addendum, Filled, Note, Signature
from kapnotes.exchange.charted_session import Dose, Event, Reading
from kapnotes.exchange.person import Person
from kapnotes.library import note_definition, record_definition
from tests.library.calm import CALM

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 11, 23, 14, 5, tzinfo=ZONE)
MADE_AT = datetime(2026, 11, 24, 9, 12, tzinfo=ZONE)
SPACE = UUID(int=7)
TYPED = (
    "Gr\u00f6\u00dfer als ich \U0001f30a \u05e9\u05dc\u05d5\u05dd </div><script>alert(1)</script>"
)


def key(name: str) -> UUID:
    """An id that is always the same."""
    return uuid5(SPACE, name)


def minute(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


THEA = Person(id=key("thea"), name="Thea K\u00fchn", credentials="LMFT")
MINA = Person(id=key("mina"), name="Mina Abebe", credentials="MD")
SVEN = Person(id=key("sven"), name="Sven \u00d8stergaard", credentials="PsyD")
PATIENT = Patient(
    id=key("patient"),
    given_name="A\u00efcha",
    family_name="M\u00fcller-\u015awi\u0105tek",
    birth_date=date(1991, 3, 4),
    record_number="KN-1042",
    pronouns="she/her",
    allergies="Penicillin (rash)",
)
PRACTICE = Practice(name="Praxis am Kanal", lines=("Uferstra\u00dfe 12", "Tel. 555 0100"))
COURSE = Course(
    id=key("course"),
    number=1,
    state=CourseState.ACTIVE,
    indication="Obsessive-compulsive disorder. Treatment-resistant",
    diagnosis="F42.2",
    protocol="Six IV infusions",
    goals="Lunch with colleagues once a week.",
)


def signature(by: Person, meaning: str, hours: int) -> Signature:
    role = "supervisor" if by is SVEN else "therapist"
    return Signature(by=by, role=role, meaning=meaning, at=minute(60 * hours))


def filled(name: str, answers: forms.Answers, *, by: Person = THEA, **more: Any) -> Filled:
    definition = more.pop("definition", None) or note_definition(name)
    return Filled(
        id=key(more.pop("called", name)),
        definition=definition,
        answers=answers,
        at=minute(240),
        zone=ZONE,
        by=by,
        **more,
    )


def note(kind: str, **changed: forms.Value) -> Note:
    return Note(
        kind=kind,
        title=f"{kind.capitalize()} note",
        state="Signed",
        filled=filled(kind, {**CALM[kind], **changed}),
        signatures=(signature(THEA, "I wrote this note and sign it", 4),),
    )


ADDENDUM = Addendum(
    filled=filled(
        "addendum",
        {"reason": "Left out by oversight", "text": "The eyeshade came off at minute 24."},
        definition=record_definition("addendum"),
    ),
    text="The eyeshade came off at minute 24.",
    reason="Left out by oversight",
    signature=signature(THEA, "I wrote this addendum and sign it", 21),
)
DOSING = replace(
    note("dosing"),
    signatures=(
        signature(THEA, "I wrote this note and sign it", 4),
        signature(SVEN, "I reviewed this note and co-sign it", 20),
    ),
    addenda=(ADDENDUM,),
)
MISSING = Note(kind="integration", title="Integration note", missing="Not yet written.")
DOSE = Dose(
    id=key("dose"),
    started_at=START,
    stopped_at=minute(40),
    drug_form=DrugForm.RACEMIC,
    drug="Ketamine (racemic)",
    route=Route.IV,
    mg=Decimal("31.0"),
    by=MINA,
    mg_per_kg=Decimal("0.50"),
    planned_mg_per_kg=Decimal("0.5"),
    rate_mg_per_h=Decimal("46.5"),
    concentration_mg_per_ml=Decimal(10),
    lot="K7731-B",
    weight_kg=Decimal("62.0"),
    weighed_on=date(2026, 11, 23),
    drawn_mg=Decimal(50),
    wasted_mg=Decimal(19),
    wasted_by="S. Abebe, RN",
    witnessed_by="Dr T. Vogel",
    changes="Paused for two minutes.",
    how="left forearm, 22 G",
    why="Planned so by both.",
    steps=(
        Event(
            id=key("paused"),
            at=minute(24),
            kind="dose_paused",
            what="Infusion paused",
            by=MINA,
            words="Nausea",
        ),
        Event(
            id=key("resumed"),
            at=minute(26),
            kind="dose_resumed",
            what="Infusion resumed",
            by=MINA,
            rate_mg_per_h=Decimal("46.5"),
        ),
    ),
)
READINGS = tuple(
    Reading(
        id=key(f"reading {minutes}"),
        at=minute(minutes),
        recorded_at=minute(minutes + 1),
        by=MINA,
        systolic=systolic,
        diastolic=diastolic,
        heart_rate=74,
        spo2=98,
        respiratory_rate=14,
        sedation=4,
        distress=2,
        nausea=1,
        comment=comment,
    )
    for minutes, systolic, diastolic, comment in (
        (-5, 122, 78, "Baseline"),
        (26, 148, None, ""),
        (60, 126, 80, ""),
    )
)
CONSENT = Consent(
    id=key("consent"),
    form_version="2026-03",
    signed_on=date(2026, 11, 2),
    held_by="Thea K\u00fchn, LMFT",
    points=(("off-label", "Off-label use"), ("touch", "Touch")),
    words="Asked twice about driving.",
)
WITHDRAWN = replace(
    CONSENT, id=key("withdrawn"), withdrawn_on=date(2026, 11, 20), withdrawn_reason="New form"
)
ALERT = Alert(
    id=key("alert"),
    code="interactions.lamotrigine",
    level="know",
    sentence="Medicine: Lamotrigine.",
    raised_at=minute(-600),
    raised_by=SVEN,
)
