"""Whose notes need a co-signature, and who may give it on which day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.cosignature import (
    ALL_KINDS,
    Absence,
    Acting,
    Capacity,
    Link,
    NotAssigned,
    NotYourNote,
    Requirement,
    WaitingNote,
    acting_on,
    check_act,
    may_act,
    needs_cosignature,
)
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.refusals import NotAllowed

DAY = timedelta(days=1)
START, END = date(2026, 3, 1), date(2026, 4, 1)
K = NoteKind
NEEDED = Requirement(author="ada", starts_on=START, ends_on=END)
LINK = Link(supervisor="sue", author="ada", starts_on=START, ends_on=END)
AWAY = Absence(
    supervisor="sue", deputy="dan", starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 15)
)
NOTE = WaitingNote(author="ada", kind=K.DOSING, signed_on=date(2026, 3, 5))


@pytest.mark.parametrize(
    ("on", "is_needed"),
    [(START - DAY, False), (START, True), (END - DAY, True), (END, False)],
)
def test_a_period_holds_from_its_first_day_to_the_day_before_its_end(
    on: date, *, is_needed: bool
) -> None:
    assert needs_cosignature("ada", K.DOSING, [NEEDED], days=[on]) is is_needed
    endless = replace(NEEDED, ends_on=None)
    assert needs_cosignature("ada", K.DOSING, [endless], days=[on]) is (on >= START)
    act = Link(supervisor="sue", author="ada", starts_on=START, ends_on=END, covers_from=date.min)
    assert may_act("sue", NOTE, [act], on=on) is is_needed


def test_the_kinds_are_all_or_chosen_and_others_are_not_meant() -> None:
    chosen = replace(NEEDED, kinds=frozenset({K.INTEGRATION}))
    for kind in K:
        assert needs_cosignature("ada", kind, [NEEDED], days=[START])
        assert needs_cosignature("ada", kind, [chosen], days=[START]) is (kind is K.INTEGRATION)
        assert not needs_cosignature("bob", kind, [NEEDED, chosen], days=[START])
    assert not needs_cosignature(
        "ada", K.DOSING, [replace(NEEDED, kinds=frozenset())], days=[START]
    )
    assert frozenset(K) == ALL_KINDS


def test_nobody_waits_a_requirement_out() -> None:
    """The day of the session counts beside that of the signature."""
    assert needs_cosignature("ada", K.DOSING, [NEEDED], days=[END - DAY, END + DAY])
    assert not needs_cosignature("ada", K.DOSING, [NEEDED], days=[END, END + DAY])


def test_a_note_that_was_sent_for_cosignature_once_goes_there_again() -> None:
    assert needs_cosignature("ada", K.DOSING, [], days=[END], was_asked=True)
    assert not needs_cosignature("ada", K.DOSING, [], days=[END])


def test_nobody_acts_on_a_note_of_their_own() -> None:
    own = replace(LINK, supervisor="ada")
    stand_in = replace(AWAY, deputy="ada")
    with pytest.raises(NotYourNote, match="Nobody co-signs a note of their own"):
        check_act("ada", NOTE, [own, LINK], [stand_in], on=date(2026, 3, 11))
    assert [one.person for one in acting_on(NOTE, [own, LINK], [stand_in], on=AWAY.starts_on)] == [
        "sue"
    ]
    assert issubclass(NotYourNote, NotAllowed)


@pytest.mark.parametrize(("signed_on", "may"), [(START - DAY, False), (START, True)])
def test_a_link_does_not_reach_back(signed_on: date, *, may: bool) -> None:
    note = replace(NOTE, signed_on=signed_on)
    assert may_act("sue", note, [LINK], on=START) is may
    if not may:
        with pytest.raises(NotAssigned) as refusal:
            check_act("sue", note, [LINK], on=START)
        assert refusal.value.sentence == (
            "This note was signed on 28 February 2026; you have been its author's supervisor "
            "since 1 March 2026."
        )


@pytest.mark.parametrize(("days", "may"), [(0, True), (1, False)])
def test_a_link_made_to_take_over_covers_what_was_left_waiting(days: int, *, may: bool) -> None:
    note = replace(NOTE, signed_on=START - 7 * DAY)
    taking_over = replace(LINK, covers_from=START - (7 - days) * DAY)
    assert may_act("sue", note, [taking_over], on=START) is may
    later = replace(LINK, covers_from=START + 5 * DAY)
    assert may_act("sue", replace(NOTE, signed_on=START), [later], on=START)


def test_a_link_that_ended_is_over_on_that_day() -> None:
    assert may_act("sue", NOTE, [LINK], on=END - DAY)
    with pytest.raises(NotAssigned) as refusal:
        check_act("sue", NOTE, [LINK], on=END)
    assert refusal.value.sentence == (
        "You have not been the supervisor of this note's author since 1 April 2026."
    )


@pytest.mark.parametrize(
    ("on", "may"),
    [
        (AWAY.starts_on - DAY, False),
        (AWAY.starts_on, True),
        (date(2026, 3, 14), True),
        (date(2026, 3, 15), False),
    ],
)
def test_a_deputy_acts_while_the_supervisor_is_away(on: date, *, may: bool) -> None:
    assert may_act("dan", NOTE, [LINK], [AWAY], on=on) is may
    assert may_act("sue", NOTE, [LINK], [AWAY], on=on)


def test_a_deputy_acts_for_the_supervisor_and_only_where_they_could() -> None:
    on = AWAY.starts_on
    assert check_act("dan", NOTE, [LINK], [AWAY], on=on) == Acting(
        person="dan", capacity=Capacity.DEPUTY, supervisor="sue"
    )
    assert check_act("sue", NOTE, [LINK], [AWAY], on=on).capacity is Capacity.SUPERVISOR
    early = replace(NOTE, signed_on=START - DAY)
    assert not may_act("dan", early, [LINK], [AWAY], on=on)
    assert not may_act("dan", NOTE, [replace(LINK, ends_on=on)], [AWAY], on=on)
    chained = Absence(supervisor="dan", deputy="eve", starts_on=on)
    assert not may_act("eve", NOTE, [LINK], [AWAY, chained], on=on)


def test_a_refused_deputy_reads_why() -> None:
    with pytest.raises(NotAssigned, match="The absence in which you were the deputy is over"):
        check_act("dan", NOTE, [LINK], [AWAY], on=date(2026, 3, 15))
    with pytest.raises(NotAssigned, match="You are not the supervisor of this note's author"):
        check_act("dan", NOTE, [LINK], [AWAY], on=date(2026, 3, 9))
    with pytest.raises(NotAssigned, match="You are not the supervisor of this note's author"):
        check_act("zoe", NOTE, [LINK], on=START)


def test_somebody_who_is_both_acts_as_the_supervisor() -> None:
    both = [LINK, replace(LINK, supervisor="dan")]
    acting = acting_on(NOTE, both, [AWAY], on=AWAY.starts_on)
    assert [(one.person, one.capacity.value) for one in acting] == [
        ("dan", "supervisor"),
        ("sue", "supervisor"),
    ]


def test_nobody_at_all_is_said_by_an_empty_list() -> None:
    assert acting_on(NOTE, [], [AWAY], on=START) == ()


PEOPLE = st.sampled_from(["ada", "sue", "dan"])
DAYS = st.integers(0, 20).map(lambda after: START + after * DAY)
LINKS = st.lists(
    st.builds(Link, supervisor=PEOPLE, author=PEOPLE, starts_on=DAYS, ends_on=st.none() | DAYS),
    max_size=4,
)
ABSENCES = st.lists(
    st.builds(Absence, supervisor=PEOPLE, deputy=PEOPLE, starts_on=DAYS, ends_on=st.none() | DAYS),
    max_size=3,
)


@given(
    st.builds(WaitingNote, author=PEOPLE, kind=st.sampled_from(K), signed_on=DAYS),
    LINKS,
    ABSENCES,
    DAYS,
    PEOPLE,
)
@settings(max_examples=100)
def test_whoever_acts_has_a_link_or_stands_in_for_one_who_has(
    note: WaitingNote, links: list[Link], absences: list[Absence], on: date, person: str
) -> None:
    acting = acting_on(note, links, absences, on=on)
    assert may_act(person, note, links, absences, on=on) is (person in {a.person for a in acting})
    assert note.author not in {one.person for one in acting}
    holding = {
        one.supervisor
        for one in links
        if one.author == note.author and one.holds(on) and one.starts_on <= note.signed_on
    }
    for one in acting:
        assert one.supervisor in holding
        if one.capacity is Capacity.DEPUTY:
            assert any(a.deputy == one.person and a.holds(on) for a in absences)
        else:
            assert one.person == one.supervisor
    assert acting == acting_on(note, links[::-1], absences[::-1], on=on)
