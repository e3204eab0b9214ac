"""Alerts of the screening: what the answers of a preparation note raise, in its own words."""

import pytest

from kapnotes.clinic.screening import (
    CONTRAINDICATIONS,
    INTERACTIONS,
    SUBSTANCES,
    WEIGHTY,
    AlertLevel,
    alerts,
)
from kapnotes.library import note_definition

LISTS = {
    "contraindications": CONTRAINDICATIONS,
    "interactions": INTERACTIONS,
    "misuse-history": SUBSTANCES,
}


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
