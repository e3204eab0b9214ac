"""Posting what cannot be taken, and seeing that nothing of it stays but what was typed."""

from collections.abc import Mapping

from werkzeug.test import TestResponse

from kapnotes.audit.events import Category
from tests.web.served import Served
from tests.web.visitor import Page

CHOSEN = {"indication", "protocol", "route", "phase", "drug_form", "kind", "severity", "serious"}
CHOSEN |= {"outcome", "role"}
"""What is chosen from a list: a word that is not in the list cannot stand in the form."""


def who(noun: str) -> str:
    return "administrator" if noun == "person" else "therapist"


def refused(served: Served, noun: str, path: str, form: Mapping[str, str]) -> TestResponse:
    """Post what cannot be taken, and see that nothing of it stays."""
    served.visitor(who(noun))
    before, end = served.rows_of_everything(), served.end_of_trail()
    answer = served.visitor(who(noun)).post(path, form)
    assert answer.status_code == 422
    assert served.rows_of_everything() == before
    done = [
        one.event
        for one in served.trail(end)
        if one.outcome == "done" and one.category != Category.LOOK
    ]
    assert done == []
    return answer


def stays(page: Page, form: Mapping[str, str]) -> None:
    """Everything that was typed is in the form again, but for the password."""
    typed = page.typed()
    for name, value in form.items():
        if name == "password":
            assert typed[name] == [""]
        elif value and not (name in CHOSEN and typed.get(name, [""]) == [""]):
            assert (name, typed[name]) == (name, [value])
