"""What to know before a session: the last dose, how it went, what was agreed for this one."""

from dataclasses import dataclass
from datetime import datetime

from kapnotes import forms
from kapnotes.access.actor import Actor
from kapnotes.actions import consent
from kapnotes.actions.rules import rules_of
from kapnotes.audit.trail import Deed
from kapnotes.clinic.note import NoteKind
from kapnotes.forms import Tell
from kapnotes.library import note_definition
from kapnotes.records import alert, signed_note
from kapnotes.records import session as sessions
from kapnotes.records.content import answers_of
from kapnotes.records.course import Infusion
from kapnotes.records.session_row import AdverseEvent, Dose
from kapnotes.records.signed_note import SignedNote

AGREED = {
    "intention": ("intention",),
    "touch": ("touch", "touch-words", "boundaries"),
    "music": ("music-wish",),
}
"""What a preparation note says for the room, by the words of the page."""
WENT = ("difficult-words", "difficult-help")
"""What a dosing-session note says of its hard moments."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What stood at the last session, and what was agreed; blank where nothing is known."""

    last_dose: Dose | None
    last_events: tuple[AdverseEvent, ...]
    last_reaction: tuple[str, ...]
    intention: str
    touch: str
    music: str
    is_agreed_for_this: bool
    alerts: tuple[alert.Listed, ...]
    consent: tuple[str, ...]


def glance(deed: Deed, infusion: Infusion, *, by: Actor, at: datetime) -> Glance:
    """What is known, within reach, from the patient's signed notes and earlier sessions."""
    reach = by.reach(at)
    doses = [
        one
        for one in sessions.doses_of_patient(deed.session, infusion.patient_id, reach=reach)
        if one.infusion_id != infusion.id
        and one.observed_at < (infusion.started_at or infusion.planned_for)
    ]
    last = doses[-1] if doses else None
    events = (
        sessions.of_infusion(deed.session, AdverseEvent, last.infusion_id, reach=reach)
        if last
        else []
    )
    prepared = _newest(deed, infusion, NoteKind.PREPARATION, by=by, at=at)
    dosed = _newest(deed, infusion, NoteKind.DOSING, by=by, at=at)
    said = {name: " · ".join(_said(prepared, links)) for name, links in AGREED.items() if prepared}
    return Glance(
        last,
        tuple(events),
        tuple(_said(dosed, WENT)) if dosed else (),
        said.get("intention", ""),
        said.get("touch", ""),
        said.get("music", ""),
        prepared is not None and prepared.infusion == infusion.number,
        alert.standing(deed.session, infusion.patient_id, reach=reach),
        _consent(deed, infusion, by=by, at=at),
    )


def _consent(deed: Deed, infusion: Infusion, *, by: Actor, at: datetime) -> tuple[str, ...]:
    """What of consent speaks against a dose today, in words."""
    reach = by.reach(at)
    rules = rules_of(deed.session, infusion, at=at)
    found = consent.missing(deed.session, infusion.course, rules, on=reach.on, reach=reach)
    return tuple(one.sentence for one in found)


def _newest(
    deed: Deed, infusion: Infusion, kind: NoteKind, *, by: Actor, at: datetime
) -> SignedNote | None:
    found = signed_note.of_patient(
        deed.session, infusion.patient_id, kinds=[kind.value], reach=by.reach(at), most=1
    )
    return found[-1] if found else None


def _said(note: SignedNote, links: tuple[str, ...]) -> list[str]:
    """What a note answers to those questions, in words."""
    answers = answers_of(note.kind, note.version, only=links)
    definition = note_definition(note.kind, note.version.definition_version)
    return [one.value for one in _lines(forms.tell(definition, answers)) if one.value]


def _lines(tells: tuple[Tell, ...]) -> list[Tell]:
    """Every line under the sections."""
    return [line for one in tells for line in (*_lines(one.items), one)]
