"""A refusal says no in a sentence; a caution may be passed by a written reason."""

import pytest

from kapnotes.clinic import refusals
from kapnotes.clinic.refusals import (
    LONGEST_REASON,
    BadInput,
    Caution,
    CautionOpen,
    Locked,
    NotAllowed,
    ReasonNeeded,
    ReasonTooLong,
    Refusal,
    WrongState,
    check_reason,
    errors_of,
    insist,
    passes,
)

HIGH = Caution("high_dose", "More than usual.", "mg")


def kinds_of_refusal() -> list[type[Refusal]]:
    found = [kind for kind in vars(refusals).values() if isinstance(kind, type)]
    return [kind for kind in found if issubclass(kind, Refusal)]


def test_every_refusal_has_its_own_code_and_a_sentence() -> None:
    kinds = kinds_of_refusal()
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(kind.sentence.endswith(".") for kind in kinds)


def test_a_refusal_carries_its_own_sentence_or_that_of_its_kind() -> None:
    assert NotAllowed().sentence == "You may not do this."
    said = NotAllowed("Only the author may.", about="note")
    assert (said.sentence, str(said), said.about) == (
        "Only the author may.",
        "Only the author may.",
        "note",
    )
    assert NotAllowed.sentence == "You may not do this."


def test_bad_input_keeps_its_errors_by_name() -> None:
    bad = BadInput({"mg": "Enter a number."})
    assert bad.errors == {"mg": "Enter a number."}
    assert bad.sentence == BadInput.sentence


def test_insist_raises_the_first_refusal_whatever_the_reason() -> None:
    with pytest.raises(Locked, match="first"):
        insist([HIGH, Locked("first"), WrongState("second")], reason="because")


def test_insist_asks_for_a_reason_and_then_returns_what_it_passed() -> None:
    with pytest.raises(CautionOpen, match="More than usual") as refused:
        insist([HIGH], reason="  ")
    assert refused.value.cautions == (HIGH,)
    assert insist([HIGH], reason="Titrated slowly") == (HIGH,)
    assert insist([]) == ()


def test_errors_are_the_first_refusal_of_each_entry() -> None:
    concerns = [HIGH, Locked("whole"), Locked("one", about="mg"), Locked("two", about="mg")]
    assert errors_of(concerns) == {"mg": "one"}


def test_a_blank_reason_is_refused() -> None:
    assert check_reason(" ill today ") == "ill today"
    with pytest.raises(ReasonNeeded, match="Say why"):
        check_reason("\n", "Say why.")


def test_a_reason_that_is_too_long_is_refused_and_never_cut() -> None:
    assert check_reason("a" * LONGEST_REASON) == "a" * LONGEST_REASON
    with pytest.raises(ReasonTooLong, match="this is 4,001"):
        check_reason("a" * (LONGEST_REASON + 1))


def test_a_check_can_be_asked_as_a_question() -> None:
    assert passes(check_reason, "yes")
    assert not passes(check_reason, "")
