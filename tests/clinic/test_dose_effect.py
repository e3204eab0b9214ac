"""What each dose did: its own baseline, the points after it, and what it had from doses before."""

from datetime import UTC, datetime, timedelta

from kapnotes.clinic.dose_effect import effects_of
from kapnotes.clinic.measure_reading import Reading
from kapnotes.clinic.outcome_rule import RULES

DOSE = datetime(2026, 11, 2, 10, tzinfo=UTC)
YBOCS = RULES["y-bocs"]


def after(days: float, total: int | None) -> Reading:
    return Reading(DOSE + timedelta(days=days), total)


def test_rodriguez_2013_the_second_dose_begins_from_what_the_first_left() -> None:
    """Two infusions a week apart; a drop from 28 to 17 still stood when the second was given."""
    readings = [after(-1, 28), after(1 / 24, 15), after(7, 17), after(9, 16)]
    first, second = effects_of(readings, [DOSE + timedelta(days=8), DOSE], YBOCS)
    assert (first.number, first.before, first.is_carried_over) == (1, readings[0], None)
    assert {one.label: reading for one, reading in first.points if reading} == {
        "1 h": readings[1],
        "7 d": readings[2],
    }
    assert (second.number, second.before, second.is_carried_over) == (2, readings[2], True)
    assert [reading for _, reading in second.points] == [None, None, readings[3], None, None]


def test_what_was_lost_again_is_not_carried_over() -> None:
    readings = [after(-1, 28), after(7, 17), after(20, 27)]
    _, second = effects_of(readings, [DOSE, DOSE + timedelta(days=21)], YBOCS)
    assert second.is_carried_over is False


def test_without_a_baseline_or_a_rule_nothing_is_said_of_it() -> None:
    doses = [DOSE, DOSE + timedelta(days=8)]
    assert effects_of([after(7, 17)], doses, YBOCS)[1].is_carried_over is None
    assert effects_of([after(-1, 28), after(7, 17)], doses, None)[1].is_carried_over is None
    assert effects_of([after(-1, None), after(7, 17)], doses, YBOCS)[1].is_carried_over is None
    assert effects_of([after(-1, 28)], [], YBOCS) == ()
