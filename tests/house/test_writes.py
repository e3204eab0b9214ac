"""Every writing action leaves exactly one event, and a failed one leaves no change at all."""

import importlib
import json
import pkgutil
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

import kapnotes.actions
from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import (
    addendum,
    alert,
    attempt,
    audit_report,
    audit_table,
    chart_audit,
    check,
    consent,
    corrective_action,
    cosigning,
    course,
    course_data,
    delivery,
    disclosure,
    document_check,
    due,
    emergency,
    hand_over,
    infusion,
    job,
    letter,
    letterhead,
    live,
    measure,
    measure_view,
    misuse,
    note,
    own_measure,
    patient,
    people,
    planning,
    practice,
    printed,
    process_note,
    reading,
    reminder,
    review_note,
    risk_note,
    session,
    setting,
    sign_in,
    supervision,
    task,
    transfer,
    unusual,
)
from kapnotes.actions.amendment_answer import STEPS, Answer
from kapnotes.actions.document import order_for
from kapnotes.actions.password import hashed
from kapnotes.audit import trail
from kapnotes.audit.trail import Entry
from kapnotes.clinic.amendment import AmendmentMove
from kapnotes.clinic.document import Channel, DocumentKind, JobState
from kapnotes.clinic.infusion import Phase
from kapnotes.clinic.refusals import WrongState
from kapnotes.clinic.setting import DEFAULTS, to_plain
from kapnotes.paper.press import PrintFailed
from kapnotes.records import delivery as deliveries
from kapnotes.records.kept_due import DueCourse
from tests import audited
from tests.actions.backups import play_backups
from tests.actions.shop import Jammed, Sheets, workshop
from tests.asked import allow, ask_for, break_in
from tests.builders import (
    ARRIVAL,
    AT,
    DOSE,
    HERE,
    PASSWORD,
    Small,
    add_person,
    arrive,
    cosign,
    minute,
    operator,
    plan,
    raw_of,
    require,
    run_session,
    send_back,
    sign,
    signed,
    small_practice,
    written,
)
from tests.factored import play_factors
from tests.kept import ask, deliver, keep
from tests.keyed import play_keys
from tests.locked import play_lock
from tests.web.good import OWN_SCALE

pytestmark = pytest.mark.safety("ONC-d2/events")

for found in pkgutil.walk_packages(kapnotes.actions.__path__, "kapnotes.actions."):
    importlib.import_module(found.name)


@dataclass(slots=True)
class Seen:
    """Which writing actions left an event, and how many."""

    left: dict[str, int] = field(default_factory=dict)


@pytest.fixture
def seen(database: db.Database, monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Count the events of each call of a writing action."""
    del database
    counted = Seen()
    append = trail.append

    def counting(deed: trail.Deed, did: Any, **rest: Any) -> str:
        counted.left[did.value] = counted.left.get(did.value, 0) + 1
        return append(deed, did, **rest)

    monkeypatch.setattr(trail, "append", counting)
    return counted


def count(event: str) -> int:
    with db.current().reading() as opened:
        query = sa.select(sa.func.count()).where(Entry.event == event, Entry.outcome == "done")
        return opened.execute(query).scalar_one()


def play(small: Small) -> None:
    """Do everything that can be done in a practice at least once."""
    by, administrator = small.therapist, small.administrator
    extra = add_person("Nils", "therapist")
    people.set_first_password(
        person_id=extra.id, password_hash=hashed(PASSWORD), by=administrator, at=AT
    )
    people.disable(person_id=extra.id, by=administrator, at=AT)
    people.enable(person_id=extra.id, by=administrator, at=AT)
    _play_supervision(small, extra)
    levels = {**to_plain(DEFAULTS["vitals_levels"]), "warn_spo2_below": 94}
    setting.change(name="vitals_levels", values=levels, by=administrator, at=AT)
    letterhead.change(
        wanted=letterhead.Wanted("2 Quiet Street", "Letter", ""), by=administrator, at=AT
    )
    written_letter = letter.Written("Dr. Example", "Dear Dr. Example", "Thank you.", ())
    letter.sign(
        patient_id=small.patient_id,
        letter=written_letter,
        shown=letter.review(
            patient_id=small.patient_id, letter=written_letter, by=by, at=AT
        ).digest,
        password=PASSWORD,
        address=HERE,
        by=by,
        at=AT,
    )
    token = sign_in.sign_in(email="thea@test.example", password=PASSWORD, address=HERE, at=AT)
    with pytest.raises(Exception, match="do not match"):
        sign_in.sign_in(email="thea@test.example", password="no", address=HERE, at=AT)
    sign_in.change_password(
        old=PASSWORD, new=f"{PASSWORD} anew", address=HERE, token=token, by=by, at=AT
    )
    sign_in.change_password(
        old=f"{PASSWORD} anew", new=PASSWORD, address=HERE, token=token, by=by, at=AT
    )
    sign_in.sign_out(token=token, by=by, at=AT)
    play_factors(small)
    _play_patient(small)
    _play_session(small)
    _play_live(small)
    _play_measures(small)
    _play_transfers(small)
    _play_notes(small)
    _play_documents(small)
    _play_safety(small)
    _play_amendments(small)
    with db.current().writing() as opened:
        opened.execute(sa.update(DueCourse).values(rule="of yesterday"))
    due.work_out(by=operator(), at=AT)
    _play_audits(small)
    while check.make(by=operator(), at=AT + timedelta(days=2)):
        pass
    while unusual.watch(by=operator(), at=AT):
        pass
    night = AT.replace(hour=23)
    patient.look(patient_id=small.patient_id, by=small.medical, at=night)
    while unusual.watch(by=operator(), at=night):
        pass
    for item in unusual.look(by=administrator, at=night).waiting:
        unusual.close(item_id=item.id, word="On call", by=administrator, at=night)


def _play_supervision(small: Small, author: Actor) -> None:
    """A link, a requirement and an absence, each entered and ended."""
    on, by = AT.date(), small.administrator
    link = supervision.link(
        supervisor_id=small.supervisor.id, supervisee_id=author.id, starts_on=on, by=by, at=AT
    )
    supervision.end_link(link_id=link, on=on, by=by, at=AT)
    needed = require(by, author, at=AT)
    supervision.end_requirement(requirement_id=needed, on=on, by=by, at=AT)
    away = supervision.stand_in(
        supervisor_id=small.supervisor.id,
        deputy_id=add_person("Dana", "supervisor").id,
        starts_on=on,
        ends_on=None,
        by=by,
        at=AT,
    )
    supervision.end_absence(absence_id=away, on=on, by=by, at=AT)


def _play_audits(small: Small) -> None:
    by, nothing = small.supervisor, audited.planned(small)
    plan_of = audited.programme(small, name="Winter charts")
    chart_audit.edit(audit_id=nothing, programme=plan_of, base=1, by=by, at=AT)
    chart_audit.drop(audit_id=nothing, by=by, at=AT)
    made = audited.ended(small)
    audit_table.table(audit_id=made, by=by, at=AT)
    audit_report.hand_out(audit_id=made, shop=workshop(Sheets()), by=by, at=AT)
    action = audited.given(small, made)
    corrective_action.close(action_id=action, words="Done", by=small.therapist, at=AT)
    corrective_action.reopen(action_id=action, words="Not yet", by=by, at=AT)
    corrective_action.close(action_id=action, words="Now", by=small.therapist, at=AT)
    corrective_action.verify(action_id=action, by=by, at=AT)


def _play_patient(small: Small) -> None:
    by = small.therapist
    patient.join_team(
        patient_id=small.patient_id,
        person_id=small.other_therapist.id,
        starts_on=AT.date(),
        by=by,
        at=AT,
    )
    team = patient.look(patient_id=small.patient_id, by=by, at=AT).team
    other = next(one for one in team if one.person_id == small.other_therapist.id)
    patient.leave_team(patient_id=small.patient_id, member_id=other.id, on=AT.date(), by=by, at=AT)
    patient.edit(
        patient_id=small.patient_id,
        family_name="Falk",
        given_name="Jo",
        birth_date=AT.date().replace(year=1990),
        record_number="R-1",
        by=by,
        at=AT,
    )
    course_id = course.start(
        patient_id=small.patient_id,
        indication="ptsd",
        protocol="im_two_dose",
        started_on=AT.date(),
        by=by,
        at=AT,
    )
    course.edit(
        course_id=course_id,
        indication="ptsd",
        protocol="im_two_dose",
        started_on=AT.date(),
        goals="Sleep",
        by=by,
        at=AT,
    )
    one = plan(course_id, by, route="im")
    infusion.edit(
        infusion_id=one,
        planned_for=AT + timedelta(days=1),
        route="im",
        phase="induction",
        by=by,
        at=AT,
    )
    infusion.cancel(infusion_id=one, reason="A cold", by=by, at=AT)
    infusion.reopen(infusion_id=one, reason="Well again", by=by, at=AT)
    infusion.cancel(infusion_id=one, reason="Moved away", by=by, at=AT)
    slot = planning.Slot(AT + timedelta(days=8), Phase.INDUCTION)
    planning.plan(course_id=course_id, slots=[slot], route="im", by=by, at=AT)
    last = course.look(course_id=course_id, by=by, at=AT).infusions[-1]
    infusion.cancel(infusion_id=last.id, reason="Moved away", by=by, at=AT)
    course.pause(course_id=course_id, reason="A cold", by=by, at=AT)
    course.resume(course_id=course_id, reason="Well again", by=by, at=AT)
    course.end(course_id=course_id, on=AT.date(), reason="Moved away", by=by, at=AT)
    course.reopen(course_id=course_id, reason="Came back", by=by, at=AT)
    course.end(course_id=course_id, on=AT.date(), reason="Moved away", by=by, at=AT)


def _play_session(small: Small) -> None:
    run_session(small)
    by = small.medical
    view = infusion.look(infusion_id=small.infusion_id, by=by, at=AT)
    why = "Typed in the wrong row"
    vitals = {"observed_at": minute(0), "heart_rate": 71}
    event = {"observed_at": minute(3), "kind": "dizziness", "severity": "mild", "serious": False}
    event |= {"action": "Rest", "outcome": "resolved", "resolved_at": minute(9)}
    session.correct_dose(row_id=view.doses[0].id, values=DOSE, why=why, by=by, at=AT)
    session.correct_vitals(row_id=view.vitals[0].id, values=vitals, why=why, by=by, at=AT)
    session.correct_adverse_event(
        row_id=view.adverse_events[0].id, values=event, why=why, by=by, at=AT
    )
    view = infusion.look(infusion_id=small.infusion_id, by=by, at=AT)
    session.strike_vitals(row_id=view.vitals[0].id, why=why, by=by, at=AT)
    session.strike_dose(row_id=view.doses[0].id, why=why, by=by, at=AT)
    session.strike_adverse_event(row_id=view.adverse_events[0].id, why=why, by=by, at=AT)


def _play_live(small: Small) -> None:
    """A session with a running infusion, and everything in it corrected and struck out."""
    made = plan(small.course_id, small.therapist)
    by, why = small.medical, "Typed in the wrong row"
    arrive(made, by)
    infusion.start(infusion_id=made, by=by, at=minute(0))
    running = {**DOSE, "is_running": True}
    for name in ("stopped_at", "drawn_mg", "wasted_mg", "wasted_by", "witnessed_by"):
        running.pop(name)
    running["rate_mg_per_h"] = Decimal("53.6")
    dose = session.record_dose(infusion_id=made, values=running, by=by, at=minute(1))
    session.stop_dose(row_id=dose.row_id, values=DOSE, by=by, at=minute(41))
    rows = live.look(infusion_id=made, by=by, at=AT).standing_rows
    [arrival] = [one.id for one in rows if one.__tablename__ == "arrival"]
    checked = session.correct_arrival(row_id=arrival, values=ARRIVAL, why="", by=by, at=AT)
    session.STRIKE["arrival"](row_id=checked.row_id, why=why, by=by, at=AT)
    tap = {"observed_at": minute(5), "kind": "tears"}
    event = session.record_session_event(infusion_id=made, values=tap, by=by, at=AT)
    event = session.CORRECT["session_event"](
        row_id=event.row_id, values={**tap, "kind": "laughter"}, why=why, by=by, at=AT
    )
    session.strike_session_event(row_id=event.row_id, why=why, by=by, at=AT)
    found = {"observed_at": minute(50), "oriented": True}
    left = session.record_discharge(infusion_id=made, values=found, by=by, at=AT)
    left = session.correct_discharge(row_id=left.row_id, values=found, why="", by=by, at=AT)
    session.STRIKE["discharge"](row_id=left.row_id, why=why, by=by, at=AT)


def _play_transfers(small: Small) -> None:
    """A patient and a past score from tables; reminders that went out."""
    people_of_it = "family_name,given_name,birth_date,record_number\nOkafor,Ada,1980-05-17,N-1\n"
    transfer.import_patients(text=people_of_it, by=small.therapist, at=AT)
    scores = "record_number,scale,observed_at,total\nN-1,phq-9,2026-11-20,12\n"
    transfer.import_scores(text=scores, by=small.therapist, at=AT)
    reminder.keep(told=reminder.Sent(1, 0, 3), by=operator(), at=AT)


def _play_measures(small: Small) -> None:
    """A scale entered, corrected and struck out; one handed over; one of the practice."""
    by, why, about = small.therapist, "Typed in the wrong row", small.patient_id
    raw = {"q9": ["1"]}
    made = measure.record(
        patient_id=about, key="phq-9", raw=raw, observed_at=AT, by=by, at=AT
    ).measure_id
    made = measure.correct(
        measure_id=made, raw={"q9": ["2"]}, observed_at=AT, why=why, by=by, at=AT
    ).measure_id
    measure.strike(measure_id=made, why=why, by=by, at=AT)
    token = hand_over.begin(patient_id=about, key="phq-9", by=by, at=AT)
    hand_over.save(token=token, raw=raw, by=by, at=AT)
    hand_over.give_back(token=token, raw=raw, by=by, at=AT)
    hand_over.begin(patient_id=about, key="phq-9", by=by, at=AT)
    [handed] = measure_view.look(patient_id=about, by=by, at=AT).handed
    hand_over.end(hand_over_id=handed.id, by=by, at=AT)
    own = own_measure.import_scale(source=json.dumps(OWN_SCALE), by=small.administrator, at=AT)
    own_measure.retire(own_measure_id=own.id, by=small.administrator, at=AT)


def _play_notes(small: Small) -> None:
    by = small.therapist
    beside = note.begin(infusion_id=small.infusion_id, kind="integration", by=by, at=AT)
    process_note.save(note_id=beside, base=0, text="private", by=by, at=AT)
    gone = note.begin(infusion_id=small.infusion_id, kind="integration", by=by, at=AT)
    note.discard(note_id=gone, by=by, at=AT)
    first = written(small, "preparation")
    with pytest.raises(Exception, match="saved elsewhere"):
        note.save(note_id=first, base=1, raw={"plan": ["late"]}, by=by, at=AT)
    note.restore(note_id=first, version=2, by=by, at=AT)
    sign(small, first)
    review_note.open_note(note_id=first, by=small.supervisor, at=AT)
    cosigning.ask(note_id=first, words="Which goals?", by=small.supervisor, at=AT)
    cosigning.answer(note_id=first, words="Lunch at work", by=by, at=AT)
    send_back(small, first, "Goals?")
    sign(small, first)
    cosigning.withdraw(note_id=first, reason="Weight", by=by, at=AT)
    sign(small, first)
    cosign(small, first)
    addendum.add(
        note_id=first,
        reason="Late result",
        text="ECG normal",
        password=PASSWORD,
        address=HERE,
        by=by,
        at=AT,
    )
    signed(small, "dosing", plan="Go on")


def _play_documents(small: Small) -> None:
    """A document handed out and sent, not sent, tried again; another asked for again; exports."""
    by = small.therapist
    found = keep(small)
    disclosure.hand_out(
        document_id=found.id,
        channel="download",
        recipient="Dr Weber",
        purpose="treatment",
        by=by,
        at=AT,
    )
    late = deliver(small, found, state=deliveries.WAITING)
    failed = AT + timedelta(minutes=10)
    assert delivery.send(delivery_id=late, at=failed, clock=lambda: failed) is False
    delivery.try_again(delivery_id=late, by=by, at=failed)
    taken = delivery.Taken(late, found.id, Channel.CHART_FOLDER, 0, by.id)
    delivery.arrive(taken=taken, receipt=f"{found.number}.pdf", by=by, at=failed)
    job.again(job_id=ask(small, state=JobState.FAILED, failure="Too long"), by=by, at=AT)
    course_data.table(course_id=small.course_id, by=by, at=AT)
    other = replace(small, infusion_id=plan(small.course_id, by))
    infusion.cancel(infusion_id=other.infusion_id, reason="A cold", by=by, at=AT)
    order = order_for(DocumentKind.INFUSION_SUMMARY, other.infusion_id, by=by)
    for printer, expected in ((Jammed(), pytest.raises(PrintFailed)), (Sheets(), nullcontext())):
        asked = job.ask(order=order, patient_id=small.patient_id, reach=by.reach(AT), by=by, at=AT)
        with expected:
            attempt.do(job_id=asked.id, shop=workshop(printer), by=by, at=AT)
    reading.export(note_id=signed(small, "preparation"), by=by, at=AT)


def _play_safety(small: Small) -> None:
    """A consent withdrawn, an alert resolved, something noted, a task answered, a risk note."""
    by, about = small.medical, small.patient_id
    agreed = consent.look(patient_id=about, by=by, at=AT).consents[0]
    consent.withdraw(
        patient_id=about,
        consent_id=agreed.id,
        withdrawn_on=AT.date(),
        reason="Wants to wait",
        by=by,
        at=AT,
    )
    misuse.record(patient_id=about, kind="lost", observed_at=AT, by=by, at=AT)
    asked = task.look(by=by, at=AT).waiting
    task.answer(task_id=asked[-1].id, words="Replaced", by=by, at=AT)
    raised = alert.look(patient_id=about, by=by, at=AT).standing
    alert.resolve(patient_id=about, alert_id=raised[0].id, reason="Looked at", by=by, at=AT)
    measure.record(patient_id=about, key="phq-9", raw={"q9": ["2"]}, observed_at=AT, by=by, at=AT)
    document_check.of_number(number="0123456789AB-F1", address=HERE, by=sign_in.NOBODY, at=AT)
    seen = {one.id for one in risk_note.open_one(patient_id=about, by=by, at=AT).alerts}
    risk_note.write(patient_id=about, words="Asked: no plan", seen=seen, by=by, at=AT)


def _play_amendments(small: Small) -> None:
    """Each step of a request; emergency access that is allowed, used, ended and taken back."""
    by, about, here = small.therapist, small.patient_id, Answer("Looked into", "accurate")
    for moves in (("extend", "deny", "disagree", "rebut"), ("accept",)):
        made = ask_for(small)
        for move in moves:
            STEPS[AmendmentMove(move)](
                patient_id=about, amendment_id=made, answer=here, by=by, at=AT
            )
    other = small.other_therapist
    allow(small, other)
    break_in(other, "R-1")
    emergency.end(by=other, at=AT)
    emergency.withdraw(person_id=other.id, by=small.administrator, at=AT)
    printed.keep(
        document_id=keep(small, revision=99).id, recipient="", purpose="", by=operator(), at=AT
    )


def test_every_writing_action_is_played_and_leaves_its_one_event(seen: Seen) -> None:
    small = small_practice(cosigns=True)
    play(small)
    play_keys()
    play_lock(small)
    play_backups()
    wanted = {did.value for did, _ in trail.WRITES.values()}
    left = {event for event in wanted if count(event)}
    assert wanted == left, f"not played: {sorted(wanted - left)}"
    with db.current().reading() as opened:
        query = sa.select(Entry.event, sa.func.count()).group_by(Entry.event)
        kept = dict(opened.execute(query).all())
    assert seen.left == kept


def test_one_call_leaves_one_event(seen: Seen) -> None:
    small = small_practice()
    seen.left.clear()
    raw = raw_of("preparation")
    note_id = note.begin(
        infusion_id=small.infusion_id, kind="preparation", by=small.therapist, at=AT
    )
    note.save(note_id=note_id, base=1, raw=raw, by=small.therapist, at=AT)
    note.save(note_id=note_id, base=2, raw=raw, by=small.therapist, at=AT)
    assert seen.left == {"note.begun": 1, "note.saved": 1}


def test_a_failed_write_leaves_no_change(database: db.Database) -> None:
    del database
    small_practice()
    with pytest.raises(WrongState):
        practice.create(name="Second", zone="UTC", by=operator(), at=AT)
    with db.current().reading() as opened:
        names = opened.execute(sa.text("SELECT name FROM practice")).scalars().all()
    assert names == ["Test practice"]
