"""The scales that a practice can take: those built in, and those that it imported.

An imported Questionnaire is kept as it came and never changed: a change is a further version. What
is retired is offered no more, and stays for the measures that were taken with it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from kapnotes import forms, library
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.refusals import BadInput, OutOfReach
from kapnotes.db import Session
from kapnotes.forms import Definition, DefinitionError, Problem
from kapnotes.records import measure, person
from kapnotes.records.measure import OwnMeasure

OWN = "own-"
MOMENT = timedelta(microseconds=1)
LONGEST_KEY, LONGEST_VERSION, LONGEST_TITLE = 40, 20, 200
MOST_BYTES = 262_144
MOST_ITEMS = 300
MOST_DEEP = 40
"""A scale is smaller than all of these; what is larger is a mistake or a trick."""


class NotImported(BadInput):
    """A Questionnaire that cannot be used: `problems` says all that is wrong, and nothing is kept.

    The same under `source` for the form.
    """

    code = "not_imported"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        many = len(self.problems)
        said = "one thing is" if many == 1 else f"{many} things are"
        sentence = f"Nothing was kept: {said} wrong with this Questionnaire."
        super().__init__({"source": sentence}, sentence)


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale that can be taken, by the names that a page shows."""

    key: str
    version: str
    title: str
    short: str
    recall: str
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """One version of a scale of the practice, with who imported it."""

    row: OwnMeasure
    by: str
    is_current: bool


def offered(session: Session) -> dict[str, Scale]:
    """The scales that can be taken now, those built in first."""
    scales = {
        key: Scale(key, library.MEASURES[key][-1], one.title, one.short, one.recall)
        for key, one in MEASURES.items()
    }
    for row in measure.own(session, retired=False):
        scales[row.key] = Scale(row.key, row.version, row.title, row.title, "", is_own=True)
    return scales


def scale(session: Session, key: str) -> Scale:
    """The scale of that key that can be taken now, or OutOfReach."""
    found = offered(session).get(key)
    if found is None:
        raise OutOfReach
    return found


def title(session: Session, key: str) -> str:
    """What a scale is called, a retired one too; its key where nothing is known of it."""
    if key in MEASURES:
        return MEASURES[key].short
    rows = measure.own_versions(session, key)
    return rows[-1].title if rows else key


def definition(session: Session, key: str, version: str | None = None) -> Definition:
    """What a scale asks, in the version in use or in the one named, retired or not.

    Raises OutOfReach where there is no such scale or version.
    """
    if key in library.MEASURES:
        try:
            return library.measure_definition(key, version)
        except KeyError:
            raise OutOfReach from None
    rows = measure.own_versions(session, key)
    if version is None:
        rows = [one for one in rows if one.retired_at is None]
    fitting = [one for one in rows if version in {None, one.version}]
    if not fitting:
        raise OutOfReach
    return _loaded(fitting[-1].digest, json.dumps(fitting[-1].definition))


@lru_cache(maxsize=64)
def _loaded(digest: str, text: str) -> Definition:
    del digest
    return forms.load(forms.read_json(text))


@looks(Did.SETTINGS_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> tuple[Imported, ...]:
    """Every scale that the practice imported, retired ones too, newest first."""
    check_role(by, Action.EDIT_SETTINGS)
    deed.details["setting"] = "measures"
    rows = measure.own(deed.session)
    current = {one.key: one.id for one in rows if one.retired_at is None}
    names = person.named(deed.session, {one.imported_by_id for one in rows})
    return tuple(
        Imported(one, names[one.imported_by_id].name, current.get(one.key) == one.id)
        for one in reversed(rows)
    )


@does(Did.OWN_MEASURE_IMPORTED)
def import_scale(deed: Deed, *, source: str, by: Actor, at: datetime) -> OwnMeasure:
    """Keep a Questionnaire in FHIR JSON as a scale of the practice.

    Raises NotImported with every problem it has, in plain words; then nothing is kept.
    """
    check_role(by, Action.EDIT_SETTINGS)
    mapping = _parsed(source)
    read = _read(mapping)
    key = key_of(read.name)
    before = measure.own_versions(deed.session, key, lock=True)
    if any(one.version == read.version for one in before):
        raise NotImported(
            [
                Problem(
                    "version",
                    f"Version {read.version} of this scale is here already. "
                    "A change is a new version.",
                )
            ]
        )
    made = OwnMeasure(
        id=uuid4(),
        key=key,
        version=read.version,
        title=read.title,
        digest=read.digest,
        definition=json.loads(source),
        imported_at=max([at, *(one.imported_at + MOMENT for one in before)]),
        imported_by_id=by.id,
        retired_at=None,
        retired_by_id=None,
    )
    deed.session.add(made)
    deed.on(made)
    deed.details["scale"] = key
    return made


@does(Did.OWN_MEASURE_RETIRED)
def retire(deed: Deed, *, own_measure_id: UUID, by: Actor, at: datetime) -> str:
    """Offer a scale of the practice no more, in any version; return what it was called."""
    check_role(by, Action.EDIT_SETTINGS)
    rows = measure.own(deed.session)
    found = next((one for one in rows if one.id == own_measure_id), None)
    if found is None:
        raise OutOfReach
    standing = [
        one
        for one in measure.own_versions(deed.session, found.key, lock=True)
        if one.retired_at is None
    ]
    deed.on(found)
    deed.details["scale"] = found.key
    if not standing:
        deed.keep_silent()
    for one in standing:
        one.retired_at = at
        one.retired_by_id = by.id
    return found.title


def key_of(name: str) -> str:
    """The key of an imported scale, from the name of its Questionnaire: `own-my-scale`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name)
    words = re.sub(r"[^a-z0-9]+", "-", spaced.lower()).strip("-")
    return f"{OWN}{words}"[:LONGEST_KEY].rstrip("-")


def _parsed(source: str) -> Any:
    if not source.strip():
        raise NotImported([Problem("", "Choose a file, or paste the Questionnaire.")])
    if len(source.encode()) > MOST_BYTES:
        raise NotImported([Problem("", f"This is longer than {MOST_BYTES // 1024} KB.")])
    try:
        found = json.loads(source, object_pairs_hook=_once, parse_constant=_no_number)
    except RecursionError:
        raise NotImported([Problem("", "This is nested too deeply.")]) from None
    except ValueError as error:
        raise NotImported([Problem("", f"This is not well-formed JSON: {error}")]) from None
    if not isinstance(found, dict):
        raise NotImported([Problem("", "A Questionnaire is a JSON object, in braces.")])
    if _depth(found) > MOST_DEEP:
        raise NotImported([Problem("", "This is nested too deeply.")])
    return forms.read_json(source)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one place")
    if any("\x00" in text for pair in pairs for text in pair if isinstance(text, str)):
        raise ValueError("a character in it cannot be kept")
    return found


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number")


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((each, depth + 1) for each in inner)
    return deepest


def _read(mapping: Any) -> Definition:
    """Load it, and see that it is a scale that can be kept. Raises NotImported."""
    try:
        read = forms.load(mapping)
    except DefinitionError as error:
        raise NotImported(error.problems) from None
    problems = [
        Problem(path, sentence)
        for path, value, most in (
            ("version", read.version, LONGEST_VERSION),
            ("title", read.title, LONGEST_TITLE),
        )
        for sentence in [f"At most {most} characters; this has {len(value)}."]
        if len(value) > most
    ]
    questions = [one for one in read.walk() if one.is_question]
    if not questions:
        problems.append(Problem("item", "This asks nothing: a scale has at least one question."))
    if len(questions) > MOST_ITEMS:
        problems.append(Problem("item", f"At most {MOST_ITEMS} questions."))
    if problems:
        raise NotImported(problems)
    return read
