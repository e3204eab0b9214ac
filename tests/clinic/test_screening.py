"""Alerts of the screening: raised by a note, standing until resolved with a reason."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic.refusals import ReasonNeeded, WrongState
from kapnotes.clinic.screening import (
    CONTRAINDICATIONS,
    INTERACTIONS,
    LEVELS,
    SUBSTANCES,
    WEIGHTY,
    AlertLevel,
    Resolution,
    Screening,
    alerts,
    cautions,
    check_resolve,
    standing,
)
from kapnotes.library import note_definition

T0 = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
LISTS = {
    "contraindications": CONTRAINDICATIONS,
    "interactions": INTERACTIONS,
    "misuse-history": SUBSTANCES,
}


def note(day: int, **ticked: list[str]) -> Screening:
    answers: dict[str, object] = {name.replace("_", "-"): ticks for name, ticks in ticked.items()}
    return Screening(at=T0 + day * DAY, answers=answers)


def resolved(code: str, day: int) -> Resolution:
    return Resolution(code=code, at=T0 + day * DAY, reason="Treated.", by="Ada")


PSYCHOSIS = "contraindications.psychosis"


@pytest.mark.parametrize("link_id", LISTS)
def test_every_answer_of_the_note_is_known(link_id: str) -> None:
    asked = {one.code: one.display for one in note_definition("preparation").item(link_id).options}
    assert asked == {**LISTS[link_id], "none": "None of these"}


@pytest.mark.parametrize("code", CONTRAINDICATIONS)
def test_every_contraindication_holds_the_dose(code: str) -> None:
    [alert] = alerts({"contraindications": [code]})
    assert (alert.code, alert.level) == (f"contraindications.{code}", AlertLevel.HOLD)
    assert alert.about == "contraindications"


def test_medicines_and_substances_are_weighed_or_known() -> None:
    found = alerts({"interactions": list(INTERACTIONS), "misuse-history": list(SUBSTANCES)})
    weighty = {alert.code for alert in found if alert.level is AlertLevel.WEIGH}
    assert weighty == {*(f"interactions.{code}" for code in WEIGHTY), "misuse-history.ketamine"}
    assert {alert.level for alert in found} == {AlertLevel.WEIGH, AlertLevel.KNOW}


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"contraindications": ["none"], "interactions": ["none"], "misuse-history": ["none"]},
        {"contraindications": None, "misuse-history": [" "]},
        {"contraindications": "psychosis"},
        {"contraindications": [1]},
    ],
)
def test_none_and_a_blank_raise_nothing(answers: dict[str, object]) -> None:
    assert alerts(answers) == ()


def test_alerts_are_said_in_the_notes_words() -> None:
    found = alerts(
        {
            "contraindications": ["psychosis"],
            "interactions": ["maoi", "opioid"],
            "misuse-history": ["Kratom, daily"],
        }
    )
    assert [alert.sentence for alert in found] == [
        "Contraindication: psychosis, now or before.",
        "Medicine: opioid.",
        "Medicine: MAO inhibitor.",
        "Substance use: Kratom, daily.",
    ]


def test_an_alert_stands_though_a_later_note_does_not_say_it() -> None:
    [one] = standing(
        [note(0, contraindications=["psychosis"]), note(7, contraindications=["none"])]
    )
    assert (one.alert.code, one.since, one.said_at) == (PSYCHOSIS, T0, T0)


def test_an_alert_said_again_keeps_its_day_and_says_when_last() -> None:
    notes = [note(7, contraindications=["psychosis"]), note(0, contraindications=["psychosis"])]
    [one] = standing(notes)
    assert (one.since, one.said_at) == (T0, T0 + 7 * DAY)


def test_a_resolution_ends_it_and_a_later_note_raises_it_anew() -> None:
    notes = [note(0, contraindications=["psychosis"])]
    assert standing(notes, [resolved(PSYCHOSIS, 1)]) == ()
    assert standing(notes, [resolved("contraindications.liver", 1)]) != ()
    again = [*notes, note(7, contraindications=["psychosis"])]
    [one] = standing(again, [resolved(PSYCHOSIS, 1), resolved(PSYCHOSIS, 0)])
    assert one.since == T0 + 7 * DAY


def test_what_is_only_to_be_known_asks_for_no_reason() -> None:
    stand = standing([note(0, contraindications=["liver"], interactions=["maoi", "hypnotic"])])
    assert [one.alert.level.value for one in stand] == ["hold", "weigh", "know"]
    assert [(one.code, one.about) for one in cautions(stand)] == [
        ("alert_standing", "contraindications.liver"),
        ("alert_standing", "interactions.maoi"),
    ]


def test_an_alert_is_resolved_with_a_reason_while_it_stands() -> None:
    stand = standing([note(0, contraindications=["liver"])])
    assert check_resolve("contraindications.liver", stand, reason=" Normal now. ") == "Normal now."
    with pytest.raises(ReasonNeeded):
        check_resolve("contraindications.liver", stand, reason=" ")
    with pytest.raises(WrongState):
        check_resolve(PSYCHOSIS, stand, reason="Normal now.")


CODES = st.lists(st.sampled_from(["psychosis", "liver", "none"]), max_size=2)


@given(
    st.lists(st.tuples(st.integers(0, 50), CODES), max_size=5),
    st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["psychosis", "liver"])), max_size=4),
)
@settings(max_examples=80)
def test_an_alert_stands_if_and_only_if_it_was_raised_since_it_was_resolved(
    raised: list[tuple[int, list[str]]], ended: list[tuple[int, str]]
) -> None:
    stand = standing(
        [note(day, contraindications=codes) for day, codes in raised],
        [resolved(f"contraindications.{code}", day) for day, code in ended],
    )
    found = {one.alert.code.partition(".")[2] for one in stand}
    for code in ("psychosis", "liver"):
        last = max((day for day, codes in raised if code in codes), default=-1)
        resolved_on = max((day for day, one in ended if one == code), default=-1)
        assert (code in found) == (last > resolved_on)
    weights = [LEVELS.index(one.alert.level) for one in stand]
    assert weights == sorted(weights)
