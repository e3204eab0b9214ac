"""Audits, findings and emergency access in one moment: exactly one legal outcome."""

from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import (
    audit_chart,
    chart_audit,
    check,
    check_facts,
    corrective_action,
    emergency,
    people,
    supervision,
    trail,
)
from kapnotes.actions.audit_chart import Given
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import OutOfReach, WrongState
from kapnotes.records.audit_chart import AuditAnswer, AuditChart
from kapnotes.records.emergency import EmergencyAccess
from tests import audited
from tests.actions.test_races import both, once
from tests.asked import allow, break_in
from tests.builders import AT, Small, add_patient, run_session, sign, small_practice, written


@pytest.fixture
def small(database: db.Database) -> Small:
    del database
    return small_practice(cosigns=True)


def places(event: str) -> list[int]:
    """Where in the trail that act is done."""
    with db.current().reading() as opened:
        query = sa.select(Entry.position).where(Entry.event == event, Entry.outcome == "done")
        return list(opened.execute(query.order_by(Entry.position)).scalars())


def ending_the_link(small: Small) -> Callable[[], None]:
    [link] = people.look(by=small.administrator, at=AT).links
    return lambda: supervision.end_link(
        link_id=link.id, on=AT.date(), by=small.administrator, at=AT
    )


class Audit:
    """An audit of one chart whose rows are all answered."""

    def __init__(self, small: Small) -> None:
        self.small = small
        audited.held(small)
        self.id = audited.drawn(small, count=1)
        [self.chart_id] = audited.chart_ids(small, self.id)
        audited.answer(small, self.id, self.chart_id)

    def answered(self) -> int:
        return audit_chart.answer(
            audit_id=self.id,
            chart_id=self.chart_id,
            given={"goals": Given(*audited.NOT_MET, 1)},
            by=self.small.supervisor,
            at=AT,
        )

    def ended(self) -> None:
        chart_audit.end(audit_id=self.id, by=self.small.supervisor, at=AT)

    @property
    def goals(self) -> AuditAnswer:
        with db.current().reading() as opened:
            query = sa.select(AuditAnswer).where(AuditAnswer.code == "goals")
            return opened.execute(query).scalar_one()


@pytest.fixture
def audit(small: Small) -> Audit:
    return Audit(small)


def test_an_answer_that_is_being_kept_is_in_the_audit_that_ends_meanwhile(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = once(monkeypatch, audit_chart, "check_audit", audit.ended)
    assert audit.answered() == 1
    assert ending[0].exception(30) is None
    assert (audit.goals.answer, audit.goals.locked_at) == ("not_met", AT)
    assert places("audit_chart.answered")[-1] < places("chart_audit.ended")[0]


def test_an_audit_that_is_ending_takes_no_answer_more(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = once(monkeypatch, chart_audit, "check_complete", audit.answered)
    audit.ended()
    assert isinstance(answering[0].exception(30), WrongState)
    assert (audit.goals.answer, audit.goals.locked_at) == ("met", AT)
    assert trail.verify(by=operator(), at=AT).is_whole


def test_two_who_draw_at_once_draw_one_sample(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited.held(small, 3)
    planned = audited.planned(small)

    def draw() -> int:
        return chart_audit.draw(audit_id=planned, by=small.supervisor, at=AT)

    ended = both(monkeypatch, chart_audit, "check_role", draw, draw)
    assert sorted(type(one).__name__ for one in ended) == ["WrongState", "int"]
    with db.current().reading() as opened:
        assert opened.execute(sa.select(sa.func.count(AuditChart.id))).scalar_one() == 2
    assert len(places("chart_audit.drawn")) == 1


def test_a_link_that_ends_while_an_answer_is_saved_ends_after_it(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = once(monkeypatch, audit_chart, "check_audit", ending_the_link(audit.small))
    assert audit.answered() == 1
    assert ending[0].exception(30) is None
    assert places("audit_chart.answered")[-1] < places("supervision.ended")[0]


def test_an_answer_that_comes_after_the_links_end_finds_no_chart(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = places("audit_chart.answered")
    act = ending_the_link(audit.small)
    if db.current().settings.is_embedded:
        act()
    else:
        once(monkeypatch, audit_chart, "check_role", act)
    with pytest.raises(OutOfReach):
        audit.answered()
    assert places("audit_chart.answered") == before


def test_a_link_that_ends_while_an_action_is_verified_ends_after_it(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    audited.held(small)
    action = audited.given(small, audited.ended(small, count=1))
    corrective_action.close(action_id=action, words="Done", by=small.therapist, at=AT)
    ending = once(monkeypatch, corrective_action, "check_move", ending_the_link(small))
    corrective_action.verify(action_id=action, by=small.supervisor, at=AT)
    assert ending[0].exception(30) is None
    assert places("corrective_action.verified")[0] < places("supervision.ended")[0]


def test_two_who_keep_the_findings_of_one_chain_keep_what_one_would(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_session(small)
    first, second = written(small, "preparation"), written(small, "dosing")
    ended = both(
        monkeypatch,
        check_facts,
        "chains",
        lambda: sign(small, first),
        lambda: sign(small, second),
        lambda: check.make(by=operator(), at=AT),
    )
    assert not [one for one in ended if isinstance(one, BaseException)]
    with db.current().writing() as opened:
        assert check.work_out(opened, [small.infusion_id], at=AT) == 0
    assert trail.verify(by=operator(), at=AT).is_whole


def test_of_two_grants_of_emergency_access_at_once_there_is_one(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = small.other_therapist
    allow(small, by)
    for number in ("FAR-1", "FAR-2"):
        add_patient(by=small.therapist, record_number=number)

    def grant(number: str) -> Callable[[], UUID]:
        return lambda: break_in(by, number)

    ended = both(monkeypatch, emergency, "check_password", grant("FAR-1"), grant("FAR-2"))
    assert sorted(type(one).__name__ for one in ended) == ["UUID", "WrongState"]
    with db.current().reading() as opened:
        assert opened.execute(sa.select(sa.func.count(EmergencyAccess.id))).scalar_one() == 1
    assert len(places("emergency.granted")) == 1
