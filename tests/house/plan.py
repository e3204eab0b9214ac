"""The floor plan as the package's own docstring draws it, and the imports as the code has them."""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import kapnotes

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "kapnotes"
MODULES = sorted(PACKAGE.rglob("*.py"))


@dataclass(frozen=True, slots=True)
class Import:
    """One import statement: from which module of ours, what, and in which line."""

    module: str
    """Path of the importing module below the package, without its ending: `audit/trail`."""
    target: str
    """What is imported, with dots."""
    line: int

    @property
    def room(self) -> str:
        """The room the importing module belongs to."""
        return self.module.partition("/")[0]

    @property
    def target_room(self) -> str:
        """The room of ours that is imported, or nothing."""
        parts = self.target.split(".")
        return parts[1] if parts[0] == "kapnotes" and len(parts) > 1 else ""

    @property
    def outsider(self) -> str:
        """The library that is imported, or nothing for Python's own and for ours."""
        first = self.target.partition(".")[0]
        return "" if first == "kapnotes" or first in sys.stdlib_module_names else first

    def __str__(self) -> str:
        return f"kapnotes/{self.module}.py:{self.line} imports {self.target}"


def floors() -> dict[str, int]:
    """Read the floor of each room from the plan in the package's docstring."""
    plan = {}
    for line in (kapnotes.__doc__ or "").splitlines():
        if re.match(r"\d +`", line):
            for room in re.findall(r"`(\w+)(?:/|\.py)`", line):
                plan[room] = int(line[0])
    return plan


def rooms() -> set[str]:
    """Return the rooms that stand: folders and single modules right below the package."""
    return {_name(path).partition("/")[0] for path in MODULES} - {"__init__"}


def imports() -> Iterator[Import]:
    """Walk every import of the package, those inside functions too."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            for target in _targets(path, node):
                yield Import(_name(path), target, getattr(node, "lineno", 0))


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def _targets(path: Path, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = path.relative_to(REPOSITORY).parts[: -node.level]
            base = ".".join([*above, *filter(None, [node.module])])
        if base == "kapnotes":
            return [f"kapnotes.{alias.name}" for alias in node.names]
        return [base]
    return []
