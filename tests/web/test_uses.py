"""Uses of emergency access: the number of a record stands there for who reaches the record."""

from kapnotes.actions import supervision
from tests.asked import WHY, allow, break_in
from tests.builders import AT, add_patient
from tests.web.served import Served
from tests.web.visitor import Page


def test_the_number_of_a_record_out_of_reach_is_not_told(served: Served) -> None:
    small = served.small
    allow(small, small.therapist)
    add_patient(small.other_therapist, family_name="Far", record_number="FAR-1")
    break_in(small.therapist, "FAR-1")
    words = Page(served.visitor("supervisor").get("/emergency/uses").text).words()
    assert "Thea: a record outside of your reach" in words
    assert WHY in words
    assert "FAR-1" not in words
    supervision.link(
        supervisor_id=small.supervisor.id,
        supervisee_id=small.other_therapist.id,
        starts_on=AT.date(),
        by=small.administrator,
        at=AT,
    )
    words = Page(served.visitor("supervisor").get("/emergency/uses").text).words()
    assert "Thea: record FAR-1" in words
