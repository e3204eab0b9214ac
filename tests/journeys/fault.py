"""A demo practice that is served, one note open in it, and what a watcher reads of its health."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import UUID

import pytest

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import note, trail
from kapnotes.settings import Settings
from kapnotes.web.health import KEEP_SECONDS
from tests.builders import Small, small_practice
from tests.conftest import KEY
from tests.journeys.window import NotSaved, Window


@dataclass(frozen=True, slots=True)
class Begun:
    """The practice and its note."""

    small: Small
    note_id: UUID


def begin(data: Path, url: str) -> Begun:
    """Fill an empty database: a demo practice, where a password is enough, and a note."""
    opened = db.use(db.Database(Settings(data=data, database_url=url, key=KEY)))
    try:
        small = small_practice(is_demo=True)
        note_id = note.begin(
            infusion_id=small.infusion_id,
            kind="integration",
            by=small.therapist,
            at=datetime.now(UTC),
        )
    finally:
        opened.close()
    return Begun(small, note_id)


def signed_in(base_url: str) -> Window:
    """The therapist's window."""
    window = Window(base_url)
    assert window.sign_in() == 302
    return window


def health(base_url: str) -> tuple[int, Mapping[str, Any]]:
    """What `/readyz` answers, not from what it found a moment ago."""
    time.sleep(KEEP_SECONDS * 1.1)
    try:
        with urlopen(f"{base_url}/readyz", timeout=30) as answer:  # noqa: S310 - http
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


def refused(window: Window, note_id: UUID, version: int, text: str) -> str:
    """The reason that is given when a save is not kept."""
    with pytest.raises(NotSaved) as caught:
        window.save(note_id, version, text)
    assert caught.value.status == 503, caught.value.said
    found = json.loads(caught.value.said)
    assert "what was saved before is kept" in found["message"]
    reason: str = found["reason"]
    return reason


def texts(data: Path, url: str, begun: Begun) -> tuple[str, bool]:
    """The newest draft, and whether the whole trail is."""
    opened = db.use(db.Database(Settings(data=data, database_url=url, key=KEY)))
    try:
        at = datetime.now(UTC)
        by = begun.small.therapist
        writing = note.open_to_write(note_id=begun.note_id, by=by, at=at)
        verdict = trail.verify(by=operator(), at=at)
    finally:
        opened.close()
    return writing.raw.get("themes", [""])[0], verdict.is_whole
