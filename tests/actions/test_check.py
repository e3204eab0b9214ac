"""The documentation checks over the record: each finding comes and goes with what people do."""

from decimal import Decimal

from kapnotes import db
from kapnotes.actions import (
    check,
    check_facts,
    infusion,
    measure,
    note,
    process_note,
    session,
    task,
)
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_rule import CheckCode, CheckLevel
from kapnotes.clinic.due import due
from kapnotes.clinic.due_item import DueKind, Standing
from kapnotes.forms import Answers, Coded
from kapnotes.records import due_facts
from tests.actions.chain_of import DAY, HOUR, LONG, drafted, findings, kept, said
from tests.builders import (
    AT,
    DOSE,
    Small,
    cosign,
    minute,
    plan,
    raw_of,
    run_session,
    send_back,
    sign,
    signed,
    written,
)
from tests.whole_session import LEFT, run_whole_session

_C = CheckCode


def test_a_note_is_missing_then_unsigned_then_late(small: Small) -> None:
    run_session(small)
    late = minute(55) + 25 * HOUR
    [missing] = findings(small, _C.NOTE_MISSING, at=late)[1:]
    assert (missing.about, missing.level) == ("dosing", CheckLevel.MUST)
    made = written(small, "dosing")
    assert not [one for one in findings(small, _C.NOTE_MISSING, at=late) if one.about == "dosing"]
    [unsigned] = findings(small, _C.NOTE_UNSIGNED, at=late)
    assert unsigned.note == str(made)
    sign(small, made, at=late)
    assert not findings(small, _C.NOTE_UNSIGNED, at=late)
    assert "1 hour after its time" in said(small, _C.NOTE_LATE, at=late)[-1]


def test_a_note_signed_in_time_and_revised_late_is_not_late(supervised: Small) -> None:
    run_session(supervised)
    made = signed(supervised, "dosing")
    later = AT + 10 * DAY
    send_back(supervised, made, at=later)
    sign(supervised, made, at=later + HOUR)
    assert "The dosing-session note" not in " ".join(said(supervised, _C.NOTE_LATE, at=later + DAY))
    with db.current().reading() as opened:
        [facts] = due_facts.of_courses(opened, [supervised.course_id], reach=check.KEEPING)
    items = due(facts.facts, later + DAY)
    assert [one.standing for one in items if one.kind is DueKind.DOSING] == [Standing.DONE]
    assert not said(supervised, _C.COSIGNATURE_LATE, at=later + DAY)
    cosign(supervised, made, at=later + 5 * DAY)
    [waited] = said(supervised, _C.COSIGNATURE_LATE, at=later + 5 * DAY)
    assert "waited 4 days" in waited


def test_a_level_is_answered_by_what_was_done(small: Small) -> None:
    run_session(small)
    values = {"observed_at": minute(50), "systolic": 212, "diastolic": 112, "heart_rate": 90}
    row = session.record_vitals(
        infusion_id=small.infusion_id, values=values, by=small.medical, at=minute(56)
    )
    assert findings(small, _C.LEVEL_UNANSWERED)
    session.record_session_event(
        infusion_id=small.infusion_id,
        values={
            "observed_at": minute(51),
            "kind": "level_answered",
            "words": "Measured again by hand, 138",
            "about_id": row.row_id,
        },
        by=small.medical,
        at=minute(57),
    )
    assert not findings(small, _C.LEVEL_UNANSWERED)


def test_an_adverse_event_is_followed_up_in_the_note(small: Small) -> None:
    run_session(small)
    session.record_adverse_event(
        infusion_id=small.infusion_id,
        values={
            "observed_at": minute(45),
            "kind": "vomiting",
            "severity": "severe",
            "serious": False,
            "action": "Lain on the side",
            "outcome": "ongoing",
        },
        by=small.medical,
        at=minute(56),
    )
    [open_] = findings(small, _C.ADVERSE_EVENT_OPEN)
    assert open_.section == "adverse_event"
    row: Answers = {
        "adverse-kind": Coded("vomiting"),
        "adverse-severity": Coded("severe"),
        "adverse-serious": False,
        "adverse-action": "Lain on the side",
        "adverse-outcome": Coded("ongoing"),
    }
    drafted(
        small,
        "dosing",
        {
            "adverse-seen": True,
            "adverse": [row],
            "adverse-follow-up": "Dr Weber was told; we call at six",
        },
    )
    assert not findings(small, _C.ADVERSE_EVENT_OPEN)


def test_discharge_and_escort_are_found_until_they_are_recorded(small: Small) -> None:
    run_session(small)
    assert said(small, _C.DISCHARGE_INCOMPLETE) == [
        "Nothing is recorded about recovery and discharge."
    ]
    made = session.record_discharge(
        infusion_id=small.infusion_id,
        values={**LEFT, "escort_present": False},
        reason="Waits for the sister",
        by=small.medical,
        at=minute(56),
    )
    assert not findings(small, _C.DISCHARGE_INCOMPLETE)
    [escort] = findings(small, _C.ESCORT)
    assert escort.level is CheckLevel.HINT, "a reason was written"
    session.correct_discharge(
        row_id=made.row_id, values=LEFT, reason="Waits", why="", by=small.medical, at=minute(57)
    )
    assert not findings(small, _C.ESCORT)


def test_who_was_taken_to_hospital_is_asked_for_no_escort(small: Small) -> None:
    run_session(small)
    session.record_discharge(
        infusion_id=small.infusion_id,
        values={**LEFT, "escort_present": False},
        reason="Ambulance",
        by=small.medical,
        at=minute(56),
    )
    written(small, "dosing", left=Coded("hospital"))
    assert not findings(small, _C.ESCORT)


def test_an_infusion_is_numbered_among_those_that_stand(small: Small) -> None:
    other = plan(small.course_id, small.therapist)
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.therapist, at=AT)
    with db.current().reading() as opened:
        found = check_facts.chains(opened, [small.infusion_id, other], at=AT)
    numbers = {one.rows.infusion.id: one.facts.number for one in found}
    assert numbers == {small.infusion_id: 1, other: 1}
    assert not findings(small, _C.NOTE_MISSING, at=AT + DAY)


def test_another_dose_than_the_protocols_is_explained_by_the_answer_to_its_request(
    small: Small,
) -> None:
    run_session(small)
    asks: Answers = {
        "next-infusion": Coded("change-dose"),
        "dose-direction": Coded("higher"),
        "dose-request": "Little effect at 0.5 mg/kg",
    }
    sign(small, drafted(small, "integration", asks))
    [asked] = task.look(by=small.medical, at=AT).waiting
    task.answer(task_id=asked.id, words="0.7 mg/kg agreed", by=small.medical, at=AT)
    other = plan(small.course_id, small.therapist)
    with db.current().reading() as opened:
        [before] = check_facts.chains(opened, [small.infusion_id], at=AT)
        [after] = check_facts.chains(opened, [other], at=AT)
    assert (before.facts.dose_reason, after.facts.dose_reason) == ("", "0.7 mg/kg agreed")


def test_what_was_drawn_is_asked_for_until_it_is_recorded(small: Small) -> None:
    run_session(small)
    blank = dict.fromkeys(("drawn_mg", "wasted_mg", "wasted_by", "witnessed_by"))
    values = {**DOSE, "observed_at": minute(45), "stopped_at": minute(46), "mg": Decimal(5)}
    made = session.record_dose(
        infusion_id=small.infusion_id,
        values={**values, **blank},
        reason="A second one, as agreed",
        by=small.medical,
        at=minute(56),
    )
    [found] = findings(small, _C.WASTE_UNRECORDED)
    assert (found.row, found.link_id) == (str(made.row_id), "drawn_mg")
    session.strike_dose(row_id=made.row_id, why="Typed twice", by=small.medical, at=minute(57))
    assert not findings(small, _C.WASTE_UNRECORDED)


def test_a_positive_screening_asks_for_a_plan_and_a_note_answers_it(small: Small) -> None:
    run_session(small)
    measure.record(
        patient_id=small.patient_id,
        key="c-ssrs",
        raw={
            **{name: ["true"] for name in ("q1", "q2", "q3")},
            **{name: ["false"] for name in ("q4", "q5", "q6")},
        },
        observed_at=AT,
        by=small.therapist,
        at=AT,
    )
    [found] = said(small, _C.RISK_WITHOUT_PLAN)
    assert found.startswith("Moderate risk by C-SSRS of 23 November 2026")
    drafted(
        small,
        "integration",
        {"safety-plan-state": Coded("made"), "safety-plan": "Calls the sister, then us."},
    )
    assert not said(small, _C.RISK_WITHOUT_PLAN)
    assert said(small, _C.RISK_WITHOUT_PLAN, by=small.supervisor), "a draft is its author's"


def test_a_measure_that_was_taken_is_not_missing(small: Small) -> None:
    run_session(small)
    labels = {one.link_id for one in findings(small, _C.MEASURE_MISSING, at=AT + 3 * DAY)}
    assert {"ebi", "meq-30", "y-bocs"} <= labels
    raw = {f"q{number}": ["1"] for number in range(1, 9)}
    ebi = measure.record(
        patient_id=small.patient_id,
        key="ebi",
        raw=raw,
        observed_at=minute(0) + 24 * HOUR,
        by=small.therapist,
        at=AT + DAY,
    )
    assert ebi.measure_id
    now = {one.link_id for one in findings(small, _C.MEASURE_MISSING, at=AT + 3 * DAY)}
    assert "ebi" not in now
    assert "meq-30" in now


def test_goals_are_found_wanting_until_they_are_written(small: Small) -> None:
    run_session(small)
    made = note.begin(infusion_id=small.infusion_id, kind="integration", by=small.therapist, at=AT)
    [found] = findings(small, _C.GOALS_UNLINKED)
    assert (found.note, found.section, found.link_id) == (str(made), "meaning", "goal-links")
    raw = raw_of("integration", **{"goal-links": "Half an hour to leave the house, twice."})
    note.save(note_id=made, base=1, raw=raw, by=small.therapist, at=AT)
    assert not findings(small, _C.GOALS_UNLINKED)


def test_what_a_draft_says_is_found_for_its_author_alone(small: Small) -> None:
    run_session(small)
    drafted(small, "integration", {"therapy-words": "My countertransference was strong today."})
    assert findings(small, _C.PROCESS_SUSPECTED)
    for other in (small.supervisor, small.medical):
        assert not findings(small, _C.PROCESS_SUSPECTED, by=other)
        assert not findings(small, _C.GOALS_UNLINKED, by=other)


def test_text_of_an_earlier_note_is_shown_with_its_passages(small: Small) -> None:
    run_session(small)
    first = signed(small, "integration", insights=LONG)
    assert not findings(small, _C.TEXT_CLONED)
    other = plan(small.course_id, small.therapist)
    made = written(small, "integration", other, insights=f"This week. {LONG}")
    [found] = findings(small, _C.TEXT_CLONED, infusion_id=other, at=AT + HOUR)
    assert (found.note, found.about) == (str(made), f"{first}.insights")
    [passage] = found.passages
    assert LONG[passage.other_start : passage.other_end] == LONG
    note.save(
        note_id=made,
        base=2,
        raw=raw_of("integration", insights="Other words, of this week alone."),
        by=small.therapist,
        at=AT + HOUR,
    )
    assert not findings(small, _C.TEXT_CLONED, infusion_id=other, at=AT + HOUR)


def test_the_text_of_somebody_else_or_of_a_later_note_is_no_earlier_one(small: Small) -> None:
    run_session(small)
    signed(small, "integration", insights=LONG)
    other = plan(small.course_id, small.therapist)
    second = written(small, "integration", other, insights=LONG)
    sign(small, second, at=AT + HOUR)
    assert not findings(small, _C.TEXT_CLONED, at=AT + DAY), "the first came first"
    assert findings(small, _C.TEXT_CLONED, infusion_id=other, at=AT + DAY)


def test_a_process_note_is_never_looked_at(small: Small) -> None:
    canary = f"Canary of the process note. My countertransference was strong. {LONG}"
    run_session(small)
    made = written(small, "integration", insights=LONG)
    process_note.save(note_id=made, base=0, text=canary, by=small.therapist, at=AT)
    sign(small, made)
    with db.current().reading() as opened:
        [chain] = check_facts.chains(
            opened, [small.infusion_id], author_id=small.therapist.id, at=AT + DAY
        )
        found = check.found_in(chain, AT + DAY)
    assert "anary" not in repr(chain.facts)
    assert "countertransference" not in repr(found)
    assert not any("anary" in one.sentence for one in kept())
    assert not findings(small, _C.TEXT_CLONED, at=AT + DAY)


def test_medical_sees_the_session_and_nothing_of_what_notes_say(small: Small) -> None:
    run_session(small)
    signed(small, "integration", insights="My countertransference was strong today.")
    with db.current().reading() as opened:
        found = check.chain(opened, small.infusion_id, by=small.medical, at=AT + 5 * DAY)
    assert {one.code for one in found} <= check.MEDICAL
    assert {one.code for one in found} >= {_C.DISCHARGE_INCOMPLETE, _C.VITALS_MISSED}


def test_a_whole_session_leaves_little_to_find(small: Small) -> None:
    run_whole_session(small)
    codes = {one.code for one in _chain(small) if one.level is CheckLevel.MUST}
    assert codes == {_C.NOTE_MISSING, _C.LEVEL_UNANSWERED}


def _chain(small: Small) -> tuple[CheckFinding, ...]:
    with db.current().reading() as opened:
        return check.chain(opened, small.infusion_id, by=small.therapist, at=AT)
