"""Ids in the body and in the query: another household's is as one of nothing (ASVS 8).

Each test posts a form that would be taken, with one id of it another household's; the same with
an id of nothing must get the same answer, byte for byte.
"""

import re
from collections.abc import Mapping
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from kapnotes import db
from kapnotes.actions import amendment
from kapnotes.records.journal import SessionEntry
from kapnotes.records.session_row import Vitals
from tests.asked import ask_for
from tests.builders import AT, run_session
from tests.web import targets
from tests.web.good import MEASURE
from tests.web.households import STRANGE, second, strangers
from tests.web.served import Served
from tests.web.visitor import plain

pytestmark = pytest.mark.safety("ASVS-8.1/table", "ASVS-8.2/not-there")
ANY = "an id"
IDS = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
REQUEST = {"words": "Please say sister", "received_on": "2026-11-22", "channel": "letter"}


@pytest.fixture(scope="module", params=["stranger", "beside"])
def theirs(request: pytest.FixtureRequest, served: Served) -> Served:
    """A stranger's household, and the therapist's own second one; each with a session."""
    made = strangers(served) if request.param == "stranger" else second(served)
    run_session(made.small)
    return made


def told(answer: TestResponse) -> tuple[int, str, str]:
    """An answer without the ids that differ from request to request."""
    place = IDS.sub(ANY, answer.headers.get("Location", ""))
    return answer.status_code, place, IDS.sub(ANY, plain(answer.text))


def alike(served: Served, path: str, form: Mapping[str, str], name: str, theirs: UUID) -> int:
    """Post with their id and with one of nothing; return the status, which is the same."""
    before = served.rows_of_everything()
    found = served.therapist.post(path, {**form, name: str(theirs)})
    nowhere = served.therapist.post(path, {**form, name: str(uuid4())})
    assert told(found) == told(nowhere)
    assert not [word for word in STRANGE if word in found.text]
    if found.status_code >= 400:
        assert served.rows_of_everything() == before
    return found.status_code


def test_a_request_about_a_note_of_another_patient(served: Served, theirs: Served) -> None:
    path = f"/patients/{served.small.patient_id}/amendments"
    assert alike(served, path, REQUEST, "note", theirs.signed()) == 404


def test_an_answer_that_names_an_addendum_of_another_patient(
    served: Served, theirs: Served
) -> None:
    note_id = served.signed("integration")
    path = f"/patients/{served.small.patient_id}/amendments/{ask_for(served.small, note_id)}/accept"
    assert alike(served, path, {"words": "Done"}, "addendum", theirs.signed()) == 422


def test_an_addendum_that_answers_a_request_of_another_patient(
    served: Served, theirs: Served
) -> None:
    path = f"/notes/{served.signed()}/addendum?amendment="
    asked = ask_for(theirs.small, theirs.signed())
    found, nowhere = (served.therapist.get(f"{path}{one}") for one in (asked, uuid4()))
    assert told(found) == told(nowhere)
    assert found.status_code == 404
    view = amendment.look(patient_id=theirs.small.patient_id, by=theirs.small.therapist, at=AT)
    assert asked in {one.row.id for one in view.told}


@pytest.mark.parametrize("verb", ["new", "hand-over"])
def test_a_scale_for_an_infusion_of_another_patient(
    served: Served, theirs: Served, verb: str
) -> None:
    path = f"/patients/{served.small.patient_id}/measures/phq-9/{verb}"
    assert alike(served, path, MEASURE, "_infusion", theirs.small.infusion_id) == 404


def test_a_measure_created_under_the_id_of_another(served: Served, theirs: Served) -> None:
    path = f"/patients/{served.small.patient_id}/measures/phq-9/new"
    taken = theirs.measure()
    before = kept_measures(served, theirs.small.patient_id)
    chosen = uuid4()
    found = served.therapist.post(path, {**MEASURE, "_id": str(taken)})
    again = served.therapist.post(path, {**MEASURE, "_id": str(taken)})
    other = served.therapist.post(path, {**MEASURE, "_id": str(chosen)})
    assert told(found) == told(again) == told(other)
    assert found.headers["Location"] == again.headers["Location"]
    assert str(taken) not in found.headers["Location"]
    assert str(chosen) not in other.headers["Location"]
    assert kept_measures(served, theirs.small.patient_id) == before


def kept_measures(served: Served, patient_id: UUID) -> list[tuple[object, ...]]:
    """The measures that are kept of a patient."""
    return [row for row in served.rows_of_everything()["measure"] if patient_id in row]


@pytest.mark.parametrize("act", ["correct", "strike"])
def test_a_live_entry_about_a_row_of_another_session(
    served: Served, theirs: Served, act: str
) -> None:
    ids, _ = targets.dosed(served)
    path = f"/infusions/{ids['infusion_id']}/session/entries"
    form = {**reading(act), "_why": "Wrong row"}
    assert alike(served, path, form, "row", one_reading(theirs)) == 404


def test_a_live_entry_that_answers_a_reading_of_another_session(
    served: Served, theirs: Served
) -> None:
    ids, _ = targets.dosed(served)
    path = f"/infusions/{ids['infusion_id']}/session/entries"
    form = {**reading("record"), "noun": "session_event", "kind": "level_answered", "words": "x"}
    assert alike(served, path, form, "about_id", one_reading(theirs)) == 422


def test_a_live_entry_under_the_key_of_another_session(served: Served, theirs: Served) -> None:
    ids, _ = targets.dosed(served)
    path = f"/infusions/{ids['infusion_id']}/session/entries"
    with db.current().reading() as session:
        query = sa.select(SessionEntry.key).where(
            SessionEntry.infusion_id == theirs.small.infusion_id
        )
        key = session.execute(query).scalars().first()
    found = served.therapist.post(path, {**reading("record"), "key": str(key)})
    assert found.status_code == 201
    assert found.get_json()["entry"]["id"] != str(one_reading(theirs))


def reading(act: str) -> dict[str, str]:
    """A reading as the live page sends it."""
    return {
        "key": str(uuid4()),
        "act": act,
        "noun": "vitals",
        "observed_at": "2026-11-23T08:30:00Z",
        "heart_rate": "72",
    }


def one_reading(served: Served) -> UUID:
    """A reading of the household's session."""
    with db.current().reading() as session:
        query = sa.select(Vitals.id).where(Vitals.infusion_id == served.small.infusion_id)
        return session.execute(query).scalars().first() or uuid4()


def test_several_notes_at_once_with_one_of_another_household(
    served: Served, theirs: Served
) -> None:
    if theirs.small.supervisor == served.small.supervisor:
        pytest.skip("the supervisor reaches both")
    form = {"password": "not it"}
    sven = served.visitor("supervisor")
    own = served.signed()
    answers = [
        sven.post("/review/together", {**form, "note": [f"{own}|x", f"{one}|x"]})
        for one in (theirs.signed(), uuid4())
    ]
    assert told(answers[0]) == told(answers[1])
    assert answers[0].status_code == 404


def test_a_risk_note_that_saw_the_alerts_of_another_patient(served: Served, theirs: Served) -> None:
    ids, _ = targets.called(served)
    path = f"/patients/{ids['patient_id']}/risk-note"
    assert alike(served, path, {"words": "Asked"}, "seen", theirs.small.patient_id) == 409


@pytest.mark.parametrize("who", ["administrator", "nobody at all"])
def test_a_care_team_is_joined_by_those_who_care(served: Served, who: str) -> None:
    small = served.small
    person = small.administrator.id if who == "administrator" else uuid4()
    before = served.rows_of_everything()
    answer = served.therapist.post(f"/patients/{small.patient_id}/team", {"person_id": str(person)})
    assert answer.headers["Location"] == f"/patients/{small.patient_id}"
    assert served.rows_of_everything() == before
