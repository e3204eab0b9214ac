"""Yes or no."""

import pytest

from kapnotes.forms import Definition
from tests.forms.fields.reading import answer, error


@pytest.mark.parametrize(("posted", "value"), [("true", True), ("false", False), ("", None)])
def test_an_unanswered_question_is_not_a_no(
    every_type: Definition,
    posted: str,
    value: bool | None,  # noqa: FBT001 - the answer itself
) -> None:
    assert answer(every_type, "consent", posted) is value


@pytest.mark.parametrize("posted", ["yes", "on", "1", "TRUE"])
def test_nothing_else_is_a_yes(every_type: Definition, posted: str) -> None:
    assert error(every_type, "consent", posted) == "Choose yes or no."


def test_yes_and_no_at_once_are_refused(every_type: Definition) -> None:
    assert error(every_type, "consent", "true", "false") == "Give one answer only."


def test_the_same_answer_twice_is_one(every_type: Definition) -> None:
    assert answer(every_type, "consent", "true", "true", "") is True
    assert answer(every_type, "consent", "", " ") is None
