"""Text of an earlier note: how much, which passages, and what is too short to count."""

import random
import time
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.similarity import SimilarityLimits, Writing, clones, likeness
from kapnotes.clinic.word_run import normal

SHORT = SimilarityLimits(run=3, words=3, percent=1)
WORDS = tuple(f"word{place}" for place in range(400))


def text(*places: int) -> str:
    return " ".join(WORDS[place] for place in places)


def span(start: int, stop: int) -> str:
    return text(*range(start, stop))


def words(piece: str) -> list[str]:
    return [word for word in map(normal, piece.split()) if word]


def test_a_run_counts_from_its_length_on() -> None:
    limits = replace(SHORT, run=12)
    eleven = likeness(span(0, 30), span(100, 110) + " " + span(5, 16), limits)
    twelve = likeness(span(0, 30), span(100, 110) + " " + span(5, 17), limits)
    assert (eleven.ratio, eleven.words, eleven.passages) == (0.0, 0, ())
    assert (twelve.words, len(twelve.passages)) == (12, 1)
    assert (twelve.share, twelve.ratio) == (12 / 30, 24 / 52)


def test_a_passage_is_found_in_both_texts_at_its_place() -> None:
    mine = "Slept well. " + span(0, 14) + ". Then something else."
    theirs = "Before it: " + span(0, 14) + " and after."
    [passage] = likeness(mine, theirs).passages
    assert mine[passage.start : passage.end] == span(0, 14) + "."
    assert theirs[passage.other_start : passage.other_end] == span(0, 14)
    assert passage.words == 14


@pytest.mark.parametrize(
    "written",
    [
        "ONE two, three -- four five!",
        "one  two\n\nthree four\tfive",
        "“one” (two) three; four: five…",
        "\uff4f\uff4e\uff45 two three four five",  # full width
    ],
)
def test_case_marks_and_spaces_make_no_difference(written: str) -> None:
    alike = likeness("one two three four five", written, SHORT)
    assert alike.ratio == 1.0
    assert words(written[alike.passages[0].other_start : alike.passages[0].other_end]) == [
        *("one", "two", "three", "four", "five")
    ]


def test_an_accent_is_the_same_however_it_is_stored() -> None:
    composed = "café naïve façade élan"
    taken_apart = unicodedata.normalize("NFD", composed)
    assert taken_apart != composed
    assert likeness(composed, taken_apart, SHORT).ratio == 1.0
    assert likeness(composed, "cafe naive facade elan", SHORT).ratio == 0.0


def test_texts_without_words_are_like_nothing() -> None:
    for one in ("", "  ", "-- … !"):
        assert likeness(one, one).ratio == 0.0
        assert likeness(one, span(0, 50)).share == 0.0
        assert likeness(span(0, 50), one).share == 0.0


def test_what_a_template_gave_counts_for_nothing() -> None:
    template = span(200, 230)
    mine, theirs = f"{template} {span(0, 20)}", f"{template} {span(50, 70)}"
    assert likeness(mine, theirs).share == 0.6
    assert likeness(mine, theirs, templates=[template]).share == 0.0
    same = likeness(mine, mine, templates=[template])
    assert (same.ratio, same.words, len(same.passages)) == (1.0, 20, 1)
    assert likeness(template, template, templates=[template]).ratio == 0.0


def test_a_run_does_not_go_through_a_template() -> None:
    template = span(200, 215)
    whole = f"{span(0, 8)} {template} {span(8, 16)}"
    found = likeness(whole, whole + " more", templates=[template])
    assert found.words == 0


def test_of_a_repeated_passage_the_longest_is_named() -> None:
    theirs = f"{span(0, 12)} {span(300, 303)} {span(0, 20)}"
    [passage] = likeness(span(0, 20), theirs).passages
    assert theirs[passage.other_start : passage.other_end] == span(0, 20)


def test_passages_that_overlap_are_cut_at_the_seam() -> None:
    theirs = f"{span(0, 15)} {span(300, 303)} {span(10, 30)}"
    first, second = likeness(span(0, 30), theirs).passages
    assert (first.words, second.words) == (15, 15)
    assert first.end < second.start
    assert theirs[second.other_start : second.other_end] == span(15, 30)


def test_long_runs_and_repeated_words_are_followed_to_their_end() -> None:
    long = span(0, 300)
    [passage] = likeness(f"other {long} end", f"{long} else").passages
    assert passage.words == 300
    again = likeness("so " * 500 + "it is", "so " * 400)
    assert again.words == 500


NOTE = Writing(key="plan", text=span(0, 80))


def named(*earlier: Writing, limits: SimilarityLimits | None = None) -> list[tuple[str, str]]:
    found = clones([NOTE], earlier, limits or SimilarityLimits())
    return [(one.key, one.earlier) for one in found]


@pytest.mark.parametrize(("shared", "is_found"), [(39, False), (40, True)])
def test_a_clone_has_so_many_words(shared: int, *, is_found: bool) -> None:
    limits = SimilarityLimits(words=40, percent=10)
    earlier = Writing(key="a", text=span(0, shared) + " " + span(300, 340))
    assert bool(named(earlier, limits=limits)) is is_found


@pytest.mark.parametrize(("shared", "is_found"), [(39, False), (40, True)])
def test_a_clone_has_such_a_share(shared: int, *, is_found: bool) -> None:
    limits = SimilarityLimits(words=20, percent=50)
    earlier = Writing(key="a", text=span(0, shared) + " " + span(300, 340))
    assert bool(named(earlier, limits=limits)) is is_found


def test_a_short_text_is_no_clone() -> None:
    short = Writing(key="mood", text=span(0, 39))
    assert clones([short], [short]) == ()
    assert clones([Writing(key="mood", text=span(0, 40))], [NOTE]) != ()


def test_the_closest_earlier_texts_are_named_first_and_not_too_many() -> None:
    earlier = [Writing(key=f"n{cut}", text=span(0, 80 - cut)) for cut in (9, 1, 5, 3)]
    assert named(*earlier) == [("plan", "n1"), ("plan", "n3"), ("plan", "n5")]
    equal = [Writing(key=key, text=NOTE.text) for key in "zbya"]
    assert named(*equal) == [("plan", "a"), ("plan", "b"), ("plan", "y")]


def test_boilerplate_of_a_line_is_no_clone() -> None:
    line = "Patient denies suicidal ideation, intent or plan; safety plan reviewed today."
    mine = [Writing(key="risk", text=f"{span(0, 45)} {line}")]
    assert clones(mine, [Writing(key="a", text=f"{line} {span(300, 345)}")]) == ()


SPOKEN = st.lists(st.sampled_from(list("abcdef")), max_size=40).map(" ".join)
MARKED = st.text(alphabet="ab é\u0301Àßİǅ\uff21,.-\u00a0\n'", max_size=60)
TEXTS = SPOKEN | MARKED


@given(TEXTS, TEXTS)
@settings(max_examples=100)
def test_likeness_is_the_same_from_both_sides_and_its_passages_are_there(
    one: str, other: str
) -> None:
    found, back = likeness(one, other, SHORT), likeness(other, one, SHORT)
    assert found.ratio == back.ratio
    assert 0.0 <= found.ratio <= 1.0
    assert 0.0 <= found.share <= 1.0
    end = 0
    for passage in found.passages:
        piece = one[passage.start : passage.end]
        assert words(piece) == words(other[passage.other_start : passage.other_end])
        assert len(words(piece)) == passage.words
        assert passage.start >= end
        end = passage.end
    assert sum(passage.words for passage in found.passages) == found.words


@given(SPOKEN, SPOKEN, st.integers(1, 6))
@settings(max_examples=100)
def test_what_is_shared_is_every_word_of_a_run_that_stands_in_both(
    one: str, other: str, run: int
) -> None:
    mine, theirs = one.split(), other.split()
    runs = {tuple(theirs[at : at + run]) for at in range(len(theirs) - run + 1)}
    covered = {
        at + step
        for at in range(len(mine) - run + 1)
        if tuple(mine[at : at + run]) in runs
        for step in range(run)
    }
    shared = len(mine) if mine == theirs else len(covered)
    assert likeness(one, other, replace(SHORT, run=run)).words == shared


@given(TEXTS)
@settings(max_examples=60)
def test_a_text_is_like_itself(one: str) -> None:
    found = likeness(one, one, SHORT)
    assert found.ratio == found.share == (1.0 if words(one) else 0.0)


@given(st.lists(SPOKEN, max_size=6), st.lists(SPOKEN, max_size=3), st.randoms())
@settings(max_examples=60)
def test_the_order_of_texts_does_not_matter(
    earlier: list[str], texts: list[str], chance: random.Random
) -> None:
    def written(of: list[str]) -> list[Writing]:
        return [Writing(key=str(place), text=one) for place, one in enumerate(of)]

    mine, theirs = written(texts), written(earlier)
    found = clones(mine, theirs, SHORT)
    chance.shuffle(mine)
    chance.shuffle(theirs)
    assert clones(mine, theirs, SHORT) == found


def test_a_long_note_beside_fifty_is_compared_in_less_than_a_tenth_of_a_second() -> None:
    chance = random.Random(7)  # noqa: S311 - the same texts in each run
    vocabulary = [f"w{place}" for place in range(6000)]
    weights = [1 / (place + 1) for place in range(6000)]

    def long_note() -> str:
        return " ".join(chance.choices(vocabulary, weights, k=5000))[:20_000]

    earlier = [Writing(key=str(number), text=long_note()) for number in range(50)]
    mine = long_note()
    copied = f"{mine[:8000]} {earlier[7].text[2000:13000]}"
    took = []
    for _ in range(5):
        begun = time.process_time()
        found = clones([Writing(key="note", text=copied)], earlier)
        took.append(time.process_time() - begun)
    assert [one.earlier for one in found] == ["7"]
    assert min(took) < 0.1
