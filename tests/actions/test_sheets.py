"""A note alone, the list of disclosures, and what an infusion summary says of scores and around."""

from datetime import timedelta

import pytest

from kapnotes.actions import addendum, alert, disclosure, note
from kapnotes.actions.work import Stamp
from kapnotes.audit.seal import Anchor
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from kapnotes.forms import Coded
from tests.actions.documents import DAY, rate, said, treated, work
from tests.builders import AT, HERE, PASSWORD, Small, minute, run_session, signed, written
from tests.kept import keep

NOTE = DocumentKind.NOTE
SUMMARY = DocumentKind.INFUSION_SUMMARY
DISCLOSURES = DocumentKind.DISCLOSURES


def test_a_note_alone_has_its_words_and_its_signature(small: Small) -> None:
    run_session(small)
    note_id = signed(small, "integration", themes="An empty house by the sea")
    found = work(small, NOTE, note_id)
    text = said(found)
    assert found.is_final
    assert found.title().startswith("Integration note: Jördis Falk, Infusion 1 of 6")
    assert "An empty house by the sea" in text
    assert "Thea, PhD (therapist): I wrote this note and sign it." in text
    assert "138/80" not in text


@pytest.mark.parametrize("kind", ["preparation", "dosing", "integration"])
def test_a_note_alone_carries_itself_as_data(small: Small, kind: str) -> None:
    run_session(small)
    found = work(small, NOTE, signed(small, kind))
    [carried] = found.attach(Stamp("A1-F1", "", Anchor(1, "00" * 32, "")), ())
    assert "Jördis".encode() in carried.content
    assert (b"35.75" in carried.content) == (kind == "dosing")


def test_a_dosing_session_note_has_its_session(small: Small) -> None:
    run_session(small)
    text = said(work(small, NOTE, signed(small, "dosing")))
    assert "35.75" in text
    assert "138/80" in text
    assert "Ginger, slower breathing" in text


def test_a_note_that_is_not_signed_is_a_draft_without_its_words(small: Small) -> None:
    run_session(small)
    found = work(small, NOTE, written(small, "integration", themes="A canary"))
    assert found.reasons == ("The note is a draft.",)
    assert "A canary" not in said(found)
    assert "Begun by Thea, not signed yet." in said(found)


def test_a_note_is_printed_for_those_who_read_it(small: Small) -> None:
    run_session(small)
    integration, dosing = signed(small, "integration"), signed(small, "dosing")
    assert work(small, NOTE, dosing, by=small.medical).is_final
    assert work(small, NOTE, integration, by=small.supervisor).is_final
    with pytest.raises(NotAllowed):
        work(small, NOTE, integration, by=small.medical)
    with pytest.raises(OutOfReach):
        work(small, NOTE, integration, by=small.other_therapist)
    gone = written(small, "preparation")
    note.discard(note_id=gone, by=small.therapist, at=AT)
    with pytest.raises(OutOfReach):
        work(small, NOTE, gone)


def test_the_list_says_what_left_to_whom_why_and_how(small: Small) -> None:
    empty = work(small, DISCLOSURES, small.patient_id)
    assert "Nothing was handed out." in said(empty)
    made = keep(small)
    disclosure.hand_out(
        document_id=made.id,
        channel="download",
        recipient="Dr Weber, <b>clinic</b>",
        purpose="Treatment",
        by=small.therapist,
        at=AT,
    )
    found = work(small, DISCLOSURES, small.patient_id, at=AT + timedelta(hours=1))
    text = said(found)
    assert found.is_final
    assert found.content_digest != empty.content_digest
    assert (
        f"23 Nov 2026, 09:00 UTC Infusion summary, document {made.number} "
        "Dr Weber, <b>clinic</b> Treatment downloaded, Thea" in text
    )


def test_the_list_is_for_those_who_reach_the_patient(small: Small) -> None:
    with pytest.raises(OutOfReach):
        work(small, DISCLOSURES, small.patient_id, by=small.other_therapist)


def test_measures_stand_on_the_summary_with_what_they_amount_to(small: Small) -> None:
    treated(small)
    text = said(work(small, SUMMARY, small.infusion_id))
    for words in (
        "Response Y-BOCS 26 \u2192 15: \u221211 (\u221242.3 %)",
        "Y-BOCS 26 Nov 2026",
        "15 of 40 26 \u221211",
        "Response (\u221242.3 %)",
        "22 Nov 2026 before the first dose 26",
        "Judged by: Rule y-bocs 1 (Farris 2013)",
    ):
        assert words in text, words


def test_what_a_note_says_again_is_said_once(small: Small) -> None:
    rate(small, 15, AT + 2 * DAY, key="gad-7")
    rate(small, 12, minute(-60), key="gad-7")
    run_session(small)
    row = {"scale": Coded("gad-7"), "score": 15}
    signed(small, "integration", **{"scales": [row], "session-date": (AT + 2 * DAY).date()})
    text = said(work(small, SUMMARY, small.infusion_id))
    in_the_table_of_scales_and_of_ratings = 2
    assert text.count("2 d after dose 1 15") == in_the_table_of_scales_and_of_ratings
    assert "15 / 15" not in text


def test_a_rating_before_the_next_dose_makes_another_document(small: Small) -> None:
    treated(small)
    first = work(small, SUMMARY, small.infusion_id)
    rate(small, 9, AT + 9 * DAY)
    second = work(small, SUMMARY, small.infusion_id)
    assert second.content_digest != first.content_digest
    assert "9 of 40 26 \u221217" in said(second)


def test_alerts_and_consent_stand_as_they_stood_then(small: Small) -> None:
    run_session(small)
    signed(
        small,
        "preparation",
        **{"interactions": [Coded("lamotrigine")], "interactions-words": "Unchanged"},
    )
    signed(small, "dosing")
    before = work(small, SUMMARY, small.infusion_id)
    text = said(before)
    assert "Medicine: lamotrigine. (to know; raised 23 Nov 2026, Thea)" in text
    assert "Signed 22 Nov 2026, form 2026-03, held by Thea, PhD, good until" in text
    view = alert.look(patient_id=small.patient_id, by=small.therapist, at=AT)
    alert.resolve(
        patient_id=small.patient_id,
        alert_id=view.standing[0].id,
        reason="Stopped",
        by=small.therapist,
        at=AT + DAY,
    )
    after = work(small, SUMMARY, small.infusion_id, at=AT + 2 * DAY)
    assert after.content_digest == before.content_digest
    assert "Medicine: lamotrigine." in said(after)


def test_an_addendum_to_an_earlier_note_leaves_later_summaries(small: Small) -> None:
    second = treated(small)
    note_id = signed(small, "preparation")
    own, later = work(small, SUMMARY, small.infusion_id), work(small, SUMMARY, second)
    addendum.add(
        note_id=note_id,
        reason="Late result",
        text="Pressure at home 122/78",
        password=PASSWORD,
        address=HERE,
        by=small.therapist,
        at=AT,
    )
    assert work(small, SUMMARY, small.infusion_id).content_digest != own.content_digest
    assert work(small, SUMMARY, second).content_digest == later.content_digest
