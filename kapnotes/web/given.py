"""What somebody gives to confirm who they are, as a form posts it; and where passkeys work."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from flask_login import current_user

from kapnotes import db
from kapnotes.actions.factor import Answer, Code, Given, has_passkey
from kapnotes.actions.passkey import LONGEST_ANSWER, party_of


def given(token: str = "") -> Given:
    """The passkey's answer, the code, or else the password of the form that was posted.

    `token` is the sitting's own where nobody counts as signed in: in a locked one.
    """
    if answer := request.form.get("passkey"):
        return Answer(answer[: LONGEST_ANSWER + 1], token or current_user.token)
    if code := request.form.get("code"):
        return Code(code[:100])
    return request.form.get("password", "")


@dataclass(frozen=True, slots=True)
class Passkeys:
    """Whether passkeys work under the address that this page was asked at, and where they do."""

    work: bool
    origin: str


def passkeys() -> Passkeys:
    """Where passkeys work: they are bound to the name in the address, and to no number."""
    party = party_of(db.current().settings)
    if party is None:
        return Passkeys(work=False, origin="")
    host = urlsplit(f"//{request.host}").hostname or ""
    return Passkeys(host == party.host, party.origin)


def offers_passkey() -> bool:
    """Whether a form of the person who is signed in offers a passkey beside the password."""
    return passkeys().work and current_user.is_authenticated and has_passkey(current_user.actor.id)
