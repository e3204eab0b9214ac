"""Accounts and supervision links, for the administrator."""

import secrets
from datetime import date
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.access.roles import Supervisor, Therapist
from kapnotes.actions import people, task
from kapnotes.actions.sign_in import hashed
from kapnotes.clinic.refusals import BadInput
from kapnotes.web import entry, tasks
from kapnotes.web.session import me, now

place = Blueprint("people", __name__)


@place.get("/people")
@needs(Action.SEE_PEOPLE)
def page() -> str:
    """Show accounts and links."""
    return _page({})


@place.get("/people/new")
@needs(Action.EDIT_PEOPLE)
def new() -> str:
    """Show the form for a new account."""
    return render_template("people/form.html", form=entry.blank("person"))


@place.post("/people/new")
@needs(Action.EDIT_PEOPLE)
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


@place.post("/people/<uuid:person_id>/disable")
@needs(Action.EDIT_PEOPLE)
def disable(person_id: UUID) -> Response:
    """Close an account."""
    people.disable(person_id=person_id, by=me(), at=now())
    return redirect("/people")


@place.post("/people/<uuid:person_id>/enable")
@needs(Action.EDIT_PEOPLE)
def enable(person_id: UUID) -> Response:
    """Open an account again."""
    people.enable(person_id=person_id, by=me(), at=now())
    return redirect("/people")


@place.post("/supervision")
@needs(Action.EDIT_PEOPLE)
def link() -> tuple[str, int] | Response:
    """Link a supervisor with a therapist from today."""
    try:
        people.link(
            supervisor_id=_uuid("supervisor_id"),
            supervisee_id=_uuid("supervisee_id"),
            starts_on=_today(),
            cosigns="cosigns" in request.form,
            by=me(),
            at=now(),
        )
    except BadInput as refusal:
        return _page(refusal.errors), 422
    flash("The supervisor is linked.", "success")
    return redirect("/people")


@place.post("/supervision/<uuid:link_id>/end")
@needs(Action.EDIT_PEOPLE)
def end(link_id: UUID) -> Response:
    """End a link today: the supervisor's very next request is without it."""
    people.end_link(link_id=link_id, on=_today(), by=me(), at=now())
    return redirect("/people")


def _page(errors: dict[str, str]) -> str:
    accounts = people.look(by=me(), at=now())
    active = [one for one in accounts.people if one.is_active]
    return render_template(
        "people/page.html",
        accounts=accounts,
        links=[(one, one.ends_on is None or one.ends_on > _today()) for one in accounts.links],
        supervisors=[one for one in active if one.role == Supervisor.key],
        therapists=[one for one in active if one.role == Therapist.key],
        own_id=me().id,
        unseen=[
            (tasks.TITLES.get(one.kind, "A task"), tasks.WHOSE.get(one.whose, one.whose), one)
            for one in task.unseen(by=me(), at=now())
        ],
        errors=errors,
        chosen=request.form,
    )


def _today() -> date:
    return me().reach(now()).on


def _uuid(name: str) -> UUID:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        raise BadInput({name: "Choose one from the list."}) from None
