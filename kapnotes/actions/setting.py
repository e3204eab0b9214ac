"""The practice's rules: as they stand, what they were, and how they are changed.

A change is a new version of one rule. No version is ever altered, and a session keeps the rules
of its start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import OPERATOR_ID, Actor
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import rubric
from kapnotes.clinic.refusals import OutOfReach, Stale
from kapnotes.clinic.rubric import Rubric
from kapnotes.clinic.setting import DEFAULTS, NAMES, Setting, from_plain, to_plain
from kapnotes.clinic.tap import complete
from kapnotes.records import person, setting
from kapnotes.records.practice import Practice
from kapnotes.records.setting import PracticeSetting

CHANGED = (
    "Somebody changed this rule since you opened it. Nothing was overwritten. What they changed "
    "stands below; saving once more puts what is in the form in its place."
)
MOMENT = timedelta(microseconds=1)
"""The least time between two versions of a rule, so that one of them is always the newer."""


def says_default(name: str, value: Setting) -> bool:
    """Whether a rule says what the product's default says; of lists, those that are shown."""
    if isinstance(value, tuple):
        return tuple(tap for tap in value if tap.is_shown) == DEFAULTS[name]
    if isinstance(value, Rubric):
        return Rubric(value.shown) == DEFAULTS[name]
    return value == DEFAULTS[name]


@dataclass(frozen=True, slots=True)
class Standing:
    """One rule as it stands. The product's default has no version and nobody who set it."""

    name: str
    value: Setting
    version: UUID | None = None
    set_at: datetime | None = None
    set_by: str = ""

    @property
    def is_default(self) -> bool:
        """Whether the rule says what the product's default says."""
        return says_default(self.name, self.value)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rule: who set it when, what it says, and what the rule said before."""

    value: Setting
    before: Setting
    set_at: datetime
    set_by: str


@dataclass(frozen=True, slots=True)
class History:
    """A rule as it stands, and its versions, newest first."""

    standing: Standing
    versions: Sequence[Version]


@looks(Did.SETTINGS_VIEWED)
def look(deed: Deed, *, by: Actor, at: datetime) -> tuple[Standing, ...]:
    """Every rule as it stands."""
    check_role(by, Action.SEE_SETTINGS)
    made = setting.newest(deed.session)
    names = _names(deed, list(made.values()))
    return tuple(_standing(name, made.get(name), names) for name in NAMES)


@looks(Did.SETTINGS_VIEWED)
def history(deed: Deed, *, name: str, by: Actor, at: datetime) -> History:
    """One rule with all that it was. Raises OutOfReach where there is no such rule."""
    check_role(by, Action.SEE_SETTINGS)
    _check_name(name)
    deed.details["setting"] = name
    rows = setting.versions(deed.session, name)
    names = _names(deed, rows)
    values = [*(from_plain(name, row.value) for row in rows), DEFAULTS[name]]
    versions = tuple(
        Version(value, before, row.set_at, names[row.set_by_id])
        for row, value, before in zip(rows, values, values[1:], strict=False)
    )
    return History(_standing(name, rows[0] if rows else None, names), versions)


@does(Did.SETTING_CHANGED)
def change(
    deed: Deed,
    *,
    name: str,
    values: Mapping[str, Any],
    base: str | None = None,
    by: Actor,
    at: datetime,
) -> bool:
    """Make a new version of a rule from its entries; False if they say what it says already.

    `base` is the id of the version that the form was opened on, "" for the product's default;
    None takes the one that stands. Raises Stale when another stands by now, BadInput for what the
    clinic cannot take, OutOfReach where there is no such rule.
    """
    check_role(by, Action.EDIT_SETTINGS)
    _check_name(name)
    deed.details["setting"] = name
    _one_at_a_time(deed)
    found = setting.newest(deed.session).get(name)
    standing = from_plain(name, found.value) if found else DEFAULTS[name]
    if found:
        deed.on(found)
    if base not in {None, str(found.id) if found else ""}:
        raise Stale(CHANGED)
    value = from_plain(name, values)
    if isinstance(value, tuple) and isinstance(standing, tuple):
        value = complete(value, standing)
    if isinstance(value, Rubric) and isinstance(standing, Rubric):
        value = rubric.complete(value, standing)
    if value == standing:
        deed.keep_silent()
        return False
    made = PracticeSetting(
        id=uuid4(),
        name=name,
        value=to_plain(value),
        set_at=max(at, found.set_at + MOMENT) if found else at,
        set_by_id=by.id,
    )
    deed.session.add(made)
    deed.on(made, is_default=says_default(name, value))
    return True


def _check_name(name: str) -> None:
    if name not in NAMES:
        raise OutOfReach


def _one_at_a_time(deed: Deed) -> None:
    """Hold the practice's row: whoever changes a rule in the same moment waits, and is told."""
    deed.session.get(Practice, 1, with_for_update=True)


def _names(deed: Deed, rows: Sequence[PracticeSetting]) -> dict[UUID, str]:
    """Who set these versions."""
    found = person.named(deed.session, {row.set_by_id for row in rows})
    return {OPERATOR_ID: "Command line", **{one.id: one.name for one in found.values()}}


def _standing(name: str, row: PracticeSetting | None, names: Mapping[UUID, str]) -> Standing:
    if row is None:
        return Standing(name, DEFAULTS[name])
    value = from_plain(name, row.value)
    return Standing(name, value, row.id, row.set_at, names[row.set_by_id])
