"""The live session: what is sent once is kept once, and everyone learns of it in order."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import infusion, live, session
from kapnotes.actions.live import SessionView
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import (
    BadInput,
    CautionOpen,
    NotAllowed,
    OutOfReach,
    Refusal,
    Stale,
    WrongState,
)
from kapnotes.records.session_row import Dose, Row, Vitals
from tests.builders import ARRIVAL, AT, DOSE, Small, arrive, minute, plan, run_session, signed

READING = {"observed_at": minute(10), "systolic": 128, "diastolic": 76, "heart_rate": 72}
RUNNING = {
    **{name: DOSE[name] for name in ("drug_form", "weight_kg", "weighed_on", "planned_mg_per_kg")},
    "observed_at": minute(0),
    "mg": Decimal("35.75"),
    "rate_mg_per_h": Decimal("53.625"),
    "is_running": True,
}


def view(small: Small) -> SessionView:
    return live.look(infusion_id=small.infusion_id, by=small.medical, at=AT)


def only(small: Small, table: type[Row]) -> Any:
    [found] = [one for one in view(small).standing_rows if isinstance(one, table)]
    return found


def events(name: str) -> int:
    with db.current().reading() as opened:
        query = sa.select(sa.func.count()).where(Entry.event == name, Entry.outcome == "done")
        return opened.execute(query).scalar_one()


def read(small: Small, **more: Any) -> Any:
    return session.record_vitals(
        infusion_id=small.infusion_id,
        values=READING,
        by=more.pop("by", small.medical),
        at=AT,
        **more,
    )


def test_a_delivery_that_comes_twice_is_written_once(small: Small) -> None:
    key = uuid4()
    first, again = read(small, key=key), read(small, key=key)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.row_id == again.row_id
    assert only(small, Vitals).id == first.row_id
    assert events("vitals.recorded") == 1


def test_a_delivery_seen_before_is_answered_even_when_nothing_more_is_taken(small: Small) -> None:
    key = uuid4()
    first = read(small, key=key)
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.medical, at=AT)
    assert read(small, key=key).row_id == first.row_id
    with pytest.raises(WrongState):
        read(small, key=uuid4())


def test_the_same_key_in_another_session_is_another_delivery(small: Small) -> None:
    key = uuid4()
    read(small, key=key)
    other = plan(small.course_id, small.therapist)
    written = session.record_vitals(
        infusion_id=other, values=READING, key=key, by=small.medical, at=AT
    )
    assert written.is_new


def test_who_comes_second_with_a_correction_is_told_and_overwrites_nothing(small: Small) -> None:
    row = read(small).row_id
    session.correct_vitals(
        row_id=row, values={**READING, "systolic": 138}, why="Misread", by=small.medical, at=AT
    )
    for act in (
        lambda: session.correct_vitals(
            row_id=row, values={**READING, "systolic": 99}, why="No", by=small.therapist, at=AT
        ),
        lambda: session.strike_vitals(row_id=row, why="No", by=small.therapist, at=AT),
    ):
        with pytest.raises(Stale, match="Somebody changed this entry meanwhile"):
            act()
    assert only(small, Vitals).systolic == 138
    first = next(one for one in view(small).rows if one.id == row)
    assert (first.systolic, first.struck_reason) == (128, "Misread")


def test_two_who_begin_the_arrival_check_do_not_overwrite_each_other(small: Small) -> None:
    session.record_arrival(
        infusion_id=small.infusion_id,
        values={"observed_at": minute(-5), "identity_checked": True},
        by=small.therapist,
        at=AT,
    )
    with pytest.raises(Stale, match="go on with that one"):
        arrive(small.infusion_id, small.medical)
    [begun] = [one for one in view(small).standing_rows if one.__tablename__ == "arrival"]
    session.correct_arrival(row_id=begun.id, values=ARRIVAL, why="", by=small.medical, at=AT)
    assert view(small).standing.missing_arrival == []


def test_a_dose_without_its_checks_is_recorded_only_with_a_reason(small: Small) -> None:
    def dose(reason: str = "") -> None:
        session.record_dose(
            infusion_id=small.infusion_id, values=DOSE, reason=reason, by=small.medical, at=AT
        )

    with pytest.raises(CautionOpen, match="There is no arrival check"):
        dose()
    session.record_arrival(
        infusion_id=small.infusion_id,
        values={**ARRIVAL, "consent_confirmed": None, "last_food_at": minute(-60)},
        by=small.medical,
        at=minute(-1),
    )
    with pytest.raises(CautionOpen) as open_:
        dose()
    assert {one.about for one in open_.value.cautions} == {"consent_confirmed", "last_food_at"}
    dose("Consent is on paper; two crackers an hour ago, seen by Mina")
    assert only(small, Dose).caution_reason.startswith("Consent is on paper")


def test_an_infusion_runs_pauses_and_stops_as_it_was_given(small: Small) -> None:
    arrive(small.infusion_id, small.medical)
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    started = session.record_dose(
        infusion_id=small.infusion_id, values=RUNNING, by=small.medical, at=minute(0)
    )

    def step(kind: str, minutes: int, words: str) -> None:
        session.record_session_event(
            infusion_id=small.infusion_id,
            values={"observed_at": minute(minutes), "kind": kind, "words": words},
            by=small.medical,
            at=minute(minutes),
        )

    step("dose_paused", 10, "Asked for a break")
    with pytest.raises(BadInput):
        step("dose_paused", 12, "Again")
    step("dose_resumed", 20, "Ready")
    running = live.look(infusion_id=small.infusion_id, by=small.medical, at=minute(30)).standing
    assert running.doses[0].given_mg == Decimal("17.875")
    with pytest.raises(WrongState, match="still runs"):
        infusion.complete(infusion_id=small.infusion_id, by=small.medical, at=minute(31))
    session.stop_dose(
        row_id=started.row_id,
        values={
            **RUNNING,
            "stopped_at": minute(40),
            "mg": Decimal("26.813"),
            "drawn_mg": Decimal(50),
            "wasted_mg": Decimal("23.187"),
            "wasted_by": "Mina",
            "witnessed_by": "Thea",
            "changes": "Stopped early: nausea",
        },
        by=small.medical,
        at=minute(41),
    )
    dose = only(small, Dose)
    assert (dose.is_running, dose.mg, dose.stopped_at) == (False, Decimal("26.813"), minute(40))
    first = next(one for one in view(small).rows if one.id == started.row_id)
    assert (first.is_running, first.mg) == (True, Decimal("35.75"))
    assert [one.act for one in view(small).entries][-1] == "stopped"


def test_a_stopped_infusion_is_not_stopped_twice(small: Small) -> None:
    arrive(small.infusion_id, small.medical)
    row = session.record_dose(
        infusion_id=small.infusion_id, values=DOSE, by=small.medical, at=AT
    ).row_id
    with pytest.raises(WrongState, match="not running"):
        session.stop_dose(row_id=row, values=DOSE, by=small.medical, at=AT)


def test_news_are_what_came_after_and_asking_leaves_no_event(small: Small) -> None:
    read(small)
    before = view(small).cursor
    looked = events("session.viewed")

    def news() -> SessionView | None:
        return live.since(infusion_id=small.infusion_id, after=before, by=small.therapist, at=AT)

    assert news() is None
    read(small)
    found = news()
    assert found is not None
    assert [one.seq for one in found.entries] == [before + 1]
    assert events("session.viewed") == looked


def test_starting_and_ending_are_news_too(small: Small) -> None:
    run_session(small)
    assert [one.noun for one in view(small).entries if one.act == "moved"] == [
        "in_progress",
        "completed",
    ]


@pytest.mark.parametrize("who", ["other_therapist", "administrator"])
def test_who_does_not_care_for_the_patient_sees_and_sends_nothing(small: Small, who: str) -> None:
    by = getattr(small, who)
    acts: tuple[Callable[[], object], ...] = (
        lambda: live.look(infusion_id=small.infusion_id, by=by, at=AT),
        lambda: live.since(infusion_id=small.infusion_id, after=0, by=by, at=AT),
        lambda: read(small, by=by),
    )
    for act in acts:
        with pytest.raises((OutOfReach, NotAllowed)):
            act()


def test_a_supervisor_sees_the_session_and_records_nothing(small: Small) -> None:
    live.look(infusion_id=small.infusion_id, by=small.supervisor, at=AT)
    with pytest.raises(NotAllowed):
        read(small, by=small.supervisor)


def test_leaving_early_or_unready_asks_for_a_reason(small: Small) -> None:
    arrive(small.infusion_id, small.medical)
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    session.record_dose(infusion_id=small.infusion_id, values=DOSE, by=small.medical, at=minute(41))

    def leave(reason: str = "") -> None:
        session.record_discharge(
            infusion_id=small.infusion_id,
            values={"observed_at": minute(50), "left_at": minute(50), "oriented": True},
            reason=reason,
            by=small.medical,
            at=minute(50),
        )

    with pytest.raises(CautionOpen) as open_:
        leave()
    assert "left_early" in {one.code for one in open_.value.cautions}
    leave("Called away; the sister drives and stays with her")
    assert view(small).standing.left_at == minute(50)


def test_the_board_shows_what_runs_within_reach(small: Small) -> None:
    def running(by: Any) -> list[UUID]:
        return [one.infusion.id for one in live.running(by=by, at=AT)]

    assert running(small.medical) == []
    infusion.start(infusion_id=small.infusion_id, by=small.medical, at=minute(0))
    assert running(small.medical) == running(small.therapist) == [small.infusion_id]
    assert running(small.other_therapist) == []
    infusion.cancel(infusion_id=small.infusion_id, reason="A cold", by=small.medical, at=AT)
    assert running(small.medical) == []


def test_a_level_is_open_until_somebody_says_what_was_done(small: Small) -> None:
    high = {**READING, "systolic": 205, "diastolic": 121}
    row = session.record_vitals(
        infusion_id=small.infusion_id, values=high, by=small.medical, at=AT
    ).row_id
    assert not all(one.is_answered for one in view(small).standing.asked)
    answer = {"observed_at": minute(12), "kind": "level_answered", "words": "Called Dr Osei"}

    def say(about: UUID) -> None:
        session.record_session_event(
            infusion_id=small.infusion_id,
            values={**answer, "about_id": about},
            by=small.medical,
            at=AT,
        )

    with pytest.raises(Refusal):
        say(uuid4())
    say(row)
    assert all(one.is_answered for one in view(small).standing.asked)


def test_an_entry_may_be_of_earlier_and_keeps_when_it_was_written(small: Small) -> None:
    read(small)
    row = only(small, Vitals)
    assert (row.observed_at, row.recorded_at) == (minute(10), AT)
    with pytest.raises(Refusal):
        session.record_vitals(
            infusion_id=small.infusion_id,
            values={**READING, "observed_at": AT + timedelta(minutes=1)},
            by=small.medical,
            at=AT,
        )


def test_a_signature_is_news_to_whoever_has_the_session_open(small: Small) -> None:
    run_session(small)
    before = view(small).cursor
    signed(small, "dosing")
    found = live.since(infusion_id=small.infusion_id, after=before, by=small.medical, at=AT)
    assert found is not None
    assert found.is_locked
    assert [one.noun for one in found.entries] == ["signed"]
