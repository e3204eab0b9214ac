"""String and text."""

import pytest

from kapnotes.forms import Definition
from tests.forms.fields.reading import answer, error


def test_words_are_kept_to_the_letter(every_type: Definition) -> None:
    assert answer(every_type, "line", "  two  spaces ") == "  two  spaces "
    assert answer(every_type, "story", "a\r\nb\rc\n") == "a\nb\nc\n"


@pytest.mark.parametrize("posted", ["", "   ", "\r\n\t", "\u00a0\u2003"])
def test_white_space_alone_is_a_blank(every_type: Definition, posted: str) -> None:
    assert answer(every_type, "story", posted) is None


def test_a_line_is_one_line(every_type: Definition) -> None:
    assert error(every_type, "line", "a\nb") == "Write this on one line."


@pytest.mark.parametrize("posted", ["a\x00b", "a\ud800b", "\udfff"])
@pytest.mark.parametrize("name", ["line", "story"])
def test_what_no_database_can_hold_is_refused(
    every_type: Definition, name: str, posted: str
) -> None:
    assert error(every_type, name, posted).startswith("This holds a character that cannot")


def test_the_greatest_length(every_type: Definition) -> None:
    assert answer(every_type, "story", "x" * 20_000) == "x" * 20_000
    assert error(every_type, "story", "x" * 21_500) == (
        "Shorten this by 1,500 characters, to 20,000. Nothing has been cut off."
    )
    assert error(every_type, "line", "🙂" * 41).startswith("Shorten this by 1 character")
