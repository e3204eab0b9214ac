"""Consents, alerts, the misuse watch and tasks, as people meet them on their pages."""

from uuid import UUID

import pytest

from kapnotes.actions import patient as patients
from kapnotes.clinic.consent import POINTS
from kapnotes.forms import Coded
from tests.builders import AT, add_patient, add_person
from tests.web.good import CONSENT, DOSE, MISUSE_EVENT
from tests.web.served import Served
from tests.web.visitor import Page, Visitor

WORDS = "Said that a friend gave her some at a party"
EVERY_POINT = {**CONSENT, "points": list(POINTS)}


@pytest.fixture
def patient(served: Served, request: pytest.FixtureRequest) -> UUID:
    """A patient of this test's own, with the medical professional on the team."""
    made = served.patient(record_number=f"S-{abs(hash(request.node.name)) % 10**8}")
    patients.join_team(
        patient_id=made,
        person_id=served.small.medical.id,
        starts_on=AT.date(),
        by=served.small.therapist,
        at=AT,
    )
    return made


def words_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return Page(answer.text).words()


def test_a_consent_is_recorded_shown_and_withdrawn(served: Served, patient: UUID) -> None:
    here = f"/patients/{patient}/consents"
    answer = served.medical.post(here, {**EVERY_POINT, "signed_on": "2026-11-23"})
    assert (answer.status_code, answer.headers["Location"]) == (302, here)
    said = words_of(served.medical, here)
    assert "Signed 23 Nov 2026" in said
    assert "Asked about driving" in said
    page = Page(served.medical.get(here).text)
    [withdraw] = {
        one.get("href") or "" for one in page.all("a") if page.words(one) == "Record a withdrawal"
    }
    wrong = served.medical.post(withdraw, {"withdrawn_on": "2026-11-23", "reason": ""})
    assert wrong.status_code == 422
    early = served.medical.post(withdraw, {"withdrawn_on": "2026-11-01", "reason": "No more"})
    assert early.status_code == 422
    assert "before the consent was signed" in Page(early.text).words()
    assert Page(early.text).typed()["reason"] == ["No more"]
    form = {"withdrawn_on": "2026-11-23", "reason": "Wants to think it over"}
    assert served.medical.post(withdraw, form).status_code == 302
    again = served.medical.post(withdraw, form)
    assert again.status_code == 409
    said = words_of(served.medical, here)
    assert "Consent was withdrawn on 23 November 2026." in said
    assert "Wants to think it over" in said
    assert "Consent was withdrawn" in words_of(served.medical, f"/patients/{patient}")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("points", "", "not answered"),
        ("points", "everything", "Choose"),
        ("signed_on", "2026-11-24", "in the future"),
        ("signed_on", "1980-01-01", "before the patient was born"),
        ("held_by", " ", "not answered"),
        ("form_version", "3" * 61, "Shorten"),
    ],
)
def test_a_wrong_consent_says_so_and_keeps_the_rest(
    served: Served, name: str, value: str, says: str
) -> None:
    here = f"/patients/{served.small.patient_id}/consents"
    before = served.rows_of_everything()
    answer = served.therapist.post(here, {**CONSENT, name: value})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert says in page.words()
    kept = "words" if name != "words" else "held_by"
    assert page.typed()[kept] == [CONSENT[kept]]
    assert served.rows_of_everything() == before


def test_without_consent_a_dose_asks_for_words_and_takes_them(served: Served) -> None:
    made = served.infusion()
    here = f"/patients/{served.small.patient_id}/consents"
    page = Page(served.therapist.get(here).text)
    [withdraw] = {
        one.get("href") or "" for one in page.all("a") if page.words(one) == "Record a withdrawal"
    }
    form = {"withdrawn_on": "2026-11-23", "reason": "Wants to wait"}
    assert served.therapist.post(withdraw, form).status_code == 302
    assert served.medical.post(f"/infusions/{made}/start").status_code == 302
    assert "Consent: Consent was withdrawn" in words_of(
        served.medical, f"/infusions/{made}/session"
    )
    answer = served.medical.post(f"/infusions/{made}/dose/new", DOSE)
    assert answer.status_code == 422
    assert "Consent was withdrawn on 23 November 2026." in Page(answer.text).words()
    passed = served.medical.post(
        f"/infusions/{made}/dose/new", {**DOSE, "_reason": "Agreed aloud before us both"}
    )
    assert passed.status_code == 302
    assert served.therapist.post(here, {**EVERY_POINT, "signed_on": "2026-11-23"})


def test_an_alert_shows_where_a_dose_is_given_until_it_is_resolved(served: Served) -> None:
    made = served.infusion()
    places = (
        f"/patients/{served.small.patient_id}",
        f"/infusions/{made}",
        f"/infusions/{made}/session",
    )
    for place in places:
        assert "Medicine: opioid." not in words_of(served.medical, place)
    served.signed_with(
        **{"interactions": [Coded("opioid")], "interactions-words": "Left out on the day"}
    )
    for place in places:
        assert "Medicine: opioid. Weigh before a dose" in words_of(served.medical, place)
    here = f"/patients/{served.small.patient_id}/alerts"
    page = Page(served.medical.get(here).text)
    [resolve] = [
        one.get("href") or ""
        for one in page.all("a")
        if page.words(one) == "Resolve Medicine: opioid."
    ]
    blank = served.medical.post(resolve, {"reason": " "})
    assert blank.status_code == 422
    assert "Please write why this alert is resolved." in Page(blank.text).words()
    assert served.medical.post(resolve, {"reason": "Tapered off"}).status_code == 302
    again = served.medical.post(resolve, {"reason": "Tapered off, twice"})
    assert again.status_code == 409
    assert Page(again.text).typed()["reason"] == ["Tapered off, twice"]
    assert "Tapered off" in words_of(served.medical, here)
    for place in places:
        assert "Medicine: opioid." not in words_of(served.medical, place)


def test_the_misuse_watch_asks_medical_and_supervisor_and_shows_each_what_is_theirs(
    served: Served,
) -> None:
    served.signed_with(
        "integration",
        **{
            "misuse-signs": [Coded("outside")],
            "misuse-words": WORDS,
            "misuse-concern": Coded("low"),
        },
    )
    here = f"/patients/{served.small.patient_id}/misuse"
    for who, reads in (("therapist", True), ("supervisor", True), ("medical", False)):
        said = words_of(served.visitor(who), here)
        assert "Ketamine from elsewhere." in said
        assert (WORDS in said) is reads
    for who in ("medical", "supervisor"):
        visitor = served.visitor(who)
        page = Page(visitor.get("/tasks").text)
        assert "Ketamine from elsewhere." in page.words()
        [path] = [
            one.get("href") or ""
            for one in page.all("a")
            if (one.get("href") or "").endswith("/answer")
        ]
        blank = visitor.post(path, {"answer": " "})
        assert blank.status_code == 422
        done = visitor.post(path, {"answer": f"{who} spoke with her"})
        assert (done.status_code, done.headers["Location"]) == (302, "/tasks")
        again = visitor.post(path, {"answer": "Once more"})
        assert again.status_code == 409
        assert "Once more" in Page(again.text).words()
    said = words_of(served.therapist, here)
    assert "medical spoke with her" in said
    assert "supervisor spoke with her" in said
    assert "Nothing waits for you." in words_of(served.medical, "/tasks")


def test_an_event_is_noted_and_one_that_is_wrong_is_not(served: Served, patient: UUID) -> None:
    here = f"/patients/{patient}/misuse"
    for changed in ({"observed_at": "2026-11-23T09:06"}, {"kind": "theft"}, {"kind": ""}):
        answer = served.therapist.post(here, {**MISUSE_EVENT, **changed})
        assert answer.status_code == 422
        assert Page(answer.text).typed()["words"] == ["Before a journey"]
    assert "Before a journey" not in words_of(served.therapist, here)
    assert served.medical.post(here, MISUSE_EVENT).status_code == 302
    said = words_of(served.therapist, here)
    assert "Asked for the next dose sooner." in said
    assert "Before a journey" in said


def test_the_patient_page_says_safety_in_one_block(served: Served, patient: UUID) -> None:
    served.therapist.post(f"/patients/{patient}/misuse", {**MISUSE_EVENT, "kind": "lost"})
    said = words_of(served.therapist, f"/patients/{patient}")
    for words in ("Safety", "None stands", "In force since", "Not asked yet", "1 said or seen"):
        assert words in said
    assert "Waits for medical" in said
    assert "Waits for the supervisor" in said


def test_a_task_is_out_of_reach_of_who_does_not_care_for_the_patient(
    served: Served, patient: UUID
) -> None:
    served.therapist.post(f"/patients/{patient}/misuse", {**MISUSE_EVENT, "kind": "lost"})
    page = Page(served.medical.get("/tasks").text)
    path = next(
        one.get("href") or ""
        for one in page.all("a")
        if (one.get("href") or "").endswith("/answer")
    )
    name = f"Moe{abs(hash(path)) % 10**6}"
    add_person(name, "medical")
    stranger = Visitor(served.app.test_client())
    assert stranger.sign_in(name).status_code == 302
    assert stranger.get(path).status_code == 404
    assert "Nothing waits for you." in words_of(stranger, "/tasks")


def test_a_task_that_nobody_supervises_stands_with_the_team_and_with_the_administrator(
    served: Served,
) -> None:
    solo = add_person("Solo", "therapist")
    made = add_patient(solo, record_number="S-SOLO")
    alone = Visitor(served.app.test_client())
    assert alone.sign_in("Solo").status_code == 302
    alone.post(f"/patients/{made}/misuse", {**MISUSE_EVENT, "kind": "lost"})
    page = Page(alone.get(f"/patients/{made}").text)
    assert "It waits for the supervisor, and nobody of that role sees this patient" in page.words()
    path = next(
        one.get("href") or ""
        for one in page.all("a")
        if (one.get("href") or "").endswith("/answer")
    )
    assert path in alone.get("/").text
    said = words_of(served.visitor("administrator"), "/people")
    assert "Tasks that nobody of their role sees" in said
    assert "Look at the misuse watch" in said
    for secret in ("Falk", "S-SOLO", "lost"):
        assert secret not in said
    assert alone.post(path, {"answer": "Called the pharmacy"}).status_code == 302
