"""A letter: nothing goes in by itself, what is signed is what was shown, and it is kept once."""

from uuid import UUID

import pytest

from kapnotes.access.actor import Actor
from kapnotes.actions import document, letter
from kapnotes.actions.document import Pdf
from kapnotes.actions.letter import UNSIGNED, Written
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.letter import LetterPart
from kapnotes.clinic.refusals import NotAllowed, OutOfReach, StaleDigest, WrongPassword
from tests.actions.documents import DAY, rate, said, treated, work
from tests.actions.shop import Sheets, workshop
from tests.builders import AT, HERE, PASSWORD, Small

LETTER = DocumentKind.LETTER
BARE = Written("Dr. Ada Example\nStreet 1", "Dear Dr. Example,", "Thank you for sending her.", ())
FULL = Written(BARE.recipient, BARE.salutation, BARE.words, tuple(LetterPart))
RECORD = ("Y-BOCS", "Response holds", "Penicillin", "35.75", "Obsessive", "nausea")


def text_of(small: Small, written: Written, *, by: Actor | None = None) -> str:
    reader = by or small.therapist
    order = letter.unsigned_order(small.patient_id, written, by=reader)
    return said(work(small, LETTER, small.patient_id, by=reader, choice=order.choice))


def sign(small: Small, written: Written, *, by: Actor | None = None, **changed: object) -> Pdf:
    """Review, sign and have it made."""
    reader = by or small.therapist
    about = small.patient_id
    shown = letter.review(patient_id=about, letter=written, by=reader, at=AT)
    given = {"shown": shown.digest, "password": PASSWORD, **changed}
    order = letter.sign(patient_id=about, letter=written, address=HERE, by=reader, at=AT, **given)  # type: ignore[arg-type] # words, as given
    found = document.hand_out(order=order, shop=workshop(Sheets()), by=reader, at=AT)  # type: ignore[arg-type] # one that keeps its pages
    assert isinstance(found, Pdf)
    return found


def test_nothing_of_the_record_goes_in_by_itself(small: Small) -> None:
    treated(small)
    text = text_of(small, BARE)
    for words in ("Dr. Ada Example Street 1", "Dear Dr. Example,", "Thank you for sending her."):
        assert words in text
    for words in RECORD:
        assert words not in text


def test_what_was_chosen_is_told_from_what_is_signed(small: Small) -> None:
    treated(small)
    text = text_of(small, FULL)
    for words in (
        "Y-BOCS 15 of 40 on 26 Nov 2026",
        "baseline 26, change \u221211. Response",
        "Dose 35.75 mg (0.5 mg/kg) IV over 40 min.",
        "Allergies Penicillin",
        "No alert stands.",
        "Decided Move to maintenance, 23 Nov 2026. Response holds.",
        "1 adverse event, none serious.",
    ):
        assert words in text, words


@pytest.mark.parametrize("part", list(LetterPart))
def test_each_part_stands_alone(small: Small, part: LetterPart) -> None:
    treated(small)
    one = Written(BARE.recipient, BARE.salutation, BARE.words, (part,))
    alone, none = text_of(small, one), text_of(small, BARE)
    assert len(alone) > len(none)
    assert alone.count("<h2>") <= 1


def test_until_it_is_signed_it_is_a_draft_and_is_not_kept(small: Small) -> None:
    order = letter.unsigned_order(small.patient_id, BARE, by=small.therapist)
    found = work(small, LETTER, small.patient_id, choice=order.choice)
    assert found.reasons == (UNSIGNED,)
    assert "DRAFT, not for filing." in said(found)
    shop = workshop(Sheets())  # type: ignore[arg-type] # one that keeps its pages
    pdf = document.hand_out(order=order, shop=shop, by=small.therapist, at=AT)
    assert isinstance(pdf, Pdf)
    assert not pdf.is_kept


def test_a_signed_letter_is_kept_with_its_signature_in_words(small: Small) -> None:
    treated(small)
    first = sign(small, FULL)
    assert first.is_kept
    assert first.filename.endswith("-LF1.pdf")
    second = sign(small, BARE)
    assert second.filename.endswith("-LF2.pdf")
    assert isinstance(first.id, UUID)
    again = document.fetch(document_id=first.id, by=small.therapist, at=AT)
    assert again.content == first.content


def test_its_signature_says_who_as_what_and_when(small: Small) -> None:
    shown = letter.review(patient_id=small.patient_id, letter=BARE, by=small.medical, at=AT)
    order = letter.sign(
        patient_id=small.patient_id,
        letter=BARE,
        shown=shown.digest,
        password=PASSWORD,
        address=HERE,
        by=small.medical,
        at=AT,
    )
    found = work(small, LETTER, small.patient_id, by=small.medical, choice=order.choice)
    assert found.is_final
    assert (
        "Mina, PhD (medical): I wrote this letter and sign it. "
        "Signed electronically on 23 Nov 2026, 09:00 UTC." in said(found)
    )


def test_a_record_that_went_on_asks_to_look_again(small: Small) -> None:
    treated(small)
    shown = letter.review(patient_id=small.patient_id, letter=FULL, by=small.therapist, at=AT)
    rate(small, 9, AT + 4 * DAY)
    with pytest.raises(StaleDigest):
        sign(small, FULL, shown=shown.digest)
    with pytest.raises(StaleDigest):
        sign(small, BARE, shown=shown.digest)


def test_only_ones_own_password_signs(small: Small) -> None:
    with pytest.raises(WrongPassword):
        sign(small, BARE, password="another")


def test_medical_writes_nothing_of_the_integration_note(small: Small) -> None:
    treated(small)
    text = text_of(small, FULL, by=small.medical)
    assert "35.75" in text
    for words in ("Response holds", "Move to maintenance"):
        assert words not in text


def test_who_may_not_write_letters_does_not(small: Small) -> None:
    about = small.patient_id
    for by in (small.supervisor, small.administrator):
        with pytest.raises(NotAllowed):
            letter.open_form(patient_id=about, by=by, at=AT)
        with pytest.raises(NotAllowed):
            letter.review(patient_id=about, letter=BARE, by=by, at=AT)
    with pytest.raises(OutOfReach):
        letter.review(patient_id=about, letter=BARE, by=small.other_therapist, at=AT)
