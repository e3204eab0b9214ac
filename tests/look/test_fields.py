"""Questions keep what was posted, to the letter, and say what is wrong beside it."""

from collections.abc import Callable

import html5lib
import pytest
from flask import render_template_string
from playwright.sync_api import Page

from kapnotes.forms.definition import ItemType
from tests.look import samples
from tests.look.gallery import Draft, build

Look = Callable[..., Page]


@pytest.mark.parametrize("path", ["/parts", "/note", "/wrong", "/told", "/error/500", "/error/403"])
def test_pages_are_well_formed(path: str) -> None:
    text = build(Draft()).test_client().get(path).text
    html5lib.HTMLParser(strict=True).parse(text)
    assert "style=" not in text
    assert " on" + "click=" not in text


@pytest.mark.parametrize("kind", list(ItemType))
def test_every_type_has_its_pair_of_templates(kind: ItemType) -> None:
    app = build(Draft())
    for name in ("ask", "tell"):
        assert app.jinja_env.get_template(f"fields/{kind}/{name}.html")


def test_text_survives_with_its_first_newline_and_its_markup(look: Look) -> None:
    page = look("/wrong")
    assert page.locator("[id='f-w-text']").input_value() == "\n" + samples.HEBREW


def test_each_error_is_linked_to_its_field_which_keeps_its_text(look: Look) -> None:
    page = look("/wrong")
    assert page.evaluate("document.activeElement.dataset.errorSummary") == ""
    for item in samples.WRONG.items:
        page.locator(f".error-summary a[href='#f-{item.name}']").click()
        assert page.evaluate("document.activeElement.name") == item.name
        if item.raw:
            assert page.locator(f"[id='f-{item.name}']").input_value() == item.raw[0]
        described = page.locator(f"[data-field='{item.name}'] [aria-describedby]").first
        assert f"f-{item.name}-error" in (described.get_attribute("aria-describedby") or "")


def test_needed_before_signing_is_said_in_words() -> None:
    app = build(Draft())
    with app.test_request_context():
        text = render_template_string(
            "{% for ask in asks %}{% include 'fields/ask.html' %}{% endfor %}", asks=samples.ASKS
        )
    assert text.count("needed before signing") == 3
    assert "required" not in text


def test_a_choice_can_be_taken_back(look: Look) -> None:
    page = look("/note")
    field = page.locator("[data-field='mood']")
    field.get_by_role("button", name="Clear").click()
    assert field.locator("input:checked").count() == 0


def test_the_count_is_shown_near_the_limit_only(look: Look) -> None:
    page = look("/wrong")
    area = page.locator("[id='f-w-text']")
    count = page.locator("[data-field='w-text'] [data-count]")
    area.fill("short")
    assert count.is_hidden()
    area.fill("x" * 58)
    assert count.inner_text() == "2 characters left"
    area.fill("\U0001f33f" * 61)
    assert count.inner_text() == "1 characters too many: please shorten"
