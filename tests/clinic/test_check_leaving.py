"""How a session ended: events without follow-up, discharge, leaving early, and the escort."""

from dataclasses import replace
from typing import Any

import pytest

from kapnotes.clinic.adverse_event import EventOutcome, Severity
from kapnotes.clinic.arrival import ArrivalRule
from kapnotes.clinic.check_facts import ChainRules, Leaving
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.discharge import DischargeRule
from tests.clinic.chain import (
    DOSED,
    HOUR,
    LEFT,
    MINUTE,
    READY,
    chain,
    dose,
    event,
    found,
    running,
    said,
)

C = CheckCode


def open_after(**changes: Any) -> int:
    return len(found(chain(events=(event(**changes),)), C.ADVERSE_EVENT_OPEN))


@pytest.mark.parametrize("outcome", [None, *EventOutcome])
def test_an_event_that_is_not_over_asks_for_a_follow_up(outcome: EventOutcome | None) -> None:
    is_over = outcome is EventOutcome.RESOLVED
    end = {} if is_over else {"resolved_at": None}
    assert open_after(outcome=outcome, **end) == (not is_over)
    assert open_after(outcome=outcome, is_followed_up=True, **end) == 0


@pytest.mark.parametrize(
    ("event_from", "counts"),
    [("mild", [1, 1, 1]), ("moderate", [0, 1, 1]), ("severe", [0, 0, 1])],
)
def test_a_practice_says_from_which_severity_on(event_from: str, counts: list[int]) -> None:
    open_events = (event(severity=each, outcome=None, resolved_at=None) for each in Severity)
    assert [
        len(found(chain(events=(one,)), C.ADVERSE_EVENT_OPEN, event_from=event_from))
        for one in open_events
    ] == counts


def test_a_grave_event_asks_for_one_even_when_it_is_over() -> None:
    assert open_after(serious=True, action="Called.") == 1
    assert open_after(severity=Severity.SEVERE) == 1
    assert open_after(severity=Severity.SEVERE, is_followed_up=True) == 0
    grave = chain(events=(event(severity=Severity.SEVERE),))
    [sentence] = said(grave, C.ADVERSE_EVENT_OPEN)
    assert sentence == (
        "Adverse event of 2 March 2026, 10:50 (nausea) was grave, "
        "and nothing says who was told and what follows."
    )


def test_what_an_event_leaves_unsaid_is_found() -> None:
    unsaid = chain(events=(event(resolved_at=None),))
    [finding] = found(unsaid, C.ADVERSE_EVENT_PARTLY)
    assert (finding.about, finding.link_id, finding.row) == ("no_end", "resolved_at", "event-1")
    assert finding.level.value == "should"


def test_while_the_session_goes_on_events_do() -> None:
    going_on = running(events=(event(outcome=None, resolved_at=None, severity=Severity.SEVERE),))
    for code in (C.ADVERSE_EVENT_OPEN, C.ADVERSE_EVENT_PARTLY):
        assert found(going_on, code, at=DOSED + 2 * HOUR) == []


def leaving(**changes: Any) -> Leaving:
    return replace(Leaving(key="leaving", facts=READY, left_at=LEFT), **changes)


def test_each_criterion_of_discharge_that_is_not_met_is_found() -> None:
    facts = replace(READY, walking=False, oriented=None, aldrete=8, escort_present=False)
    findings = found(chain(leaving=leaving(facts=facts)), C.DISCHARGE_INCOMPLETE)
    assert [(one.link_id, one.about) for one in findings] == [
        ("oriented", "discharge_unrecorded"),
        ("walking", "discharge_unmet"),
        ("aldrete", "discharge_unmet"),
    ]
    assert {one.section for one in findings} == {"discharge"}
    assert {one.level.value for one in findings} == {"must"}


def test_a_reason_makes_an_incomplete_discharge_a_hint() -> None:
    reasoned = leaving(facts=replace(READY, walking=False), reason="Wheelchair, as always.")
    [finding] = found(chain(leaving=reasoned), C.DISCHARGE_INCOMPLETE)
    assert finding.level.value == "hint"


def test_no_discharge_at_all_is_one_finding() -> None:
    assert said(chain(leaving=None), C.DISCHARGE_INCOMPLETE) == [
        "Nothing is recorded about recovery and discharge."
    ]
    assert found(chain(leaving=None), C.ESCORT) == []
    nothing_asked = ChainRules(discharge=DischargeRule(needed=frozenset()))
    assert found(chain(leaving=None, rules=nothing_asked), C.DISCHARGE_INCOMPLETE) == []


def test_who_was_taken_to_hospital_is_not_discharged() -> None:
    taken = leaving(facts=replace(READY, walking=False, escort_present=False), goes_home=False)
    early = replace(taken, left_at=DOSED + HOUR)
    for code in (C.DISCHARGE_INCOMPLETE, C.ESCORT, C.LEFT_EARLY):
        assert found(chain(leaving=early), code) == []


@pytest.mark.parametrize(("minutes", "is_early"), [(99, True), (100, False)])
def test_leaving_is_early_before_the_least_time_after_the_dose(
    minutes: int, *, is_early: bool
) -> None:
    """An IV dose of 40 minutes, and 60 minutes of observation after it."""
    gone = leaving(left_at=DOSED + minutes * MINUTE)
    assert bool(found(chain(leaving=gone), C.LEFT_EARLY)) is is_early
    assert found(chain(leaving=leaving(left_at=None)), C.LEFT_EARLY) == []


def test_of_several_doses_leaving_early_is_said_once() -> None:
    second = dose(key="b", observed_at=DOSED + HOUR, stopped_at=None)
    gone = leaving(left_at=DOSED + HOUR + 30 * MINUTE)
    [sentence] = said(chain(doses=(dose(), second), leaving=gone), C.LEFT_EARLY)
    assert sentence == (
        "Leaving 30 minutes after the intravenous dose: "
        "this practice observes for at least 60 minutes."
    )


@pytest.mark.parametrize(
    ("present", "sentences"),
    [
        (True, []),
        (False, ["A responsible adult present: not met."]),
        (None, ["A responsible adult present: not recorded."]),
    ],
)
def test_an_escort_is_there_when_the_patient_leaves(
    present: bool | None,  # noqa: FBT001 - the fact itself
    sentences: list[str],
) -> None:
    facts = leaving(facts=replace(READY, escort_present=present))
    assert said(chain(leaving=facts), C.ESCORT) == sentences
    assert found(chain(leaving=facts), C.DISCHARGE_INCOMPLETE) == []


def test_before_the_patient_leaves_it_is_the_escort_who_was_confirmed() -> None:
    arrived = running().arrival
    assert arrived is not None
    unsure = running(arrival=replace(arrived, escort_confirmed=None))
    assert said(unsure, C.ESCORT, at=DOSED + HOUR) == ["Escort home confirmed: not recorded."]
    assert found(running(), C.ESCORT, at=DOSED + HOUR) == []
    assert found(running(arrival=None), C.ESCORT, at=DOSED + HOUR) == []
    unasked = ChainRules(arrival=ArrivalRule(needed=frozenset({"identity_checked"})))
    assert found(replace(unsure, rules=unasked), C.ESCORT, at=DOSED + HOUR) == []
