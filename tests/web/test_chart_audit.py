"""The pages of chart audits: nothing typed is lost, and much costs as many questions as little."""

from datetime import timedelta
from uuid import UUID

from kapnotes.actions import audit_chart
from kapnotes.actions.audit_chart import Given
from tests import audited
from tests.audited import chart_ids
from tests.builders import AT
from tests.web.served import Served
from tests.web.test_queries import MOST, asked_for
from tests.web.visitor import Page


def sampled(served: Served, number: int) -> UUID:
    """An audit of so many charts, each with an answer and an action."""
    small = served.small
    for _ in range(number):
        served.infusion(given=True)
    made = audited.drawn(small, count=number)
    for chart_id in chart_ids(small, made):
        audited.answer(small, made, chart_id, goals=audited.NOT_MET)
        audited.given(small, made, chart_id=chart_id)
    return made


def test_much_is_asked_for_as_often_as_little(served: Served) -> None:
    little, much = sampled(served, 1), sampled(served, 6)
    pages = {
        made: (f"/chart-audits/{made}", f"/chart-audits/{made}/charts/{first}")
        for made in (little, much)
        for first in chart_ids(served.small, made)[:1]
    }
    for few, many in zip(pages[little], pages[much], strict=True):
        counts = [len(asked_for(served, "supervisor", path)) for path in (few, many)]
        assert counts[0] == counts[1] <= MOST, (few, counts)


def test_lists_cost_the_same_however_long_they_are(served: Served) -> None:
    audited.ended(served.small)
    places = [
        ("supervisor", "/chart-audits"),
        ("supervisor", "/chart-audits/over-time"),
        ("supervisor", "/corrective-actions"),
        ("therapist", "/corrective-actions"),
    ]
    before = [len(asked_for(served, *place)) for place in places]
    sampled(served, 3)
    audited.ended(served.small)
    assert [len(asked_for(served, *place)) for place in places] == before


def test_what_was_typed_is_shown_again_beside_what_somebody_else_answered(
    served: Served,
) -> None:
    served.infusion(given=True)
    made = audited.drawn(served.small, count=1)
    [chart_id] = chart_ids(served.small, made)
    audit_chart.answer(
        audit_id=made,
        chart_id=chart_id,
        given={"goals": Given("partly", "Half of it", 0)},
        by=served.small.supervisor,
        at=AT + timedelta(minutes=1),
    )
    here = f"/chart-audits/{made}/charts/{chart_id}"
    typed = {"goals.answer": "not_met", "goals.words": "Mine </textarea>", "goals.base": "0"}
    answer = served.visitor("supervisor").post(here, typed)
    assert answer.status_code == 409
    shown = Page(answer.text)
    assert "Sven: Partly. Half of it" in shown.words()
    assert "Mine </textarea>" in "".join(shown.typed()["goals.words"])
    again = served.visitor("supervisor").post(here, typed | {"goals.base": "1"})
    assert again.status_code == 302
    assert audited.look(served.small, made, chart_id).answers["goals"].words == "Mine </textarea>"


def test_a_wrong_programme_comes_back_as_it_was_typed(served: Served) -> None:
    typed = {"name": "=Charts", "since": "soon", "until": "2026-11-23", "by": "risk", "count": "x"}
    answer = served.visitor("supervisor").post("/chart-audits/new", typed)
    assert answer.status_code == 422
    shown = Page(answer.text)
    assert set(shown.errors()) == {"since", "count"}
    assert shown.typed()["name"] == ["=Charts"]
    assert shown.typed()["count"] == ["x"]
