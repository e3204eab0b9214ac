"""Which scales a protocol's list of measures means."""

import pytest

from kapnotes.clinic.scale import MAIN, MAIN_SCALES, MOST, SCALES, scales_of, wrong_with


def test_the_main_scale_is_that_of_the_indication_and_comes_once() -> None:
    assert scales_of((MAIN, "phq-9"), "ocd") == ("y-bocs", "phq-9")
    assert scales_of((MAIN, "phq-9"), "depression") == ("phq-9",)
    assert scales_of((MAIN, "phq-9"), "something else") == ("phq-9",)


def test_main_scales_are_built_in() -> None:
    assert set(MAIN_SCALES.values()) <= set(SCALES)


@pytest.mark.parametrize("keys", [(), SCALES, (MAIN, "our-own-scale-2")])
def test_a_list_of_keys_is_taken(keys: tuple[str, ...]) -> None:
    assert not wrong_with(keys)


@pytest.mark.parametrize("key", ["", "PHQ-9", "phq_9", "-phq", "phq--9", "x" * 41, "phq-9\n"])
def test_what_is_no_key_is_refused(key: str) -> None:
    assert wrong_with(("phq-9", key)).startswith("Write the key")


def test_more_scales_than_a_person_can_fill_in_are_refused() -> None:
    assert wrong_with(tuple(f"scale-{n}" for n in range(MOST + 1))).startswith("At most")
