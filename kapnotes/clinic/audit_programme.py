"""What an audit of charts is to look at: its name and aim, its period, whose charts, how many.

A programme is read from what a person typed; errors are named as the fields of its form are.
"""

from dataclasses import dataclass
from datetime import date

from kapnotes.clinic.bounds import refuse
from kapnotes.clinic.chart_sample import MOST, SampleBy

LONGEST_NAME = 120
LONGEST_AIM = 2000
LONGEST_DAYS = 1096
"""The longest period, in days: three years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme as it is kept. `covers` are keys of people; both days belong to the period.

    `count` is for the whole, or for each of the people where it is drawn by person.
    """

    name: str
    since: date
    until: date
    covers: frozenset[str]
    by: SampleBy
    count: int
    aim: str = ""


def check_programme(programme: Programme, *, on: date, known: frozenset[str]) -> None:
    """Raise `BadInput` for a programme that cannot be; `known` are the people whom it can cover."""
    errors = {}
    if not programme.name.strip() or len(programme.name) > LONGEST_NAME:
        errors["name"] = f"Enter 1 to {LONGEST_NAME} characters."
    if len(programme.aim) > LONGEST_AIM:
        errors["aim"] = f"Shorten this to {LONGEST_AIM:,} characters."
    if programme.until > on:
        errors["until"] = "The period ends today at the latest: only what took place can be drawn."
    elif programme.until < programme.since:
        errors["until"] = "The period ends on its first day or later."
    elif (programme.until - programme.since).days >= LONGEST_DAYS:
        errors["until"] = "A period is at most three years long."
    if not programme.covers or not programme.covers <= known:
        errors["covers"] = "Choose at least one person, of those whom you supervise."
    if not 1 <= programme.count <= MOST:
        errors["count"] = f"Enter a whole number from 1 to {MOST}."
    refuse(errors)
