"""Passwords: how they are kept (argon2id), and which may be chosen."""

import secrets
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kapnotes.clinic.refusals import BadInput

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
COMMON = Path(__file__).parent.parent / "library" / "common_passwords.txt"
"""Passwords that everybody thinks of, from twelve characters on: a list of our own."""
ADDED = 4
_HASHER = PasswordHasher()
_STEMS = ("password", "kapnotes", "ketamine", "123456", "qwerty", "letmein", "abcdef", "111111")


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    return _HASHER.hash(password)


def made() -> str:
    """A first password, chosen by the machine: 120 bits."""
    return secrets.token_urlsafe(15)


@cache
def no_account() -> str:
    """A hash that no password fits, so that an unknown account takes as long as a known one."""
    return _HASHER.hash(secrets.token_hex(32))


def fits(password_hash: str, password: str) -> bool:
    """Whether the hash is this password's."""
    try:
        return len(password) <= LONGEST_PASSWORD and _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def check_password_choice(password: str) -> None:
    """Raise BadInput for a password that is too short or too common."""
    if len(password) < SHORTEST_PASSWORD:
        raise BadInput(
            {"password": f"Choose at least {SHORTEST_PASSWORD} characters; 15 or more are better."}
        )
    if len(password) > LONGEST_PASSWORD:
        raise BadInput({"password": f"Choose at most {LONGEST_PASSWORD:,} characters."})
    if _is_easy(password.casefold()):
        raise BadInput({"password": "This password is too easy to guess. Choose another."})


def _is_easy(password: str) -> bool:
    """Few letters, little more than a word that everybody thinks of, or one of the list.

    What is written before or after a listed one, up to four digits or signs, makes it no better.
    """
    if len(set(password)) < SHORTEST_PASSWORD // 3:
        return True
    if any(word in password and len(password) < len(word) + 6 for word in _STEMS):
        return True
    return any(
        password[before : len(password) - after] in _common()
        for before in range(ADDED + 1)
        for after in range(ADDED + 1 - before)
        if not any(map(str.isalpha, password[:before] + password[len(password) - after :]))
    )


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text(encoding="ascii").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
