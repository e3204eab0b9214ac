"""The roles as a clinical lead reads them, and the person who acts in one."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from kapnotes.access.actions import Action
from kapnotes.access.actor import NOBODY_ID, OPERATOR_ID, Actor, operator
from kapnotes.access.reach import Reach, Span
from kapnotes.access.roles import (
    PEOPLE,
    Administrator,
    Medical,
    Operator,
    Role,
    Supervisor,
    Therapist,
    role_of,
)

LATE = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
CLINICAL = {action for action in Action if "note" in action.value or "patient" in action.value}


@pytest.mark.parametrize("role", [*PEOPLE, Operator])
def test_a_role_has_a_word_a_label_a_paragraph_and_is_found_by_its_word(role: type[Role]) -> None:
    assert role_of(role.key) is role
    assert role.label
    assert len((role.__doc__ or "").split()) > 20


@pytest.mark.parametrize("word", ["", "owner", "Therapist", "therapist ", "operator\0"])
def test_an_unknown_word_is_a_role_that_sees_and_does_nothing(word: str) -> None:
    assert role_of(word) is Role
    assert Role.may == frozenset()
    assert Role.span is Span.NOTHING


def test_no_account_can_be_the_operator() -> None:
    assert Operator not in PEOPLE
    assert Action.SEE_TODAY not in Operator.may


def test_how_far_each_role_sees() -> None:
    assert {role.key: role.span.value for role in (*PEOPLE, Operator)} == {
        "therapist": "care_team",
        "medical": "care_team",
        "supervisor": "supervised",
        "administrator": "nothing",
        "operator": "practice",
    }


def test_the_administrator_has_no_clinical_permission() -> None:
    assert not Administrator.may & CLINICAL


def test_only_the_therapist_writes_signs_and_keeps_process_notes() -> None:
    own = {Action.WRITE_NOTE, Action.SIGN_NOTE, Action.ADD_ADDENDUM, Action.KEEP_PROCESS_NOTE}
    assert own <= Therapist.may
    for role in (Medical, Supervisor, Administrator, Operator):
        assert not own & role.may


def test_who_reviews_does_not_write() -> None:
    assert Action.REVIEW_NOTE in Supervisor.may
    for role in (Therapist, Medical, Administrator, Operator):
        assert Action.REVIEW_NOTE not in role.may


def test_reach_is_of_the_practices_own_day() -> None:
    berlin = Actor(uuid4(), "Thea", Therapist, zone="Europe/Berlin")
    assert berlin.reach(LATE) == Reach(Span.CARE_TEAM, berlin.id, date(2026, 11, 24))
    utc = Actor(uuid4(), "Thea", Therapist)
    assert utc.reach(LATE).on == date(2026, 11, 23)


def test_a_signature_is_the_name_with_its_credentials() -> None:
    assert Actor(uuid4(), "Thea", Therapist, "PhD").signature == "Thea, PhD"
    assert Actor(uuid4(), "Thea", Therapist).signature == "Thea"


def test_the_command_line_acts_under_an_id_of_its_own() -> None:
    actor = operator("Europe/Berlin")
    assert (actor.id, actor.role, actor.zone) == (OPERATOR_ID, Operator, "Europe/Berlin")
    assert OPERATOR_ID != NOBODY_ID
    assert actor.can(Action.PRINT_SUMMARY)
    assert not actor.can(Action.WRITE_NOTE)
