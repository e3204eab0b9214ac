"""The marks of a session change with every entry, and rows with the same marks say the same."""

from typing import Any

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import session
from kapnotes.records import session_mark
from kapnotes.records.session_mark import SHOWN, Mark
from kapnotes.records.session_row import values_of
from tests.builders import AT, Small, minute, run_session, small_practice

STRUCK = {"struck_at", "struck_by_id", "struck_reason_sealed"}


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    made = small_practice()
    run_session(made)
    return made


def marks(small: Small, by: Actor) -> frozenset[Mark]:
    with db.current().reading() as reading:
        return session_mark.of_infusion(reading, small.infusion_id, reach=by.reach(AT))


def rows() -> dict[object, dict[str, Any]]:
    """Every row by its id, with what a strike may change left out."""
    with db.current().reading() as reading:
        return {
            row["id"]: {name: value for name, value in row.items() if name not in STRUCK}
            for table in SHOWN
            for row in reading.execute(sa.select(table.__table__)).mappings()
        }


def change_everything(small: Small) -> None:
    """Correct every row, then strike the corrected one out."""
    for table in SHOWN:
        noun = table.__tablename__
        with db.current().reading() as reading:
            found = reading.execute(sa.select(table)).scalars().all()
            known = [(one.id, values_of(one)) for one in found]
        correct, strike = session.CORRECT[noun], session.STRIKE[noun]
        for row_id, values in known:
            new = correct(
                row_id=row_id, values=values, why="Misread", reason="so", by=small.medical, at=AT
            )
            strike(row_id=new.row_id, why="Not so", by=small.medical, at=AT)


def test_each_row_has_its_mark_with_the_names_of_today(small: Small) -> None:
    found = marks(small, small.therapist)
    assert sorted(one.noun for one in found) == ["adverse_event", "dose", "vitals", "vitals"]
    assert {(one.recorded_by, one.struck_by) for one in found} == {("Mina", None)}


def test_every_entry_changes_the_marks(small: Small) -> None:
    seen = [marks(small, small.therapist)]
    values = {"observed_at": minute(20), "systolic": 120, "diastolic": 80}
    by = small.medical
    row = session.record_vitals(infusion_id=small.infusion_id, values=values, by=by, at=AT).row_id
    seen.append(marks(small, small.therapist))
    row = session.correct_vitals(row_id=row, values=values, why="Misread", by=by, at=AT).row_id
    seen.append(marks(small, small.therapist))
    session.strike_vitals(row_id=row, why="Not so", by=by, at=AT)
    seen.append(marks(small, small.therapist))
    assert len(set(seen)) == 4
    assert {one.struck_by for one in seen[-1]} == {None, "Mina"}


def test_a_row_changes_only_when_it_is_struck_out(small: Small) -> None:
    before = rows()
    change_everything(small)
    after = rows()
    assert len(after) == 2 * len(before)
    assert {row_id: after[row_id] for row_id in before} == before


def test_nobody_sees_marks_out_of_reach(small: Small) -> None:
    assert marks(small, small.other_therapist) == frozenset()
    assert marks(small, small.administrator) == frozenset()
