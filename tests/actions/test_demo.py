"""The demo practice holds what it promises, whenever it is loaded, and its trail is like life."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor, operator
from kapnotes.access.reach import Reach, Span
from kapnotes.actions import (
    amendment,
    audit_list,
    chart_audit,
    corrective_action,
    demo,
    infusion,
    note,
    outcome,
    people,
    review,
    sign_in,
    today,
    trail,
    unusual,
)
from kapnotes.actions import due as due_list
from kapnotes.actions.session_check import clinical_vitals
from kapnotes.actions.summary import infusion_summary
from kapnotes.audit.trail import Entry
from kapnotes.clinic.course import StepState
from kapnotes.clinic.due_item import DueKind, Standing
from kapnotes.clinic.infusion import Phase, Route
from kapnotes.clinic.measure_reading import SINCE_LAST
from kapnotes.clinic.outcome import Response
from kapnotes.clinic.refusals import WrongState
from kapnotes.clinic.schedule import SCHEDULES, Slot, SlotState, due
from kapnotes.clinic.vitals import Level, alerts
from kapnotes.library import demo as told
from kapnotes.paper.summary import Edition, InfusionSummary
from kapnotes.records.alert import PatientAlert
from kapnotes.records.course import Infusion
from kapnotes.records.measure import Measure
from kapnotes.records.note import Addendum, Note, NoteVersion, ReviewComment
from kapnotes.records.patient import Patient
from kapnotes.records.practice import Practice, the_practice
from kapnotes.records.process_note import ProcessNote
from kapnotes.records.session_row import (
    AdverseEvent,
    Arrival,
    Discharge,
    Dose,
    SessionEvent,
    Vitals,
    values_of,
)
from kapnotes.records.task import Task
from kapnotes.settings import Settings
from tests.conftest import KEY

PASSWORD = "seven quiet orchids"
NOON = datetime(2026, 11, 23, 12, 5, 40, tzinfo=UTC)  # a Monday
ALL = Reach(Span.PRACTICE, operator().id, NOON.date())


@pytest.fixture(scope="module", params=["embedded", "postgresql"])
def loaded(
    request: pytest.FixtureRequest,
    lend_database: Callable[[str], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[db.Database]:
    with lend_database(request.param) as url:
        settings = Settings(data=tmp_path_factory.mktemp("demo"), database_url=url, key=KEY)
        opened = db.use(db.Database(settings))
        demo.load(password=PASSWORD, at=NOON)
        yield opened
        opened.close()


@pytest.fixture
def practice(loaded: db.Database) -> db.Database:
    """Return the loaded demo, in use: another module's test may have opened its own meanwhile."""
    return db.use(loaded)


def who(email: str) -> Actor:
    accounts = people.look(by=operator(), at=NOON).people
    return people.actor_of(next(one for one in accounts if one.email == f"{email}@demo.example"))


def rows_of(table: type[Any]) -> list[Any]:
    with db.current().reading() as session:
        return list(session.execute(sa.select(table)).scalars())


def infusions_of(record_number: str) -> list[Infusion]:
    owner = next(one for one in rows_of(Patient) if one.record_number == record_number)
    mine = [one for one in rows_of(Infusion) if one.patient_id == owner.id]
    return sorted(mine, key=lambda one: one.number)


def summary_of(one: Infusion) -> tuple[InfusionSummary, bool]:
    with db.current().reading() as session:
        about = the_practice(session)
        assert about is not None
        found = infusion_summary(
            session, one.id, practice=about, edition=Edition.FULL, reach=ALL, at=NOON
        )
    return found.summary, found.is_final


def said_in(kind: str) -> dict[UUID, dict[str, Any]]:
    """Return what the signed notes of a kind say, each by its infusion."""
    notes = {one.id: one.infusion_id for one in rows_of(Note) if one.kind == kind}
    versions = sorted(rows_of(NoteVersion), key=lambda one: one.number)
    return {
        notes[one.note_id]: json.loads(one.content)["answers"]
        for one in versions
        if one.note_id in notes
    }


def clock(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(db.current().settings.zone)):%H:%M}"


def test_every_promised_account_signs_in(practice: db.Database) -> None:
    del practice
    names = ("therapist", "therapist2", "medical", "supervisor", "administrator")
    assert set(demo.EMAILS) == {f"{name}@demo.example" for name in names}
    for email in demo.EMAILS:
        token = sign_in.sign_in(email=email, password=PASSWORD, address="127.0.0.1", at=NOON)
        assert sign_in.who_sits(token=token, at=NOON, is_input=False) is not None


def test_the_practice_says_that_it_is_a_demo(practice: db.Database) -> None:
    del practice
    (about,) = rows_of(Practice)
    assert about.is_demo
    assert len(about.letterhead.splitlines()) > 1


def test_the_ocd_course_is_four_done_one_under_way_one_planned(practice: db.Database) -> None:
    del practice
    states = [one.state for one in infusions_of("DEMO-0417")]
    assert states == ["completed"] * 4 + ["in_progress", "planned"]


def test_each_finished_ocd_infusion_has_its_three_notes_signed_for_good(
    practice: db.Database,
) -> None:
    del practice
    for one in infusions_of("DEMO-0417")[:4]:
        summary, is_final = summary_of(one)
        assert is_final
        assert [note.kind for note in summary.notes] == ["preparation", "dosing", "integration"]
        assert all(len(note.signatures) == 2 for note in summary.notes)
        (dose,) = summary.doses
        assert (dose.mg, dose.mg_per_kg) == (36, pytest.approx(0.5))
        assert dose.stopped_at is not None
        minutes = (dose.stopped_at - dose.started_at).total_seconds() / 60
        assert minutes == 40 or (minutes > 40 and dose.changes)


def test_the_open_session_has_a_running_dose_and_its_first_readings(practice: db.Database) -> None:
    del practice
    running = infusions_of("DEMO-0417")[4]
    view = infusion.look(infusion_id=running.id, by=who("medical"), at=NOON)
    assert [(one.stopped_at, one.is_running) for one in view.doses] == [(None, True)]
    assert len([one for one in rows_of(SessionEvent) if one.infusion_id == running.id]) > 3
    assert running.id not in {one.infusion_id for one in rows_of(Discharge)}
    assert view.infusion.planned_for.date() == NOON.date()
    assert not view.is_locked


def test_each_patient_is_checked_before_the_dose_and_before_leaving(practice: db.Database) -> None:
    del practice
    rows = [*rows_of(Arrival), *rows_of(Discharge)]
    known = {(one.infusion_id, type(one)): one for one in rows if one.struck_at is None}
    doses = {one.infusion_id: one for one in rows_of(Dose) if one.struck_at is None}
    for one in rows_of(Infusion):
        if one.state in {"in_progress", "completed"}:
            assert known[one.id, Arrival].recorded_at < doses[one.id].observed_at
        if one.state == "completed":
            gone = known[one.id, Discharge]
            assert gone.left_at <= gone.recorded_at <= one.completed_at
            assert not doses[one.id].is_running


def test_the_session_and_its_note_tell_the_same(practice: db.Database) -> None:
    del practice
    come = {one.infusion_id: one for one in rows_of(Arrival)}
    gone = {one.infusion_id: one for one in rows_of(Discharge)}
    for infusion_id, said in said_in("dosing").items():
        left, arrived = gone[infusion_id], come[infusion_id]
        assert said["discharge-time"] == clock(left.left_at)
        assert (said["aldrete"], said["escort-name"]) == (left.aldrete, left.escort_name)
        assert said["last-food"].endswith(f"T{clock(arrived.last_food_at)}")
        assert said["last-drink"].endswith(f"T{clock(arrived.last_drink_at)}")


def test_only_a_standing_alert_needed_a_reason_and_each_level_was_answered(
    practice: db.Database,
) -> None:
    del practice
    tables = (Arrival, Dose, Vitals, SessionEvent, AdverseEvent, Discharge)
    weighed = [one for table in tables for one in rows_of(table) if one.caution_reason]
    assert {one.__tablename__ for one in weighed} == {"dose"}
    assert all("tramadol" in (one.caution_reason or "") for one in weighed)
    answered = {one.about_id for one in rows_of(SessionEvent)}
    doses = {one.infusion_id: one.observed_at for one in rows_of(Dose)}
    standing = [one for one in rows_of(Vitals) if one.struck_at is None]
    asked = {row.id: level for row, level in levels_of(standing, doses) if level}
    running = infusions_of("DEMO-0417")[4].id
    ours = {one.id for one in standing if one.infusion_id == running}
    assert asked.keys() - ours == answered - {None}
    assert max(asked.values()) is Level.HOLD


def levels_of(rows: list[Any], doses: dict[UUID, datetime]) -> Iterator[tuple[Any, Level]]:
    """Yield each reading with its level, beside the others of its session."""
    for infusion_id, dosed_at in doses.items():
        mine = sorted((r for r in rows if r.infusion_id == infusion_id), key=by_time)
        found = alerts([clinical_vitals(values_of(r)) for r in mine], dosed_at=dosed_at)
        for row, (_, its) in zip(mine, found, strict=True):
            yield row, max((one.level for one in its), default=Level.OK)


def by_time(row: Any) -> datetime:
    found: datetime = row.observed_at
    return found


def test_one_reading_was_missed_and_the_open_session_has_one_that_is_late(
    practice: db.Database,
) -> None:
    del practice
    shown = {one.id: slots_of(one) for one in rows_of(Infusion) if one.started_at}
    assert Counter(
        (infusion_id, slot.state)
        for infusion_id, slots in shown.items()
        for slot in slots
        if slot.state not in {SlotState.DONE, SlotState.LATER}
    ) == {
        (infusions_of("DEMO-0296")[3].id, SlotState.MISSED): 1,
        (infusions_of("DEMO-0417")[4].id, SlotState.LATE): 1,
    }


def slots_of(one: Infusion) -> tuple[Slot, ...]:
    """Return the vitals schedule of a session as it stood at its end, or stands."""
    mine = [row for row in rows_of(Vitals) if row.infusion_id == one.id and not row.struck_at]
    doses = [row for row in rows_of(Dose) if row.infusion_id == one.id and not row.struck_at]
    left = [row.left_at for row in rows_of(Discharge) if row.infusion_id == one.id]
    return due(
        SCHEDULES[Route(one.route)],
        dosed_at=doses[0].observed_at,
        readings=[clinical_vitals(values_of(row)) for row in mine],
        at=left[0] if left else NOON,
        discharged_at=left[0] if left else None,
    )


def test_a_session_is_recorded_by_two_people(practice: db.Database) -> None:
    del practice
    tables = (Vitals, SessionEvent)
    by = {(one.infusion_id, one.recorded_by_id) for table in tables for one in rows_of(table)}
    assert set(Counter(infusion_id for infusion_id, _ in by).values()) == {2}


def test_the_obsessions_fall_from_note_to_note(practice: db.Database) -> None:
    del practice
    summary, _ = summary_of(infusions_of("DEMO-0417")[3])
    totals = next(one.points for one in summary.scores if one.scale == "Y-BOCS")
    assert totals[0].total == 31
    assert totals[-1].total == 19
    assert all(after.total <= before.total for before, after in pairwise(totals))


def test_the_maintenance_course_is_past_its_induction_and_due(practice: db.Database) -> None:
    del practice
    course = infusions_of("DEMO-0296")
    done = [one.phase for one in course if one.state == "completed"]
    assert done == ["induction"] * 6 + ["maintenance"]
    assert (course[-1].state, course[-1].phase) == ("planned", Phase.MAINTENANCE)
    view = infusion.look(infusion_id=course[-1].id, by=who("therapist"), at=NOON)
    assert [one.state for one in view.steps] == [StepState.DONE] * 7 + [StepState.PLANNED]


def measures_of(record_number: str, key: str) -> list[Measure]:
    owner = infusions_of(record_number)[0].patient_id
    mine = [one for one in rows_of(Measure) if (one.patient_id, one.key) == (owner, key)]
    return sorted(mine, key=lambda one: one.observed_at)


def test_each_measure_comes_to_what_its_story_says(practice: db.Database) -> None:
    del practice
    for story in told.stories():
        number = story["patient"]["record_number"]
        said = Counter(
            (one["key"], Decimal(str(one["total"]))) for one in story["measures"] if "total" in one
        )
        keys = {one["key"] for one in story["measures"]}
        kept = [one for key in keys for one in measures_of(number, key)]
        assert len(kept) == len(story["measures"])
        assert said <= Counter((one.key, one.total) for one in kept)
        assert all(one.observed_at <= one.recorded_at <= NOON for one in kept)


def test_the_notes_and_the_measures_give_the_same_scores(practice: db.Database) -> None:
    """A written note's score is that of a measure of its day; the full CADSS is none of ours."""
    del practice
    for story in told.stories():
        taken = {
            (one["key"], one.get("day", 0), one["total"])
            for one in story["measures"]
            if "total" in one
        }
        noted = {
            (row["scale"], note.get("day", 0), row["score"])
            for one in story["infusions"]
            for note in one.get("notes", ())
            if "draft" not in note
            for row in note["answers"].get("scales", ())
        }
        assert {one for one in noted - taken if one[0] not in {"cadss", "audit-c"}} == set()
        drank = {score for scale, _, score in noted if scale == "audit-c"}
        kept = measures_of(story["patient"]["record_number"], "audit-c")
        assert drank <= {one.total for one in kept}


def test_the_ocd_patient_responds_after_the_fourth_dose(practice: db.Database) -> None:
    del practice
    course_id = infusions_of("DEMO-0417")[0].course_id
    view = outcome.look(course_id=course_id, by=who("therapist"), at=NOON)
    main = view.standing.main
    assert main is not None
    assert main.key == "y-bocs"
    assert main.outcome is not None
    assert main.outcome.response is Response.RESPONSE
    assert main.outcome.percent == Decimal("-38.7")
    responders = [one for one in main.points if one.response is Response.RESPONSE]
    rows = measures_of("DEMO-0417", "y-bocs")
    fourth = next(one for one in rows if (one.occasion, one.total) == ("after_24h", Decimal(19)))
    early = [one for one in main.points if one.response not in {None, Response.RESPONSE}]
    assert responders
    assert early
    assert [rows[0].total, rows[-1].total] == [31, 19]
    assert rows[0].occasion == "baseline"
    assert [one["total"] for one in rows[0].scores["subscales"]] == ["15", "16"]
    assert fourth.infusion_id == infusions_of("DEMO-0417")[3].id
    assert {one.key for one in rows_of(Measure) if one.patient_id == rows[0].patient_id} >= {
        *("phq-9", "gad-7", "who-5", "c-ssrs", "audit-c", "meq-30", "ebi")
    }


def test_an_hour_after_a_dose_the_rating_is_of_the_time_since_the_last(
    practice: db.Database,
) -> None:
    del practice
    dosed = {one.infusion_id: one.observed_at for one in rows_of(Dose)}
    soon = [
        one
        for one in measures_of("DEMO-0417", "y-bocs")
        if one.infusion_id in dosed
        and timedelta(0) < one.observed_at - dosed[one.infusion_id] < timedelta(hours=3)
    ]
    assert len(soon) == 4
    assert {one.recall for one in soon} == {SINCE_LAST}


def test_the_im_course_has_its_dissociation_at_the_hour(practice: db.Database) -> None:
    del practice
    assert [one.total for one in measures_of("DEMO-0388", "cadss-6")] == [6, 2, 18, 7, 1]
    assert [one.total for one in measures_of("DEMO-0388", "pcl-5")] == [58, 51, 47, 38]


def test_the_maintenance_patient_has_a_long_trend(practice: db.Database) -> None:
    del practice
    totals = [one.total for one in measures_of("DEMO-0296", "phq-9")]
    assert totals == [21, 19, 16, 12, 10, 8, 6, 7, 11, 6, 7]


def test_one_measure_is_incomplete_and_has_no_total(practice: db.Database) -> None:
    del practice
    (part,) = [one for one in rows_of(Measure) if not one.is_complete]
    assert (part.key, part.total, part.band) == ("phq-9", None, "")
    assert part.scores["missing"] == ["q7", "q8", "q9"]


def test_a_measure_is_overdue(practice: db.Database) -> None:
    del practice
    rows = due_list.look(kind=DueKind.MEASURE, by=who("therapist"), at=NOON).of(Standing.OVERDUE)
    assert [(one.item.about, one.item.occasion) for one in rows] == [("phq-9", "every")]
    assert {one.course.id for one in rows} == {infusions_of("DEMO-0296")[0].course_id}


def test_an_answer_about_death_called_and_was_seen_to(practice: db.Database) -> None:
    """No note of a day with a wish not to wake has a measure of that day that says otherwise."""
    del practice
    castellano = infusions_of("DEMO-0296")[0].patient_id
    called = [one for one in rows_of(PatientAlert) if one.source == Measure.__tablename__]
    assert {one.patient_id for one in called} == {castellano}
    assert Counter(one.code for one in called) == {"suicidal_item": 3, "screener_level_low": 1}
    assert all(one.resolved_reason and not one.stands for one in called)
    sources = {one.source_id for one in called}
    tasks = [one for one in rows_of(Task) if one.source_id in sources]
    assert len(tasks) == len(called)
    assert all(one.answer for one in tasks)
    dosed = [one.observed_at for one in rows_of(Dose) if one.patient_id == castellano]
    assert min(dosed) > min(one.resolved_at for one in called if one.resolved_at)


def test_the_im_course_doubles_its_dose(practice: db.Database) -> None:
    del practice
    mine = {one.id for one in infusions_of("DEMO-0388")}
    doses = sorted((one for one in rows_of(Dose) if one.infusion_id in mine), key=lambda d: d.mg)
    assert [(one.route, one.planned_mg_per_kg) for one in doses] == [("im", 0.5), ("im", 1)]


def test_the_second_therapist_has_a_patient_that_the_first_does_not_see(
    practice: db.Database,
) -> None:
    del practice
    (novak,) = {one.patient_id for one in infusions_of("DEMO-0402")}
    seen = {
        name: {one.patient_id for one in infusion.every(by=who(name), at=NOON)}
        for name in ("therapist", "therapist2", "supervisor")
    }
    assert seen["therapist2"] == {novak}
    assert novak not in seen["therapist"] | seen["supervisor"]


def test_one_note_waits_for_the_supervisor_and_one_was_sent_back(practice: db.Database) -> None:
    """With comments on two of its sections, and only for the therapist whom she supervises."""
    del practice
    by = who("supervisor")
    waiting, back = review.queue(by=by, at=NOON).rows, review.returned(by=by, at=NOON).notes
    assert (len(waiting), len(back)) == (1, 1)
    writing = note.open_to_write(note_id=back[0].note_id, by=who("therapist"), at=NOON)
    assert writing.returned is not None
    assert len({one.section for one in writing.returned.comments if one.comment}) == 2
    accounts = people.look(by=who("administrator"), at=NOON)
    assert {one.supervisee.email for one in accounts.links} == {"therapist@demo.example"}
    assert [one.kinds for one in accounts.requirements] == ["all"]


def test_the_first_therapist_owes_one_note_that_was_never_written(practice: db.Database) -> None:
    del practice
    owed = today.look(by=who("therapist"), at=NOON).owed
    overdue = [one for one in owed if one.item.standing is Standing.OVERDUE and not one.notes]
    notes = {(one.infusion_id, one.kind) for one in rows_of(Note)}
    unwritten = [
        one
        for one in overdue
        if one.infusion and (one.infusion.id, one.item.kind.value) not in notes
    ]
    assert [one.item.kind for one in unwritten] == ["integration"]


def test_a_later_cosignature_makes_no_note_late(practice: db.Database) -> None:
    del practice
    by = who("therapist")
    for one in infusions_of("DEMO-0417"):
        view = infusion.look(infusion_id=one.id, by=by, at=NOON)
        dues = today.dues_of(view.infusion, view.notes, NOON)
        assert [due.kind for due in dues if due.is_late] == []


def test_one_audit_has_led_to_an_action_that_another_verified_and_one_is_under_way(
    practice: db.Database,
) -> None:
    del practice
    by = who("supervisor")
    under_way, ended = audit_list.look(by=by, at=NOON).audits
    assert (ended.audit.state, ended.charts, ended.answered) == ("ended", 4, 4)
    assert (under_way.audit.state, under_way.charts, under_way.answered) == ("drawn", 2, 0)
    view = corrective_action.look(by=by, at=NOON)
    [verified], [still] = view.verified, view.others
    assert (verified.state, still.state) == ("verified", "open")
    moves = corrective_action.open_one(action_id=verified.id, by=by, at=NOON).moves
    made = [one.by_id for one in moves]
    assert made == [who("therapist").id, by.id]
    assert chart_audit.draw_again(audit_id=ended.audit.id, by=by, at=NOON)


def test_one_unusual_look_was_accounted_for_and_one_waits(practice: db.Database) -> None:
    del practice
    seen = unusual.look(by=who("supervisor"), at=NOON)
    assert [one.kind for one in seen.waiting] == ["night"]
    assert [(one.kind, bool(one.word)) for one in seen.closed] == [("emergency", True)]


def test_one_patient_disagrees_with_a_denial_and_one_waits_for_an_answer(
    practice: db.Database,
) -> None:
    del practice
    states = {
        number: [one.row.state for one in told_of(number)] for number in ("DEMO-0388", "DEMO-0431")
    }
    assert states == {"DEMO-0388": ["disagreed"], "DEMO-0431": ["received"]}


def told_of(record_number: str) -> Sequence[amendment.Told]:
    [owner] = {one.patient_id for one in infusions_of(record_number)}
    return amendment.look(patient_id=owner, by=who("therapist"), at=NOON).told


def test_the_supervisor_asked_about_the_note_that_waits_and_was_answered(
    practice: db.Database,
) -> None:
    del practice
    waiting = review.queue(by=who("supervisor"), at=NOON).rows
    said = [one.move for one in rows_of(ReviewComment) if one.note_id == waiting[0].note.note_id]
    assert sorted(said) == ["answer", "ask"]


def test_there_is_one_of_everything_that_a_page_can_show(practice: db.Database) -> None:
    del practice
    assert {"draft", "returned", "awaiting_cosignature", "cosigned", "signed"} == {
        one.state for one in rows_of(Note)
    }
    assert rows_of(Addendum)
    assert rows_of(ReviewComment)
    assert rows_of(ProcessNote)
    assert [one for one in rows_of(AdverseEvent) if one.action]
    assert [one for one in rows_of(Dose) if one.wasted_mg and one.witnessed_by]
    assert [one for one in rows_of(Vitals) if one.struck_at]
    assert [one for one in rows_of(Infusion) if one.state == "cancelled" and one.state_reason]
    assert [one for one in rows_of(NoteVersion) if one.number > 1]
    assert [one for one in rows_of(NoteVersion) if one.cautions]
    assert [one for one in rows_of(NoteVersion) if '"carried":["' in one.content]


def test_the_trail_is_whole_in_order_of_time_and_free_of_refusals(practice: db.Database) -> None:
    del practice
    assert trail.verify(by=operator(), at=NOON).is_whole
    entries = sorted((one for one in rows_of(Entry) if one.at < NOON), key=lambda one: one.position)
    assert all(before.at <= after.at for before, after in pairwise(entries))
    assert Counter(one.outcome for one in entries).keys() == {"done"}
    assert len({one.at.date() for one in entries}) > 20


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 28, 0, 4, 30, tzinfo=UTC),  # just into a Saturday
        datetime(2028, 3, 1, 23, 59, tzinfo=UTC),
    ],
    ids=["a weekend night", "a leap year"],
)
def test_it_loads_at_any_time_and_only_once(
    at: datetime,
    tmp_path: Path,
    lend_database: Callable[[str], AbstractContextManager[str]],
) -> None:
    zone = "America/New_York"
    with lend_database("embedded") as url:
        opened = db.use(db.Database(Settings(tmp_path, url, KEY, zone=zone)))
        demo.load(password=PASSWORD, at=at)
        assert max(one.at for one in rows_of(Entry)) <= at
        assert Counter(one.state for one in rows_of(Infusion))["in_progress"] == 1
        with pytest.raises(WrongState):
            demo.load(password=PASSWORD, at=at)
        opened.close()


def texts(told_here: Any) -> Iterator[str]:
    """Return every longer text of a story."""
    if isinstance(told_here, dict):
        told_here = list(told_here.values())
    if isinstance(told_here, list):
        for one in told_here:
            yield from texts(one)
    elif isinstance(told_here, str) and len(told_here) > 60:
        yield told_here


def test_no_note_is_a_copy_of_another() -> None:
    said = [
        text
        for story in told.stories()
        for one in story["infusions"]
        for note in one.get("notes", ())
        for text in texts(note["answers"])
    ]
    assert [text for text, times in Counter(said).items() if times > 1] == []
