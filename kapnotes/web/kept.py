"""The page of a lock; and what a form held when it met one, given back once it is open.

A form that is posted from a locked sitting does nothing, and nothing that was typed into it may be
read at the lock. So it goes back to the browser sealed, and comes with the factor again.
"""

import base64
import binascii
import json
import zlib
from dataclasses import dataclass
from uuid import UUID

from flask import render_template, request

from kapnotes import db
from kapnotes.actions import locking
from kapnotes.actions.sitting import Presence
from kapnotes.keys import SealBroken
from kapnotes.web.given import passkeys

UNKEPT = frozenset({"csrf_token", "password", "old", "code", "passkey", "unlock_code"})
"""Fields that are given anew: the token, and whatever proves who somebody is."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a form was posted, and what stood in it, in its order."""

    path: str
    fields: tuple[tuple[str, str], ...]


def lock_of(presence: Presence | None) -> dict[str, str | int | bool] | None:
    """What a page needs to lock itself; nothing where nobody sits."""
    if presence is None:
        return None
    return {
        "idle": db.current().settings.idle_minutes * 60,
        "key": locking.page_lock(presence.actor),
        "has_code": presence.has_code,
        "has_passkey": presence.has_passkey and passkeys().work,
    }


def lock_page(presence: Presence, *, then: str, sentence: str = "", kept: str = "") -> str:
    """The page that opens a locked sitting; it says nothing of what was there."""
    return render_template(
        "locking/page.html",
        name=presence.actor.name,
        has_code=presence.has_code,
        has_passkey=presence.has_passkey and passkeys().work,
        sentence=sentence,
        next=then,
        kept=kept,
    )


def sealed(person_id: UUID) -> str:
    """What this request's form holds, for nobody to read; "" where it holds nothing."""
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in UNKEPT and not name.startswith("_confirm")
    ]
    if not fields:
        return ""
    plain = zlib.compress(json.dumps({"path": request.path, "fields": fields}).encode())
    ring = db.current().ring
    return base64.b64encode(ring.wrap_secret(plain, _place(person_id))).decode()


def opened(text: str, person_id: UUID) -> Kept | None:
    """The same again for the person whose it is; None for anything else."""
    try:
        wrapped = base64.b64decode(text, validate=True)
        plain = db.current().ring.open_secret(wrapped, _place(person_id))
    except (SealBroken, binascii.Error, ValueError):
        return None
    found = json.loads(zlib.decompress(plain))
    return Kept(found["path"], tuple((name, value) for name, value in found["fields"]))


def _place(person_id: UUID) -> str:
    return f"posted to a lock by {person_id}"
