"""Consent on file, risk with its plan, measures in time, and words on the goals."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from kapnotes.clinic.check_care import GOALS, SAFETY_PLAN
from kapnotes.clinic.check_facts import NoteFact, RiskFact
from kapnotes.clinic.check_notes import SESSION_DAY
from kapnotes.clinic.check_rule import CheckCode
from kapnotes.clinic.consent import POINTS, Consent
from kapnotes.clinic.due_item import DueItem, DueKind, Standing
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.risk import RiskLevel, ScreenerAnswers
from kapnotes.clinic.timeliness import InfusionTimes
from kapnotes.library import note_definition
from tests.clinic.chain import DOSED, HOUR, NOW, chain, dose, found, note, running, said

C, K = CheckCode, NoteKind
FULL = Consent(form_version="1", points=frozenset(POINTS), signed_on=date(2026, 2, 1))


def consent_codes(*consents: Consent, reason: str = "") -> list[tuple[str, bool]]:
    facts = chain(consents=consents, doses=(dose(reason=reason),))
    return [(one.about, one.is_explained) for one in found(facts, C.CONSENT)]


def test_a_consent_counts_on_the_day_of_the_dose() -> None:
    assert consent_codes(FULL) == []
    assert consent_codes(replace(FULL, signed_on=date(2026, 3, 2))) == []
    assert consent_codes(replace(FULL, signed_on=date(2026, 3, 3))) == [("consent_missing", False)]
    assert consent_codes(replace(FULL, withdrawn_on=date(2026, 3, 3))) == []
    assert consent_codes(replace(FULL, signed_on=date(2025, 3, 1))) == [("consent_expired", False)]


def test_a_reason_explains_a_gap_and_never_a_missing_consent() -> None:
    old = replace(FULL, signed_on=date(2025, 3, 1))
    gone = replace(FULL, withdrawn_on=date(2026, 3, 1))
    assert consent_codes(old, reason="Renewed by phone.") == [("consent_expired", True)]
    assert consent_codes(reason="Renewed by phone.") == [("consent_missing", False)]
    assert consent_codes(gone, reason="Renewed by phone.") == [("consent_withdrawn", False)]


@pytest.mark.parametrize(("hours", "is_found"), [(-73, False), (-72, True), (-1, True)])
def test_before_the_dose_consent_is_asked_for_once_the_preparation_is(
    hours: int, *, is_found: bool
) -> None:
    planned = InfusionTimes(state=InfusionState.PLANNED, planned_for=DOSED)
    facts = chain(times=planned, consents=(), doses=(), leaving=None, readings=(), events=())
    assert bool(found(facts, C.CONSENT, at=DOSED + hours * HOUR)) is is_found


def test_what_was_never_dosed_asks_for_no_consent() -> None:
    times = replace(chain().times, dosed_at=None)
    assert found(chain(times=times, consents=(), doses=()), C.CONSENT) == []
    cancelled = replace(times, state=InfusionState.CANCELLED)
    assert found(chain(times=cancelled, consents=()), C.CONSENT) == []


def with_risk(risk: RiskFact) -> tuple[NoteFact, ...]:
    return (note(K.PREPARATION), note(K.DOSING, risk=risk), note(K.INTEGRATION))


METHOD = ScreenerAnswers(q1=True, q2=True, q3=True, q4=False, q5=False, q6=False)


@pytest.mark.parametrize("level", RiskLevel)
@pytest.mark.parametrize("plan_from", [RiskLevel.LOW, RiskLevel.MODERATE, RiskLevel.HIGH])
def test_risk_from_the_level_on_asks_for_a_plan(level: RiskLevel, plan_from: RiskLevel) -> None:
    facts = chain(notes=with_risk(RiskFact(level=level)))
    order = list(RiskLevel)
    is_found = order.index(level) >= order.index(plan_from)
    assert bool(found(facts, C.RISK_WITHOUT_PLAN, plan_from=plan_from)) is is_found
    planned = chain(notes=with_risk(RiskFact(level=level, has_plan=True)))
    assert found(planned, C.RISK_WITHOUT_PLAN, plan_from=plan_from) == []


def test_the_answers_count_where_the_judgement_is_lower_or_missing() -> None:
    for level in (None, RiskLevel.NONE, RiskLevel.LOW):
        facts = chain(notes=with_risk(RiskFact(screener=METHOD, level=level)))
        [finding] = found(facts, C.RISK_WITHOUT_PLAN)
        assert finding.sentence == (
            "Moderate risk by the dosing-session note, and no safety plan is written."
        )
        assert (finding.note, finding.section, finding.link_id) == ("dosing", *SAFETY_PLAN)
    higher = chain(notes=with_risk(RiskFact(screener=METHOD, level=RiskLevel.HIGH)))
    assert said(higher, C.RISK_WITHOUT_PLAN)[0].startswith("High risk")
    blank = chain(notes=with_risk(RiskFact()))
    assert found(blank, C.RISK_WITHOUT_PLAN) == []
    assert found(chain(notes=(note(K.DOSING, risk=None),)), C.RISK_WITHOUT_PLAN) == []


def test_a_look_outside_of_the_notes_counts_too() -> None:
    look = RiskFact(screener=METHOD, words="the C-SSRS of 3 March 2026", row="measure-1")
    [finding] = found(chain(screened=(look,)), C.RISK_WITHOUT_PLAN)
    assert (finding.row, finding.section, finding.note) == ("measure-1", "measure", "")
    assert finding.sentence == (
        "Moderate risk by the C-SSRS of 3 March 2026, and no safety plan is written."
    )
    assert found(chain(screened=(replace(look, has_plan=True),)), C.RISK_WITHOUT_PLAN) == []


def measure(standing: Standing, about: str = "y-bocs", occasion: str = "before") -> DueItem:
    return DueItem(kind=DueKind.MEASURE, standing=standing, about=about, occasion=occasion)


@pytest.mark.parametrize("standing", Standing)
def test_a_measure_is_missing_when_it_is_overdue_or_over(standing: Standing) -> None:
    is_found = standing in {Standing.OVERDUE, Standing.MISSED}
    facts = chain(measures=(measure(standing),))
    assert bool(found(facts, C.MEASURE_MISSING)) is is_found
    other = replace(measure(standing), kind=DueKind.MISUSE)
    assert found(chain(measures=(other,)), C.MEASURE_MISSING) == []


@pytest.mark.parametrize(
    ("about", "occasion", "standing", "sentence"),
    [
        ("y-bocs", "before", Standing.OVERDUE, "Y-BOCS: the one before the dose is late."),
        ("y-bocs", "baseline", Standing.MISSED, "Y-BOCS: the baseline was missed."),
        ("ebi", "after_24h", Standing.MISSED, "EBI: the one 24 hours after the dose was missed."),
        ("y-bocs", "after_1h", Standing.OVERDUE, "Y-BOCS: the one 1 hour after the dose is late."),
        ("own-scale", "every", Standing.OVERDUE, "own-scale: the one in turn is late."),
        ("own-scale", "", Standing.OVERDUE, "own-scale: the rating is late."),
    ],
)
def test_a_missing_measure_is_named(
    about: str, occasion: str, standing: Standing, sentence: str
) -> None:
    assert said(chain(measures=(measure(standing, about, occasion),)), C.MEASURE_MISSING) == [
        sentence
    ]


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("", True),
        ("   ", True),
        ("None.", True),
        ("Goal 2.", False),
        ("Less washing, goal 1.", False),
    ],
)
@pytest.mark.parametrize("kind", [K.PREPARATION, K.INTEGRATION])
def test_a_note_says_something_on_the_goals(kind: NoteKind, text: str, *, is_found: bool) -> None:
    written = note(kind)
    changed = replace(written, texts=(replace(written.texts[0], text=text),))
    findings = found(chain(notes=(changed,)), C.GOALS_UNLINKED)
    assert [(one.note, one.section, one.link_id) for one in findings] == [
        (kind.value, *GOALS[kind])
    ] * is_found
    assert len(found(chain(notes=(replace(written, texts=()),)), C.GOALS_UNLINKED)) == 1


def test_a_practice_says_how_many_words_are_a_link() -> None:
    brief = note(K.INTEGRATION)
    facts = chain(notes=(replace(brief, texts=(replace(brief.texts[0], text="Goal 2."),)),))
    assert len(found(facts, C.GOALS_UNLINKED, goal_words=3)) == 1


def test_the_places_that_findings_name_stand_in_the_notes() -> None:
    for kind in NoteKind:
        index = note_definition(kind, "1").index
        for section, link_id in (SAFETY_PLAN, SESSION_DAY, GOALS.get(kind, SAFETY_PLAN)):
            assert index[link_id].section == section


def test_consent_is_looked_at_while_the_session_goes_on() -> None:
    during = running(consents=())
    assert len(found(during, C.CONSENT, at=DOSED + timedelta(minutes=5))) == 1
    zoned = datetime(2026, 3, 2, 3, 0, tzinfo=DOSED.tzinfo)
    early = chain(
        times=replace(chain().times, dosed_at=zoned),
        consents=(replace(FULL, signed_on=date(2026, 3, 2)),),
        zone="America/New_York",
    )
    assert [one.about for one in found(early, C.CONSENT, at=NOW)] == ["consent_missing"]
