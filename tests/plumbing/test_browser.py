"""The browser of the tests hears what a page complains about."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route

from tests.plumbing.browser import Complaints

QUIET = "<!doctype html><html lang=en><title>Page</title><main><h1>Page</h1></main>"
ADDRESS = "http://page.test/"

Visit = Callable[[str], None]


@pytest.fixture
def visit(page: Page) -> Visit:
    def answer(route: Route, body: str) -> None:
        status = 200 if route.request.url == ADDRESS else 404
        route.fulfill(
            status=status,
            body=body,
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'self'"},
        )

    def go(body: str) -> None:
        page.route("**/*", lambda route: answer(route, body))
        page.goto(ADDRESS)

    return go


def test_a_quiet_page_passes(visit: Visit, complaints: Complaints) -> None:
    visit(QUIET)
    assert complaints.left() == []


def test_a_complaint_can_be_expected(visit: Visit, page: Page, complaints: Complaints) -> None:
    visit(QUIET)
    page.evaluate("fetch('/nowhere')")
    page.wait_for_timeout(50)
    assert len(complaints.left()) == 1
    complaints.forgive("404")
    assert complaints.left() == []


@pytest.mark.safety("ASVS-3.4/policy")
@pytest.mark.parametrize(
    ("inside", "complaint"),
    [
        ("<script>alert(1)</script>", "Content Security Policy"),
        ("<p style='color: red'>red</p>", "Content Security Policy"),
        ("<img src='http://elsewhere.test/a.png' alt=''>", "Content Security Policy"),
    ],
)
def test_what_the_policy_refuses_is_heard(
    visit: Visit, complaints: Complaints, inside: str, complaint: str
) -> None:
    visit(QUIET + inside)
    assert complaint in complaints.left()[0]
    complaints.forgive(complaint)


def test_a_broad_pattern_does_not_forgive_what_the_policy_refused(
    visit: Visit, complaints: Complaints
) -> None:
    visit(QUIET + "<script>alert(1)</script>")
    complaints.forgive("script")
    complaints.forgive(".*")
    assert len(complaints.left()) == 1
    complaints.forgive("Content Security Policy")


def test_a_script_that_throws_is_heard(visit: Visit, page: Page, complaints: Complaints) -> None:
    visit(QUIET)
    page.evaluate("setTimeout(() => { throw new Error('thrown') }, 0)")
    page.wait_for_timeout(50)
    assert "thrown" in complaints.left()[0]
    complaints.forgive("thrown")


def test_axe_works_under_the_policy_and_finds(
    visit: Visit, page: Page, axe: Callable[[Page], None]
) -> None:
    visit(QUIET)
    axe(page)
    visit(QUIET + "<input>")
    with pytest.raises(AssertionError, match="label"):
        axe(page)
