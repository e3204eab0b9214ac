"""How values read on a page: days, times, words for stored words; and what every page knows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, Protocol, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask, g, request
from flask_login import current_user
from markupsafe import Markup

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.actions import practice
from kapnotes.clinic.age import age_on
from kapnotes.clinic.amendment import BASES, CHANNELS
from kapnotes.clinic.course import Step, StepState
from kapnotes.clinic.course_state import CourseState
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.parts import ROUTES, TITLES
from kapnotes.web import drawn, emergency
from kapnotes.web.kept import lock_of
from kapnotes.web.session import here, now

PLACES = (
    ("Today", "/", Action.SEE_TODAY),
    ("Due", "/due", Action.SEE_PATIENT),
    ("Sessions", "/sessions", Action.SEE_PATIENT),
    ("Tasks", "/tasks", Action.ANSWER_TASK),
    ("Patients", "/patients", Action.FIND_PATIENT),
    ("Review", "/review", Action.REVIEW_NOTE),
    ("Feedback", "/feedback", Action.SEE_FEEDBACK),
    ("Checks", "/checks", Action.SEE_CHECKS),
    ("Chart audits", "/chart-audits", Action.AUDIT_CHARTS),
    ("Corrective actions", "/corrective-actions", Action.ANSWER_CORRECTIVE_ACTION),
    ("Outcomes", "/outcomes", Action.SEE_OUTCOMES),
    ("People", "/people", Action.SEE_PEOPLE),
    ("Practice rules", "/settings", Action.SEE_SETTINGS),
    ("Trail", "/audit", Action.SEE_TRAIL),
)
UNDER = {
    "/patients": ("/patients", "/courses", "/infusions", "/measures"),
    "/chart-audits": ("/chart-audits", "/corrective-actions"),
}
"""What else stands under a place: a patient's courses and infusions under the patients."""
FEW = 6
"""How many places stand beside each other on any screen."""
FURTHER = ("/settings", "/corrective-actions", "/outcomes", "/feedback", "/sessions")
"""What stands behind one more word where there are more places; the first is the first to go."""
WITHIN = {"/corrective-actions": Action.AUDIT_CHARTS}
"""What needs no link of its own for who has that permission: it stands under another place."""
BLANK = Markup('<span class="blank" aria-label="not recorded">\N{EN DASH}</span>')
MOVES = {
    "send_back": "sent back",
    "withdraw": "withdrawn",
    "ask": "asked about",
    "answer": "answered for",
}


Place: TypeAlias = tuple[str, str, bool]
"""A place by its label and address, and whether the page stands there."""


class Numbered(Protocol):
    """An infusion as far as a strip needs it."""

    @property
    def id(self) -> UUID:
        """Under which its page stands."""

    @property
    def number(self) -> int:
        """Its place in the course."""


def fit(app: Flask) -> None:
    """Attach filters and page-wide values to the app."""
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals["option"] = option
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.context_processor(_everywhere)
    drawn.fit(app)


def _zone() -> ZoneInfo:
    """The zone of this request, worked out once: a page shows dozens of times."""
    zone: ZoneInfo | None = g.get("zone")
    if zone is None:
        signed_in = current_user.is_authenticated
        zone = ZoneInfo(current_user.actor.zone if signed_in else db.current().settings.zone)
        g.zone = zone
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
    here = local(value)
    return f"{words.day(here)}, {words.clock(here)}" if here else ""


def beside(value: datetime, other: datetime) -> str:
    """A time beside another one: `14:05` on the same day, else with its day."""
    here, there = value.astimezone(_zone()), other.astimezone(_zone())
    return words.clock(here) if here.date() == there.date() else moment(value)


def after(value: datetime, other: datetime) -> str:
    """A later time beside an earlier one; nothing within the same minute."""
    said = beside(value, other)
    return "" if said == clock(other) else said


def seconds(value: datetime | None) -> str:
    """`14:05:09`, for the saved-at line."""
    found = local(value)
    return f"{found:%H:%M:%S}" if found else ""


def since(value: datetime) -> str:
    """How long ago that was: `42 min`, `1 h 05 min`."""
    hours, minutes = divmod(max(0, int((now() - value).total_seconds())) // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def machine(value: datetime | date | None) -> str:
    """A time as the `datetime` attribute wants it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if value else ""


def age(birth_date: date) -> int:
    """Whole years today."""
    return age_on(birth_date, now().astimezone(_zone()).date())


@lru_cache(maxsize=512)
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


def or_blank(said: str) -> str:
    """What is said, or the sign for what was not recorded."""
    return said or BLANK


def moved(move: str) -> str:
    """How a note went back, in words."""
    return MOVES.get(move, move)


@dataclass(frozen=True, slots=True)
class Ring:
    """A step of a course as the strip draws it; `href` is "" where nothing is planned yet."""

    number: int
    state: str
    label: str
    href: str
    current: bool


def rings(
    steps: Iterable[Step],
    infusions: Iterable[Numbered],
    current: int = 0,
    proposed: Mapping[int, date] | None = None,
    state: str = CourseState.ACTIVE.value,
) -> list[Ring]:
    """The steps of a course, each leading to its infusion; `current` is the page's own.

    What nothing is planned for has the day that is `proposed`, or waits with a paused course.
    """
    known = {one.number: f"/infusions/{one.id}" for one in infusions}
    days = proposed or {}
    return [
        Ring(
            one.number,
            _looks(one, days, state),
            words.day(one.on or days.get(one.number)) or one.label,
            known.get(one.number, ""),
            one.number == current,
        )
        for one in steps
    ]


def _looks(step: Step, proposed: Mapping[int, date], state: str) -> str:
    if step.state is not StepState.OPEN:
        return step.state.value
    if state == CourseState.PAUSED:
        return state
    return "proposed" if step.number in proposed else step.state.value


FILTERS: dict[str, Callable[..., Any]] = {
    "local": local,
    "day": day,
    "clock": clock,
    "moment": moment,
    "beside": beside,
    "after": after,
    "seconds": seconds,
    "since": since,
    "machine": machine,
    "age": age,
    "route": route,
    "note_title": note_title,
    "figure": words.figure,
    "moved": moved,
    "or_blank": or_blank,
    "rings": rings,
    "amendment_channel": CHANNELS.get,
    "amendment_basis": BASES.get,
}


def _everywhere() -> dict[str, Any]:
    known: dict[str, Any] = {"practice": practice.letterhead(), "person": None}
    known["nav"] = known["further"] = ()
    if current_user.is_authenticated:
        actor = current_user.actor
        known["person"] = {"name": actor.name, "role": actor.role.label}
        known["emergency"] = emergency.banner(actor, now())
        known["lock"] = lock_of(found.presence if (found := here()) else None)
        known["nav"], known["further"] = _places(actor)
    return known


def _places(actor: Actor) -> tuple[list[Place], list[Place]]:
    """The places of this person: those that are always in sight, and those behind one more word."""
    every = [
        (label, href, _is_here(href, actor))
        for label, href, action in PLACES
        if actor.can(action) and not (href in WITHIN and actor.can(WITHIN[href]))
    ]
    here = {href for _, href, _ in every}
    further = [href for href in FURTHER if href in here][: max(len(every) - FEW, 0)]
    return (
        [one for one in every if one[1] not in further],
        [one for one in every if one[1] in further],
    )


def _is_here(href: str, actor: Actor) -> bool:
    """Whether the page stands under that place; who reviews comes to a note from two of them."""
    if href == "/":
        return request.path == href
    here = UNDER.get(href, (href,))
    if href == "/patients" and not actor.can(Action.REVIEW_NOTE):
        here = (*here, "/notes")
    return any(f"{request.path}/".startswith(f"{one}/") for one in here)
