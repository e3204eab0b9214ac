"""An audit of charts: planned, drawn so that it can be drawn again, answered, ended and locked."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import (
    audit_chart,
    audit_list,
    audit_table,
    chart_audit,
    people,
    setting,
    supervision,
)
from kapnotes.actions.audit_chart import Given, StaleAnswers
from kapnotes.clinic.audit_state import AuditState
from kapnotes.clinic.chart_sample import SampleBy
from kapnotes.clinic.refusals import (
    BadInput,
    Locked,
    NotAllowed,
    OutOfReach,
    Stale,
    WrongState,
)
from kapnotes.clinic.rubric import DEFAULT_RUBRIC, to_plain
from kapnotes.clinic.rubric_score import Answer
from kapnotes.records.audit_chart import AuditAnswer
from kapnotes.records.chart_audit import ChartAudit
from tests import audited
from tests.audited import NOT_MET, answer, chart_ids, drawn, ended, held, look, planned, programme
from tests.builders import AT, Small, add_person
from tests.plumbing.role import owning


def test_a_programme_that_cannot_be_is_refused_beside_its_fields(small: Small) -> None:
    wrong = programme(
        small,
        name=" ",
        until=AT.date() + timedelta(days=1),
        covers=frozenset({str(small.other_therapist.id)}),
        count=0,
    )
    with pytest.raises(BadInput) as refused:
        chart_audit.plan(programme=wrong, by=small.supervisor, at=AT)
    assert set(refused.value.errors) == {"name", "until", "covers", "count"}
    backwards = programme(small, since=AT.date(), until=AT.date() - timedelta(days=1))
    with pytest.raises(BadInput) as refused:
        chart_audit.plan(programme=backwards, by=small.supervisor, at=AT)
    assert set(refused.value.errors) == {"until"}


def test_only_supervisors_audit(small: Small) -> None:
    made = planned(small)
    for by in (small.therapist, small.medical, small.administrator):
        with pytest.raises(NotAllowed):
            chart_audit.plan(programme=programme(small), by=by, at=AT)
        with pytest.raises(NotAllowed):
            audit_list.open_one(audit_id=made, by=by, at=AT)


def test_the_plan_changes_until_its_charts_are_drawn(small: Small) -> None:
    held(small)
    made = planned(small)
    new = replace(programme(small), name="Winter charts", count=1)
    chart_audit.edit(audit_id=made, programme=new, base=1, by=small.supervisor, at=AT)
    with pytest.raises(Stale):
        chart_audit.edit(audit_id=made, programme=new, base=1, by=small.supervisor, at=AT)
    assert audited.result(small, made).audit.name == "Winter charts"
    chart_audit.draw(audit_id=made, by=small.supervisor, at=AT)
    for act in (
        lambda: chart_audit.edit(audit_id=made, programme=new, base=2, by=small.supervisor, at=AT),
        lambda: chart_audit.draw(audit_id=made, by=small.supervisor, at=AT),
        lambda: chart_audit.drop(audit_id=made, by=small.supervisor, at=AT),
    ):
        with pytest.raises(WrongState):
            act()


def test_an_audit_that_was_dropped_is_gone(small: Small) -> None:
    made = planned(small)
    chart_audit.drop(audit_id=made, by=small.supervisor, at=AT)
    with pytest.raises(OutOfReach):
        audited.result(small, made)
    assert audit_list.look(by=small.supervisor, at=AT).audits == []


def test_nothing_can_be_drawn_where_no_session_was_held(small: Small) -> None:
    made = planned(small)
    with pytest.raises(WrongState, match="no chart to draw"):
        chart_audit.draw(audit_id=made, by=small.supervisor, at=AT)
    assert audited.result(small, made).audit.state == AuditState.PLANNED


@pytest.mark.parametrize("by", SampleBy)
def test_the_sample_can_be_drawn_again(small: Small, by: SampleBy) -> None:
    held(small, 4)
    made = drawn(small, by=by, count=3)
    found = audited.result(small, made)
    assert len(found.charts) == 3
    assert found.audit.frame_size == 4
    held_later = audited.plan(small.course_id, small.therapist)
    audited.run_session(small, held_later)
    assert chart_audit.draw_again(audit_id=made, by=small.supervisor, at=AT)


def test_a_frame_that_was_changed_is_told(small: Small) -> None:
    held(small, 3)
    made = drawn(small, count=3)
    with db.current().writing() as session:
        row = session.get_one(ChartAudit, made)
        row.frame = [{**one, "musts": one["musts"] + 1} for one in row.frame]
    assert not chart_audit.draw_again(audit_id=made, by=small.supervisor, at=AT)


def test_a_chart_in_which_nobody_wrote_is_drawn_too(small: Small) -> None:
    first, second = held(small, 2)
    found = audited.result(small, drawn(small, count=5))
    assert {one.chart.infusion_id for one in found.charts if one.chart} == {first, second}
    assert all(one.people == ["Thea"] for one in found.charts)


def test_rows_are_answered_and_scored(small: Small) -> None:
    held(small, 2)
    made = drawn(small)
    first, second = chart_ids(small, made)
    assert answer(small, made, first, goals=NOT_MET, consent=("not_applicable", "")) == 14
    view = look(small, made, first)
    assert view.answers["goals"].words == NOT_MET[1]
    assert view.score.points == Decimal("92.4")
    assert answer(small, made, first, goals=NOT_MET, consent=("not_applicable", "")) == 0
    answer(small, made, second)
    found = audited.result(small, made)
    assert found.points == Decimal("96.2")
    assert [one.points for one in found.people] == [Decimal("96.2")]
    assert next(one.tally.points for one in found.rows if one.row.code == "goals") == 50


def test_what_is_not_met_needs_a_word_and_nothing_is_half_saved(small: Small) -> None:
    held(small)
    made = drawn(small)
    [chart] = chart_ids(small, made)
    given = {
        "goals": Given("not_met", " ", 0),
        "risk": Given("met", "", 0),
        "consent": Given("", "On file", 0),
        "measures": Given("nearly", "", 0),
    }
    with pytest.raises(BadInput) as refused:
        audit_chart.answer(audit_id=made, chart_id=chart, given=given, by=small.supervisor, at=AT)
    assert set(refused.value.errors) == {"goals.words", "consent.answer", "measures.answer"}
    assert look(small, made, chart).answers == {}


def test_two_who_answer_the_same_row_never_overwrite_each_other(small: Small) -> None:
    held(small)
    made = drawn(small)
    [chart] = chart_ids(small, made)
    answer(small, made, chart)
    mine = {"goals": Given("not_met", "None named", 0), "risk": Given("met", "", 0)}
    with pytest.raises(StaleAnswers) as refused:
        audit_chart.answer(audit_id=made, chart_id=chart, given=mine, by=small.supervisor, at=AT)
    assert refused.value.codes == ("goals",)
    assert look(small, made, chart).answers["goals"].answer == Answer.MET


def test_an_audit_ends_when_all_is_answered_and_is_locked_by_the_database_too(
    small: Small,
) -> None:
    held(small, 2)
    made = drawn(small)
    answer(small, made, chart_ids(small, made)[0])
    with pytest.raises(WrongState, match="1 chart is not yet answered"):
        chart_audit.end(audit_id=made, by=small.supervisor, at=AT)
    answer(small, made, chart_ids(small, made)[1], goals=NOT_MET)
    chart_audit.end(audit_id=made, by=small.supervisor, at=AT)
    with pytest.raises(Locked):
        answer(small, made, chart_ids(small, made)[1])
    for change in (
        sa.update(AuditAnswer).values(answer="met"),
        sa.delete(AuditAnswer),
        sa.update(ChartAudit).values(state="drawn"),
    ):
        with pytest.raises(sa.exc.DBAPIError), owning() as session:
            session.execute(change)


def test_an_audit_keeps_the_rubric_of_its_drawing(small: Small) -> None:
    held(small)
    made = drawn(small)
    plain = to_plain(DEFAULT_RUBRIC)
    plain["rows"] = [{**row, "is_shown": row["code"] == "goals"} for row in plain["rows"]]
    setting.change(name="rubric", values=plain, by=small.administrator, at=AT)
    assert len(audited.result(small, made).rubric.shown) == 14
    assert len(audited.result(small, drawn(small)).rubric.shown) == 1


def test_when_the_link_ends_the_charts_are_out_of_reach_and_the_figures_stay(
    small: Small,
) -> None:
    held(small, 2)
    made = ended(small)
    first, second = chart_ids(small, made)
    before = audited.result(small, made)
    [link] = people.look(by=small.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=small.administrator, at=AT)
    after = audited.result(small, made)
    assert [one.chart for one in after.charts] == [None, None]
    assert (after.points, after.rows, after.people) == (before.points, before.rows, before.people)
    for chart in (first, second):
        with pytest.raises(OutOfReach):
            look(small, made, chart)
    text = audit_table.table(audit_id=made, by=small.supervisor, at=AT)
    assert "R-1" not in text
    assert NOT_MET[1] not in text


def test_a_chart_that_went_out_of_reach_does_not_hold_up_the_end(small: Small) -> None:
    held(small, 2)
    made = drawn(small)
    answer(small, made, chart_ids(small, made)[0])
    [link] = people.look(by=small.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=small.administrator, at=AT)
    chart_audit.end(audit_id=made, by=small.supervisor, at=AT)
    assert audited.result(small, made).answered == 1


def test_another_supervisor_reaches_an_audit_only_while_they_answer_for_all_of_it(
    small: Small,
) -> None:
    held(small)
    made = drawn(small)
    other = add_person("Sara", "supervisor")
    with pytest.raises(OutOfReach):
        audit_list.open_one(audit_id=made, by=other, at=AT)
    supervision.link(
        supervisor_id=other.id,
        supervisee_id=small.therapist.id,
        starts_on=AT.date(),
        by=small.administrator,
        at=AT,
    )
    assert audit_list.open_one(audit_id=made, by=other, at=AT).audit.id == made
    with pytest.raises(OutOfReach):
        audit_chart.look(audit_id=made, chart_id=uuid4(), by=other, at=AT)


def test_scores_over_time_by_row_and_by_person(small: Small) -> None:
    held(small, 2)
    ended(small)
    drawn(small)
    found = audit_list.over_time(by=small.supervisor, at=AT)
    assert [one.points for one in found.whole] == [Decimal("96.5")]
    assert [one.points for one in found.rows["goals"]] == [Decimal("50.0")]
    assert [one.charts for one in found.people[small.therapist.id]] == [2]


def test_the_table_quotes_what_a_spreadsheet_would_run(small: Small) -> None:
    held(small)
    made = drawn(small, name="=1+1")
    [chart] = chart_ids(small, made)
    answer(small, made, chart, goals=("partly", '=HYPERLINK("x")'), risk=("partly", "@cmd"))
    text = audit_table.table(audit_id=made, by=small.supervisor, at=AT)
    assert "'=1+1" in text
    assert '"\'=HYPERLINK(""x"")"' in text
    assert "'@cmd" in text
    assert "R-1" in text
    assert "Falk" not in text
