"""From values to HTML: everything is text, and what is missing is said."""

from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from kapnotes.paper.draw import draw, standalone
from kapnotes.paper.drawn_session import vitals_drawing
from kapnotes.paper.summary import (
    Check,
    Edition,
    EventRow,
    Glance,
    InfusionSummary,
    Line,
    PaperSize,
)
from tests.paper.sample import DRAFT, SAMPLE, SIGNED, with_text
from tests.paper.sample_notes import PREPARATION
from tests.paper.sample_told import MARKUP, START, blank, line, section

BARE = InfusionSummary(
    letterhead=SAMPLE.letterhead,
    patient=replace(SAMPLE.patient, pronouns="", allergies=""),
    course=replace(SAMPLE.course, infusions=None, diagnosis="", protocol="", goals=""),
    made_at=SAMPLE.made_at,
)


def _said(html: str) -> str:
    """All the text of a page, which must be well-formed to be read."""
    return " ".join(" ".join(fromstring(html).itertext()).split())  # noqa: S314 - a page of ours


@pytest.mark.parametrize("summary", [SAMPLE, DRAFT, SIGNED, BARE])
@pytest.mark.parametrize("paper", list(PaperSize))
def test_every_page_is_well_formed(summary: InfusionSummary, paper: PaperSize) -> None:
    assert "Infusion summary" in _said(draw(summary, paper=paper))


def test_typed_markup_is_text() -> None:
    html = draw(SAMPLE)
    assert "<script" not in html
    assert MARKUP in _said(html)


@pytest.mark.safety("ASVS-1.2/markup")
def test_markup_in_every_typed_field_is_text() -> None:
    nasty = '"><img src=x onerror=alert(1)>{{ 7*7 }}'
    html = draw(
        replace(
            SAMPLE,
            patient=replace(SAMPLE.patient, name=nasty, allergies=nasty),
            course=replace(SAMPLE.course, indication=nasty, goals=nasty),
            glance=Glance(nasty, nasty, nasty, nasty),
            vitals=(replace(SAMPLE.vitals[0], comment=nasty, by=nasty), *SAMPLE.vitals[1:]),
            adverse=(replace(SAMPLE.adverse[0], kind=nasty, action=nasty, words=nasty),),
            doses=(replace(SAMPLE.doses[0], drug=nasty, lot=nasty, changes=nasty, route=nasty),),
        )
    )
    assert "<img" not in html
    assert nasty in _said(html)
    assert "49" not in _said(html.replace("+49", ""))


def test_typed_markup_of_the_session_is_text() -> None:
    nasty = '"><img src=x onerror=alert(1)>{{ 7*7 }}'
    check = Check(START, nasty, (Line(nasty, nasty), Line("x", nasty, is_open=True)))
    event = EventRow(START, "0", nasty, nasty, nasty, nasty)
    dose = replace(SAMPLE.doses[0], how=nasty, why=nasty, steps=(event,))
    html = draw(
        replace(
            SAMPLE,
            arrival=check,
            discharge=check,
            doses=(dose,),
            schedule=(nasty,),
            events=(event, *SAMPLE.events),
        )
    )
    assert "<img" not in html
    assert _said(html).count(nasty) >= 14


def test_the_session_is_told_from_arrival_to_discharge() -> None:
    said = _said(draw(SAMPLE))
    parts = (
        "Arrival check 23 Nov 2026, 13:47 CET, recorded by S. Abebe",
        "Not confirmed escort home",
        "IV, left forearm, 22 G",
        "Steps of the infusion started at 14:05",
        "14:29 24 Infusion paused Nausea S. Abebe",
        "In time: 6 of 7 readings of the schedule. 75 min: taken 9 minutes late, at 15:29.",
        "Ticks at the foot: the events below.",
        "14:29 24 Tears Quiet, hands open",
        "All recorded by J. Kühn.",
        "Adverse events",
        "Recovery and discharge",
        "Left at 16:05, 120 min after the first dose",
    )
    places = [said.index(part) for part in parts]
    assert places == sorted(places)


def test_a_step_of_a_dose_stands_with_its_dose_and_on_the_chart() -> None:
    said = _said(draw(SAMPLE))
    assert said.count("Infusion resumed") == 1
    chart = vitals_drawing(SAMPLE)
    assert chart is not None
    assert chart.lanes[-1].strokes[0].d.count("M") == len(SAMPLE.events) + 2


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"stopped_at": None, "is_running": True}, "31 mg to be given"),
        ({"stopped_at": None, "is_running": True}, "14:05, running"),
        ({"stopped_at": None}, "14:05\u2013?"),
        ({"stopped_at": None, "route": "IM", "how": "left deltoid"}, "IM, left deltoid"),
        ({"route": "Sublingual", "how": "held 12 min, then spat out"}, "held 12 min, then spat"),
    ],
)
def test_a_dose_is_told_by_its_route(changed: dict[str, Any], words: str) -> None:
    dose = replace(SAMPLE.doses[0], **changed)
    said = _said(draw(replace(SAMPLE, doses=(dose,))))
    assert words in said
    assert ("?" in said) == (words == "14:05\u2013?")


def test_blanks_are_said_to_be_blank() -> None:
    said = _said(draw(BARE))
    assert "No arrival check is recorded." in said
    assert "No recovery or discharge is recorded." in said
    assert "Allergies not recorded" in said
    assert "No dose is recorded." in said
    assert "No vital signs are recorded." in said
    assert "No adverse event is recorded." in said
    assert "No scale is recorded for this infusion." in said
    assert "None" not in said


def test_a_missing_note_is_said_to_be_missing() -> None:
    assert "Integration note: not yet written, due 3 Dec 2026." in _said(draw(SAMPLE))


def test_a_note_without_signature_is_said_to_be_unsigned() -> None:
    unsigned = replace(PREPARATION, signatures=())
    assert "Not signed." in _said(draw(replace(DRAFT, notes=(unsigned,))))


def test_process_notes_are_named_as_kept_apart() -> None:
    assert "Private process notes are kept apart" in _said(draw(BARE))


def test_the_medical_edition_says_what_it_leaves_out() -> None:
    medical = replace(SAMPLE, edition=Edition.MEDICAL, notes=())
    said = _said(draw(medical))
    assert "Medical edition." in said
    assert "Dosing-session note" not in said


def test_an_empty_section_has_no_heading_and_a_blank_answer_is_named() -> None:
    note = replace(PREPARATION, tells=(section("Empty"), section("Tail", blank("Next step"))))
    said = _said(draw(replace(SAMPLE, notes=(note,))))
    assert "Empty" not in said
    assert "Tail Next step not recorded" in said


def test_a_section_within_a_section_is_a_group() -> None:
    inner = section("Inner part", line("Answer", "Yes"), level=2)
    html = draw(replace(SAMPLE, notes=(replace(PREPARATION, tells=(section("Outer", inner),)),)))
    assert '<p class="group">Inner part</p>' in html


def test_what_was_carried_over_is_marked() -> None:
    assert "Version 3, signed 2 Nov 2026 (carried over)" in _said(draw(SAMPLE))


def test_text_right_to_left_has_its_direction() -> None:
    assert '<p class="text" dir="rtl" data-typed="">' in draw(with_text("שלום"))


def test_two_doses_have_a_total() -> None:
    twice = replace(SAMPLE, doses=SAMPLE.doses * 2)
    assert "Total given 62 mg" in _said(draw(twice))


def test_the_standalone_page_carries_its_stylesheet() -> None:
    assert "@page" in standalone(SAMPLE)
    assert "@page" not in draw(SAMPLE)


def test_the_same_summary_is_the_same_page() -> None:
    assert draw(SAMPLE) == draw(SAMPLE)
