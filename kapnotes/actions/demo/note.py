"""One note of a story: begun, written, signed, reviewed, and what is added to it later."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from kapnotes.actions import addendum, cosigning, note, process_note, reading, signing
from kapnotes.actions.demo.posted import posted
from kapnotes.actions.demo.scene import Scene
from kapnotes.clinic.note import NoteKind
from kapnotes.library import note_definition
from kapnotes.library.demo import Story

SIGNED_AFTER = 15
ASIDE_AFTER = 5
"""Minutes after the end of the session."""

LATER: Mapping[str, Callable[[Scene, str, Any, datetime], None]]


def tell(scene: Scene, infusion: str, key: str, told: Story) -> None:
    """Put down the life of a note of that infusion."""
    act = scene.stage.act
    begin, end = _times(scene, told)
    act(begin, partial(_begin, scene, infusion, key, told["kind"]))
    act(end, partial(_write, scene, key, told))
    if "process" in told:
        act(scene.after(end, ASIDE_AFTER), partial(_keep_process_note, scene, key, told["process"]))
    if "draft" not in told:
        after = told.get("signed", SIGNED_AFTER)
        act(scene.after(end, after), partial(_sign, scene, key, told.get("reasons", {})))
    for name, do in LATER.items():
        if name in told:
            when = scene.days.moment(told[name]["day"], told[name]["at"])
            act(when, partial(do, scene, key, told[name]))


def _times(scene: Scene, told: Story) -> tuple[datetime, datetime]:
    if "ago" in told:
        return scene.days.ago(told["ago"]), scene.days.ago(told["saved"])
    moment, on = scene.days.moment, told["day"]
    return moment(on, told.get("begun", told["from"])), moment(on, told["to"])


def _begin(scene: Scene, infusion: str, key: str, kind: str, at: datetime) -> None:
    scene.ids[key] = note.begin(
        infusion_id=scene.ids[infusion], kind=kind, by=scene.therapist, at=at
    )


def _write(scene: Scene, key: str, told: Story, at: datetime) -> None:
    _save(scene, key, told, {**_calm(scene, told), **_head(scene, told), **told["answers"]}, at)
    for name in told.get("carry", ()):
        _carry(scene, key, name, at)


def _calm(scene: Scene, told: Story) -> dict[str, Any]:
    """What is true of every note of this kind; a draft holds only what it tells."""
    if "draft" in told:
        return {}
    own = scene.told.get("always", {})
    found = (both.get(kind, {}) for both in (scene.always, own) for kind in ("note", told["kind"]))
    return {name: value for one in found for name, value in one.items()}


def _head(scene: Scene, told: Story) -> dict[str, Any]:
    """The session's day and times, and how long ago the dose was."""
    if "from" not in told:
        return {}
    head = {"session-date": told["day"], "session-start": told["from"], "session-end": told["to"]}
    if told["kind"] == NoteKind.INTEGRATION:
        since = scene.days.day(told["day"]) - scene.days.day(told["dosed"])
        head["days-since-dose"] = since.days
    return head


def _save(scene: Scene, key: str, told: Story, answers: Mapping[str, Any], at: datetime) -> None:
    by, note_id = scene.therapist, scene.ids[key]
    writing = note.open_to_write(note_id=note_id, by=by, at=at)
    on = scene.days.day(told.get("day", 0))
    raw = posted(note_definition(told["kind"]), answers, days=scene.days, on=on)
    note.save(note_id=note_id, base=writing.version, raw={**writing.raw, **raw}, by=by, at=at)


def _carry(scene: Scene, key: str, name: str, at: datetime) -> None:
    by, note_id = scene.therapist, scene.ids[key]
    writing = note.open_to_write(note_id=note_id, by=by, at=at)
    note.carry(note_id=note_id, base=writing.version, raw=writing.raw, name=name, by=by, at=at)


def _keep_process_note(scene: Scene, key: str, text: str, at: datetime) -> None:
    process_note.save(note_id=scene.ids[key], base=0, text=text, by=scene.therapist, at=at)


def _sign(scene: Scene, key: str, reasons: Mapping[str, str], at: datetime) -> None:
    by, note_id = scene.therapist, scene.ids[key]
    shown = signing.review(note_id=note_id, by=by, at=at)
    signing._sign(  # noqa: SLF001 - see Stage.confirm
        note_id=note_id,
        shown=shown.digest,
        is_right=scene.stage.confirm(by, at),
        reasons=reasons,
        by=by,
        at=at,
    )


def _send_back(scene: Scene, key: str, told: Story, at: datetime) -> None:
    by, note_id = scene.supervisor, scene.ids[key]
    shown = reading.look(note_id=note_id, by=by, at=at).newest
    if shown is None:
        return
    comments = tuple(
        cosigning.SectionComment("", one.get("about", ""), one["words"]) for one in told["comments"]
    )
    cosigning.send_back(
        note_id=note_id, digest=shown.version.digest, comments=comments, by=by, at=at
    )


def _revise(scene: Scene, key: str, told: Story, at: datetime) -> None:
    _save(scene, key, told, told["answers"], at)
    _sign(scene, key, told.get("reasons", {}), at)


def _cosign(scene: Scene, key: str, told: Story, at: datetime) -> None:
    by, note_id = scene.supervisor, scene.ids[key]
    shown = reading.look(note_id=note_id, by=by, at=at).newest
    if shown is None:
        return
    cosigning._cosign(  # noqa: SLF001 - see Stage.confirm
        note_id=note_id,
        shown=shown.version.digest,
        is_right=scene.stage.confirm(by, at),
        by=by,
        at=at,
    )


def _add(scene: Scene, key: str, told: Story, at: datetime) -> None:
    by = scene.therapist
    addendum._add(  # noqa: SLF001 - see Stage.confirm
        note_id=scene.ids[key],
        reason=told["reason"],
        text=told["text"],
        is_right=scene.stage.confirm(by, at),
        by=by,
        at=at,
    )


LATER = {"sent_back": _send_back, "revised": _revise, "cosigned": _cosign, "addendum": _add}
"""What a story may tell of a note after its signature, each with its own day and time."""
