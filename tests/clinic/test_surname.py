"""Names that may be of one person, or of one family."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.surname import is_same_person, share_surname


@pytest.mark.parametrize(
    ("name", "family", "is_shared"),
    [
        ("Maya Okafor", "Okafor", True),
        ("Dr. Maya Okafor", "OKAFOR", True),
        ("Maya Okafor", "Okafor-Lind", True),
        ("Maya Okafor-Lind", "Lind", True),
        ("Ana de la Cruz", "de la Peña", False),
        ("Ana de la Cruz", "Cruz", True),
        ("José Nuñez", "NUNEZ", True),
        ("Sean O'Brien", "O\u2019Brien", True),
        ("Anna Le", "Le", True),
        ("Marie Le Goff", "Goff", True),
        ("Maria Silva", "Maria", False),
        ("Okafor", "Okafor", True),
        ("Maya B. Okafor", "B.", False),
        ("Maya Okafor", "Okaforsen", False),
        ("", "Okafor", False),
        ("Dr.", "Okafor", False),
        ("Maya Okafor", "", False),
    ],
)
def test_a_surname_is_shared(name: str, family: str, *, is_shared: bool) -> None:
    assert share_surname(name, family) is is_shared


def test_a_surname_that_many_have_is_left_out() -> None:
    assert share_surname("Ann Smith", "Smith")
    assert not share_surname("Ann Smith", "Smith", common=("Smith", "Jones"))
    assert share_surname("Ann Smith-Abel", "Abel Smith", common=("Smith",))


@pytest.mark.parametrize(
    ("name", "given_name", "family", "is_same"),
    [
        ("Maya Okafor", "Maya", "Okafor", True),
        ("Dr. Maya Okafor", "maya", "OKAFOR", True),
        ("Okafor Maya", "Maya", "Okafor", True),
        ("Maya Ngozi Okafor", "Maya", "Okafor", True),
        ("Maya Okafor", "Maya Ngozi", "Okafor", True),
        ("Maya Okafor", "Ada", "Okafor", False),
        ("Maya Okafor", "Maya", "Lind", False),
        ("Okafor", "Maya", "Okafor", False),
        ("Maya Okafor", "", "Okafor", False),
        ("Maya Okafor", "Maya", "", False),
    ],
)
def test_a_name_is_of_the_same_person(
    name: str, given_name: str, family: str, *, is_same: bool
) -> None:
    assert is_same_person(name, given_name, family) is is_same


@given(st.text(max_size=12), st.text(max_size=12), st.text(max_size=12))
@settings(max_examples=100)
def test_any_name_is_taken_whatever_its_case(name: str, given_name: str, family: str) -> None:
    folded = name.casefold()
    assert share_surname(name, family) == share_surname(folded, family)
    assert is_same_person(name, given_name, family) == is_same_person(folded, given_name, family)
