"""Forms take only the fields that they name: whatever else is posted changes nothing (ASVS 8)."""

from uuid import UUID

import pytest

from kapnotes.actions import note
from tests.builders import AT, PASSWORD, add_person
from tests.web.good import (
    CONSENT,
    COURSE,
    DOSE,
    EVENT,
    INFUSION,
    MISUSE_EVENT,
    PATIENT,
    PERSON,
    VITALS,
)
from tests.web.served import Served
from tests.web.visitor import Page

pytestmark = pytest.mark.safety("ASVS-15.3/mass-assignment")
ID = UUID("eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee")
DAY = "1999-09-09"
EXTRA = {
    **dict.fromkeys(("id", "author_id", "patient_id", "course_id", "infusion_id"), str(ID)),
    **dict.fromkeys(("note_id", "recorded_by_id", "signer_id", "by", "by_id", "actor_id"), str(ID)),
    **dict.fromkeys(("corrects_id", "struck_by_id", "saved_by_id", "made_by_id"), str(ID)),
    **dict.fromkeys(("at", "signed_at", "created_at", "recorded_at", "begun_at", "state_at"), DAY),
    **dict.fromkeys(("struck_at", "ended_on", "starts_on", "ends_on", "completed_at"), DAY),
    **dict.fromkeys(("started_at", "disabled_at", "saved_at", "input_at"), DAY),
    **dict.fromkeys(("state", "status", "new_state", "move"), "cosigned"),
    **dict.fromkeys(("version", "number", "signed_versions", "definition_version"), "987654321"),
    **dict.fromkeys(("signer", "search_name", "password_hash", "end_reason"), "from outside"),
    **dict.fromkeys(("is_demo", "is_active", "is_admin", "cosigned", "is_aside"), "1"),
    "account_role": "administrator",
    "recorded_by": "from outside",
}
MARKS = (str(ID), ID.hex, DAY, "(1999, 9, 9", "987654321", "from outside")


def with_extra(form: dict[str, str]) -> dict[str, str]:
    """A good form, and everything that is none of its business."""
    return {**EXTRA, **form}


def post(served: Served, path: str, form: dict[str, str], who: str = "therapist") -> None:
    """Post a good form with everything else beside it; it is taken, and nothing else is."""
    visitor = served.visitor(who)
    answer = visitor.post(path, with_extra(form))
    assert answer.status_code in {200, 302}, Page(answer.text).words()
    if "Location" in answer.headers:
        assert str(ID) not in answer.headers["Location"]
    for table, rows in served.rows_of_everything().items():
        kept = str(rows)
        assert not [mark for mark in MARKS if mark in kept], table
    assert ("is_demo", is_demo(served)) == ("is_demo", False)


def is_demo(served: Served) -> bool:
    """Whether the practice says that it is the demo."""
    return "Demo practice" in served.therapist.get("/").text


def test_a_patient(served: Served) -> None:
    post(served, "/patients/new", {**PATIENT, "record_number": "E-1"})
    other = served.patient(record_number="E-2")
    post(served, f"/patients/{other}/edit", {**PATIENT, "record_number": "E-2"})
    words = Page(served.therapist.get(f"/patients/{other}").text).words()
    assert "Ada-Lou Okafor" in words
    words = Page(served.therapist.get(f"/patients/{served.small.patient_id}").text).words()
    assert "Jördis Falk" in words


def test_a_course_and_its_end(served: Served) -> None:
    path = f"/patients/{served.small.patient_id}/courses/new"
    post(served, path, COURSE)
    made = served.course()
    post(served, f"/courses/{made}/edit", COURSE)
    post(served, f"/courses/{made}/end", {"reason": "Moved away", "on": DAY})


def test_what_is_recorded_of_consent_and_misuse(served: Served) -> None:
    here = f"/patients/{served.patient(record_number='E-9')}"
    post(served, f"{here}/consents", CONSENT)
    post(served, f"{here}/misuse", MISUSE_EVENT)
    words = Page(served.therapist.get(here).text).words()
    assert "Safety" in words


def test_an_infusion_and_its_states(served: Served) -> None:
    post(served, f"/courses/{served.small.course_id}/infusions/new", INFUSION)
    here = f"/infusions/{served.infusion()}"
    post(served, f"{here}/edit", {**INFUSION, "_reason": "Two on one day"})
    post(served, f"{here}/cancel", {"reason": "A cold"})
    post(served, f"{here}/reopen", {"reason": "Well again"})
    post(served, f"{here}/start", {})
    post(served, f"{here}/dose/new", {**DOSE, "is_running": "true"})
    assert not served.rows(UUID(here.split("/")[2])).doses[0].is_running
    post(served, f"{here}/complete", {})


@pytest.mark.parametrize(
    ("noun", "form"), [("dose", DOSE), ("vitals", VITALS), ("adverse_event", EVENT)]
)
def test_a_record_of_the_session_and_its_correction(
    served: Served, noun: str, form: dict[str, str]
) -> None:
    infusion_id = served.infusion()
    here = f"/infusions/{infusion_id}/{noun}"
    post(served, f"{here}/new", form, "medical")
    view = served.rows(infusion_id)
    [row] = (*view.doses, *view.vitals, *view.adverse_events)
    assert (row.recorded_by.name, row.patient_id) == ("Mina", served.small.patient_id)
    post(served, f"{here}/{row.id}/correct", {**form, "_why": "Wrong row"}, "medical")


def test_a_note_its_drafts_and_its_signature(served: Served) -> None:
    post(served, f"/infusions/{served.small.infusion_id}/notes", {"kind": "integration"})
    note_id = served.written("preparation")
    here = f"/notes/{note_id}"
    raw = note.open_to_write(note_id=note_id, by=served.small.therapist, at=AT).raw
    form = {name: values[0] for name, values in raw.items() if len(values) == 1}
    post(served, f"{here}/edit", {**form, "_version": "2"})
    after = note.open_to_write(note_id=note_id, by=served.small.therapist, at=AT)
    assert not set(EXTRA) & set(after.raw)
    assert (after.note.author.name, after.note.state) == ("Thea", "draft")
    post(served, f"{here}/process", {"_version": "0", "text": "mine"})


def test_signing_cosigning_and_adding(served: Served) -> None:
    note_id = served.written("preparation")
    here = f"/notes/{note_id}"
    digest = Page(served.therapist.get(f"{here}/sign").text).typed()["digest"][0]
    form = {"digest": digest, "password": PASSWORD}
    post(served, f"{here}/sign", form)
    words = Page(served.therapist.get(here).text).words()
    assert "Signed by Thea, PhD" in words
    assert "The co-signature is still to come" in words
    visitor = served.visitor("supervisor")
    assert visitor.post(f"/review/{note_id}/cosign", with_extra(form)).status_code == 302
    more = {"reason": "Late", "text": "ECG normal", "password": PASSWORD}
    assert served.therapist.post(f"{here}/addendum", with_extra(more)).status_code == 302
    words = Page(served.medical.get(here).text).words()
    assert "Co-signed by Sven, PhD" in words
    assert not [
        mark for mark in (str(ID), "9 Sep 1999", "987654321", "from outside") if mark in words
    ]


def test_an_account_a_link_and_a_place_on_the_team(served: Served) -> None:
    post(served, "/people/new", {**PERSON, "email": "extra@test.example"}, "administrator")
    person = add_person("Extra2", "therapist")
    for verb in ("disable", "enable", "password"):
        post(served, f"/people/{person.id}/{verb}", {}, "administrator")
    ids = {
        "supervisor_id": str(served.small.supervisor.id),
        "supervisee_id": str(person.id),
    }
    post(served, "/supervision", ids, "administrator")
    patient = served.patient(record_number="E-3")
    post(served, f"/patients/{patient}/team", {"person_id": str(person.id)})


def test_a_password_is_changed_for_oneself_alone(served: Served) -> None:
    person, other = add_person("Extra3", "medical"), add_person("Extra4", "medical")
    visitor = served.newcomer()
    visitor.sign_in(person.name)
    form = {"old": PASSWORD, "password": "quite another sentence", "person_id": str(other.id)}
    assert visitor.post("/account", {**EXTRA, **form, "id": str(other.id)}).status_code == 302
    assert served.newcomer().sign_in(other.name).status_code == 302
    assert served.newcomer().sign_in(person.name).status_code == 401
