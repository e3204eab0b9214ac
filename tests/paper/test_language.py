"""What a practice wrote is told in its language, and the headings in theirs (PDF/UA-1, 7.2)."""

from collections.abc import Callable
from dataclasses import replace

from kapnotes.paper.binding import Pressed
from kapnotes.paper.draw import draw
from kapnotes.paper.press import Printer
from tests.paper.reading import opened
from tests.paper.sample import SAMPLE
from tests.paper.sample_parts import binding
from tests.paper.spoken import in_tongues

GERMAN = draw(replace(SAMPLE, letterhead=replace(SAMPLE.letterhead, language="de")))
Press = Callable[[str], Pressed]


def test_typed_words_are_told_in_the_language_of_the_practice(pressed: Press) -> None:
    told = in_tongues(pressed(GERMAN).content)
    typed, ours = " ".join(told["de"]), " ".join(told[""])
    assert set(told) == {"", "de"}
    assert "Es war still" in typed
    assert "148/92 once" in typed
    assert "Vital signs" in ours
    assert "Intention in her words" in ours
    assert "Es war still" not in ours
    assert "Vital signs" not in typed


def test_the_joined_document_keeps_it(pressed: Press, printer: Printer) -> None:
    whole = printer.bind(binding(pressed(GERMAN).content))
    assert "Es war still" in " ".join(in_tongues(whole)["de"])
    with opened(whole) as document:
        assert document.Root.Lang == "en"


def test_in_english_nothing_is_marked_beside_the_whole(sample_part: Pressed) -> None:
    assert set(in_tongues(sample_part.content)) == {""}


def test_what_nobody_said_is_not_said_of_an_adverse_event() -> None:
    unsaid = replace(SAMPLE, adverse=(replace(SAMPLE.adverse[0], is_serious=None),))
    assert "not recorded" in draw(unsaid).split("head raised")[0].rsplit("mild", 1)[1]
    assert "not serious" not in draw(unsaid)
    assert "not serious" in draw(SAMPLE)
