"""The course summary shows what is signed of a course, and says what is not."""

from datetime import timedelta

import pytest

from kapnotes.actions import addendum, course, infusion, note, patient
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.refusals import OutOfReach
from tests.actions.documents import DAY, UNSIGNED, rate, said, treated, work
from tests.builders import AT, HERE, PASSWORD, Small, plan, raw_of, signed

COURSE = DocumentKind.COURSE_SUMMARY


def test_it_tells_the_infusion_the_scores_and_the_decision(small: Small) -> None:
    treated(small)
    found = work(small, COURSE, small.course_id)
    text = said(found)
    assert found.is_final
    for words in (
        "1 23 Nov 2026 Induction, IV 35.75 mg (0.5 mg/kg) 40 138/80 98 nausea, mild",
        "Y-BOCS 26 \u2192 15: \u221211 (\u221242.3 %)",
        "Response (\u221242.3 %)",
        "Rule y-bocs 1 (Farris 2013), response from 35 %",
        "15 (\u221211)",
        "Ginger, slower breathing. Brief nausea.",
        "Move to maintenance Response holds. None found today",
        "Door handle 1 75",
        "Door handle daily",
        "1 Dosing session note Thea, PhD, 23 Nov 2026, 09:00 UTC",
    ):
        assert words in text, words


def test_what_is_not_signed_is_named_and_left_out(small: Small) -> None:
    treated(small)
    text = said(work(small, COURSE, small.course_id))
    assert "Not signed yet, and left out." in text
    assert "Infusion 2, dosing session note: a draft (Thea)." in text
    assert "2 23 Nov 2026 Induction, IV Not signed yet: dose, vital signs and events" in text
    assert UNSIGNED not in text
    assert text.count("nausea, mild") == 1


def test_a_signature_makes_another_document_and_nothing_else_does(small: Small) -> None:
    treated(small)
    first = work(small, COURSE, small.course_id)
    again = work(small, COURSE, small.course_id, at=AT + timedelta(hours=5))
    assert first.content_digest == again.content_digest
    assert first.sections[0].kept is not None
    note_id = signed(small, "preparation")
    second = work(small, COURSE, small.course_id)
    addendum.add(
        note_id=note_id,
        reason="Late result",
        text="Pressure at home 122/78",
        password=PASSWORD,
        address=HERE,
        by=small.therapist,
        at=AT,
    )
    third = work(small, COURSE, small.course_id)
    rate(small, 12, AT + 5 * DAY)
    fourth = work(small, COURSE, small.course_id)
    found = (first, second, third, fourth)
    assert len({one.content_digest for one in found}) == 4
    assert "1 addendum" in said(third)


def test_the_medical_edition_has_no_decision_and_no_exposure(small: Small) -> None:
    treated(small)
    text = said(work(small, COURSE, small.course_id, by=small.medical))
    assert "Medical edition." in text
    assert "Last decision No adverse event" not in text
    assert "Not part of the medical edition." in text
    assert "35.75" in text
    for words in ("Response holds", "Door handle", "Integration note", "Move to maintenance"):
        assert words not in text


def test_what_was_not_as_the_protocol_has_it_is_said(small: Small) -> None:
    treated(small)
    third = plan(small.course_id, small.therapist)
    infusion.cancel(infusion_id=third, reason="A cold", by=small.therapist, at=AT)
    course.pause(course_id=small.course_id, reason="Moving house", by=small.therapist, at=AT)
    text = said(work(small, COURSE, small.course_id))
    assert "Cancelled. A cold" in text
    assert "Moving house" in text
    assert "Infusion 1, vital signs:" in text
    assert "Infusions 1 and 2 are 0 days apart." in text


def test_a_course_of_nothing_says_so(small: Small) -> None:
    text = said(work(small, COURSE, small.course_id))
    for words in (
        "No scale is recorded in this course.",
        "No adverse event is recorded in what is signed.",
        "No integration note is signed yet.",
        "No homework is recorded.",
        "No note is written yet.",
        "Not recorded",
    ):
        assert words in text


def test_who_does_not_reach_the_course_gets_nothing(small: Small) -> None:
    with pytest.raises(OutOfReach):
        work(small, COURSE, small.course_id, by=small.other_therapist)


def test_a_supervisor_of_one_author_is_told_that_others_are_left_out(small: Small) -> None:
    treated(small)
    patient.join_team(
        patient_id=small.patient_id,
        person_id=small.other_therapist.id,
        starts_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    other = note.begin(
        infusion_id=small.infusion_id, kind="integration", by=small.other_therapist, at=AT
    )
    note.save(note_id=other, base=1, raw=raw_of("integration"), by=small.other_therapist, at=AT)
    found = work(small, COURSE, small.course_id, by=small.supervisor)
    assert not found.is_final
    assert "are left out of this course" in said(found)
    assert work(small, COURSE, small.course_id).is_final
