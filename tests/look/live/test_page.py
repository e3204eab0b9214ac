"""What the live page's template and stylesheet promise."""

import re
from pathlib import Path

import pytest

from kapnotes.library import record_definition

REPOSITORY = Path(__file__).parents[3]
LIVE = REPOSITORY / "templates" / "live"
SCRIPTS = REPOSITORY / "kapnotes/web/static/js/live"


def test_the_pad_refuses_what_the_record_refuses() -> None:
    """Its limits stand in the page, so that an impossible value is refused at once."""
    found = re.findall(
        r"\('(\w+)', '[^']+', '[^']+', (\d+), (\d+)\)", (LIVE / "pad.html").read_text()
    )
    assert [name for name, _, _ in found] == [
        "systolic",
        "diastolic",
        "heart_rate",
        "spo2",
        "respiratory_rate",
    ]
    for name, least, most in found:
        item = record_definition("vitals").item(name)
        assert (item.minimum, item.maximum) == (int(least), int(most)), name


def test_the_scales_of_the_pad_end_where_the_record_ends() -> None:
    found = re.findall(r"\('(\w+)', '\w+', (\d+), '[^']+'\)", (LIVE / "pad.html").read_text())
    assert [name for name, _ in found] == ["sedation", "distress", "nausea"]
    for name, most in found:
        assert record_definition("vitals").item(name).maximum == int(most), name


@pytest.mark.parametrize(
    ("noun", "template"),
    [
        ("dose", "dose.html"),
        ("adverse_event", "event.html"),
        ("arrival", "before.html"),
        ("discharge", "after.html"),
    ],
)
def test_every_question_of_a_record_stands_in_its_form(noun: str, template: str) -> None:
    """The time is the stamp's; everything else of the definition is asked."""
    asked = set(re.findall(r"'([a-z_]+)'", (LIVE / template).read_text()))
    items = {one.link_id for one in record_definition(noun).walk() if one.is_question}
    assert items - asked == {"observed_at"}


def test_every_module_is_fetched_with_the_page() -> None:
    """A module that is fetched late is not there when the line is gone."""
    text = (LIVE / "page.html").read_text()
    listed = re.search(r"for room in \(([^)]+)\)", text)
    assert listed
    names = set(re.findall(r"'(\w+)'", listed[1]))
    assert names == {path.stem for path in SCRIPTS.glob("*.js")} - {"board"}


def test_nothing_of_a_patient_is_kept_by_the_browser() -> None:
    for script in SCRIPTS.glob("*.js"):
        text = script.read_text()
        assert not re.search(r"localStorage|sessionStorage|indexedDB|caches\.", text), script.name
    cookies = re.findall(
        r"remember\(\"(\w+)\"", "".join(p.read_text() for p in SCRIPTS.glob("*.js"))
    )
    assert set(cookies) == {"keys", "sound"}


def test_nothing_blinks() -> None:
    text = (REPOSITORY / "kapnotes/web/static/css/live.css").read_text()
    assert "animation" not in text
    assert "@keyframes" not in text
    moving = text.split("@media (prefers-reduced-motion: no-preference)")
    assert "transition" not in moving[0]
