"""For each door: a thing in the therapist's care to try it on, and what is posted there."""

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import TypeAlias
from uuid import UUID, uuid4

from kapnotes.access.actor import operator
from kapnotes.actions import (
    alert,
    disclosure,
    hand_over,
    infusion,
    letterhead,
    measure,
    measure_view,
    misuse,
    own_measure,
    session,
    supervision,
    task,
    unusual,
)
from kapnotes.actions import course as courses
from kapnotes.actions import patient as patients
from kapnotes.clinic.document import JobState
from kapnotes.forms import Coded
from kapnotes.records.factor import FactorReset
from kapnotes.records.sitting import Sitting
from tests.builders import AT, DOSE, PASSWORD, add_person, agree, minute, require
from tests.factors import give_passkey
from tests.kept import ask, deliver, keep
from tests.web import amendment_targets, audit_targets
from tests.web.good import OWN_SCALE
from tests.web.served import Served

Ids: TypeAlias = dict[str, UUID | str | int]
Target: TypeAlias = tuple[Ids, dict[str, str]]
Aim: TypeAlias = Callable[[Served], Target]
_numbers = count(1000)
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


def patient(served: Served) -> Target:
    """The patient."""
    return {"patient_id": served.small.patient_id}, {}


def course(served: Served) -> Target:
    """The course."""
    return {"course_id": served.small.course_id}, {}


def course_to_end(served: Served) -> Target:
    """A course in which nothing is planned."""
    return {"course_id": served.course()}, {}


def paused(served: Served) -> Target:
    """A course that is paused."""
    made = served.course()
    courses.pause(course_id=made, reason="A cold", by=served.small.therapist, at=AT)
    return {"course_id": made}, {}


def ended(served: Served) -> Target:
    """A course that has ended, the patient's last."""
    made, by = served.course(), served.small.therapist
    courses.end(course_id=made, on=AT.date(), reason="Moved away", by=by, at=AT)
    return {"course_id": made}, {}


def joined(served: Served) -> Target:
    """The patient, and somebody who is on the care team already."""
    return {"patient_id": served.small.patient_id}, {"person_id": str(served.small.therapist.id)}


def planned(served: Served) -> Target:
    """An infusion that is planned."""
    return {"infusion_id": served.infusion()}, {}


def begun(served: Served) -> Target:
    """An infusion that is planned, and the kind of note to begin."""
    return {"infusion_id": served.infusion()}, {"kind": "preparation"}


def dosed(served: Served) -> Target:
    """An infusion in progress, its dose given."""
    made = served.infusion()
    infusion.start(infusion_id=made, by=served.small.medical, at=minute(0))
    session.record_dose(infusion_id=made, values=DOSE, by=served.small.medical, at=AT)
    return {"infusion_id": made}, {}


def entered(served: Served) -> Target:
    """An infusion, and a tap to enter in its session."""
    form = {
        "key": str(uuid4()),
        "act": "record",
        "noun": "session_event",
        "kind": "tears",
        "observed_at": "2026-11-23T08:30:00Z",
    }
    return {"infusion_id": served.infusion()}, form


def cancelled(served: Served) -> Target:
    """An infusion that was cancelled."""
    made = served.infusion()
    infusion.cancel(infusion_id=made, reason="A cold", by=served.small.therapist, at=AT)
    return {"infusion_id": made}, {}


def noun(served: Served) -> Target:
    """A record of the infusion."""
    return {"infusion_id": served.small.infusion_id, "noun": "vitals"}, {}


def row(served: Served) -> Target:
    """A dose that is recorded."""
    ids, _ = dosed(served)
    [dose] = served.rows(UUID(str(ids["infusion_id"]))).doses
    return {**ids, "noun": "dose", "row_id": dose.id}, {}


def draft(served: Served) -> Target:
    """A blank draft."""
    return {"note_id": served.draft("preparation")}, {"_version": "1", "plan": "Go on"}


def dosing_draft(served: Served) -> Target:
    """A blank draft of a dosing-session note."""
    return {"note_id": served.draft("dosing")}, {"_version": "1", "plan": "Go on"}


def restored(served: Served) -> Target:
    """A draft with an earlier one."""
    return {"note_id": served.written("preparation"), "version": 1}, {}


def private(served: Served) -> Target:
    """A draft, and a first process note beside it."""
    return {"note_id": served.draft("preparation")}, {"_version": "0", "text": "mine"}


def to_sign(served: Served) -> Target:
    """A complete draft, posted with another digest."""
    return {"note_id": served.written("preparation")}, {"password": PASSWORD, "digest": "other"}


def waiting(served: Served) -> Target:
    """A signed note that waits for its co-signature, posted with another digest."""
    return {"note_id": served.signed()}, {"password": PASSWORD, "digest": "other"}


def supervised(served: Served) -> Target:
    """The therapist whom the supervisor supervises."""
    return {"person_id": served.small.therapist.id}, {}


def member(served: Served) -> Target:
    """A patient with a second therapist, who can leave."""
    by = served.small.therapist
    made = served.patient(record_number=f"T-{next(_numbers)}")
    second = add_person(f"Mats{next(_numbers)}", "therapist")
    patients.join_team(patient_id=made, person_id=second.id, starts_on=AT.date(), by=by, at=AT)
    team = patients.look(patient_id=made, by=by, at=AT).team
    [member_id] = [one.id for one in team if one.person_id == second.id]
    return {"patient_id": made, "member_id": member_id}, {}


def agreed(served: Served) -> Target:
    """A patient's consent, and its withdrawal without a reason."""
    about = served.small.patient_id
    made = agree(about, served.small.therapist)
    return {"patient_id": about, "consent_id": made}, {"withdrawn_on": AT.date().isoformat()}


def alerted(served: Served) -> Target:
    """An alert that stands on the patient."""
    served.signed_with(
        **{"interactions": [Coded("lamotrigine")], "interactions-words": "Unchanged"}
    )
    about = served.small.patient_id
    view = alert.look(patient_id=about, by=served.small.medical, at=AT)
    return {"patient_id": about, "alert_id": view.standing[0].id}, {}


def called(served: Served) -> Target:
    """A patient of their own with an answer about risk that no note answers yet."""
    small = served.small
    about = served.patient(record_number=f"CALLED-{next(_numbers)}")
    patients.join_team(
        patient_id=about,
        person_id=small.medical.id,
        starts_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    measure.record(
        patient_id=about,
        key="phq-9",
        raw={"q9": ["2"]},
        observed_at=AT,
        by=small.therapist,
        at=AT,
    )
    return {"patient_id": about}, {}


def asked(served: Served) -> Target:
    """A task that waits for the medical professional."""
    by = served.small.medical
    waits = task.look(by=by, at=AT).waiting
    if not waits:
        misuse.record(patient_id=served.small.patient_id, kind="lost", observed_at=AT, by=by, at=AT)
        waits = task.look(by=by, at=AT).waiting
    return {"task_id": waits[0].id}, {}


def person(served: Served) -> Target:
    """An account."""
    del served
    return {"person_id": add_person(f"Nils{next(_numbers)}", "therapist").id}, {}


def link(served: Served) -> Target:
    """A supervision link with somebody who has no patient."""
    supervisee = add_person(f"Nora{next(_numbers)}", "therapist")
    made = supervision.link(
        supervisor_id=served.small.supervisor.id,
        supervisee_id=supervisee.id,
        starts_on=AT.date(),
        by=served.small.administrator,
        at=AT,
    )
    return {"link_id": made}, {}


def requirement(served: Served) -> Target:
    """A requirement of somebody who has no patient."""
    author = add_person(f"Nora{next(_numbers)}", "therapist")
    made = require(served.small.administrator, author, at=AT)
    return {"requirement_id": made}, {}


def absence(served: Served) -> Target:
    """An absence with a deputy."""
    deputy = add_person(f"Dana{next(_numbers)}", "supervisor")
    made = supervision.stand_in(
        supervisor_id=served.small.supervisor.id,
        deputy_id=deputy.id,
        starts_on=AT.date(),
        ends_on=AT.date() + timedelta(days=7),
        by=served.small.administrator,
        at=AT,
    )
    return {"absence_id": made}, {}


def rule(served: Served) -> Target:
    """A rule of the practice, posted without its entries."""
    del served
    return {"name": "schedule.iv"}, {}


def scale(served: Served) -> Target:
    """A scale for the patient."""
    return {"patient_id": served.small.patient_id, "key": "phq-9"}, {}


def taken(served: Served) -> Target:
    """A measure of the patient."""
    return {"measure_id": served.measure()}, {}


def handed(served: Served) -> Target:
    """A scale that is with the patient."""
    about, by = served.small.patient_id, served.small.therapist
    hand_over.begin(patient_id=about, key="phq-9", by=by, at=AT)
    [found] = measure_view.look(patient_id=about, by=by, at=AT).handed
    return {"hand_over_id": found.id}, {}


def token(served: Served) -> Target:
    """The page that is in the patient's hands."""
    by = served.small.therapist
    made = hand_over.begin(patient_id=served.small.patient_id, key="phq-9", by=by, at=AT)
    return {"token": made}, {}


def own_scale(served: Served) -> Target:
    """A scale of the practice."""
    source = json.dumps({**OWN_SCALE, "name": f"Own{next(_numbers)}"})
    by = served.small.administrator
    return {"own_measure_id": own_measure.import_scale(source=source, by=by, at=AT).id}, {}


def document(served: Served) -> Target:
    """A kept summary of the infusion, in the edition of who reads all of it."""
    return {"document_id": keep(served.small, revision=next(_numbers)).id}, {}


def disclosed(served: Served) -> Target:
    """A download that the therapist wrote down."""
    ids, _ = document(served)
    handed = disclosure.hand_out(
        document_id=UUID(str(ids["document_id"])),
        channel="download",
        recipient="Dr Weber",
        purpose="treatment",
        by=served.small.therapist,
        at=AT,
    )
    assert handed.disclosure_id is not None
    return {"disclosure_id": handed.disclosure_id}, {}


def undelivered(served: Served) -> Target:
    """A document that could not be sent."""
    made = keep(served.small, revision=next(_numbers))
    return {"delivery_id": deliver(served.small, made)}, {}


def unmade(served: Served) -> Target:
    """A document that could not be made."""
    return {"job_id": ask(served.small, state=JobState.FAILED, failure="It took too long.")}, {}


def genuine(served: Served) -> Target:
    """The number of a document that the practice keeps."""
    return {"number": keep(served.small, revision=next(_numbers)).number}, {}


def logo(served: Served) -> Target:
    """The logo of the practice."""
    wanted = letterhead.Wanted("1 Quiet Street", "A4", "Two hills", logo=LOGO)
    letterhead.change(wanted=wanted, by=served.small.administrator, at=AT)
    return {}, {}


def nothing(served: Served) -> Target:
    """A door without a thing behind it."""
    del served
    return {}, {}


def style(served: Served) -> Target:
    """A file of the look."""
    del served
    return {"filename": "mark.svg"}, {}


def unusual_item(served: Served) -> Target:
    """An item about a look in the night that waits to be closed."""
    night = AT.replace(hour=23, minute=next(_numbers) % 60)
    by = served.small.administrator
    for one in unusual.look(by=by, at=AT).waiting:
        if one.may_close:
            unusual.close(item_id=one.id, word="On call", by=by, at=AT)
    patients.look(patient_id=served.small.patient_id, by=served.small.therapist, at=night)
    while unusual.watch(by=operator(), at=AT):
        pass
    found = [one for one in unusual.look(by=by, at=AT).waiting if one.kind == "night"]
    return {"item_id": found[0].id}, {}


def passkey(served: Served) -> Target:
    """Somebody else's passkey."""
    del served
    person = add_person(f"Key{next(_numbers)}", "therapist")
    return {"passkey_id": give_passkey(person.id)}, {}


def reset(served: Served) -> Target:
    """A reset of somebody's factors that waits for a second person."""
    person = add_person(f"Last{next(_numbers)}", "administrator")
    row = FactorReset(
        id=uuid4(),
        person_id=person.id,
        asked_by_id=operator().id,
        asked_at=served.clock.at,
        until=served.clock.at + timedelta(hours=1),
    )
    with served.database.writing() as session:
        session.add(row)
    return {"reset_id": row.id}, {}


def other_sitting(served: Served) -> Target:
    """Where somebody else is signed in."""
    person = add_person(f"Sits{next(_numbers)}", "therapist")
    row = Sitting(
        token_hash=uuid4().hex,
        id=uuid4(),
        person_id=person.id,
        begun_at=served.clock.at,
        input_at=served.clock.at,
    )
    with served.database.writing() as session:
        session.add(row)
    return {"sitting_id": row.id}, {}


def proving(served: Served) -> Target:
    """The password, typed again."""
    del served
    return {}, {"password": PASSWORD, "next": "/"}


AIMS: dict[str, Aim] = {
    **amendment_targets.AIMS,
    **audit_targets.AIMS,
    "/courses/<course_id>/end": course_to_end,
    "/courses/<course_id>/plan": course_to_end,
    "/courses/<course_id>/reopen": ended,
    "/courses/<course_id>/resume": paused,
    "/infusions/<infusion_id>/reopen": cancelled,
    "/patients/<patient_id>/team": joined,
    "/infusions/<infusion_id>/complete": dosed,
    "/infusions/<infusion_id>/session/entries": entered,
    "/infusions/<infusion_id>/notes": begun,
    "/infusions/<infusion_id>/<noun>/new": noun,
    "/infusions/<infusion_id>/<noun>/<row_id>/correct": row,
    "/notes/<note_id>": waiting,
    "/notes/<note_id>/note.pdf": waiting,
    "/notes/<note_id>/response.json": waiting,
    "/notes/<note_id>/addendum": waiting,
    "/notes/<note_id>/answer": waiting,
    "/notes/<note_id>/withdraw": waiting,
    "/feedback/<person_id>": supervised,
    "/review/<note_id>": waiting,
    "/review/<note_id>/ask": waiting,
    "/review/<note_id>/cosign": waiting,
    "/review/<note_id>/return": waiting,
    "/notes/<note_id>/sign": to_sign,
    "/notes/<note_id>/facts": dosing_draft,
    "/notes/<note_id>/process": private,
    "/notes/<note_id>/drafts/<version>/restore": restored,
    "/patients/<patient_id>/team/<member_id>/leave": member,
    "/patients/<patient_id>/consents/<consent_id>/withdraw": agreed,
    "/patients/<patient_id>/alerts/<alert_id>/resolve": alerted,
    "/patients/<patient_id>/risk-note": called,
    "/tasks/<task_id>/answer": asked,
    "/audit/unusual/<item_id>/close": unusual_item,
    "/patients/<patient_id>/measures/<key>/new": scale,
    "/patients/<patient_id>/measures/<key>/hand-over": scale,
    "/measures/<measure_id>": taken,
    "/measures/<measure_id>/correct": taken,
    "/hand-overs/<hand_over_id>/end": handed,
    "/hand-over/<token>": token,
    "/settings/letterhead/logo": logo,
    "/settings/measures/<own_measure_id>/retire": own_scale,
    "/deliveries/<delivery_id>/again": undelivered,
    "/disclosures/<disclosure_id>": disclosed,
    "/disclosures/<disclosure_id>.pdf": disclosed,
    "/documents/<document_id>.pdf": document,
    "/documents/<document_id>/hand-out": document,
    "/documents/making/<job_id>": unmade,
    "/documents/making/<job_id>/again": unmade,
    "/account/factors/passkeys/<passkey_id>/remove": passkey,
    "/account/sign-ins/<sitting_id>/end": other_sitting,
    "/confirm": proving,
    "/unlock": proving,
    "/resets/<reset_id>/confirm": reset,
    "/static/<filename>": style,
    "/verify/<number>": genuine,
}
_BY_FIRST: tuple[tuple[str, Aim], ...] = (
    ("/patients/<patient_id>", patient),
    ("/courses/<course_id>", course),
    ("/infusions/<infusion_id>", planned),
    ("/notes/<note_id>", draft),
    ("/people/<person_id>", person),
    ("/supervision/<link_id>", link),
    ("/requirements/<requirement_id>", requirement),
    ("/absences/<absence_id>", absence),
    ("/settings/<name>", rule),
)


def aim_at(address: str) -> Aim:
    """What a door is tried on."""
    if address in AIMS:
        return AIMS[address]
    return next((aim for first, aim in _BY_FIRST if address.startswith(first)), nothing)


def path_of(address: str, ids: Ids) -> str:
    """The address with its ids in their places."""
    for name, value in ids.items():
        address = address.replace(f"<{name}>", str(value))
    return address


def elsewhere(ids: Ids) -> Ids:
    """The same, with ids of nothing that exists."""
    return {name: uuid4() if isinstance(value, UUID) else value for name, value in ids.items()}
