"""The list of what is due page by page, and Today: nothing is left out without a word."""

from types import MappingProxyType

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import due, today
from kapnotes.clinic.due_item import Standing
from kapnotes.records.kept_due import DueCourse
from tests.web.served import Served
from tests.web.visitor import Page


@pytest.fixture(scope="module")
def many(served: Served) -> Served:
    """Four infusions."""
    for _ in range(3):
        served.infusion()
    return served


@pytest.fixture
def short(many: Served, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Pages that hold little."""
    monkeypatch.setattr(due, "FIRST", MappingProxyType(dict.fromkeys(Standing, 2)))
    monkeypatch.setattr(due, "PAGE", 3)
    monkeypatch.setattr(today, "CARDS", 1)
    return many


def test_what_the_list_does_not_show_it_counts_and_leads_to(short: Served) -> None:
    page = Page(short.therapist.get("/due?kind=preparation").text)
    assert "2 of 4 stand here." in page.words()
    [more] = [one.get("href") for one in page.all("a") if "part=overdue" in one.get("href", "")]
    seen = []
    while more:
        page = Page(short.therapist.get(more).text)
        seen += [one.get("action") for one in page.all("form") if "/notes" in one.get("action", "")]
        more = next(
            (one.get("href") for one in page.all("a") if "after=" in one.get("href", "")), ""
        )
    assert len(seen) == len(set(seen)) == 4


def test_a_page_of_what_stands_alike_leads_back_and_keeps_its_kind(short: Served) -> None:
    page = Page(short.therapist.get("/due?kind=preparation&part=overdue").text)
    addresses = {one.get("href") for one in page.all("a")}
    assert {"/due?kind=preparation", "/due?kind=measure&part=overdue"} <= addresses
    assert "Due now" not in page.words()


@pytest.mark.parametrize("path", ["/due?part=missed", "/due?part=overdue&after=nonsense"])
def test_what_no_page_leads_to_is_a_list_all_the_same(short: Served, path: str) -> None:
    assert short.therapist.get(path).status_code == 200


def test_today_says_how_many_infusions_it_leaves_out_and_has_them_all(short: Served) -> None:
    page = Page(short.therapist.get("/").text)
    assert "And 3 more infusions today." in page.words()
    everything = Page(short.therapist.get("/?infusions=all").text)
    assert len(everything.all("h3")) == len(page.all("h3")) + 3


def test_a_list_that_is_not_complete_says_so(short: Served) -> None:
    assert "not complete yet" not in short.therapist.get("/due").text
    with db.current().writing() as opened:
        opened.execute(sa.update(DueCourse).values(rule="of yesterday"))
    assert "This list is not complete yet" in short.therapist.get("/due").text
