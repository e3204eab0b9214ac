"""A practice has its own taps, and what was recorded by one keeps its label."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.tap import (
    BUILT_IN,
    LEVEL_ANSWERED,
    LONGEST_CODE,
    RATE_CHANGED,
    SYSTEM_KINDS,
    WORDS,
    Tap,
    check_event,
    check_taps,
    complete,
    is_code,
    label_of,
    own_code,
)

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DRUM = Tap("own_drum", "Drum")
ROW = UUID(int=1)


def errors(*taps: Tap) -> set[str]:
    try:
        check_taps(taps)
    except BadInput as refusal:
        return set(refusal.errors)
    return set()


def relabelled(number: int, label: str) -> list[Tap]:
    taps = [*BUILT_IN]
    taps[number] = replace(taps[number], label=label)
    return taps


def found(kind: str, words: str = "", **values: Any) -> list[str]:
    entries = {"observed_at": AT, **values}
    concerns = check_event(kind, words, complete([DRUM]), at=AT, values=entries)
    return [f"{concern.code} {concern.about}" for concern in concerns]


def test_the_built_in_taps_can_be_had_as_they_are() -> None:
    assert errors(*BUILT_IN) == set()
    assert complete(BUILT_IN) == BUILT_IN
    assert not {tap.code for tap in BUILT_IN} & SYSTEM_KINDS.keys()


def test_taps_can_be_moved_hidden_relabelled_and_added() -> None:
    taps = [DRUM, *reversed(BUILT_IN)]
    taps[1] = Tap("reassured", "Calmed", is_shown=False)
    assert errors(*taps) == set()


@pytest.mark.parametrize(
    "code",
    [
        "",
        "own_",
        "own_Drum",
        "own_drüm",
        "own_a b",
        "drum",
        "words",
        "dose_paused",
        "own_" + "a" * 37,
    ],
)
def test_a_code_is_built_in_or_well_formed(code: str) -> None:
    assert not is_code(code)
    assert errors(Tap(code, "Drum")) == {"taps.0.code"}


def test_a_code_stands_there_once() -> None:
    assert errors(DRUM, Tap("own_drum", "Gong")) == {"taps.1.code"}
    assert is_code("own_" + "a" * 36)


@pytest.mark.parametrize(
    "label", ["", " ", " Drum", "a" * 41, "Dr\num", "\u200b", "\ud800", "Dr\u2028um"]
)
def test_a_label_has_one_to_forty_characters(label: str) -> None:
    assert errors(*relabelled(0, label)) == {"taps.0.label"}
    assert errors(*relabelled(0, "a" * 40)) == set()


@pytest.mark.parametrize("label", ["Tears", "tears", "ＴＥＡＲＳ", "te\u200bars"])  # noqa: RUF001 - wide letters are the case
def test_two_taps_do_not_read_alike(label: str) -> None:
    assert errors(*relabelled(0, label)) == {"taps.4.label"}


def test_no_tap_reads_like_an_event_of_the_software() -> None:
    assert errors(Tap("own_pause", "infusion  PAUSED")) == {"taps.0.label"}


def test_at_most_twenty_four_are_shown() -> None:
    own = [Tap(f"own_{number}", f"Own {number}") for number in range(8)]
    assert errors(*BUILT_IN, *own[:7]) == set()
    assert errors(*BUILT_IN, *own) == {"taps"}
    assert errors(*BUILT_IN, *own[:7], replace(own[7], is_shown=False)) == set()


def test_the_list_has_an_end() -> None:
    own = [Tap(f"own_{number}", f"Own {number}", is_shown=False) for number in range(44)]
    assert errors(*own[:43]) == set()
    assert errors(*own) == {"taps"}


def test_no_tap_vanishes() -> None:
    kept = complete([DRUM], earlier=[Tap("own_gong", "Gong"), DRUM])
    assert kept[0] == DRUM
    assert [tap.code for tap in kept[1:]] == [*(tap.code for tap in BUILT_IN), "own_gong"]
    assert not any(tap.is_shown for tap in kept[1:])


def test_a_kind_is_read_by_the_practices_label() -> None:
    assert label_of("tears") == "Tears"
    assert label_of("tears", [Tap("tears", "Weeping", is_shown=False)]) == "Weeping"
    assert label_of("own_drum", [DRUM]) == "Drum"
    assert label_of(WORDS) == "Words"
    assert label_of("own_long_gone") == "Long gone"


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Drum change", "own_drum_change"),
        ("Füße: warm!", "own_fusse_warm"),
        ("鼓", "own_tap"),
        ("x" * 40, "own_" + "x" * 36),
    ],
)
def test_a_code_is_made_from_the_label(label: str, code: str) -> None:
    assert own_code(label, ()) == code


@given(st.lists(st.text(max_size=40), max_size=12))
@settings(max_examples=80)
def test_codes_that_are_made_differ_and_are_well_formed(labels: list[str]) -> None:
    taken: list[str] = []
    for label in labels:
        taken.append(own_code(label, taken))
    assert len(set(taken)) == len(labels)
    assert all(is_code(code) and len(code) <= LONGEST_CODE for code in taken)


def test_an_event_is_one_of_the_list_or_of_the_software() -> None:
    assert found("own_drum") == []
    assert found("tears", "Softly") == []
    assert found("dose_paused") == []
    assert found("own_gong") == ["impossible_tap kind"]


def test_an_event_is_not_of_the_future() -> None:
    later = AT + timedelta(seconds=1)
    assert found("tears", observed_at=later) == ["impossible_tap observed_at"]


@pytest.mark.parametrize("kind", [WORDS, LEVEL_ANSWERED])
def test_words_are_written_where_they_are_all(kind: str) -> None:
    assert found(kind, " ") == ["words_missing words"]
    assert found(kind, "Head of the bed raised") == []


def test_a_rate_and_a_reading_belong_to_their_own_kinds() -> None:
    assert found(RATE_CHANGED, rate_mg_per_h=54) == []
    assert found("tears", rate_mg_per_h=54) == ["impossible_tap rate_mg_per_h"]
    assert found(LEVEL_ANSWERED, "Measured again", about_id=ROW) == []
    assert found("tears", about_id=ROW) == ["impossible_tap about_id"]
