"""Choice and open choice, of one and of several."""

import pytest

from kapnotes.forms import Coded, Definition, check_draft, tell, to_response
from tests.forms.fields.reading import answer, error

OFFERED = "Choose one of the answers offered."


def test_one_of_the_options(every_type: Definition) -> None:
    assert answer(every_type, "route", "iv") == Coded("iv")
    assert answer(every_type, "route", "") is None
    assert error(every_type, "route", "oral") == OFFERED
    assert error(every_type, "route", "iv", "im") == "Give one answer only."


def test_several_options_in_the_order_of_the_definition(every_type: Definition) -> None:
    assert answer(every_type, "signs", "fever", "cough", "fever", "") == [
        Coded("cough"),
        Coded("fever"),
    ]
    assert answer(every_type, "signs", "") is None
    assert error(every_type, "signs", "cough", "sneeze") == OFFERED
    assert error(every_type, "signs", "cough", "fever", "rash") == (
        "At most 2 can be recorded; there are 3."
    )


def test_none_of_these_stands_alone(every_type: Definition) -> None:
    assert answer(every_type, "signs", "none") == [Coded("none")]
    sentence = "“None of these” cannot stand beside other answers."
    assert error(every_type, "signs", "cough", "none") == sentence
    assert error(every_type, "people", "nobody", other="my sister") == (
        "“Nobody” cannot stand beside other answers."
    )


def test_own_words(every_type: Definition) -> None:
    assert answer(every_type, "place", "", other="a garden") == "a garden"
    assert answer(every_type, "place", other="a garden") == "a garden"
    assert answer(every_type, "place", "~other", other="a garden") == "a garden"
    assert answer(every_type, "place", "home", other=" ") == Coded("home")
    assert answer(every_type, "place", "", other="") is None
    assert error(every_type, "place", "garden") == OFFERED


@pytest.mark.parametrize("name", ["place", "people"])
def test_other_words_that_are_not_there(every_type: Definition, name: str) -> None:
    assert error(every_type, name, "~other", other=" ") == (
        "Write the other answer in your own words."
    )


def test_an_option_and_own_words_at_once(every_type: Definition) -> None:
    assert error(every_type, "place", "home", other="a garden") == (
        "Choose one of the answers offered or write your own, not both."
    )


def test_several_options_and_own_words(every_type: Definition) -> None:
    assert answer(every_type, "people", "nurse", "escort", "~other", other="my sister") == [
        Coded("escort"),
        Coded("nurse"),
        "my sister",
    ]
    assert error(every_type, "people", "nurse", other="x" * 201).startswith("Shorten this by 1 ")


def test_a_code_that_is_no_longer_there_is_shown_as_it_is(every_type: Definition) -> None:
    answers = {"route": Coded("rectal"), "signs": [Coded("ache")], "place": Coded("x")}
    inner = tell(every_type, answers)[0].items[0]
    assert [line.value for line in inner.items] == ["rectal", "x", "ache"]
    assert [each.name for each in check_draft(every_type, answers)] == ["route", "place", "signs"]
    assert "rectal" in str(to_response(every_type, answers))
