"""One's own sign-ins: listed, and ended one by one or all the others (ASVS 7.5)."""

import pytest

from kapnotes.web.device import words_of
from tests.web.served import Clock, Served
from tests.web.test_sitting import is_in, new_person
from tests.web.visitor import Page, Visitor

pytestmark = pytest.mark.safety("ASVS-7.5/own-sittings")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/605.1.15"


def rows(visitor: Visitor) -> list[str]:
    """What the list says, row by row."""
    page = Page(visitor.get("/account/sign-ins").text)
    return [page.words(row) for row in page.all("tr")[1:]]


def ends(visitor: Visitor) -> list[str]:
    """Where each row ends its sitting."""
    page = Page(visitor.get("/account/sign-ins").text)
    found = [form.get("action") or "" for form in page.all("form")]
    return [one for one in found if one.endswith("/end")]


def two(served: Served, clock: Clock) -> tuple[Visitor, Visitor]:
    """Somebody who is signed in at two places."""
    name, here, there = new_person().name, served.newcomer(), served.newcomer()
    there.sign_in(name, headers={"User-Agent": IPAD})
    clock.turn(minutes=2)
    here.sign_in(name, headers={"User-Agent": FIREFOX})
    return here, there


def test_the_list_says_where_and_when_and_which_is_this_one(served: Served, clock: Clock) -> None:
    here, there = two(served, clock)
    there.post("/lock")
    first, second = rows(here)
    assert first.startswith("Firefox on Windows (this one) 127.0.0.1")
    assert "Open" in first
    assert second.startswith("Safari on iPad 127.0.0.1")
    assert "Locked" in second


def test_one_of_them_is_ended_at_once(served: Served, clock: Clock) -> None:
    here, there = two(served, clock)
    assert here.post(ends(here)[1]).status_code == 302
    assert not is_in(there)
    assert len(rows(here)) == 1
    assert here.post(ends(here)[0]).location == "/account/sign-ins"
    assert not is_in(here)


def test_all_the_others_are_ended_and_nobody_elses(served: Served, clock: Clock) -> None:
    here, there = two(served, clock)
    third = served.newcomer("therapist")
    assert here.post("/account/sign-ins/end-others").status_code == 302
    assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)


def test_what_has_ended_is_not_in_the_list(served: Served, clock: Clock) -> None:
    here, there = two(served, clock)
    there.sign_out()
    assert len(rows(here)) == 1


@pytest.mark.parametrize(
    ("named", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPAD, "Safari on iPad"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Chrome on Linux",
        ),
        (
            "Mozilla/5.0 (Macintosh) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Mac",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile",
            "Chrome on Android",
        ),
        ("<script>alert(1)</script>", "Unknown browser"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_told_in_our_words(named: str, words: str) -> None:
    assert words_of(named) == words
