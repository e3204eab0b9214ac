"""The account pages, for the administrator; what is posted of supervision is beside it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import fresh, needs
from kapnotes.access.roles import PEOPLE, Supervisor, Therapist
from kapnotes.actions import factor_reset, people, task
from kapnotes.actions.password import hashed
from kapnotes.clinic.cosignature import ALL_KINDS
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import BadInput
from kapnotes.paper.parts import TITLES
from kapnotes.records.period import Lasting
from kapnotes.web import entry, tasks
from kapnotes.web.session import me, now

place = Blueprint("people", __name__)


@place.get("/people")
@needs(Action.SEE_PEOPLE)
def page() -> str:
    """Show accounts and links."""
    return show({})


@place.get("/people/new")
@needs(Action.EDIT_PEOPLE)
@fresh
def new() -> str:
    """Show the form for a new account."""
    return render_template("people/form.html", form=entry.blank("person"))


@place.post("/people/new")
@needs(Action.EDIT_PEOPLE)
@fresh
def add() -> tuple[str, int]:
    """Add an account; its first password is made here and shown once."""
    password = secrets.token_urlsafe(15)
    try:
        values = entry.values("person")
        people.add(**values, password_hash=hashed(password), by=me(), at=now())
    except BadInput as refusal:
        return render_template("people/form.html", form=entry.again("person", refusal)), 422
    page = render_template(
        "people/password.html", name=values["name"], email=values["email"], password=password
    )
    return page, 200


@place.post("/people/<uuid:person_id>/password")
@needs(Action.EDIT_PEOPLE)
@fresh
def new_password(person_id: UUID) -> str:
    """Make a new first password for an account and show it once."""
    password = secrets.token_urlsafe(15)
    people.set_first_password(
        person_id=person_id, password_hash=hashed(password), by=me(), at=now()
    )
    accounts = people.look(by=me(), at=now())
    found = next(one for one in accounts.people if one.id == person_id)
    return render_template(
        "people/password.html", name=found.name, email=found.email, password=password
    )


@place.post("/people/<uuid:person_id>/reset-factors")
@needs(Action.EDIT_PEOPLE)
@fresh
def reset_factors(person_id: UUID) -> Response:
    """Have a person set up their second factor anew at their next sign-in."""
    if factor_reset.start(person_id=person_id, by=me(), at=now()):
        flash("Reset. At their next sign-in they set up a new second factor.", "success")
    else:
        flash(
            "It waits for a second person who reads notes: they find it under /resets.", "warning"
        )
    return redirect("/people")


@place.post("/people/<uuid:person_id>/disable")
@needs(Action.EDIT_PEOPLE)
@fresh
def disable(person_id: UUID) -> Response:
    """Close an account."""
    people.disable(person_id=person_id, by=me(), at=now())
    return redirect("/people")


@place.post("/people/<uuid:person_id>/enable")
@needs(Action.EDIT_PEOPLE)
@fresh
def enable(person_id: UUID) -> Response:
    """Open an account again."""
    people.enable(person_id=person_id, by=me(), at=now())
    return redirect("/people")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of one of the lists: who, what of it, from when, its last day, and whether it ended."""

    id: UUID
    who: str
    other: str
    starts_on: date
    last_on: date | None
    is_over: bool
    covers_from: date | None = None


def show(errors: dict[str, str]) -> str:
    """The account pages; after a refusal with what is wrong beside what was posted."""
    accounts = people.look(by=me(), at=now())
    active = [one for one in accounts.people if one.is_active]
    names = {one.id: one.name for one in accounts.people}
    return render_template(
        "people/page.html",
        accounts=accounts,
        links=[
            _line(
                one,
                names[one.supervisor_id],
                names[one.supervisee_id],
                covers_from=one.covers_from,
            )
            for one in accounts.links
        ],
        requirements=[
            _line(one, names[one.person_id], kinds_in_words(one.note_kinds))
            for one in accounts.requirements
        ],
        absences=[
            _line(one, names[one.supervisor_id], names[one.deputy_id]) for one in accounts.absences
        ],
        kinds=[(kind.value, TITLES[kind]) for kind in NoteKind],
        supervisors=[one for one in active if one.role == Supervisor.key],
        therapists=[one for one in active if one.role == Therapist.key],
        own_id=me().id,
        emergency_roles=[role.key for role in PEOPLE if Action.EMERGENCY_ACCESS in role.may],
        unseen=[
            (tasks.TITLES.get(one.kind, "A task"), tasks.WHOSE.get(one.whose, one.whose), one)
            for one in task.unseen(by=me(), at=now())
        ],
        errors=errors,
        chosen=request.form,
        chosen_kinds=request.form.getlist("kinds") if errors else [kind.value for kind in NoteKind],
        today=today(),
    )


def _line(row: Lasting, who: str, other: str, *, covers_from: date | None = None) -> Line:
    last_on = row.ends_on - timedelta(days=1) if row.ends_on else None
    return Line(row.id, who, other, row.starts_on, last_on, row.is_over(today()), covers_from)


def kinds_in_words(kinds: Collection[NoteKind]) -> str:
    """The kinds of a requirement: "Every note", or the titles of those chosen."""
    if frozenset(kinds) == ALL_KINDS:
        return "Every note"
    return ", ".join(TITLES[kind] for kind in NoteKind if kind in kinds)


def today() -> date:
    """The practice's day."""
    return me().reach(now()).on
