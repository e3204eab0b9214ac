"""What is typed into a note is kept to the letter, whoever saves when."""

from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kapnotes.actions import note, process_note
from kapnotes.clinic.refusals import (
    BadInput,
    Locked,
    NotAllowed,
    OutOfReach,
    StaleDraft,
    WrongState,
)
from kapnotes.library import note_definition
from kapnotes.records.draft import NoteDraft
from tests.builders import AT, Small, raw_of, signed, written
from tests.plumbing.role import owning

NASTY = "</textarea><script>alert(1)</script>\nÜmläut שלום 🙂 \u202eback\n\n"


def begin(small: Small, kind: str = "integration") -> UUID:
    return note.begin(infusion_id=small.infusion_id, kind=kind, by=small.therapist, at=AT)


def draft_of(small: Small, note_id: UUID) -> note.Writing:
    return note.open_to_write(note_id=note_id, by=small.therapist, at=AT)


def save(small: Small, note_id: UUID, base: int, text: str, seconds: int = 0) -> note.Saved:
    at = AT + timedelta(seconds=seconds)
    raw = {"themes": [text]}
    return note.save(note_id=note_id, base=base, raw=raw, by=small.therapist, at=at)


@pytest.mark.safety("KAP/drafts")
def test_a_draft_comes_back_to_the_letter(small: Small) -> None:
    note_id = begin(small)
    text = NASTY + "x" * 19_000
    assert save(small, note_id, 1, text).version == 2
    assert draft_of(small, note_id).raw["themes"] == [text]


def test_text_that_does_not_fit_its_field_is_kept_too(small: Small) -> None:
    note_id = begin(small)
    raw = {"erp.0.suds-before": ["about 7?"], "session-date": ["tomorrow"]}
    note.save(note_id=note_id, base=1, raw=raw, by=small.therapist, at=AT)
    assert draft_of(small, note_id).raw == raw


def test_a_save_on_an_old_version_overwrites_nothing_and_is_kept_aside(small: Small) -> None:
    note_id = begin(small)
    save(small, note_id, 1, "first window")
    with pytest.raises(StaleDraft):
        save(small, note_id, 1, "second window")
    writing = draft_of(small, note_id)
    assert writing.raw["themes"] == ["first window"]
    assert writing.has_aside
    _, _, kept = note.look_at_drafts(note_id=note_id, by=small.therapist, at=AT)
    assert [one.raw["themes"] for one in kept if one.is_aside] == [["second window"]]


def test_the_same_conflict_again_is_kept_aside_once(small: Small) -> None:
    note_id = begin(small)
    save(small, note_id, 1, "first")
    for _ in range(3):
        with pytest.raises(StaleDraft):
            save(small, note_id, 1, "second")
    _, _, kept = note.look_at_drafts(note_id=note_id, by=small.therapist, at=AT)
    assert sum(one.is_aside for one in kept) == 1


def test_a_doubled_save_does_nothing(small: Small) -> None:
    note_id = begin(small)
    first = save(small, note_id, 1, "once")
    assert save(small, note_id, 1, "once").version == first.version


def test_earlier_drafts_are_kept_and_come_back(small: Small) -> None:
    note_id = begin(small)
    save(small, note_id, 1, "a paragraph", 10)
    save(small, note_id, 2, "a paragraph and more", 20)
    save(small, note_id, 3, "everything deleted", 100)
    _, _, kept = note.look_at_drafts(note_id=note_id, by=small.therapist, at=AT)
    assert [one.raw.get("themes") for one in kept] == [
        ["everything deleted"],
        ["a paragraph and more"],
        None,
    ]
    version = note.restore(note_id=note_id, version=3, by=small.therapist, at=AT)
    assert draft_of(small, note_id).raw["themes"] == ["a paragraph and more"]
    assert draft_of(small, note_id).version == version == 5


@pytest.mark.safety("KAP/drafts")
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.booleans(), st.integers(0, 90)),
        min_size=1,
        max_size=8,
    )
)
def test_two_windows_saving_as_they_like_lose_no_text(
    small: Small, moves: list[tuple[str, bool, int]]
) -> None:
    """Whatever was answered as saved, or refused as stale, is among the kept drafts."""
    note_id = begin(small)
    base = {"A": 1, "B": 1}
    clock = 0
    last = ""
    for count, (window, reloads, wait) in enumerate(moves):
        clock += wait
        text = f"{window}{count}"
        try:
            base[window] = save(small, note_id, base[window], text, clock).version
            last = text
        except StaleDraft:
            if reloads:
                base[window] = draft_of(small, note_id).version
    assert draft_of(small, note_id).raw["themes"] == [last]


def test_only_the_author_writes(small: Small) -> None:
    note_id = begin(small)
    for actor in (small.medical, small.administrator, small.supervisor):
        with pytest.raises((NotAllowed, OutOfReach)):
            note.save(note_id=note_id, base=1, raw={"themes": ["x"]}, by=actor, at=AT)
    with pytest.raises(OutOfReach):
        note.save(note_id=note_id, base=1, raw={}, by=small.other_therapist, at=AT)


def test_a_signed_note_takes_no_draft(small: Small) -> None:
    note_id = signed(small, "preparation")
    with pytest.raises(Locked):
        note.save(note_id=note_id, base=2, raw={"plan": ["changed"]}, by=small.therapist, at=AT)
    with (
        pytest.raises(sa.exc.DBAPIError, match="the note is signed"),
        owning() as opened,
    ):
        opened.execute(sa.update(NoteDraft).values(version=NoteDraft.version + 100))


def test_one_answer_is_carried_over_and_marked(small: Small) -> None:
    signed(small, "preparation", goals="Lunch with colleagues")
    second = note.begin(
        infusion_id=small.infusion_id, kind="preparation", by=small.therapist, at=AT
    )
    writing = draft_of(small, second)
    assert writing.earlier is not None
    assert "goals" not in writing.raw
    note.carry(
        note_id=second,
        base=writing.version,
        raw=writing.raw,
        name="goals",
        by=small.therapist,
        at=AT,
    )
    after = draft_of(small, second)
    assert after.raw["goals"] == ["Lunch with colleagues"]
    assert after.carried == ("goals",)


def test_what_the_earlier_note_did_not_say_is_not_carried(small: Small) -> None:
    note_id = begin(small)
    with pytest.raises(BadInput):
        note.carry(note_id=note_id, base=1, raw={}, name="themes", by=small.therapist, at=AT)


def test_a_draft_is_discarded_but_not_beside_a_process_note(small: Small) -> None:
    note_id = begin(small)
    note.discard(note_id=note_id, by=small.therapist, at=AT)
    with pytest.raises(WrongState):
        save(small, note_id, 1, "too late")
    beside = begin(small)
    process_note.save(note_id=beside, base=0, text="private", by=small.therapist, at=AT)
    with pytest.raises(WrongState):
        note.discard(note_id=beside, by=small.therapist, at=AT)


def test_several_notes_of_a_kind_stand_side_by_side(small: Small) -> None:
    first, second = written(small, "integration"), written(small, "integration")
    assert first != second
    assert draft_of(small, first).raw == note.kept(
        note_definition("integration"), raw_of("integration")
    )
