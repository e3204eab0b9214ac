"""What is said of a note in review: on which section, in which version, asked and answered."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import cosigning, note, reading
from kapnotes.actions.cosigning import SectionComment
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import (
    BadInput,
    NotAllowed,
    ReasonNeeded,
    StaleDigest,
    WrongState,
)
from tests.builders import (
    AT,
    Small,
    cosign,
    raw_of,
    send_back,
    shown_digest,
    sign,
    signed,
)

DAY = timedelta(days=1)


def events(event: str) -> list[Entry]:
    with db.current().reading() as opened:
        query = sa.select(Entry).where(Entry.event == event).order_by(Entry.position)
        return list(opened.execute(query).scalars())


def test_comments_stand_on_sections_and_on_questions_in_their_order(supervised: Small) -> None:
    small = supervised
    note_id = signed(small, "preparation")
    said = (
        SectionComment("", "goals", "Which goals?"),
        SectionComment("", "", "Otherwise clear."),
        SectionComment("", "session", "  "),
        SectionComment("session", "", "How long?"),
    )
    digest = shown_digest(note_id, small.supervisor)
    by = small.supervisor
    cosigning.send_back(note_id=note_id, digest=digest, comments=said, by=by, at=AT)
    writing = note.open_to_write(note_id=note_id, by=small.therapist, at=AT)
    assert writing.returned is not None
    section = next(
        item.link_id
        for item in writing.definition.items
        if any(one.link_id == "goals" for one in item.walk())
    )
    assert [(one.section, one.link_id, one.comment) for one in writing.returned.comments] == [
        (section, "goals", "Which goals?"),
        ("", "", "Otherwise clear."),
        ("session", "", "How long?"),
    ]
    assert [one.comment for one in writing.returned.about("session")] == ["How long?"]
    assert events("note.sent_back")[-1].details["comments"] == 3


def test_what_was_sent_back_twice_keeps_every_version_and_comment(supervised: Small) -> None:
    small = supervised
    note_id = signed(small, "preparation")
    for words in ("Which goals?", "And the plan?"):
        send_back(small, note_id, words, section="session")
        writing = note.open_to_write(note_id=note_id, by=small.therapist, at=AT)
        changed = raw_of("preparation", plan=words)
        note.save(note_id=note_id, base=writing.version, raw=changed, by=small.therapist, at=AT)
        sign(small, note_id)
    cosign(small, note_id)
    view = reading.look(note_id=note_id, by=small.therapist, at=AT)
    assert view.note.state == "cosigned"
    assert [one.number for one in view.versions] == [3, 2, 1]
    assert [(one.number, one.comment) for one in view.comments] == [
        (1, "Which goals?"),
        (2, "And the plan?"),
    ]
    assert [len(one.cosignatures) for one in view.versions] == [1, 0, 0]


@pytest.mark.parametrize(
    ("comments", "refusal"),
    [
        ((), ReasonNeeded),
        ((SectionComment("session", "", " "),), ReasonNeeded),
        ((SectionComment("nowhere", "", "?"),), BadInput),
        ((SectionComment("session", "goals", "?"),), BadInput),
        ((SectionComment("", "", "?"),) * 101, BadInput),
    ],
)
def test_a_comment_that_says_or_means_nothing_is_refused(
    supervised: Small, comments: tuple[SectionComment, ...], refusal: type[Exception]
) -> None:
    note_id, by = signed(supervised, "preparation"), supervised.supervisor
    digest = shown_digest(note_id, by)
    with pytest.raises(refusal):
        cosigning.send_back(note_id=note_id, digest=digest, comments=comments, by=by, at=AT)
    assert reading.look(note_id=note_id, by=by, at=AT).comments == []


def test_only_the_version_that_was_read_is_sent_back(supervised: Small) -> None:
    note_id, by = signed(supervised, "preparation"), supervised.supervisor
    said = (SectionComment("", "", "Which goals?"),)
    with pytest.raises(StaleDigest):
        cosigning.send_back(note_id=note_id, digest="other", comments=said, by=by, at=AT)


def test_a_question_leaves_the_note_waiting_and_is_answered_once(supervised: Small) -> None:
    small = supervised
    note_id = signed(small, "preparation")
    with pytest.raises(WrongState, match="Nobody asked"):
        cosigning.answer(note_id=note_id, words="Yes", by=small.therapist, at=AT)
    cosigning.ask(note_id=note_id, words="Is that so?", by=small.supervisor, at=AT)
    view = reading.look(note_id=note_id, by=small.therapist, at=AT)
    assert view.question is not None
    assert (view.note.state, view.question.comment) == ("awaiting_cosignature", "Is that so?")
    cosigning.answer(note_id=note_id, words="It is.", by=small.therapist, at=AT)
    view = reading.look(note_id=note_id, by=small.supervisor, at=AT)
    assert view.question is None
    assert [(one.move, one.comment) for one in view.comments] == [
        ("ask", "Is that so?"),
        ("answer", "It is."),
    ]
    with pytest.raises(WrongState):
        cosigning.answer(note_id=note_id, words="Again", by=small.therapist, at=AT)
    with pytest.raises(NotAllowed):
        cosigning.answer(note_id=note_id, words="Mine", by=small.supervisor, at=AT)
