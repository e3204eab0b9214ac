"""How values read on a page: days, times, words for stored words; and what every page knows."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_login import current_user

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.actions import practice
from kapnotes.clinic.age import age_on
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.parts import ROUTES, TITLES
from kapnotes.web.session import now

PLACES = (
    ("Today", "/", Action.SEE_TODAY),
    ("Patients", "/patients", Action.FIND_PATIENT),
    ("Review", "/review", Action.REVIEW_NOTE),
    ("People", "/people", Action.SEE_PEOPLE),
    ("Trail", "/audit", Action.SEE_TRAIL),
)
UNDER = {"/patients": ("/patients", "/courses", "/infusions")}
"""What else stands under a place: a patient's courses and infusions under the patients."""
MOVES = {"send_back": "sent back", "withdraw": "withdrawn"}


def fit(app: Flask) -> None:
    """Attach filters and page-wide values to the app."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["option"] = option
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_everywhere)


def _zone() -> ZoneInfo:
    """The zone of this request, worked out once: a page shows dozens of times."""
    if "zone" not in g:
        signed_in = current_user.is_authenticated
        g.zone = ZoneInfo(current_user.actor.zone if signed_in else db.current().settings.zone)
    zone: ZoneInfo = g.zone
    return zone


def local(at: datetime | None) -> datetime | None:
    """The practice's own time."""
    return at.astimezone(_zone()) if at else None


def day(value: date | datetime | None) -> str:
    """`23 Nov 2026`, in the practice's zone."""
    if isinstance(value, datetime):
        value = value.astimezone(_zone())
    return words.day(value)


def clock(value: datetime | None) -> str:
    """`14:05`, in the practice's zone."""
    return words.clock(local(value))


def moment(value: datetime | None) -> str:
    """`23 Nov 2026, 14:05`, in the practice's zone; the zone itself stands in the footer."""
    return f"{day(value)}, {clock(value)}" if value else ""


def seconds(value: datetime | None) -> str:
    """`14:05:09`, for the saved-at line."""
    found = local(value)
    return f"{found:%H:%M:%S}" if found else ""


def machine(value: datetime | date | None) -> str:
    """A time as the `datetime` attribute wants it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if value else ""


def age(birth_date: date) -> int:
    """Whole years today."""
    return age_on(birth_date, now().astimezone(_zone()).date())


def option(noun: str, link_id: str, code: str | None) -> str:
    """The label of a stored code in a record's definition; an unknown one as it is."""
    if not code:
        return ""
    item = record_definition(noun).item(link_id)
    return next((one.display for one in item.options if one.code == code), code)


def route(code: str) -> str:
    """The route as it is written: IV, IM, Sublingual."""
    return next((label for key, label in ROUTES.items() if key.value == code), code)


def note_title(kind: str) -> str:
    """What a note of this kind is called."""
    return TITLES.get(kind, kind)


def moved(move: str) -> str:
    """How a note went back, in words."""
    return MOVES.get(move, move)


FILTERS: dict[str, Callable[..., Any]] = {
    "local": local,
    "day": day,
    "clock": clock,
    "moment": moment,
    "seconds": seconds,
    "machine": machine,
    "age": age,
    "route": route,
    "note_title": note_title,
    "figure": words.figure,
    "moved": moved,
}


def _everywhere() -> dict[str, Any]:
    known: dict[str, Any] = {"practice": practice.letterhead(), "person": None, "nav": ()}
    if current_user.is_authenticated:
        actor = current_user.actor
        known["person"] = {"name": actor.name, "role": actor.role.label}
        known["nav"] = [
            (label, href, _is_here(href, actor))
            for label, href, action in PLACES
            if actor.can(action)
        ]
    return known


def _is_here(href: str, actor: Actor) -> bool:
    """Whether the page stands under that place; who reviews comes to a note from two of them."""
    if href == "/":
        return request.path == href
    here = UNDER.get(href, (href,))
    if href == "/patients" and not actor.can(Action.REVIEW_NOTE):
        here = (*here, "/notes")
    return any(f"{request.path}/".startswith(f"{one}/") for one in here)
