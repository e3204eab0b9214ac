"""The practice's rules: everyone who works by them reads them, the administrator changes them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes import forms
from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import entry as entries
from kapnotes.actions import setting
from kapnotes.actions.setting import History, Standing
from kapnotes.clinic.check_rule import CheckRule
from kapnotes.clinic.refusals import BadInput, Refusal, Stale
from kapnotes.clinic.rubric import Rubric
from kapnotes.clinic.setting import DEFAULTS, NAMES, to_plain
from kapnotes.forms import Change
from kapnotes.library import record_definition
from kapnotes.web import check_words, entry, rubric_form, tap_form
from kapnotes.web import setting_words as words
from kapnotes.web.entry import Form
from kapnotes.web.errors import status_of
from kapnotes.web.rubric_form import RubricForm
from kapnotes.web.session import me, now
from kapnotes.web.tap_form import TapForm

AnyForm: TypeAlias = Form | TapForm | RubricForm

place = Blueprint("settings", __name__)
TAPS, RUBRIC = "taps", "rubric"
PAGES = {TAPS: "settings/taps.html", RUBRIC: "settings/rubric.html"}
SAVED = "{title}: saved. {keeps}"
SAME = "{title}: nothing was different, so nothing was saved."


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as a page shows it: what it is called, what it says, who set it when."""

    name: str
    title: str
    sentences: tuple[str, ...]
    is_default: bool
    set_at: datetime | None
    set_by: str


@dataclass(frozen=True, slots=True)
class Line:
    """One version in the history of a rule."""

    set_at: datetime
    set_by: str
    changes: tuple[Change, ...]
    is_default: bool


@place.get("/settings")
@needs(Action.SEE_SETTINGS)
def page() -> str:
    """Show every rule in words."""
    rules = {one.name: _rule(one) for one in setting.look(by=me(), at=now())}
    parts = [(heading, [rules[name] for name in names]) for heading, names in words.PARTS]
    return render_template("settings/page.html", parts=parts, may=_may())


@place.get("/settings/<name>")
@needs(Action.SEE_SETTINGS)
def open_rule(name: str) -> str:
    """Show a rule with its versions; the administrator has it in its form."""
    found = setting.history(name=name, by=me(), at=now())
    return _page(found, _blank(found.standing), base=_version_of(found))


@place.post("/settings/<name>")
@needs(Action.EDIT_SETTINGS)
def save(name: str) -> tuple[str, int] | Response:
    """Make a new version of a rule, or go back to the product's default."""
    try:
        is_changed = _change(name)
    except (BadInput, Stale) as refusal:
        found = setting.history(name=name, by=me(), at=now())
        is_stale = isinstance(refusal, Stale)
        base = _version_of(found) if is_stale else request.form.get("_base", "")
        return _page(found, _again(found.standing, refusal), base=base), status_of(refusal)
    said = (SAVED if is_changed else SAME).format(title=words.title(name), keeps=words.keeps(name))
    flash(said, "success" if is_changed else "info")
    return redirect("/settings")


def _change(name: str) -> bool:
    """Save what was posted. Raises BadInput, its errors named as the form's fields are."""
    base = request.form.get("_base")
    change = partial(setting.change, name=name, base=base, by=me(), at=now())
    if name not in NAMES:
        return change(values={})
    if "_default" in request.form:
        return change(values=to_plain(DEFAULTS[name]))
    if name == RUBRIC:
        return _change_rubric(change)
    if name != TAPS:
        return change(values=entry.values(words.noun_of(name)))
    rows = tap_form.read(entry.posted())
    try:
        return change(values=tap_form.values(rows))
    except BadInput as refusal:
        raise BadInput(tap_form.as_posted(rows, refusal.errors)) from None


def _change_rubric(change: Callable[..., bool]) -> bool:
    """Save the posted rows. Raises BadInput, its errors named as the form's fields are."""
    rows = rubric_form.read(entry.posted())
    try:
        return change(values=rubric_form.values(rows))
    except BadInput as refusal:
        raise BadInput(rubric_form.as_posted(rows, refusal.errors)) from None


def _blank(standing: Standing) -> AnyForm:
    """The form of a rule as it stands."""
    if isinstance(standing.value, Rubric):
        return rubric_form.blank(standing.value)
    if isinstance(standing.value, tuple):
        return tap_form.blank(standing.value)
    noun = words.noun_of(standing.name)
    return entry.blank(noun, words.entries(standing.name, standing.value))


def _again(standing: Standing, refusal: Refusal) -> AnyForm:
    """The form as it was posted; with the button of the default none was."""
    if "_default" in request.form:
        return replace(_blank(standing), sentence=refusal.sentence)
    if standing.name == TAPS:
        return tap_form.again(entry.posted(), refusal)
    if standing.name == RUBRIC:
        return rubric_form.again(entry.posted(), refusal)
    return entry.again(words.noun_of(standing.name), refusal)


def _page(found: History, form: AnyForm, *, base: str) -> str:
    standing = found.standing
    return render_template(
        PAGES.get(standing.name, "settings/rule.html"),
        rule=_rule(standing),
        keeps=words.keeps(standing.name),
        description=_description(standing.name),
        facts=_facts(standing),
        form=form,
        base=base,
        lines=[_line(standing.name, one) for one in found.versions],
        default=words.sentences(DEFAULTS[standing.name]),
        may=_may(),
        checks=check_words.rows(standing.value) if isinstance(standing.value, CheckRule) else (),
    )


def _description(name: str) -> str:
    if name == RUBRIC:
        return rubric_form.DESCRIPTION
    return record_definition(words.noun_of(name)).description


def _may() -> dict[str, bool]:
    return {"edit": me().can(Action.EDIT_SETTINGS)}


def _version_of(found: History) -> str:
    """What a form is opened on: the id of a version, or "" for the product's default."""
    return str(found.standing.version or "")


def _rule(one: Standing) -> Rule:
    return Rule(
        one.name,
        words.title(one.name),
        words.sentences(one.value),
        one.is_default,
        one.set_at,
        one.set_by,
    )


def _line(name: str, one: setting.Version) -> Line:
    return Line(
        one.set_at,
        one.set_by,
        words.changes(name, one.before, one.value),
        setting.says_default(name, one.value),
    )


def _facts(standing: Standing) -> list[tuple[str, Any]]:
    """A rule's entries, for those who only read them; taps are read in their sentences."""
    if isinstance(standing.value, tuple | Rubric):
        return []
    noun = words.noun_of(standing.name)
    known = words.entries(standing.name, standing.value)
    answers = entries.answers_of(noun, known, zone=me().zone)
    return [(line.label, line.value) for line in forms.tell(record_definition(noun), answers)]
