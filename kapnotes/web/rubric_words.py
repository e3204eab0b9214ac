"""The rubric in words: what it asks, and what a change of it changed, row by row."""

from collections.abc import Iterator

from kapnotes.clinic.rubric import Rubric
from kapnotes.forms import Change, ChangeKind


def sentences(rubric: Rubric) -> Iterator[str]:
    """What the rubric asks, with its weights."""
    shown = [f"{row.label} ({row.weight})" for row in rubric.shown]
    hidden = [row.label for row in rubric.rows if not row.is_shown]
    yield f"{len(shown)} rows: {', '.join(shown)}."
    if hidden:
        yield f"{len(hidden)} hidden: {', '.join(hidden)}."


def changes(before: Rubric, after: Rubric) -> Iterator[Change]:
    """What is different, row by row."""
    old, new = ({row.code: row for row in one.rows} for one in (before, after))
    for code, row in new.items():
        earlier = old.get(code)
        if earlier is None:
            yield _change("Own row", ChangeKind.ADDED, "", f"{row.label} ({row.weight})")
            continue
        if earlier.label != row.label:
            label = f"Label of “{earlier.label}”"
            yield _change(label, ChangeKind.CHANGED, earlier.label, row.label)
        if earlier.help != row.help:
            yield _change(f"Help of “{row.label}”", ChangeKind.CHANGED, earlier.help, row.help)
        if earlier.weight != row.weight:
            was, now = str(earlier.weight), str(row.weight)
            yield _change(f"Weight of “{row.label}”", ChangeKind.CHANGED, was, now)
        if earlier.is_shown != row.is_shown:
            words = ("asked", "hidden") if earlier.is_shown else ("hidden", "asked")
            yield _change(row.label, ChangeKind.CHANGED, *words)
    if [code for code in old if code in new] != [code for code in new if code in old]:
        order = ", ".join(row.label for row in after.shown)
        yield _change("Order", ChangeKind.CHANGED, "", order)


def _change(label: str, kind: ChangeKind, before: str, after: str) -> Change:
    return Change(section="", label=label, kind=kind, before=before, after=after)
