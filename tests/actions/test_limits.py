"""What nobody may see, keep, move or write: the edges of reach, time, length and the trail."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import (
    cosigning,
    course,
    entry,
    infusion,
    note,
    patient,
    people,
    practice,
    session,
    sign_in,
    signing,
    supervision,
    trail,
)
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Entry, record
from kapnotes.clinic.refusals import (
    BadInput,
    Refusal,
    WrongState,
)
from kapnotes.records.document import Document
from kapnotes.settings import SettingsRefused, from_environment
from tests.actions.shop import Sheets, made
from tests.builders import (
    AT,
    HERE,
    PASSWORD,
    Small,
    minute,
    plan,
    run_session,
    send_back,
    sign,
    signed,
    written,
)
from tests.plumbing.role import as_owner, owning


def beside(small: Small, kind: str, *, is_signed: bool) -> UUID:
    """A note of another therapist of the team, whom nobody supervises."""
    patient.join_team(
        patient_id=small.patient_id,
        person_id=small.other_therapist.id,
        starts_on=AT.date(),
        by=small.therapist,
        at=AT,
    )
    other = Small(
        small.other_therapist,
        small.therapist,
        small.medical,
        small.supervisor,
        small.administrator,
        small.patient_id,
        small.course_id,
        small.infusion_id,
    )
    return signed(other, kind) if is_signed else written(other, kind)


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_supervisor_who_sees_some_of_the_notes_keeps_no_document(
    small: Small, *, is_signed: bool
) -> None:
    """A chart document never leaves out a note in silence, nor says that it was not written."""
    run_session(small)
    beside(small, "preparation", is_signed=is_signed)
    signed(small, "dosing")
    sheets = Sheets()
    pdf = made(small, sheets, by=small.supervisor)
    assert not pdf.is_kept
    assert "Not written" not in sheets.pages[-1].partition("Preparation note")[2][:400]
    with db.current().reading() as opened:
        assert opened.execute(sa.select(sa.func.count(Document.id))).scalar_one() == 0


def test_a_supervisor_who_does_not_see_the_baseline_keeps_no_document(small: Small) -> None:
    """A trend without the scores of somebody else's earlier note is not the chart's either."""
    run_session(small)
    beside(small, "preparation", is_signed=True)
    second = plan(small.course_id, small.therapist)
    infusion.cancel(infusion_id=second, reason="A cold", by=small.therapist, at=AT)
    for by, is_kept in ((small.therapist, True), (small.supervisor, False)):
        pdf = made(replace(small, infusion_id=second), Sheets(), by=by)
        assert pdf.is_kept is is_kept


def test_numbers_of_documents_do_not_collide(small: Small) -> None:
    """Two infusions whose ids begin alike each have their own kept document."""
    run_session(small)
    signed(small, "dosing")
    with db.current().writing() as opened:
        twin = UUID(str(small.infusion_id)[:8] + str(UUID(int=9))[8:])
        columns = "course_id, patient_id, phase, route, planned_for, state, version"
        opened.execute(
            sa.text(
                f"INSERT INTO infusion (id, number, {columns}) "
                f"SELECT :id, 99, {columns.replace('state', ':state')} FROM infusion"
            ),
            {"id": twin.hex if db.current().settings.is_embedded else twin, "state": "cancelled"},
        )
    numbers = {
        made(replace(small, infusion_id=one), Sheets()).filename
        for one in (small.infusion_id, twin)
    }
    assert len(numbers) == 2


ENDS = (datetime(1, 1, 1, 0, 0), datetime(9999, 12, 31, 23, 59))  # noqa: DTZ001 - wall clocks


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Europe/Berlin", "UTC", "America/New_York"])
@pytest.mark.parametrize("wall", ENDS)
def test_the_ends_of_the_calendar_are_a_time_or_are_said_to_be_none(
    zone: str, wall: datetime
) -> None:
    raw = {"planned_for": [wall.isoformat()[:16]], "route": ["iv"], "phase": ["induction"]}
    with suppress(BadInput):
        values = entry.read("infusion", raw, zone=zone)
        assert values["planned_for"].astimezone(UTC)


def test_a_reading_long_before_the_infusion_is_questioned(small: Small) -> None:
    """A year half typed (0202) is no time of this session."""
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    values = {"observed_at": datetime(202, 11, 23, 8, 0, tzinfo=UTC), "heart_rate": 70}
    with pytest.raises(Refusal):
        session.record_vitals(infusion_id=small.infusion_id, values=values, by=small.medical, at=AT)


def test_a_password_that_could_never_be_typed_again_is_not_taken(small: Small) -> None:
    with pytest.raises(BadInput):
        sign_in.change_password(
            old=PASSWORD,
            new="a long sentence, " * 70,
            address=HERE,
            token="none",
            by=small.therapist,
            at=AT,
        )
    sign_in.sign_in(email="thea@test.example", password=PASSWORD, address=HERE, at=AT)


@pytest.mark.parametrize("email", ["ß" * 254, "x" * 255, "", "   "])
def test_an_address_that_does_not_fit_its_column_is_refused(small: Small, email: str) -> None:
    with pytest.raises(BadInput):
        people.add(
            email=email,
            name="Long",
            credentials="",
            role="medical",
            by=small.administrator,
            at=AT,
        )


@pytest.mark.parametrize(
    "changed",
    [{"zone": "Mars/Olympus"}, {"zone": ""}, {"name": "x" * 121}, {"name": " "}],
)
def test_a_practice_that_could_not_open_is_not_set_up(
    database: db.Database, changed: dict[str, str]
) -> None:
    del database
    with pytest.raises(BadInput):
        practice.create(**{"name": "Practice", "zone": "UTC", **changed}, by=operator(), at=AT)
    practice.create(name="Practice", zone="Europe/Berlin", by=operator(), at=AT)


LONG = "Because of the pressure. " * 900


def test_a_reason_is_kept_whole_or_refused_but_never_cut(supervised: Small) -> None:
    small = supervised
    run_session(small)
    note_id = written(small, "dosing", aldrete=8)
    shown = signing.review(note_id=note_id, by=small.therapist, at=AT)
    reasons = {one.key: LONG for one in shown.findings}
    with pytest.raises(Refusal, match="characters"):
        sign(small, note_id, reasons=reasons)
    sign(small, note_id, reasons=dict.fromkeys(reasons, "Pressure settled"))
    with pytest.raises(Refusal, match="characters"):
        send_back(small, note_id, LONG)
    with pytest.raises(Refusal, match="characters"):
        cosigning.withdraw(note_id=note_id, reason=LONG, by=small.therapist, at=AT)


def last_event() -> Entry:
    with db.current().reading() as opened:
        query = sa.select(Entry).order_by(Entry.position.desc()).limit(1)
        return opened.execute(query).scalar_one()


def late_vitals(small: Small) -> None:
    run_session(small)
    signed(small, "dosing")
    session.record_vitals(
        infusion_id=small.infusion_id,
        values={"observed_at": minute(0), "heart_rate": 70},
        by=small.medical,
        at=AT,
    )


def complete_undosed(small: Small) -> None:
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    infusion.complete(infusion_id=small.infusion_id, by=small.medical, at=AT)


def end_open_course(small: Small) -> None:
    course.end(course_id=small.course_id, on=AT.date(), reason="Over", by=small.therapist, at=AT)


def plan_in_ended_course(small: Small) -> None:
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.therapist, at=AT)
    end_open_course(small)
    plan(small.course_id, small.therapist)


def edit_started(small: Small) -> None:
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    infusion.edit(
        infusion_id=small.infusion_id,
        planned_for=AT,
        route="iv",
        phase="induction",
        by=small.medical,
        at=AT,
    )


def write_for_cancelled(small: Small) -> None:
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.therapist, at=AT)
    note.begin(infusion_id=small.infusion_id, kind="dosing", by=small.therapist, at=AT)


@pytest.mark.parametrize(
    "act",
    [
        late_vitals,
        complete_undosed,
        end_open_course,
        plan_in_ended_course,
        edit_started,
        write_for_cancelled,
    ],
)
def test_a_refusal_in_reach_names_the_patient_and_the_thing(
    small: Small, act: Callable[[Small], None]
) -> None:
    """ONC d2, d3: who looks at the patient's trail sees what was tried and refused."""
    with pytest.raises(WrongState):
        act(small)
    last = last_event()
    assert (last.outcome, last.patient_id) == ("refused", small.patient_id)
    assert last.object_id is not None


def test_a_link_that_ended_stays_ended_on_that_day(small: Small) -> None:
    """Ending it once more does not move its end: who answered for whom, when, is history."""
    later = AT + timedelta(days=3)
    [link] = people.look(by=small.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=small.administrator, at=AT)
    with pytest.raises(WrongState):
        supervision.end_link(link_id=link.id, on=later.date(), by=small.administrator, at=later)
    [link] = people.look(by=small.administrator, at=AT).links
    assert link.ends_on == AT.date()


def test_a_pair_is_linked_once_at_a_time(small: Small) -> None:
    """A second open link would go on after the administrator ended the first."""
    with pytest.raises(BadInput):
        supervision.link(
            supervisor_id=small.supervisor.id,
            supervisee_id=small.therapist.id,
            starts_on=AT.date(),
            by=small.administrator,
            at=AT,
        )


def test_nothing_is_planned_again_in_a_course_that_ended(small: Small) -> None:
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.therapist, at=AT)
    end_open_course(small)
    with pytest.raises(WrongState):
        infusion.reopen(infusion_id=small.infusion_id, reason="Back", by=small.therapist, at=AT)


def moves(table: str, column: str, to: UUID) -> sa.TextClause:
    value = to.hex if db.current().settings.is_embedded else str(to)
    return sa.text(f"UPDATE {table} SET {column} = '{value}'")


@pytest.mark.parametrize("table", ["dose", "vitals", "adverse_event"])
def test_the_database_lets_nothing_be_moved_out_of_a_signed_session(
    small: Small, table: str
) -> None:
    run_session(small)
    signed(small, "dosing")
    other = plan(small.course_id, small.therapist)
    with (
        pytest.raises(sa.exc.DBAPIError, match=r"signed|never move|only ever struck"),
        owning() as opened,
    ):
        opened.execute(moves(table, "infusion_id", other))


def test_the_database_lets_no_draft_be_moved_to_another_note(small: Small) -> None:
    signed(small, "preparation")
    other = note.begin(infusion_id=small.infusion_id, kind="integration", by=small.therapist, at=AT)
    query = f"{moves('note_draft', 'note_id', other)} WHERE version = 2"
    with (
        pytest.raises(sa.exc.DBAPIError, match=r"signed|never move|only ever struck"),
        owning() as opened,
    ):
        opened.execute(sa.text(query))


def test_replacing_a_row_is_refused_like_deleting_it(small: Small) -> None:
    """SQLite's REPLACE deletes without asking the triggers, unless it is told to ask."""
    signed(small, "preparation")
    if not db.current().settings.is_embedded:
        pytest.skip("PostgreSQL knows no REPLACE")
    with (
        pytest.raises(sa.exc.DBAPIError, match="never change"),
        owning() as opened,
    ):
        opened.execute(sa.text("REPLACE INTO note_version SELECT * FROM note_version"))


def free_the_trail() -> None:
    """Take the guard of the trail away, as one with the file and the key could."""
    with db.current().writing() as opened:
        as_owner(opened)
        named = "" if db.current().settings.is_embedded else " ON trail"
        opened.execute(sa.text(f"DROP TRIGGER trail_no_update{named}"))
        named = named.replace("trail", "trail_head")
        opened.execute(sa.text(f"DROP TRIGGER trail_head_no_delete{named}"))


@pytest.mark.parametrize("position", [0, -1])
def test_an_entry_put_in_before_the_first_is_found(small: Small, position: int) -> None:
    with db.current().writing() as opened:
        first = opened.get(Entry, 1)
        assert first is not None
        values = {column.key: getattr(first, column.key) for column in Entry.__mapper__.columns}
        opened.execute(sa.insert(Entry), {**values, "position": position})
    verdict = trail.verify(by=operator(), at=AT)
    assert not verdict.is_whole
    del small


def test_a_trail_without_its_head_is_not_whole(small: Small) -> None:
    free_the_trail()
    with db.current().writing() as opened:
        as_owner(opened)
        opened.execute(sa.text("DELETE FROM trail_head"))
    assert not trail.verify(by=operator(), at=AT).is_whole
    del small


def test_an_event_is_chained_in_one_zone_whatever_clock_it_came_with(small: Small) -> None:
    at = AT.astimezone(ZoneInfo("Asia/Tokyo"))
    record(Did.TODAY_VIEWED, by=small.therapist, at=at)
    assert trail.verify(by=operator(), at=AT).is_whole


def test_no_value_stands_in_an_error_of_the_database(small: Small) -> None:
    """What goes wrong may be printed by the command line or a log: it names no patient."""
    with pytest.raises(sa.exc.DBAPIError) as caught, db.current().writing() as opened:
        opened.execute(
            sa.text("UPDATE patient SET nothing = :name WHERE id = :name"), {"name": "Falkberg"}
        )
    assert "Falkberg" not in str(caught.value)
    del small


@pytest.mark.parametrize("file", ["practice.db", "practice.db-wal"])
def test_a_database_that_others_can_read_is_not_opened(tmp_path: Path, file: str) -> None:
    """ASVS 13.2: it starts with neither a key nor a database that is open to others."""
    env = {"KAPNOTES_DATA": str(tmp_path)}
    from_environment(env)
    path = tmp_path / file
    path.touch(mode=0o600)
    from_environment(env)
    path.chmod(0o644)
    with pytest.raises(SettingsRefused, match="chmod 600"):
        from_environment(env)


def test_what_is_shown_of_a_carried_answer_is_a_question_of_the_note(small: Small) -> None:
    """The mark of what was carried over is no place for text of any kind."""
    note_id = note.begin(
        infusion_id=small.infusion_id, kind="integration", by=small.therapist, at=AT
    )
    raw: dict[str, Any] = {"themes": ["x"], "_carried": ["themes", "any text at all"]}
    note.save(note_id=note_id, base=1, raw=raw, by=small.therapist, at=AT)
    writing = note.open_to_write(note_id=note_id, by=small.therapist, at=AT)
    assert writing.carried == ("themes",)
