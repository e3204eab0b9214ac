"""What the documentation checks found: the lists, and the chain of one infusion."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, render_template, request

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import check_list, check_view
from kapnotes.actions.check_list import Age, Filters, ListView
from kapnotes.clinic.check_rule import CHECKS, CheckCode, CheckLevel
from kapnotes.clinic.note import NoteKind
from kapnotes.paper.parts import TITLES
from kapnotes.records.finding_list import Listed
from kapnotes.web import check_words as words
from kapnotes.web.session import me, now

place = Blueprint("checks", __name__)
T = TypeVar("T", CheckCode, CheckLevel, NoteKind, Age)
AGES = {
    Age.DAY: "For a day or longer",
    Age.WEEK: "For a week or longer",
    Age.MONTH: "For a month or longer",
}


@dataclass(frozen=True, slots=True)
class Row:
    """The findings of one check at one place of a list, with where they are to be seen."""

    level: str
    title: str
    sentences: tuple[str, ...]
    href: str
    patient: str
    record_number: str
    infusion: int
    infusion_id: UUID
    place: str
    author: str
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its name, its label, what can be chosen, and what is."""

    name: str
    label: str
    every: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@place.get("/checks")
@needs(Action.SEE_CHECKS)
def page() -> str:
    """Show what stands of this person's, the newest first."""
    filters = Filters(
        code=_of(CheckCode, "check"),
        level=_of(CheckLevel, "level"),
        person_id=_person(),
        kind=_of(NoteKind, "kind"),
        age=_of(Age, "age"),
    )
    after = request.args.get("after", "")
    view = check_list.look(filters=filters, after=after, by=me(), at=now())
    return render_template(
        "checks/page.html",
        rows=_together(map(_row, view.rows)),
        choices=_choices(view),
        total=view.total,
        narrowed=filters.is_any,
        more=_href(filters, view.after) if view.after else "",
        is_first=not after,
        whose=_whose(),
    )


@place.get("/infusions/<uuid:infusion_id>/checks")
@needs(Action.SEE_CHECKS)
def infusion(infusion_id: UUID) -> str:
    """Show what is found in the chain of an infusion now."""
    view = check_view.look(infusion_id=infusion_id, by=me(), at=now())
    return render_template(
        "checks/infusion.html", infusion=view.infusion, checks=words.lines(view.found)
    )


def _of(kind: type[T], name: str) -> T | None:
    asked = request.args.get(name, "")
    return next((one for one in kind if one.value == asked), None)


def _person() -> UUID | None:
    try:
        return UUID(hex=request.args.get("person", ""))
    except ValueError:
        return None


def _whose() -> str:
    """Whose findings this list holds, in words."""
    if me().can(Action.WRITE_NOTE):
        return "in your notes and in the infusions that are yours"
    if me().can(Action.REVIEW_NOTE):
        return "in the notes and infusions of the people you supervise"
    return "of consent, dose, vitals, events and leaving of the patients in your care"


def _choices(view: ListView) -> tuple[Choice, ...]:
    """The filters, those that would choose nothing left out."""
    chosen = view.filters
    checks = [
        (code.value, f"{CHECKS[code].title} ({view.counts.get(code.value, 0)})")
        for code in CheckCode
        if code in view.codes and (code.value in view.counts or code is chosen.code)
    ]
    kinds = [(one.value, TITLES[one.value]) for one in NoteKind]
    people = [(str(one), name) for one, name in view.people]
    found = (
        _choice("check", "Check", "Every check", checks, chosen.code),
        _choice("level", "Weight", "Any weight", words.LEVELS, chosen.level),
        _choice("person", "Person", "Everyone", people, chosen.person_id),
        _choice("kind", "Kind of note", "Any kind", kinds, chosen.kind),
        _choice("age", "Found", "At any time", _ages(), chosen.age),
    )
    return tuple(one for one in found if one.options)


def _ages() -> list[tuple[str, str]]:
    return [(one.value, label) for one, label in AGES.items()]


def _choice(
    name: str,
    label: str,
    every: str,
    options: Iterable[tuple[str, str]],
    chosen: object,
) -> Choice:
    return Choice(name, label, every, tuple(options), "" if chosen is None else str(chosen))


def _row(one: Listed) -> Row:
    finding = one.finding
    href = words.href_of(
        finding.section,
        finding.link_id,
        note_id=finding.note_id,
        writes=False,
        infusion_id=finding.infusion_id,
        patient_id=finding.patient_id,
    )
    return Row(
        finding.level,
        CHECKS[CheckCode(finding.code)].title,
        (finding.sentence,),
        href,
        one.patient,
        one.record_number,
        one.infusion,
        finding.infusion_id,
        words.place_of(finding.section, finding.note_kind),
        one.author,
        finding.first_at,
    )


def _together(rows: Iterable[Row]) -> list[Row]:
    """The rows, where what one check found at one place is said in one; the newest leads."""
    found: dict[tuple[object, ...], Row] = {}
    for one in rows:
        key = (one.infusion_id, one.title, one.level, one.href)
        before = found.get(key)
        said = (*before.sentences, *one.sentences) if before else one.sentences
        found[key] = replace(before or one, sentences=said)
    return list(found.values())


def _href(filters: Filters, after: str) -> str:
    """The address of the next page, narrowed as this one is."""
    asked = {
        "check": filters.code,
        "level": filters.level,
        "person": filters.person_id,
        "kind": filters.kind,
        "age": filters.age,
        "after": after,
    }
    return f"/checks?{urlencode({name: str(one) for name, one in asked.items() if one})}"
