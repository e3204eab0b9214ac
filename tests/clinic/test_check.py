"""The checks as a whole: a calm chain, the order of findings, what can be switched off."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kapnotes.clinic import plain
from kapnotes.clinic.check import MADE, checks
from kapnotes.clinic.check_finding import CheckFinding, in_order
from kapnotes.clinic.check_rule import (
    BOUNDS,
    CHECKS,
    DEFAULT_RULE,
    CheckCode,
    CheckLevel,
    CheckRule,
)
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind, NoteState
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.risk import RiskLevel
from kapnotes.clinic.timeliness import InfusionTimes
from tests.clinic.chain import DAY, DOSED, HOUR, NOW, chain, dose, note, running

PLANNED = InfusionTimes(state=InfusionState.PLANNED, planned_for=DOSED)


def codes(findings: tuple[CheckFinding, ...]) -> list[str]:
    return [one.code.value for one in findings]


def test_in_a_calm_chain_nothing_is_found() -> None:
    assert checks(chain(), at=NOW) == ()


def test_in_a_session_that_has_just_begun_nothing_is_found() -> None:
    assert checks(running(doses=(dose(stopped_at=None, is_running=True),)), at=DOSED) == ()


def test_of_an_infusion_that_is_planned_for_next_week_nothing_is_found() -> None:
    nothing = chain(
        times=PLANNED, notes=(), doses=(), leaving=None, readings=(), events=(), consents=()
    )
    assert checks(nothing, at=DOSED - 7 * DAY) == ()


def test_of_an_empty_chain_all_that_is_missing_is_found_the_gravest_first() -> None:
    empty = chain(
        notes=(), doses=(), readings=(), events=(), leaving=None, consents=(), arrival=None
    )
    found = checks(empty, at=NOW)
    assert codes(found) == [
        *(["note_missing"] * 3),
        "consent",
        "discharge_incomplete",
        *(["vitals_missed"] * 6),
    ]
    assert [one.level for one in found] == sorted(
        (one.level for one in found), key=list(CheckLevel).index
    )


def test_of_a_cancelled_infusion_only_the_words_are_looked_at() -> None:
    cancelled = InfusionTimes(state=InfusionState.CANCELLED, planned_for=DOSED)
    draft = note(NoteKind.DOSING, state=NoteState.DRAFT, signed_at=None)
    text = replace(draft.texts[0], text="Note to self: call the referrer.")
    empty = chain(times=cancelled, notes=(replace(draft, texts=(text,)),), doses=(), leaving=None)
    assert codes(checks(empty, at=NOW)) == ["process_suspected"]


@pytest.mark.parametrize("code", CheckCode)
def test_each_check_is_made_has_its_source_and_can_be_switched_off(code: CheckCode) -> None:
    check = CHECKS[code]
    assert "[S" in check.source or "[B" in check.source
    assert check.version
    assert check.title
    empty = chain(notes=(), doses=(), readings=(), leaving=None, consents=(), arrival=None)
    found = checks(empty, replace(DEFAULT_RULE, off=frozenset({code})), at=NOW)
    assert code not in {one.code for one in found}
    assert set(MADE) == set(CheckCode) == set(CHECKS)


def test_a_finding_says_what_its_check_is() -> None:
    [found] = checks(chain(consents=()), at=NOW)
    assert (found.level, found.title, found.version) == (CheckLevel.MUST, "Consent on file", "1")
    assert found.source.startswith("Row 8 [S")
    assert found.key == "consent:1:::consent::consent_missing"
    assert replace(found, is_explained=True).level is CheckLevel.HINT


def test_every_finding_of_a_chain_has_a_key_of_its_own() -> None:
    empty = chain(notes=(), readings=(), leaving=None, consents=(), doses=(dose(weight_kg=None),))
    keys = [one.key for one in checks(empty, at=NOW)]
    assert len(keys) == len(set(keys)) > 10


@given(st.randoms())
@settings(max_examples=20)
def test_the_order_of_the_facts_does_not_change_what_is_found(chance: random.Random) -> None:
    late = chain(
        notes=tuple(note(kind, signed_at=NOW - HOUR) for kind in NoteKind),
        doses=(
            dose(key="a", wasted_mg=None),
            dose(key="b", observed_at=DOSED + HOUR, stopped_at=None),
        ),
    )
    shuffled = replace(
        late,
        doses=tuple(chance.sample(late.doses, 2)),
        readings=tuple(chance.sample(late.readings, len(late.readings))),
    )
    assert checks(shuffled, at=NOW) == checks(late, at=NOW)


def test_findings_keep_their_order_within_a_check() -> None:
    made = [
        CheckFinding(code=CheckCode.ESCORT, sentence="b"),
        CheckFinding(code=CheckCode.ESCORT, sentence="a"),
        CheckFinding(code=CheckCode.NOTE_MISSING, sentence="c"),
        CheckFinding(code=CheckCode.NOTE_MISSING, sentence="d", is_explained=True),
    ]
    assert [one.sentence for one in in_order(made)] == ["c", "b", "a", "d"]


def test_the_rule_goes_to_plain_and_back() -> None:
    rule = replace(
        DEFAULT_RULE,
        off=frozenset({"escort", "vitals_late"}),
        plan_from=RiskLevel.HIGH,
        drawn_by=frozenset({"im"}),
        level_from="urgent",
        event_from="severe",
        integration_days=7,
    )
    for one in (DEFAULT_RULE, rule):
        assert plain.from_plain(CheckRule, plain.to_plain(one), DEFAULT_RULE) == one


@pytest.mark.parametrize("name", BOUNDS)
def test_each_figure_has_its_bounds(name: str) -> None:
    least, most = BOUNDS[name]
    for wrong in (least - 1, most + 1):
        with pytest.raises(BadInput) as refusal:
            replace(DEFAULT_RULE, **{name: wrong})  # type: ignore[arg-type]
        assert name in refusal.value.errors


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"off": frozenset({"spelling"})}, "off"),
        ({"plan_from": RiskLevel.NONE}, "plan_from"),
        ({"drawn_by": frozenset({"nasal"})}, "drawn_by"),
        ({"level_from": "ok"}, "level_from"),
        ({"event_from": "fatal"}, "event_from"),
        ({"clone_run": 41}, "clone_run"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, object], name: str) -> None:
    with pytest.raises(BadInput) as refusal:
        replace(DEFAULT_RULE, **changes)  # type: ignore[arg-type]
    assert set(refusal.value.errors) == {name}
