"""The decision for the next infusion, in the codes of the integration note, and what follows."""

from datetime import date
from decimal import Decimal

import pytest

from kapnotes.clinic.course_state import CourseState
from kapnotes.clinic.decision import (
    FOLLOW_UPS,
    Decision,
    DoseChange,
    FollowUp,
    NextInfusion,
    against,
    aim,
    decision_from,
)
from kapnotes.clinic.refusals import BadInput
from kapnotes.library import note_definition

ON = date(2026, 5, 4)
EVERYTHING: dict[str, object] = {
    "next-infusion-reason": " It helps. ",
    "next-infusion-on": ON,
    "dose-direction": "lower",
    "dose-request": "Dissociation was too strong.",
    "pause-until": ON,
    "maintenance-interval": Decimal("2.5"),
    "ending-words": "Follow-up in June.",
}


def decided(kind: NextInfusion, **more: object) -> Decision:
    answers = {**EVERYTHING, "next-infusion": kind.value, **more}
    found = decision_from(answers)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("link_id", "words"), [("next-infusion", NextInfusion), ("dose-direction", DoseChange)]
)
def test_the_codes_are_those_of_the_note(
    link_id: str, words: type[NextInfusion] | type[DoseChange]
) -> None:
    asked = [option.code for option in note_definition("integration").item(link_id).options]
    assert asked == list(words)


def test_an_undecided_note_has_no_decision() -> None:
    assert decision_from({}) is None
    assert decision_from(EVERYTHING) is None


def test_a_decision_keeps_what_belongs_to_it_and_nothing_else() -> None:
    reason = "It helps."
    assert decided(NextInfusion.GO_AHEAD) == Decision(
        kind=NextInfusion.GO_AHEAD, reason=reason, on=ON
    )
    assert decided(NextInfusion.CHANGE_DOSE) == Decision(
        kind=NextInfusion.CHANGE_DOSE,
        reason=reason,
        on=ON,
        change=DoseChange.LOWER,
        request="Dissociation was too strong.",
    )
    assert decided(NextInfusion.PAUSE) == Decision(kind=NextInfusion.PAUSE, reason=reason, until=ON)
    assert decided(NextInfusion.MAINTENANCE) == Decision(
        kind=NextInfusion.MAINTENANCE, reason=reason, on=ON, interval_months=Decimal("2.5")
    )
    assert decided(NextInfusion.END) == Decision(
        kind=NextInfusion.END, reason=reason, ending="Follow-up in June."
    )


def test_blanks_stay_blank() -> None:
    assert decision_from({"next-infusion": "change-dose"}) == Decision(
        kind=NextInfusion.CHANGE_DOSE
    )
    assert decision_from({"next-infusion": "maintenance"}) == Decision(
        kind=NextInfusion.MAINTENANCE
    )


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("nonsense", "next-infusion", "nonsense"),
        ("go-ahead", "next-infusion-on", "soon"),
        ("pause", "pause-until", 7),
        ("change-dose", "dose-direction", "sideways"),
        ("maintenance", "maintenance-interval", Decimal(0)),
        ("maintenance", "maintenance-interval", Decimal("NaN")),
        ("maintenance", "maintenance-interval", 2.5),
    ],
)
def test_nonsense_is_refused_by_the_name_of_its_question(
    kind: str, name: str, value: object
) -> None:
    with pytest.raises(BadInput) as refusal:
        decision_from({"next-infusion": kind, name: value})
    assert set(refusal.value.errors) == {name}


def test_a_change_of_dose_is_asked_for_and_not_made() -> None:
    changed = decided(NextInfusion.CHANGE_DOSE)
    assert changed.follow_ups == (FollowUp.ASK_MEDICAL, FollowUp.PLAN_INFUSION)
    assert set(FOLLOW_UPS) == set(NextInfusion)
    assert all(FOLLOW_UPS.values())


def test_a_decision_aims_at_the_day_or_the_interval_that_it_names() -> None:
    last = date(2026, 3, 2)
    assert aim(decided(NextInfusion.MAINTENANCE), last) == ON
    unnamed = Decision(kind=NextInfusion.MAINTENANCE, interval_months=Decimal("2.5"))
    assert aim(unnamed, last) == date(2026, 5, 17)
    assert aim(Decision(kind=NextInfusion.GO_AHEAD), last) is None


@pytest.mark.parametrize(
    ("kind", "state", "high_risk", "found"),
    [
        (NextInfusion.GO_AHEAD, CourseState.ACTIVE, False, []),
        (NextInfusion.GO_AHEAD, CourseState.ACTIVE, True, ["high_risk"]),
        (NextInfusion.GO_AHEAD, CourseState.PAUSED, False, ["course_paused"]),
        (NextInfusion.PAUSE, CourseState.PAUSED, True, []),
        (NextInfusion.MAINTENANCE, CourseState.ENDED, False, ["course_ended"]),
        (NextInfusion.END, CourseState.ENDED, True, []),
    ],
)
def test_what_speaks_against_a_decision_is_said(
    kind: NextInfusion, state: CourseState, *, high_risk: bool, found: list[str]
) -> None:
    cautions = against(Decision(kind=kind), state, high_risk=high_risk)
    assert [caution.code for caution in cautions] == found
