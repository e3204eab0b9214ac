"""Second factors as rules: how a code reads, how long a factor is fresh, what may be given up."""

from datetime import datetime, timedelta
from enum import StrEnum

from kapnotes.clinic.refusals import BadInput

FRESH = timedelta(minutes=5)
"""For so long an act that asks for a fresh factor believes the one that was given."""
WAITING = timedelta(minutes=10)
"""For so long a sign-in waits for its second factor, from the password on."""
ANSWERING = timedelta(minutes=5)
"""For so long a passkey may answer what it was asked."""
STEP_SECONDS = 30
DIGITS = 6
CODES = 10
"""How many recovery codes are made at once."""
FEW_CODES = 3
"""With so few codes left, or fewer, a person is told to make new ones."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""The letters of recovery codes: none that is read for another."""
CODE_LETTERS = 12
LONGEST_NAME = 60


class Factor(StrEnum):
    """With what somebody confirmed who they are. Stored words are for ever."""

    PASSWORD = "password"  # noqa: S105 - a factor's name
    PASSKEY = "passkey"
    APP = "app"
    RECOVERY = "recovery"


def is_fresh(fresh_at: datetime | None, at: datetime) -> bool:
    """Whether a factor was given within the last five minutes; one of the future is none."""
    return fresh_at is not None and timedelta(0) <= at - fresh_at <= FRESH


def digits_of(typed: str) -> str:
    """The six digits of an app as they were typed, with spaces or without; "" for anything else."""
    plain = "".join(typed.split())
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdigit() else ""


def recovery_of(typed: str) -> str:
    """A recovery code as it is kept: its letters alone, however they were typed; "" for no code."""
    plain = "".join(letter for letter in typed.casefold() if letter not in " -\t\n\r")
    is_one = len(plain) == CODE_LETTERS and set(plain) <= set(ALPHABET)
    return plain if is_one else ""


def in_groups(code: str) -> str:
    """A recovery code as it is shown: `abcd-efgh-jkmn`."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def step_of(at: datetime) -> int:
    """The time step of a moment: whole half minutes since 1970 (RFC 6238)."""
    return int(at.timestamp()) // STEP_SECONDS


def steps_around(at: datetime) -> tuple[int, int, int]:
    """The steps whose code is believed: this one first, and one to each side for a slow clock."""
    now = step_of(at)
    return now, now - 1, now + 1


def check_name(typed: str) -> str:
    """What a passkey is called. Raises BadInput for a name that is too long."""
    name = " ".join(typed.split())
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise BadInput({"name": f"Use at most {LONGEST_NAME} letters for the name."})
    return name or "Passkey"
