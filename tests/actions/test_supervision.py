"""Links, requirements and absences: what is entered holds, and nothing of it reaches back."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from kapnotes.access.actor import Actor
from kapnotes.actions import people, supervision
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import (
    BadInput,
)
from tests.builders import (
    AT,
    Small,
    add_person,
    require,
)

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A practice in which Dana is a second supervisor of nobody yet."""

    small: Small
    dana: Actor


@pytest.fixture
def pair(supervised: Small) -> Pair:
    return Pair(supervised, add_person("Dana", "supervisor"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"starts_on": (AT - DAY).date()}, "starts_on"),
        ({"ends_on": AT.date()}, "ends_on"),
        ({"kinds": ()}, "kinds"),
        ({"person_id": None}, "person_id"),
    ],
)
def test_a_requirement_that_means_nothing_is_refused_beside_its_field(
    small: Small, changed: dict[str, object], field: str
) -> None:
    about: dict[str, object] = {
        "person_id": small.therapist.id,
        "kinds": tuple(NoteKind),
        "starts_on": AT.date(),
        "by": small.administrator,
        "at": AT,
        **changed,
    }
    if about["person_id"] is None:
        about["person_id"] = small.medical.id
    with pytest.raises(BadInput) as refusal:
        supervision.require(**about)  # type: ignore[arg-type]
    assert list(refusal.value.errors) == [field]


def test_a_requirement_is_set_once_for_a_kind_and_a_time(small: Small) -> None:
    by, author = small.administrator, small.therapist
    made = require(by, author, "preparation", at=AT)
    with pytest.raises(BadInput):
        require(by, author, at=AT)
    require(by, author, "integration", at=AT)
    supervision.end_requirement(requirement_id=made, on=AT.date(), by=by, at=AT)
    require(by, author, "preparation", at=AT)


def test_a_deputy_is_another_supervisor_with_an_open_account(pair: Pair) -> None:
    small, by = pair.small, pair.small.administrator
    people.disable(person_id=pair.dana.id, by=by, at=AT)
    for deputy in (small.therapist, small.supervisor, pair.dana):
        with pytest.raises(BadInput) as refusal:
            supervision.stand_in(
                supervisor_id=small.supervisor.id,
                deputy_id=deputy.id,
                starts_on=AT.date(),
                ends_on=None,
                by=by,
                at=AT,
            )
        assert list(refusal.value.errors) == ["deputy_id"]


def test_a_link_is_never_made_for_a_day_that_is_over(pair: Pair) -> None:
    with pytest.raises(BadInput, match="another look"):
        supervision.link(
            supervisor_id=pair.dana.id,
            supervisee_id=pair.small.therapist.id,
            starts_on=(AT - DAY).date(),
            by=pair.small.administrator,
            at=AT,
        )
