"""A supervisor's reach, and a deputy's, ends on the very next request, at every door (ONC d1)."""

import pytest

from kapnotes.actions import people, supervision
from tests import audited
from tests.asked import ask_for
from tests.builders import AT, add_person, run_session, sign, written
from tests.web.served import Served
from tests.web.targets import Ids, elsewhere, path_of, unusual_item
from tests.web.visitor import Visitor, plain

pytestmark = pytest.mark.safety("ONC-d1/link-ends")

OF_IT = [
    "/review/<note_id>",
    "/notes/<note_id>",
    "/notes/<note_id>/note.pdf",
    "/notes/<note_id>/response.json",
    "/feedback/<person_id>",
    "/infusions/<infusion_id>/checks",
    "/chart-audits/<audit_id>/charts/<chart_id>",
    "/corrective-actions/<action_id>",
    "/audit/unusual/<item_id>/close",
    "/patients/<patient_id>/amendments",
    "/patients/<patient_id>/amendments/<amendment_id>",
    "/patients/<patient_id>/trail",
    "/patients/<patient_id>/trail.csv",
    "/patients/<patient_id>/trail.pdf",
    "/audit?patient=<patient_id>",
    "/audit/report.csv?patient=<patient_id>",
]
"""What is of one patient or of one person: gone."""
LISTS = [
    "/",
    "/review",
    "/review?show=returned",
    "/review?person=<person_id>",
    "/checks?person=<person_id>",
    "/checks",
    "/feedback",
    "/chart-audits",
    "/chart-audits/<audit_id>",
    "/chart-audits/<audit_id>/data.csv",
    "/corrective-actions",
    "/audit",
    "/audit/report.csv",
    "/audit/unusual",
    "/emergency/uses",
]
"""What lists: still there, and silent."""
SECRETS = ("Falk", "Jördis", "The goal is not named", "It was my sister")


@pytest.fixture(scope="module")
def deputy(served: Served) -> Visitor:
    """A supervisor who stands in for the other."""
    small = served.small
    dana = add_person("Dana", "supervisor")
    supervision.stand_in(
        supervisor_id=small.supervisor.id,
        deputy_id=dana.id,
        starts_on=AT.date(),
        ends_on=None,
        by=small.administrator,
        at=AT,
    )
    visitor = Visitor(served.app.test_client())
    assert visitor.sign_in("Dana").status_code == 302
    return visitor


@pytest.fixture(scope="module")
def ids(served: Served) -> Ids:
    """A chain with something of everything in it."""
    small = served.small
    run_session(small)
    note_id = written(small, "dosing")
    sign(small, note_id)
    audit = audited.drawn(small, count=1)
    [chart] = audited.chart_ids(small, audit)
    audited.answer(small, audit, chart, goals=("not_met", "The goal is not named"))
    return {
        "patient_id": small.patient_id,
        "infusion_id": small.infusion_id,
        "person_id": small.therapist.id,
        "note_id": note_id,
        "audit_id": audit,
        "chart_id": chart,
        "action_id": audited.given(small, audit),
        "amendment_id": ask_for(small, note_id),
        "item_id": unusual_item(served)[0]["item_id"],
    }


def check_gone(visitor: Visitor, ids: Ids, *, leads: bool) -> None:
    """Nothing of it answers, as if it had never been; no list says a word of it."""
    nowhere = elsewhere(ids)
    for address in OF_IT:
        answer, other = visitor.get(path_of(address, ids)), visitor.get(path_of(address, nowhere))
        assert (address, answer.status_code) == (address, 404)
        assert _bare(answer.text, ids) == _bare(other.text, nowhere), address
    for address in LISTS:
        answer = visitor.get(path_of(address, ids))
        hidden = not leads and "<audit_id>" in address
        assert (address, answer.status_code) == (address, 404 if hidden else 200)
        assert not [one for one in SECRETS if one in answer.text], address


def _bare(text: str, ids: Ids) -> str:
    """The page without what was asked for, and the number of the refusal."""
    for name, value in ids.items():
        text = text.replace(str(value), name)
    return plain(text)


def test_until_the_link_ends_there_is_something_to_see(
    served: Served, deputy: Visitor, ids: Ids
) -> None:
    for visitor in (served.visitor("supervisor"), deputy):
        every = "".join(
            visitor.get(path_of(one, ids)).data.decode(errors="replace") for one in OF_IT + LISTS
        )
        assert not [one for one in SECRETS if one not in every]
    for address in OF_IT + LISTS:
        answer = served.visitor("supervisor").get(path_of(address, ids))
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "no-store", address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        if ".csv" in address:
            assert answer.headers["Content-Disposition"].startswith("attachment; "), address


def test_a_deputys_reach_ends_with_the_absence(served: Served, deputy: Visitor, ids: Ids) -> None:
    [away] = people.look(by=served.small.administrator, at=AT).absences
    supervision.end_absence(absence_id=away.id, on=AT.date(), by=served.small.administrator, at=AT)
    check_gone(deputy, ids, leads=False)
    assert served.visitor("supervisor").get(path_of("/review/<note_id>", ids)).status_code == 200


def test_a_supervisors_reach_ends_with_the_link(served: Served, deputy: Visitor, ids: Ids) -> None:
    del deputy
    [link] = people.look(by=served.small.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=served.small.administrator, at=AT)
    check_gone(served.visitor("supervisor"), ids, leads=True)
