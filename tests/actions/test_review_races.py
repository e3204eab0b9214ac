"""What supervisors, an author and an administrator do in one moment: exactly one legal outcome."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor, operator
from kapnotes.actions import cosigning, people, reading, supervision, trail, under_review
from kapnotes.actions.cosigning import SectionComment
from kapnotes.audit.trail import Entry
from kapnotes.clinic.cosignature import NotAssigned
from kapnotes.clinic.refusals import OutOfReach, WrongState
from kapnotes.records import note as notes
from kapnotes.records.note import Cosignature, Note
from tests.actions.test_races import both, once
from tests.builders import AT, HERE, PASSWORD, Small, add_person, shown_digest, signed

pytestmark = pytest.mark.safety("KAP/two-at-once")

SAID = (SectionComment("", "", "Which goals?"),)


class Scene:
    """A note that waits, and two supervisors who may decide on it."""

    def __init__(self, small: Small) -> None:
        self.small, self.sven = small, small.supervisor
        self.dana = add_person("Dana", "supervisor")
        self.link = supervision.link(
            supervisor_id=self.dana.id,
            supervisee_id=small.therapist.id,
            starts_on=AT.date(),
            by=small.administrator,
            at=AT,
        )
        self.note_id = signed(small, "preparation")
        self.digest = shown_digest(self.note_id, self.dana)

    def cosigned_by(self, who: Actor) -> Callable[[], Note]:
        return lambda: cosigning.cosign(
            note_id=self.note_id,
            digest=self.digest,
            password=PASSWORD,
            address=HERE,
            by=who,
            at=AT,
        )

    def sent_back_by(self, who: Actor) -> Callable[[], Note]:
        return lambda: cosigning.send_back(
            note_id=self.note_id, digest=self.digest, comments=SAID, by=who, at=AT
        )

    def withdrawn(self) -> Note:
        by = self.small.therapist
        return cosigning.withdraw(note_id=self.note_id, reason="Wrong weight", by=by, at=AT)

    def ended(self) -> None:
        by = self.small.administrator
        supervision.end_link(link_id=self.link, on=AT.date(), by=by, at=AT)

    @property
    def state(self) -> str:
        return reading.look(note_id=self.note_id, by=self.small.therapist, at=AT).note.state


@pytest.fixture
def scene(supervised: Small) -> Scene:
    return Scene(supervised)


def places(event: str) -> list[int]:
    """Where in the trail that act is done."""
    with db.current().reading() as opened:
        query = sa.select(Entry.position).where(Entry.event == event, Entry.outcome == "done")
        return list(opened.execute(query).scalars())


def test_two_supervisors_at_once_leave_one_cosignature(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = both(
        monkeypatch,
        cosigning,
        "check_password",
        scene.cosigned_by(scene.sven),
        scene.cosigned_by(scene.dana),
    )
    assert sorted(type(one).__name__ for one in ended) == ["Note", "WrongState"]
    with db.current().reading() as opened:
        assert opened.execute(sa.select(sa.func.count(Cosignature.id))).scalar_one() == 1
    assert (scene.state, len(places("note.cosigned"))) == ("cosigned", 1)
    assert trail.verify(by=operator(), at=AT).is_whole


@pytest.mark.parametrize("first", ["cosigned", "sent_back", "withdrawn"])
@pytest.mark.parametrize("second", ["cosigned", "sent_back", "withdrawn"])
def test_of_two_decisions_in_one_moment_the_first_stands_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, first: str, second: str
) -> None:
    """The note is held before anything is asked of it: whoever comes meanwhile comes too late."""
    acts: dict[str, Callable[[], Any]] = {
        "cosigned": scene.cosigned_by(scene.dana),
        "sent_back": scene.sent_back_by(scene.dana),
        "withdrawn": scene.withdrawn,
    }
    others = {**acts, "cosigned": scene.cosigned_by(scene.sven)}
    acted = once(monkeypatch, notes, "lock", others[second])
    acts[first]()
    assert isinstance(acted[0].exception(30), WrongState)
    assert scene.state == ("cosigned" if first == "cosigned" else "returned")
    done = [event for event in acts if places(f"note.{event}")]
    assert done == [first]
    assert trail.verify(by=operator(), at=AT).is_whole


@pytest.mark.parametrize("act", ["cosigned_by", "sent_back_by"])
@pytest.mark.parametrize("just_after", ["check_review_note", "newest", "say"])
def test_a_link_that_ends_in_that_moment_ended_before_the_act_or_ends_after_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, act: str, just_after: str
) -> None:
    ending = once(monkeypatch, under_review, just_after, scene.ended)
    try:
        getattr(scene, act)(scene.dana)()
    except (NotAssigned, OutOfReach):
        assert scene.state == "awaiting_cosignature"
        assert not places("note.cosigned") + places("note.sent_back")
    else:
        if not ending:
            scene.ended()
        else:
            assert ending[0].exception(30) is None
        [decided] = places("note.cosigned") + places("note.sent_back")
        assert decided < places("supervision.ended")[0]
        assert scene.state != "awaiting_cosignature"
    [link] = [
        one
        for one in people.look(by=scene.small.administrator, at=AT).links
        if one.id == scene.link
    ]
    assert link.ends_on == AT.date()
    assert trail.verify(by=operator(), at=AT).is_whole


def test_a_link_that_is_held_for_an_act_is_not_ended_before_it_is_kept(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once links are held the act goes through, and the end waits for it."""
    ending = once(monkeypatch, under_review.cosignature, "check_acting", scene.ended)
    scene.cosigned_by(scene.dana)()
    assert ending[0].exception(30) is None
    assert places("note.cosigned")[0] < places("supervision.ended")[0]


def test_an_absence_that_ends_in_that_moment_is_no_different(
    supervised: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, deputy = supervised, add_person("Dana", "supervisor")
    by, note_id = small.administrator, signed(supervised, "preparation")
    away = supervision.stand_in(
        supervisor_id=small.supervisor.id,
        deputy_id=deputy.id,
        starts_on=AT.date(),
        ends_on=None,
        by=by,
        at=AT,
    )
    ending = once(
        monkeypatch,
        under_review.cosignature,
        "check_acting",
        lambda: supervision.end_absence(absence_id=away, on=AT.date(), by=by, at=AT),
    )
    cosigning.cosign(
        note_id=note_id,
        digest=shown_digest(note_id, deputy),
        password=PASSWORD,
        address=HERE,
        by=deputy,
        at=AT,
    )
    assert ending[0].exception(30) is None
    assert places("note.cosigned")[0] < places("absence.ended")[0]
