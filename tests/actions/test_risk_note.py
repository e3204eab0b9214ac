"""A risk note: until it is written nothing is given without a reason, and one answers it all."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import (
    alert,
    infusion,
    live,
    measure,
    measure_view,
    risk_note,
    session,
    setting,
    task,
)
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import CautionOpen, NotAllowed, ReasonNeeded, Stale, WrongState
from kapnotes.clinic.setting import DEFAULTS, to_plain
from kapnotes.records.alert import PatientAlert, raise_alert
from kapnotes.records.task import Task
from tests.builders import AT, DOSE, Small, arrive, minute

WORDS = "Asked at once: passive, no plan. Partner told, safety plan renewed."


def answer(small: Small, key: str = "phq-9", *, at: datetime = AT, **raw: str) -> UUID:
    """An answer above the threshold, given during the session."""
    saved = measure.record(
        patient_id=small.patient_id,
        key=key,
        raw={name: [value] for name, value in (raw or {"q9": "2"}).items()},
        observed_at=at,
        infusion_id=small.infusion_id,
        by=small.therapist,
        at=at,
    )
    return saved.measure_id


def stands(small: Small) -> list[PatientAlert]:
    return list(risk_note.open_one(patient_id=small.patient_id, by=small.therapist, at=AT).alerts)


def write(small: Small, *, by: Actor | None = None, words: str = WORDS) -> None:
    seen = {one.id for one in stands(small)}
    risk_note.write(
        patient_id=small.patient_id, words=words, seen=seen, by=by or small.therapist, at=AT
    )


def give(small: Small, minutes: int = 50, **more: Any) -> None:
    values = {**DOSE, "observed_at": minute(minutes), "stopped_at": minute(minutes + 5)}
    session.record_dose(
        infusion_id=small.infusion_id, values=values, by=small.medical, at=AT, **more
    )


@pytest.fixture
def begun(small: Small) -> Small:
    """A session with a first dose, and nothing that calls."""
    arrive(small.infusion_id, small.medical)
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    session.record_dose(infusion_id=small.infusion_id, values=DOSE, by=small.medical, at=minute(41))
    return small


def newest(event: str) -> Entry:
    with db.current().reading() as opened:
        query = sa.select(Entry).where(Entry.event == event).order_by(Entry.position.desc())
        return opened.execute(query.limit(1)).scalar_one()


def test_no_dose_without_a_risk_note_or_a_reason_that_is_kept(begun: Small) -> None:
    answer(begun)
    with pytest.raises(CautionOpen) as refused:
        give(begun)
    assert "risk_note_missing" in {one.code for one in refused.value.cautions}
    assert "item 9 is 2" in refused.value.sentence
    give(begun, reason="Asked aloud, goes on while the note is written")
    assert newest("dose.recorded").details["risk_open"] == 1


def test_with_the_risk_note_the_dose_asks_for_no_reason(begun: Small) -> None:
    answer(begun)
    write(begun)
    give(begun)
    assert "risk_open" not in newest("dose.recorded").details


def test_a_paused_infusion_does_not_go_on_either(begun: Small) -> None:
    running = {**DOSE, "observed_at": minute(45), "stopped_at": None}
    running |= {"rate_mg_per_h": Decimal(50), "is_running": True}
    session.record_dose(
        infusion_id=begun.infusion_id, values=running, reason="Again", by=begun.medical, at=AT
    )

    def step(kind: str, at: int, **more: str) -> None:
        session.record_session_event(
            infusion_id=begun.infusion_id,
            values={"observed_at": minute(at), "kind": kind},
            **more,
            by=begun.medical,
            at=AT,
        )

    step("dose_paused", 50)
    answer(begun)
    with pytest.raises(CautionOpen, match="No risk note is written"):
        step("dose_resumed", 52)
    step("dose_resumed", 52, reason="Asked aloud")


def test_one_note_answers_everything_about_risk_and_nothing_else(small: Small) -> None:
    with db.current().writing() as opened:
        raise_alert(
            opened,
            patient_id=small.patient_id,
            code="contraindications.liver",
            level="hold",
            sentence="Contraindication: severe liver disease.",
            source="note",
            source_id=small.infusion_id,
            by_id=small.therapist.id,
            at=AT,
        )
    answer(small)
    answer(small, "c-ssrs", q1="true", q2="false", q6="false")
    assert len(stands(small)) == 2
    with pytest.raises(ReasonNeeded):
        write(small, words=" ")
    write(small, by=small.medical)
    assert stands(small) == []
    view = alert.look(patient_id=small.patient_id, by=small.therapist, at=AT)
    assert [one.code for one in view.standing] == ["contraindications.liver"]
    assert {one.resolved_reason for one in view.resolved} == {WORDS}
    tasks = task.look(by=small.therapist, at=AT)
    assert tasks.waiting == []
    assert {one.answer for one in tasks.answered} == {WORDS}
    assert set(tasks.names.values()) == {"Mina"}
    assert newest("risk_note.written").details == {"alerts": 2, "tasks": 2}
    with pytest.raises(WrongState, match="Nothing waits for a risk note"):
        write(small)


def test_an_answer_that_came_meanwhile_is_not_answered_unread(small: Small) -> None:
    answer(small)
    seen = {one.id for one in stands(small)}
    answer(small, "c-ssrs", q1="true", q2="true", q5="true")
    with pytest.raises(Stale):
        risk_note.write(
            patient_id=small.patient_id, words=WORDS, seen=seen, by=small.therapist, at=AT
        )
    assert len(stands(small)) == 2


def test_the_task_and_the_alert_are_answered_by_either(small: Small) -> None:
    answer(small)
    [asked] = task.look(by=small.therapist, at=AT).waiting
    task.answer(task_id=asked.id, words=WORDS, by=small.therapist, at=AT)
    assert stands(small) == []
    answer(small)
    [one] = stands(small)
    alert.resolve(
        patient_id=small.patient_id, alert_id=one.id, reason=WORDS, by=small.medical, at=AT
    )
    assert task.look(by=small.therapist, at=AT).waiting == []
    with db.current().reading() as opened:
        assert {row.answer for row in opened.execute(sa.select(Task)).scalars()} == {WORDS}


def test_the_practice_says_from_which_answer_on_a_scale_calls(small: Small) -> None:
    low = answer(small, q9="1")
    write(small)
    later = AT + timedelta(minutes=2)
    values = {**to_plain(DEFAULTS["alert_rule"]), "phq9_item9_from": 2}
    setting.change(
        name="alert_rule", values=values, by=small.administrator, at=AT + timedelta(minutes=1)
    )
    answer(small, at=later, q9="1")
    assert stands(small) == []
    answer(small, at=later, q9="2")
    assert len(stands(small)) == 1
    shown = measure_view.open_one(measure_id=low, by=small.therapist, at=later)
    assert [one.about for one in shown.alerts] == ["q9"], "by the rule of then"


def test_who_resolves_no_alert_writes_no_risk_note(small: Small) -> None:
    answer(small)
    with pytest.raises(NotAllowed):
        risk_note.open_one(patient_id=small.patient_id, by=small.supervisor, at=AT)


def test_whoever_has_the_session_open_hears_of_it(begun: Small) -> None:
    def heard() -> tuple[bool, str]:
        found = live.news(infusion_id=begun.infusion_id, after=last, by=begun.medical, at=AT)
        return found.view is None, found.risk

    view = live.look(infusion_id=begun.infusion_id, by=begun.medical, at=AT)
    last = view.cursor
    assert heard() == (True, "")
    answer(begun)
    is_quiet, mark = heard()
    assert is_quiet
    assert mark.startswith("1-")
    shown = live.risk(infusion_id=begun.infusion_id, by=begun.medical, at=AT)
    assert (shown.mark, [one.code for one in shown.alerts]) == (mark, ["suicidal_item"])
    write(begun)
    assert heard() == (True, "")
