"""The safety page says of each line which tests show it, and which lines are open.

After a change of a line or of a mark write the page anew: `python -m tests.house.test_safety`.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.house.plan import REPOSITORY
from tests.house.safety_lines import LINES, OPEN, REMARKS

PAGE = REPOSITORY / "docs/safety.md"
TESTS = REPOSITORY / "tests"
MOST_NAMED = 3
EVERY = [key for lines in LINES.values() for key in lines]
HEAD = """# Safety lines

What has to hold so that a record can be trusted, and which test shows it. These are engineering
lines, with an eye on ONC 170.315(d), HIPAA 164.312 and OWASP ASVS 5. They are no certificate.

The page is drawn from `tests/house/safety_lines.py` and from the marks of the tests. A line
without a test says **open**, and why.
"""


def _keys(marks: list[ast.expr]) -> Iterator[str]:
    """The keys of the safety marks among decorators or the entries of `pytestmark`."""
    for mark in marks:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.safety":
            yield from (ast.literal_eval(key) for key in mark.args)


def _marks_of(tree: ast.Module, file: str) -> Iterator[tuple[str, str]]:
    """Each key of a file with the test that carries it, or with the file for all its tests."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            for key in _keys(node.decorator_list):
                yield key, f"{file}::{node.name}"
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            value = node.value
            for key in _keys(value.elts if isinstance(value, ast.List) else [value]):
                yield key, file


@cache
def shown() -> Mapping[str, tuple[str, ...]]:
    """The tests that show each line, under its key."""
    found = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        if "pytest.mark.safety" in text:
            for key, test in _marks_of(ast.parse(text), path.relative_to(REPOSITORY).as_posix()):
                found[key].append(test)
    return {key: tuple(tests) for key, tests in found.items()}


def _row(key: str, sentence: str) -> str:
    tests = shown().get(key, ())
    named = ", ".join(f"`{test}`" for test in tests[:MOST_NAMED])
    if len(tests) > MOST_NAMED:
        named += f", and {len(tests) - MOST_NAMED} more"
    words = [f"holds: {named}."] if tests else []
    words += [f"{REMARKS[key]}."] if key in REMARKS else []
    words += [f"**Open**: {OPEN[key]}."] if key in OPEN else []
    return f"| {key} | {sentence} | {' '.join(words)} |"


def drawn() -> str:
    """The whole page."""
    parts = [HEAD]
    for room, lines in LINES.items():
        rows = "\n".join(_row(*line) for line in lines.items())
        parts.append(f"## {room}\n\n| key | line | stands |\n|---|---|---|\n{rows}\n")
    return "\n".join(parts)


def test_every_line_is_shown_or_says_why_it_is_open() -> None:
    assert [key for key in EVERY if key not in shown() and key not in OPEN] == []


def test_a_mark_names_a_line_and_a_key_one_line() -> None:
    assert {*shown(), *OPEN, *REMARKS} <= set(EVERY)
    assert len(set(EVERY)) == len(EVERY)


def test_the_page_is_drawn_from_the_lines_and_the_marks() -> None:
    assert PAGE.read_text(encoding="utf-8") == drawn()


if __name__ == "__main__":
    Path(PAGE).write_text(drawn(), encoding="utf-8")
