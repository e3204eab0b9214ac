"""A module is a noun that says what it is for, and stays small."""

import ast

import pytest

from tests.house.plan import MODULES, PACKAGE, REPOSITORY

DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "manager", "handler"}
LONGEST = 300

LONGER: dict[str, str] = {
    "kapnotes/clinic/course.py": "strip, proposal and window are three answers over the same facts",
    "kapnotes/clinic/vitals.py": "spans, limits and levels are one rule that is read together",
}
"""Modules over the limit, each with the reason why it is one thing."""


def test_every_module_says_what_it_is_for() -> None:
    silent = [path for path in MODULES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_module_or_folder_is_a_drawer_for_anything() -> None:
    everything = [*MODULES, *(REPOSITORY / "tests").rglob("*.py")]
    drawers = [
        path
        for path in everything
        if DRAWERS & {part.removeprefix("test_") for part in path.with_suffix("").parts[-3:]}
    ]
    assert drawers == []


def test_no_module_grows_beyond_its_limit() -> None:
    lengths = {
        path.relative_to(REPOSITORY).as_posix(): len(path.read_text().splitlines())
        for path in MODULES
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST and name not in LONGER} == {}
    assert [name for name in LONGER if lengths.get(name, 0) <= LONGEST] == []


@pytest.mark.parametrize("room", sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py")))
def test_a_room_answers_its_question_in_its_first_line(room: str) -> None:
    doc = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text())) or ""
    assert len(doc.partition("\n")[0]) > len(room)
