"""Typed text on paper: quiet, and to the letter."""

import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.paper.text import MARKS_KEPT, PIECE, WORD, direction, pieces, quiet


def test_words_stay_to_the_letter() -> None:
    words = "Größe, Ż, אני, नमस्ते, 🌊, e\u0301, שָׁלוֹם\n\tzweite Zeile"
    assert quiet(words) == words


def test_line_ends_become_one_kind() -> None:
    assert quiet("a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_controls_and_nul_disappear() -> None:
    assert quiet("a\x00b\x1bc\x7fd\x85e\ufffff") == "abcdef"


def test_an_override_cannot_turn_a_dose_around() -> None:
    assert quiet("0.\u202e5 mg\u202c") == "0.5 mg"


def test_isolates_and_embeddings_disappear() -> None:
    assert quiet("\u202aa\u2066b\u2069\u2068c\u202b") == "abc"


def test_a_lone_surrogate_becomes_a_mark_that_can_be_printed() -> None:
    assert quiet("a\ud800b") == "a\ufffdb"


def test_a_pile_of_marks_is_thinned() -> None:
    assert quiet("a" + "\u0301" * 500 + "b") == "a" + "\u0301" * MARKS_KEPT + "b"


def test_the_first_strong_character_gives_the_direction() -> None:
    assert direction("123 שלום hello") == "rtl"
    assert direction("مرحبا") == "rtl"
    assert direction("hello שלום") == "ltr"
    assert direction("12 — 🌊") == "ltr"
    assert direction("é") == "ltr"
    assert direction("") == "ltr"


@given(st.text(max_size=200))
@settings(max_examples=80)
def test_quiet_text_is_stable_and_can_be_written(text: str) -> None:
    once = quiet(text)
    assert quiet(once) == once
    once.encode()
    assert not any(unicodedata.category(one) == "Cc" and one not in "\n\t" for one in once)


def test_short_text_is_one_piece() -> None:
    assert pieces("") == [""]
    assert pieces("one\n\ntwo\n") == ["one\n\ntwo\n"]


def test_a_word_that_is_none_is_cut() -> None:
    assert pieces("a" * (2 * WORD + 1)) == ["\n".join(("a" * WORD, "a" * WORD, "a"))]


@given(st.lists(st.text("ab \n", max_size=400), max_size=20).map("\n".join))
@settings(max_examples=80)
def test_pieces_read_as_the_whole(text: str) -> None:
    found = pieces(text)
    shown = [piece.removesuffix("\n") for piece in found[:-1]] + found[-1:]
    assert "\n".join(shown) == text
    assert all(len(piece) < 2 * PIECE for piece in found)
