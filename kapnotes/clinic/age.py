"""How old a person is on a date, and which birth dates can be true."""

from datetime import date

from kapnotes.clinic.refusals import BadInput

OLDEST_YEARS = 120


def age_on(birth_date: date, on: date) -> int:
    """Return the age in completed years; one born on 29 February is older from 1 March."""
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (not had_birthday)


def check_birth_date(birth_date: date, on: date) -> None:
    """Raise `BadInput` for a birth date after `on`, or more than 120 years before it."""
    if birth_date > on:
        raise BadInput({"birth_date": "The birth date is in the future."})
    if age_on(birth_date, on) > OLDEST_YEARS:
        raise BadInput({"birth_date": f"The birth date is more than {OLDEST_YEARS} years ago."})
