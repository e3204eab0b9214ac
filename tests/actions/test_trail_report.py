"""Reports of the trail as they are printed: read back from the file, with the signed head in it."""

import io
from datetime import timedelta

import pikepdf
import pytest

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import patient, trail_report
from kapnotes.actions.attempt import workshop_of
from kapnotes.actions.trail import Question
from kapnotes.audit.seal import is_genuine, told
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from kapnotes.paper.press import Printer
from tests.builders import AT, Small, small_practice
from tests.paper import reading

LATER = AT + timedelta(days=1)


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice()


def printed(small: Small, by: Actor, *, is_record: bool) -> bytes:
    printer = Printer()
    printer.start()
    try:
        question = Question(patient_id=small.patient_id if is_record else None)
        shop = workshop_of(printer)
        return trail_report.as_pdf(
            question=question, is_record=is_record, shop=shop, by=by, at=LATER
        )
    finally:
        printer.stop()


def test_who_looked_is_read_back_from_the_file_with_the_signed_head(small: Small) -> None:
    patient.look(patient_id=small.patient_id, by=small.therapist, at=AT)
    content = printed(small, small.therapist, is_record=True)
    text = reading.told(content)
    for said in ("Who looked at this record", "Jördis Falk", "Thea (Therapist)", "23 Nov 2026"):
        assert said in text
    assert "looked at the patient" in " ".join(text.split())
    with pikepdf.open(io.BytesIO(content)) as file:
        head = told(file.attachments["trail-head.json"].get_file().read_bytes())
    assert head is not None
    assert is_genuine(db.current().ring, head)
    assert head.hash[:16] in text


def test_a_report_of_the_whole_trail_names_no_patient(small: Small) -> None:
    text = reading.told(printed(small, small.administrator, is_record=False))
    assert "Trail" in text
    assert "Falk" not in text
    assert "R-1" not in text


def test_reports_are_for_who_may_and_within_reach(small: Small) -> None:
    asked = Question(patient_id=small.patient_id)
    with pytest.raises(NotAllowed):
        trail_report.as_table(question=Question(), by=small.therapist, at=LATER)
    with pytest.raises(OutOfReach):
        trail_report.as_table(question=asked, is_record=True, by=small.other_therapist, at=LATER)
    with pytest.raises(NotAllowed):
        trail_report.as_table(question=asked, is_record=True, by=small.administrator, at=LATER)
