"""Stored words are for ever: roles, states, events, actions and linkIds are only ever added."""

import json
from pathlib import Path

from kapnotes.access.actions import Action
from kapnotes.access.roles import PEOPLE, Operator
from kapnotes.actions.proof_run import RunKind, Subject
from kapnotes.actions.sealing import Source
from kapnotes.audit.events import Category, Did, Outcome
from kapnotes.clinic.adverse_event import AdverseEventKind, EventOutcome, Severity
from kapnotes.clinic.amendment import BASES, CHANNELS, AmendmentMove, AmendmentState
from kapnotes.clinic.course_state import CourseMove, CourseState
from kapnotes.clinic.decision import DoseChange, FollowUp, NextInfusion
from kapnotes.clinic.document import Channel, DocumentKind, Export, JobCause, JobState
from kapnotes.clinic.infusion import InfusionState, Phase, Route
from kapnotes.clinic.letter import LetterPart
from kapnotes.clinic.misuse import EventKind
from kapnotes.clinic.note import Move, NoteKind, NoteState
from kapnotes.clinic.outcome import Response
from kapnotes.clinic.protocol import PROTOCOLS
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.screening import AlertLevel
from kapnotes.keys import Purpose
from kapnotes.library import (
    MEASURES,
    NOTES,
    RECORDS,
    measure_definition,
    note_definition,
    record_definition,
)
from kapnotes.records.journal import Act

SNAPSHOT = Path(__file__).with_name("vocabulary.json")
ENUMS = (
    Action,
    AmendmentMove,
    AmendmentState,
    Did,
    Category,
    Outcome,
    NoteKind,
    NoteState,
    Move,
    InfusionState,
    Phase,
    Route,
    AdverseEventKind,
    Severity,
    EventOutcome,
    RiskLevel,
    Response,
    Purpose,
    CourseState,
    CourseMove,
    EventKind,
    AlertLevel,
    NextInfusion,
    DoseChange,
    FollowUp,
    DocumentKind,
    JobState,
    JobCause,
    Channel,
    Export,
    LetterPart,
    Act,
    Source,
    Subject,
    RunKind,
)


def spoken() -> dict[str, list[str]]:
    words = {enum.__name__: sorted(member.value for member in enum) for enum in ENUMS}
    words["Role"] = sorted(role.key for role in (*PEOPLE, Operator))
    words["Protocol"] = sorted(PROTOCOLS)
    words["AmendmentBasis"] = sorted(BASES)
    words["AmendmentChannel"] = sorted(CHANNELS)
    for kind, versions in NOTES.items():
        for version in versions:
            items = note_definition(kind, version).walk()
            words[f"{kind}-{version}"] = sorted(item.link_id for item in items)
    for noun, versions in RECORDS.items():
        for version in versions:
            items = record_definition(noun, version).walk()
            words[f"{noun}-{version}"] = sorted(item.link_id for item in items)
    words["Measure"] = sorted(MEASURES)
    for key, versions in MEASURES.items():
        for version in versions:
            items = measure_definition(key, version).walk()
            words[f"{key}-{version}"] = sorted(item.link_id for item in items)
    return words


def test_no_stored_word_is_renamed_or_lost() -> None:
    kept: dict[str, list[str]] = json.loads(SNAPSHOT.read_text())
    now = spoken()
    lost = {name: sorted(set(words) - set(now.get(name, ()))) for name, words in kept.items()}
    assert not {name: words for name, words in lost.items() if words}


def test_every_new_word_is_written_down() -> None:
    """A word that is in use is in the snapshot: `python -m tests.house.test_vocabulary`."""
    assert json.loads(SNAPSHOT.read_text()) == spoken()


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(spoken(), indent=1, sort_keys=True) + "\n")
