"""For each door: a thing in the therapist's care to try it on, and what is posted there."""

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import TypeAlias
from uuid import UUID, uuid4

from kapnotes.actions import infusion, people, session
from kapnotes.actions import patient as patients
from tests.builders import AT, DOSE, PASSWORD, add_person, minute
from tests.web.served import Served

Ids: TypeAlias = dict[str, UUID | str | int]
Target: TypeAlias = tuple[Ids, dict[str, str]]
Aim: TypeAlias = Callable[[Served], Target]
_numbers = count(1000)


def patient(served: Served) -> Target:
    """The patient."""
    return {"patient_id": served.small.patient_id}, {}


def course(served: Served) -> Target:
    """The course."""
    return {"course_id": served.small.course_id}, {}


def course_to_end(served: Served) -> Target:
    """A course in which nothing is planned."""
    return {"course_id": served.course()}, {}


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


def member(served: Served) -> Target:
    """A patient with a second therapist, who can leave."""
    by = served.small.therapist
    made = served.patient(record_number=f"T-{next(_numbers)}")
    second = add_person(f"Mats{next(_numbers)}", "therapist")
    patients.join_team(patient_id=made, person_id=second.id, starts_on=AT.date(), by=by, at=AT)
    team = patients.look(patient_id=made, by=by, at=AT).team
    [member_id] = [one.id for one in team if one.person_id == second.id]
    return {"patient_id": made, "member_id": member_id}, {}


def person(served: Served) -> Target:
    """An account."""
    del served
    return {"person_id": add_person(f"Nils{next(_numbers)}", "therapist").id}, {}


def link(served: Served) -> Target:
    """A supervision link with somebody who has no patient."""
    supervisee = add_person(f"Nora{next(_numbers)}", "therapist")
    made = people.link(
        supervisor_id=served.small.supervisor.id,
        supervisee_id=supervisee.id,
        starts_on=date(2026, 1, 1),
        cosigns=False,
        by=served.small.administrator,
        at=AT,
    )
    return {"link_id": made}, {}


def rule(served: Served) -> Target:
    """A rule of the practice, posted without its entries."""
    del served
    return {"name": "schedule.iv"}, {}


def nothing(served: Served) -> Target:
    """A door without a thing behind it."""
    del served
    return {}, {}


def style(served: Served) -> Target:
    """A file of the look."""
    del served
    return {"filename": "mark.svg"}, {}


AIMS: dict[str, Aim] = {
    "/courses/<course_id>/end": course_to_end,
    "/infusions/<infusion_id>/reopen": cancelled,
    "/patients/<patient_id>/team": joined,
    "/infusions/<infusion_id>/complete": dosed,
    "/infusions/<infusion_id>/session/entries": entered,
    "/infusions/<infusion_id>/notes": begun,
    "/infusions/<infusion_id>/<noun>/new": noun,
    "/infusions/<infusion_id>/<noun>/<row_id>/correct": row,
    "/notes/<note_id>": waiting,
    "/notes/<note_id>/response.json": waiting,
    "/notes/<note_id>/addendum": waiting,
    "/notes/<note_id>/cosign": waiting,
    "/notes/<note_id>/send-back": waiting,
    "/notes/<note_id>/withdraw": waiting,
    "/notes/<note_id>/sign": to_sign,
    "/notes/<note_id>/facts": dosing_draft,
    "/notes/<note_id>/process": private,
    "/notes/<note_id>/drafts/<version>/restore": restored,
    "/patients/<patient_id>/team/<member_id>/leave": member,
    "/static/<filename>": style,
}
_BY_FIRST: tuple[tuple[str, Aim], ...] = (
    ("/patients/<patient_id>", patient),
    ("/courses/<course_id>", course),
    ("/infusions/<infusion_id>", planned),
    ("/notes/<note_id>", draft),
    ("/people/<person_id>", person),
    ("/supervision/<link_id>", link),
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
