"""The misuse watch: what it is made of, whom it asks to look, and what it does not show."""

from datetime import timedelta

import pytest

from kapnotes import db
from kapnotes.actions import measure, misuse, patient, signing, task
from kapnotes.actions.misuse import MisuseView
from kapnotes.clinic.refusals import BadInput, NotAllowed, OutOfReach
from kapnotes.forms import Coded, FindingKind, Value
from tests.builders import AT, Small, minute, sign, small_practice, written

WORDS = "Said that a friend gave her some at a party"


def integrated(small: Small, **changed: Value) -> None:
    """A signed integration note, every caution answered."""
    made = written(small, "integration", **changed)
    shown = signing.review(note_id=made, by=small.therapist, at=AT)
    reasons = {one.key: "Spoken about" for one in shown.of_kind(FindingKind.CAUTION)}
    sign(small, made, reasons=reasons)


def outside(small: Small) -> None:
    integrated(
        small,
        **{
            "misuse-signs": [Coded("outside"), "Sells the flat"],
            "misuse-words": WORDS,
            "misuse-concern": Coded("low"),
        },
    )


def note_event(small: Small, kind: str = "lost", *, minutes: int = 0) -> None:
    misuse.record(
        patient_id=small.patient_id,
        kind=kind,
        observed_at=minute(minutes),
        words="Left on the bus",
        by=small.medical,
        at=AT,
    )


def look(small: Small) -> MisuseView:
    return misuse.look(patient_id=small.patient_id, by=small.therapist, at=AT)


def waiting(small: Small) -> list[int]:
    """How many tasks wait for medical and for the supervisor."""
    return [len(task.look(by=by, at=AT).waiting) for by in (small.medical, small.supervisor)]


def answer(small: Small) -> None:
    for by in (small.medical, small.supervisor):
        [one] = task.look(by=by, at=AT).waiting
        task.answer(task_id=one.id, words="Spoke with her. We go on.", by=by, at=AT)


def test_an_integration_that_asked_and_heard_nothing_raises_nothing(small: Small) -> None:
    integrated(small)
    view = look(small)
    assert view.picture.signals == ()
    assert view.picture.asked_at == AT
    assert waiting(small) == [0, 0]


def test_a_sign_that_is_enough_asks_medical_and_the_supervisor_with_the_signature(
    small: Small,
) -> None:
    outside(small)
    assert waiting(small) == [1, 1]
    [one] = task.look(by=small.medical, at=AT).waiting
    assert one.words == ("Ketamine from elsewhere. 2 signals in 90 days.")


def test_medical_sees_what_was_ticked_and_no_words_of_the_note(small: Small) -> None:
    outside(small)
    mine, theirs = (
        misuse.look(patient_id=small.patient_id, by=by, at=AT)
        for by in (small.medical, small.therapist)
    )
    assert [one.sentence for one in theirs.picture.signals] == [
        "Ketamine from elsewhere.",
        "Sells the flat.",
    ]
    assert {one.words for one in theirs.picture.signals} == {WORDS}
    said = str((mine.picture, mine.asked, [one.words for one in mine.tasks]))
    assert WORDS not in said
    assert "flat" not in said
    assert "Ketamine from elsewhere." in said


def test_several_signals_are_enough_where_one_is_not(small: Small) -> None:
    note_event(small, "more")
    assert waiting(small) == [0, 0]
    note_event(small, "sooner", minutes=1)
    assert waiting(small) == [1, 1]


def test_what_waits_already_is_not_asked_twice(small: Small) -> None:
    outside(small)
    note_event(small)
    assert waiting(small) == [1, 1]


def test_what_was_looked_at_raises_nothing_again_and_what_is_new_does(small: Small) -> None:
    outside(small)
    answer(small)
    integrated(small)
    assert waiting(small) == [0, 0]
    misuse.record(
        patient_id=small.patient_id,
        kind="lost",
        observed_at=AT - timedelta(days=3),
        by=small.therapist,
        at=AT + timedelta(minutes=1),
    )
    assert waiting(small) == [1, 1], "put down late, it was not looked at before"


def audit(small: Small, **answers: str) -> None:
    raw = {name: [code] for name, code in answers.items()}
    measure.record(
        patient_id=small.patient_id,
        key="audit-c",
        raw=raw,
        observed_at=AT,
        by=small.therapist,
        at=AT,
    )


def test_an_audit_c_that_counts_is_in_the_picture_and_asks(small: Small) -> None:
    audit(small, q1="4")
    audit(small, q1="1", q2="0", q3="1")
    assert look(small).picture.signals == ()
    audit(small, q1="2", q2="1", q3="1")
    assert waiting(small) == [0, 0]
    audit(small, q1="4", q2="4", q3="4")
    assert {one.sentence for one in look(small).picture.signals} == {
        "AUDIT-C 4 of 12.",
        "AUDIT-C 12 of 12.",
    }
    assert waiting(small) == [1, 1]


def test_what_waits_for_a_cosignature_is_in_the_picture(database: db.Database) -> None:
    del database
    small = small_practice(cosigns=True)
    outside(small)
    assert len(look(small).picture.signals) == 2


def test_what_cannot_be_is_refused_and_leaves_nothing(small: Small) -> None:
    with pytest.raises(BadInput, match=r"."):
        note_event(small, minutes=61)
    with pytest.raises(NotAllowed):
        misuse.record(
            patient_id=small.patient_id, kind="lost", observed_at=AT, by=small.supervisor, at=AT
        )
    with pytest.raises(OutOfReach):
        misuse.look(patient_id=small.patient_id, by=small.other_therapist, at=AT)
    assert look(small).events == []


def test_the_patient_says_it_in_a_line(small: Small) -> None:
    note_event(small)
    about = patient.look(patient_id=small.patient_id, by=small.medical, at=AT).safety
    assert [one.code for one in about.misuse.signals] == ["lost"]
    assert [one.whose for one in about.tasks] == ["medical", "supervisor"]
