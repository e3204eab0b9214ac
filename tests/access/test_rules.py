"""Who may do what to which thing: each rule is one function, asked as a question and as a door."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from kapnotes.access import rules
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor, operator
from kapnotes.access.roles import PEOPLE, Administrator, Medical, Role, Supervisor, Therapist
from kapnotes.clinic.refusals import NotAllowed

AUTHOR = Actor(uuid4(), "Thea", Therapist)
COLLEAGUE = Actor(uuid4(), "Otto", Therapist)
MEDICAL = Actor(uuid4(), "Mina", Medical)
SUPERVISOR = Actor(uuid4(), "Sven", Supervisor)
ADMINISTRATOR = Actor(uuid4(), "Ada", Administrator)
STRANGER = Actor(uuid4(), "Nobody", Role)
EVERYONE = (AUTHOR, COLLEAGUE, MEDICAL, SUPERVISOR, ADMINISTRATOR, operator(), STRANGER)


@dataclass(frozen=True)
class Note:
    author_id: UUID
    kind: str


@dataclass(frozen=True)
class Item:
    person_id: UUID


def note(kind: str = "preparation", author: Actor = AUTHOR) -> Note:
    return Note(author.id, kind)


ABOUT_PEOPLE = {"close_unusual"}
"""Rules over something that a person is asked to account for; the others are over a note."""


def things(name: str, kind: str, actor: Actor) -> list[Any]:
    """What that rule is asked about: of somebody else, one's own, or the whole record."""
    if name in ABOUT_PEOPLE:
        return [Item(AUTHOR.id), Item(actor.id)]
    whole = [None] if name == "decide_amendment" else []
    return [note(kind), note(kind, actor), *whole]


def names_of(prefix: str) -> list[str]:
    return sorted(
        name.removeprefix(prefix)
        for name, _ in inspect.getmembers(rules, inspect.isfunction)
        if name.startswith(prefix)
    )


def who(question: Callable[[Actor, Note], bool], about: Note) -> list[str]:
    return [actor.name for actor in EVERYONE if question(actor, about)]


def test_every_door_but_the_roles_own_can_be_asked() -> None:
    assert names_of("may_") == [name for name in names_of("check_") if name != "role"]


@pytest.mark.parametrize("name", names_of("may_"))
@pytest.mark.parametrize("kind", ["preparation", "dosing", "integration"])
@pytest.mark.parametrize("actor", EVERYONE, ids=lambda actor: actor.name)
def test_a_question_and_its_door_agree(name: str, kind: str, actor: Actor) -> None:
    check, may = getattr(rules, f"check_{name}"), getattr(rules, f"may_{name}")
    for about in things(name, kind, actor):
        try:
            check(actor, about)
        except NotAllowed:
            assert not may(actor, about)
        else:
            assert may(actor, about)


@pytest.mark.parametrize("name", names_of("may_"))
def test_a_question_asks_its_door(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A button cannot be decided anywhere but at the door."""
    asked: list[object] = []
    monkeypatch.setattr(rules, f"check_{name}", lambda *given: asked.append(given))
    about = things(name, "preparation", AUTHOR)[0]
    assert getattr(rules, f"may_{name}")(STRANGER, about)
    assert asked == [(STRANGER, about)]


def test_a_role_without_the_permission_is_told_so_in_a_sentence() -> None:
    with pytest.raises(NotAllowed, match=r"Your role \(Medical\) may not write note\."):
        rules.check_role(MEDICAL, Action.WRITE_NOTE)
    with pytest.raises(NotAllowed, match=r"Your role \(none\) may not see today\."):
        rules.check_role(STRANGER, Action.SEE_TODAY)


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("action", Action)
def test_a_permission_is_exactly_what_the_role_has(role: type[Role], action: Action) -> None:
    actor = Actor(uuid4(), "Somebody", role)
    if action in role.may:
        rules.check_role(actor, action)
    else:
        with pytest.raises(NotAllowed):
            rules.check_role(actor, action)


def test_preparation_and_dosing_notes_are_read_by_the_team_and_the_supervisor() -> None:
    for kind in ("preparation", "dosing"):
        readers = who(rules.may_read_note, note(kind))
        assert readers == ["Thea", "Otto", "Mina", "Sven", "Command line"]


def test_the_integration_note_is_not_for_the_medical_role() -> None:
    readers = who(rules.may_read_note, note("integration"))
    assert readers == ["Thea", "Otto", "Sven", "Command line"]
    with pytest.raises(NotAllowed, match="read by the therapist and the supervisor"):
        rules.check_read_note(MEDICAL, note("integration"))


@pytest.mark.safety("HIP-501/process-notes")
@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("write_note", "Only its author can write in this note."),
        ("sign_note", "Only its author can sign this note."),
        ("add_addendum", "Only its author can add an addendum to this note."),
        ("process_note", "A process note is read by its author alone."),
    ],
)
def test_only_the_author(question: str, sentence: str) -> None:
    assert who(getattr(rules, f"may_{question}"), note()) == ["Thea"]
    with pytest.raises(NotAllowed) as refused:
        getattr(rules, f"check_{question}")(COLLEAGUE, note())
    assert refused.value.sentence == sentence


@pytest.mark.parametrize("question", ["write_note", "sign_note", "add_addendum", "process_note"])
def test_an_author_who_lost_the_role_is_no_author(question: str) -> None:
    """A therapist who became an administrator writes and signs no more."""
    was = Actor(AUTHOR.id, "Thea", Administrator)
    assert not getattr(rules, f"may_{question}")(was, note())


def test_a_note_is_reviewed_by_a_supervisor_who_did_not_write_it() -> None:
    assert who(rules.may_review_note, note()) == ["Sven"]
    with pytest.raises(NotAllowed, match=r"Nobody co-signs a note of their own\."):
        rules.check_review_note(SUPERVISOR, note(author=SUPERVISOR))


def test_an_unusual_item_is_closed_by_who_answers_and_never_by_whom_it_is_about() -> None:
    def closers(item: Item) -> list[str]:
        return [actor.name for actor in EVERYONE if rules.may_close_unusual(actor, item)]

    assert closers(Item(AUTHOR.id)) == ["Sven", "Ada"]
    assert closers(Item(SUPERVISOR.id)) == ["Ada"]
    assert closers(Item(ADMINISTRATOR.id)) == ["Sven"]
    with pytest.raises(NotAllowed, match=r"This item is about you; somebody else closes it\."):
        rules.check_close_unusual(SUPERVISOR, Item(SUPERVISOR.id))


def test_an_amendment_of_a_note_is_its_authors_to_decide_and_of_the_record_the_teams() -> None:
    assert [one.name for one in EVERYONE if rules.may_decide_amendment(one, note())] == ["Thea"]
    whole = [one.name for one in EVERYONE if rules.may_decide_amendment(one, None)]
    assert whole == ["Thea", "Otto", "Mina"]
    with pytest.raises(NotAllowed, match="Only the author of the note decides"):
        rules.check_decide_amendment(COLLEAGUE, note())
