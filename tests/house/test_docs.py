"""What is written about the house is true: drawings, links, commands, settings and named tests.

After a change of the states write the drawing anew: `python -m tests.house.test_docs`.
"""

import ast
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask

from kapnotes import cli
from kapnotes.clinic import amendment, audit_state, chart_audit, note
from tests.house.plan import REPOSITORY, floors

README = REPOSITORY / "README.md"
ARCHITECTURE = REPOSITORY / "docs/architecture.md"
PAGES = [README, REPOSITORY / "CHANGELOG.md", *sorted((REPOSITORY / "docs").rglob("*.md"))]
LARGEST_PICTURE = 300_000
FENCE = re.compile(r"```mermaid\n.*?```\n", re.DOTALL)

every_page = pytest.mark.parametrize(
    "doc", PAGES, ids=lambda path: path.relative_to(REPOSITORY).as_posix()
)


STATES = (
    (note.TRANSITIONS, note.NoteState.DRAFT),
    (chart_audit.TRANSITIONS, chart_audit.ActionState.OPEN),
    (audit_state.TRANSITIONS, audit_state.AuditState.PLANNED),
    (amendment.TRANSITIONS, amendment.AmendmentState.RECEIVED),
)
"""The states that are drawn, each with the one that it begins in, in the order of the page."""


def diagram(transitions: Mapping[Any, Any], first: StrEnum) -> str:
    """Draw the states of a thing from the moves that the clinic allows."""
    lines = [
        f"    {state.value} --> {_to(step)}: {move.value}{_owner(step)}"
        for (state, move), step in transitions.items()
    ]
    head = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first.value}"]
    return "\n".join([*head, *lines, "```"]) + "\n"


def _to(step: Any) -> str:
    return str((step if isinstance(step, StrEnum) else step.to).value)


def _owner(step: Any) -> str:
    if isinstance(step, StrEnum):
        return ""
    owner = step.mover if hasattr(step, "mover") else step.owner
    return f" ({owner.value})"


def diagrams() -> list[str]:
    """Every drawing, in the order of the page."""
    return [diagram(transitions, first) for transitions, first in STATES]


def commands() -> dict[str, click.Command]:
    """Return our own commands of the command line, by the words that a person types."""
    app = Flask("commands")
    before = set(app.cli.commands)
    cli.fit(app)
    return {
        f"{name} {verb}": command
        for name, group in app.cli.commands.items()
        if name not in before and isinstance(group, click.Group)
        for verb, command in group.commands.items()
        if not command.hidden
    }


def told_commands() -> dict[str, str]:
    """Return the commands in the README's table, each with the whole of its line."""
    rows = re.findall(r"^\| `([a-z]+ [a-z-]+)([^`]*)`", README.read_text(), re.MULTILINE)
    return dict(rows)


def slugs(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as a forge makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_states_are_drawn_from_the_rules() -> None:
    assert FENCE.findall(ARCHITECTURE.read_text()) == diagrams(), (
        "States changed. Write the drawings anew: python -m tests.house.test_docs"
    )


@every_page
def test_every_relative_link_leads_somewhere(doc: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", doc.read_text()):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        file = doc.parent / name if name else doc
        assert file.exists(), target
        assert not anchor or anchor in slugs(file), target


@every_page
def test_every_make_command_that_is_named_exists(doc: Path) -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    named = re.findall(r"(?:`|^)make ([a-z-]+)", doc.read_text(), re.MULTILINE)
    assert set(named) <= set(targets)


def test_the_readme_lists_exactly_the_commands_there_are() -> None:
    assert told_commands().keys() == commands().keys()


@pytest.mark.parametrize("words", sorted(told_commands()))
def test_a_command_has_the_options_that_the_readme_says(words: str) -> None:
    known = {option for param in commands()[words].params for option in param.opts}
    assert set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", told_commands()[words])) <= known


@every_page
def test_every_command_that_is_shown_exists(doc: Path) -> None:
    shown = re.findall(r"flask --app wsgi ([a-z]+ [a-z]+(?:-[a-z]+)?)\b(?!\.)", doc.read_text())
    assert set(shown) <= commands().keys()


@every_page
def test_every_setting_that_is_named_exists(doc: Path) -> None:
    known = (REPOSITORY / "kapnotes/settings.py").read_text()
    named = set(re.findall(r"KAPNOTES_[A-Z_]+", doc.read_text()))
    assert {name for name in named if name not in known} == set()


@every_page
def test_every_test_that_is_named_exists(doc: Path) -> None:
    for file, name in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", doc.read_text()):
        tree = ast.parse((REPOSITORY / file).read_text())
        tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert not name or name in tests, f"{file}::{name}"


@every_page
def test_every_file_of_ours_that_is_named_exists(doc: Path) -> None:
    named = re.findall(r"`((?:kapnotes|migrations|templates|docs)/[\w/.-]*)`", doc.read_text())
    assert [name for name in named if not (REPOSITORY / name).exists()] == []


def test_the_map_shows_every_room() -> None:
    text = README.read_text()
    assert [room for room in floors() if not re.search(rf"`{room}(?:/|\.py)`", text)] == []


def test_pictures_are_small() -> None:
    pictures = sorted((REPOSITORY / "docs/pictures").glob("*.png"))
    assert pictures
    assert [one.name for one in pictures if one.stat().st_size > LARGEST_PICTURE] == []


if __name__ == "__main__":
    drawn = iter(diagrams())
    ARCHITECTURE.write_text(FENCE.sub(lambda _: next(drawn), ARCHITECTURE.read_text()))
