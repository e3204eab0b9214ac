"""The misuse watch: a running picture of what was said when, and a task by a rule; no verdict."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.misuse import (
    DEFAULT_RULE,
    EVENT_WORDS,
    SIGNS,
    Asked,
    AuditC,
    Event,
    EventKind,
    MisuseFacts,
    MisuseRule,
    is_asked,
    picture,
    signals,
)
from kapnotes.clinic.refusals import BadInput

T0 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def asked(*signs: str, day: int = 0, **more: object) -> Asked:
    return Asked(at=T0 + day * DAY, signs=frozenset(signs), **more)  # type: ignore[arg-type]


def why(*facts: Asked | Event | AuditC, day: int = 30, rule: MisuseRule | None = None) -> int:
    """How many reasons raise the task."""
    return len(picture(known(*facts), rule, at=T0 + day * DAY).why)


def known(*facts: Asked | Event | AuditC) -> MisuseFacts:
    return MisuseFacts(
        asked=tuple(one for one in facts if isinstance(one, Asked)),
        events=tuple(one for one in facts if isinstance(one, Event)),
        audits=tuple(one for one in facts if isinstance(one, AuditC)),
    )


def test_the_picture_says_what_was_said_when_the_newest_first() -> None:
    found = picture(
        known(
            asked("craving", "early", craving=6, words="Thinks of it daily."),
            Event(at=T0 + 2 * DAY, kind=EventKind.LOST, words="Lozenges left on a train."),
            AuditC(at=T0 + DAY, total=5),
            asked("none", day=3),
        ),
        at=T0 + 9 * DAY,
    )
    assert [(one.at - T0, one.sentence, one.words) for one in found.signals] == [
        (2 * DAY, "Reported medicine as lost.", "Lozenges left on a train."),
        (DAY, "AUDIT-C 5 of 12.", ""),
        (0 * DAY, "Craving for ketamine, 6 of 10.", "Thinks of it daily."),
        (0 * DAY, "Asks for doses early, more or higher.", "Thinks of it daily."),
    ]
    assert found.asked_at == T0 + 3 * DAY
    assert found.why == ("Reported medicine as lost.", "4 signals in 90 days.")
    assert found.raises_task


def test_nothing_said_raises_nothing() -> None:
    empty = picture(MisuseFacts(), at=T0)
    assert (empty.signals, empty.asked_at, empty.raises_task) == ((), None, False)
    assert not picture(known(asked("none"), asked(day=1)), at=T0 + DAY).raises_task


def test_not_asked_is_not_the_answer_none() -> None:
    assert picture(known(asked("none")), at=T0).asked_at == T0
    assert picture(known(asked()), at=T0).asked_at is None
    facts = known(asked("none"), asked(day=3))
    assert is_asked(facts, since=T0, until=T0 + DAY)
    assert not is_asked(facts, since=T0 + DAY, until=T0 + 9 * DAY)


def test_what_lies_ahead_is_not_yet_said() -> None:
    found = picture(known(asked("outside", day=1)), at=T0)
    assert (found.signals, found.asked_at) == ((), None)


@pytest.mark.parametrize("sign", ["outside", "hiding"])
def test_some_signs_are_enough_by_themselves(sign: str) -> None:
    assert why(asked(sign)) == 1


@pytest.mark.parametrize("sign", ["craving", "early", "tolerance", "other-substances", "neglect"])
def test_of_the_others_two_are_needed(sign: str) -> None:
    assert why(asked(sign)) == 0
    assert why(asked(sign), Event(at=T0, kind=EventKind.MORE)) == 1


def test_old_signals_stay_in_the_picture_and_count_no_more() -> None:
    facts = (asked("craving"), asked("early", day=91))
    assert why(*facts, day=91) == 0
    assert len(picture(known(*facts), at=T0 + 91 * DAY).signals) == 2
    assert why(*facts, day=91, rule=MisuseRule(within_days=91)) == 1


def test_a_high_rating_is_a_craving_though_it_is_not_ticked() -> None:
    [one] = picture(known(asked("none", craving=5)), at=T0).signals
    assert one.sentence == "Craving for ketamine, 5 of 10."
    assert picture(known(asked("none", craving=4)), at=T0).signals == ()


@pytest.mark.parametrize(("total", "count"), [(2, 0), (3, 1)])
def test_audit_c_counts_from_the_practices_figure(total: int, count: int) -> None:
    assert len(picture(known(AuditC(at=T0, total=total)), at=T0).signals) == count


@pytest.mark.parametrize(
    ("concern", "raises"), [("", 0), ("none", 0), ("low", 0), ("moderate", 1), ("high", 1)]
)
def test_a_clinicians_concern_raises_the_task(concern: str, raises: int) -> None:
    assert why(asked("none", concern=concern)) == raises


def test_own_words_are_kept_as_they_are() -> None:
    [one] = picture(known(asked("Sells its lozenges")), at=T0).signals
    assert (one.code, one.sentence) == ("own-words", "Sells its lozenges.")


def test_what_somebody_looked_at_raises_the_task_no_more() -> None:
    facts = known(asked("outside"), asked("craving", day=5))
    looked = picture(facts, at=T0 + 6 * DAY, looked_at=T0 + DAY)
    assert not looked.raises_task
    assert len(looked.signals) == 2
    again = replace(facts, asked=(*facts.asked, asked("hiding", day=6)))
    assert picture(again, at=T0 + 6 * DAY, looked_at=T0 + DAY).why == (
        "Hides or plays down use.",
        "2 signals in 90 days.",
    )


@pytest.mark.parametrize(
    ("rule", "name"),
    [
        ({"at_once": frozenset({"sneezing"})}, "at_once"),
        ({"signals": 0}, "signals"),
        ({"within_days": 731}, "within_days"),
        ({"craving_from": 11}, "craving_from"),
        ({"audit_c_from": 0}, "audit_c_from"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(rule: dict[str, object], name: str) -> None:
    with pytest.raises(BadInput) as refusal:
        MisuseRule(**rule)  # type: ignore[arg-type]
    assert set(refusal.value.errors) == {name}


ASKED = st.builds(
    asked,
    st.sampled_from([*SIGNS, "none"]),
    day=st.integers(0, 200),
    craving=st.none() | st.integers(0, 10),
    concern=st.sampled_from(["", "none", "low", "moderate", "high"]),
)
EVENTS = st.builds(
    lambda day, kind: Event(at=T0 + day * DAY, kind=kind),
    st.integers(0, 200),
    st.sampled_from(EventKind),
)
AUDITS = st.builds(
    lambda day, total: AuditC(at=T0 + day * DAY, total=total),
    st.integers(0, 200),
    st.integers(0, 12),
)
FACTS = st.lists(ASKED | EVENTS | AUDITS, max_size=6)
VERDICT = re.compile(r"addict|abus|dependen|misus|diver|seek|suspect", re.IGNORECASE)


@given(FACTS, ASKED | EVENTS | AUDITS, st.integers(0, 200))
@settings(max_examples=80)
def test_one_more_fact_never_takes_the_task_away(
    facts: list[Asked | Event | AuditC], more: Asked | Event | AuditC, day: int
) -> None:
    at = T0 + day * DAY
    before, after = picture(known(*facts), at=at), picture(known(*facts, more), at=at)
    assert after.raises_task or not before.raises_task
    assert set(before.signals) <= set(after.signals)
    assert [one.at for one in after.signals] == sorted(
        (one.at for one in after.signals), reverse=True
    )


@given(FACTS)
@settings(max_examples=60)
def test_no_word_of_it_is_a_verdict(facts: list[Asked | Event | AuditC]) -> None:
    found = picture(known(*facts), at=T0 + 200 * DAY)
    sentences = [*found.why, *(one.sentence for one in found.signals)]
    assert not [sentence for sentence in sentences if VERDICT.search(sentence)]
    assert {one.code for one in found.signals} <= set(signals())


def test_all_that_can_be_enough_has_its_words() -> None:
    assert set(signals()) == {*SIGNS, *EVENT_WORDS, "audit-c", "concern"}
    assert DEFAULT_RULE.at_once <= set(signals())
