"""Who decides on a note that waits: assigned that day, never the author, and nothing skips it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import cosigning, people, reading, signing, supervision
from kapnotes.audit.trail import Entry
from kapnotes.clinic.cosignature import NotAssigned
from kapnotes.clinic.refusals import (
    OutOfReach,
)
from kapnotes.records import note as notes
from tests.builders import (
    AT,
    HERE,
    PASSWORD,
    Small,
    add_person,
    require,
    send_back,
    shown_digest,
    sign,
    signed,
    written,
)
from tests.plumbing.role import owning

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """A practice in which Dana is a second supervisor of nobody yet."""

    small: Small
    dana: Actor


@pytest.fixture
def pair(supervised: Small) -> Pair:
    return Pair(supervised, add_person("Dana", "supervisor"))


def link(pair: Pair, *, at: datetime = AT, takes_over: bool = False) -> UUID:
    """Dana supervises Thea too, from that day."""
    return supervision.link(
        supervisor_id=pair.dana.id,
        supervisee_id=pair.small.therapist.id,
        starts_on=at.date(),
        takes_over=takes_over,
        by=pair.small.administrator,
        at=at,
    )


def away(pair: Pair, days: int = 2) -> UUID:
    """Sven is away from tomorrow, and Dana stands in."""
    return supervision.stand_in(
        supervisor_id=pair.small.supervisor.id,
        deputy_id=pair.dana.id,
        starts_on=(AT + DAY).date(),
        ends_on=(AT + (1 + days) * DAY).date(),
        by=pair.small.administrator,
        at=AT,
    )


def test_a_link_does_not_reach_back_to_what_was_signed_before(pair: Pair) -> None:
    note_id = signed(pair.small, "preparation")
    later = AT + DAY
    link(pair, at=later)
    assert not reading.look(note_id=note_id, by=pair.dana, at=later).decides
    with pytest.raises(NotAssigned, match="you have been its author's supervisor since"):
        decide(pair, note_id, at=later)


def decide(pair: Pair, note_id: UUID, *, at: datetime) -> None:
    """Dana co-signs."""
    cosigning.cosign(
        note_id=note_id,
        digest=shown_digest(note_id, pair.dana, at=at),
        password=PASSWORD,
        address=HERE,
        by=pair.dana,
        at=at,
    )


def test_a_link_that_takes_over_decides_on_what_was_left_waiting(pair: Pair) -> None:
    note_id = signed(pair.small, "preparation")
    [old] = people.look(by=pair.small.administrator, at=AT).links
    later = AT + 5 * DAY
    supervision.end_link(link_id=old.id, on=later.date(), by=pair.small.administrator, at=later)
    view = reading.look(note_id=note_id, by=pair.small.therapist, at=later)
    assert view.reviewers == ()
    made = link(pair, at=later, takes_over=True)
    [taken] = [
        one for one in people.look(by=pair.small.administrator, at=later).links if one.id == made
    ]
    assert taken.covers_from == AT.date()
    decide(pair, note_id, at=later)


@pytest.mark.safety("ONC-d1/deputy")
def test_a_deputy_reaches_and_decides_in_the_absence_and_at_no_other_time(pair: Pair) -> None:
    note_id = signed(pair.small, "preparation")
    away(pair, days=2)
    for days, reached in ((0, False), (1, True), (2, True), (3, False)):
        at = AT + days * DAY
        if reached:
            view = reading.look(note_id=note_id, by=pair.dana, at=at)
            assert [one.words for one in view.reviewers] == [
                "Sven",
                "Dana, who stands in for Sven",
            ]
            assert view.decides
        else:
            with pytest.raises(OutOfReach):
                reading.look(note_id=note_id, by=pair.dana, at=at)
    decide(pair, note_id, at=AT + DAY)
    view = reading.look(note_id=note_id, by=pair.small.therapist, at=AT + DAY)
    assert view.newest is not None
    assert [one.deputy_for for one in view.newest.cosignatures] == ["Sven, PhD"]
    last = events("note.cosigned")[-1]
    assert (last.details["capacity"], last.details["supervisor"]) == (
        "deputy",
        str(pair.small.supervisor.id),
    )


def test_a_deputys_reach_ends_with_the_absence_on_the_next_request(pair: Pair) -> None:
    note_id = signed(pair.small, "preparation")
    made, at = away(pair), AT + DAY
    assert reading.look(note_id=note_id, by=pair.dana, at=at).decides
    by = pair.small.administrator
    supervision.end_absence(absence_id=made, on=at.date(), by=by, at=at)
    with pytest.raises(OutOfReach):
        decide(pair, note_id, at=at)


def test_a_deputy_reaches_nobody_elses_people(pair: Pair) -> None:
    """Not those of a supervisor who is there, nor through a second absence."""
    eve = add_person("Eve", "supervisor")
    note_id = signed(pair.small, "preparation")
    away(pair)
    at = AT + DAY
    supervision.stand_in(
        supervisor_id=pair.dana.id,
        deputy_id=eve.id,
        starts_on=at.date(),
        ends_on=None,
        by=pair.small.administrator,
        at=AT,
    )
    with pytest.raises(OutOfReach):
        reading.look(note_id=note_id, by=eve, at=at)


def events(event: str) -> list[Entry]:
    with db.current().reading() as opened:
        query = sa.select(Entry).where(Entry.event == event).order_by(Entry.position)
        return list(opened.execute(query).scalars())


def test_a_returned_note_is_cosigned_even_when_everything_ended_meanwhile(pair: Pair) -> None:
    """The hole: once the requirement and the link had ended, signing anew was the last word."""
    small, by = pair.small, pair.small.administrator
    note_id = signed(small, "preparation")
    send_back(small, note_id)
    accounts, later = people.look(by=by, at=AT), AT + DAY
    supervision.end_link(link_id=accounts.links[0].id, on=later.date(), by=by, at=later)
    needed = accounts.requirements[0].id
    supervision.end_requirement(requirement_id=needed, on=later.date(), by=by, at=later)
    shown = signing.review(note_id=note_id, by=small.therapist, at=later)
    assert (shown.waits, shown.reviewers) == (True, ())
    sign(small, note_id, at=later)
    assert reading.look(note_id=note_id, by=small.therapist, at=later).note.state == (
        "awaiting_cosignature"
    )
    fresh = written(small, "integration", **{"session-date": later.date()})
    assert not signing.review(note_id=fresh, by=small.therapist, at=later + DAY).waits


def test_only_the_kinds_that_need_it_wait(small: Small) -> None:
    require(small.administrator, small.therapist, "integration")
    for kind, waits in (("preparation", False), ("integration", True)):
        shown = signing.review(note_id=written(small, kind), by=small.therapist, at=AT)
        assert shown.waits is waits
        assert [one.words for one in shown.reviewers] == (["Sven"] if waits else [])


def test_nobody_waits_a_requirement_out(supervised: Small) -> None:
    """The day of the session counts: the note says it was held while the requirement was."""
    small, later = supervised, AT + DAY
    note_id = written(small, "preparation", **{"session-date": AT.date()})
    [needed] = people.look(by=small.administrator, at=AT).requirements
    supervision.end_requirement(
        requirement_id=needed.id, on=later.date(), by=small.administrator, at=later
    )
    assert signing.review(note_id=note_id, by=small.therapist, at=later).waits


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE note SET state = 'signed'",
        "UPDATE note SET state = 'discarded'",
        "UPDATE supervision SET starts_on = '2020-01-01'",
        "UPDATE requirement SET kinds = 'dosing'",
        "DELETE FROM requirement",
    ],
)
def test_the_database_itself_refuses_what_would_skip_a_cosignature(
    supervised: Small, statement: str
) -> None:
    note_id = signed(supervised, "preparation")
    send_back(supervised, note_id)
    with (
        pytest.raises(sa.exc.DBAPIError, match=r"does not change|only end|never deleted"),
        owning() as session,
    ):
        session.execute(sa.text(statement))


def test_the_database_itself_refuses_a_cosignature_of_ones_own(supervised: Small) -> None:
    small, note_id = supervised, signed(supervised, "preparation")
    with (
        pytest.raises(sa.exc.DBAPIError, match="nobody co-signs their own"),
        owning() as session,
    ):
        session.execute(
            sa.insert(notes.Cosignature).values(
                note_id=note_id,
                patient_id=small.patient_id,
                number=1,
                digest="0" * 64,
                signer_id=small.therapist.id,
                signer="Thea",
                signer_role="therapist",
                signed_at=AT,
            )
        )
