"""The chart: what is signed of a patient behind one front, with contents that are right."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest

from kapnotes.access.actor import Actor
from kapnotes.actions import alert, consent, letterhead, process_note
from kapnotes.actions.document import Pdf, hand_out
from kapnotes.actions.work import Order, edition_for
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from kapnotes.forms import Coded
from kapnotes.paper.press import Printer
from tests.actions.documents import UNSIGNED, said, treated, work
from tests.actions.shop import workshop
from tests.builders import AT, Small, add_patient, sign, signed, written
from tests.paper.reading import elements, opened, pages_of

CHART = DocumentKind.CHART
ODD = "Überlängenwort" * 40 + " </td><script>alert(1)</script> 🙂 and then שלום עולם وداعا"


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    made = Printer(seconds=60)
    made.start()
    yield made
    made.stop()


def printed(small: Small, printer: Printer, *, by: Actor | None = None) -> Pdf:
    reader = by or small.therapist
    order = Order(CHART, small.patient_id, edition_for(reader))
    found = hand_out(order=order, shop=workshop(printer), by=reader, at=AT)
    assert isinstance(found, Pdf)
    return found


def contents(pages: list[str]) -> dict[str, int]:
    """The lines of the contents, each with the page that it names."""
    page = next(one for one in pages if re.search(r"^\s*Contents", one, re.MULTILINE))
    lines = re.findall(r"^\s*(Course \d.*?|Infusion \d.*?)\s{3,}(\d+)\s*$", page, re.MULTILINE)
    return {title: int(number) for title, number in lines}


def test_the_contents_name_the_page_on_which_each_part_begins(
    small: Small, printer: Printer
) -> None:
    treated(small)
    pdf = printed(small, printer)
    pages = pages_of(pdf.content)
    found = contents(pages)
    assert list(found) == [
        "Course 1: Obsessive-compulsive disorder",
        "Infusion 1 of 6, induction, IV, 23 Nov 2026",
    ]
    [first, second] = found.values()
    assert re.search(r"^\s*Course summary", pages[first - 1], re.MULTILINE)
    assert re.search(r"^\s*Infusion summary", pages[second - 1], re.MULTILINE)
    assert f"Page {second} of {len(pages)}" in pages[second - 1]
    with opened(pdf.content) as document:
        links = [
            one for page in document.pages for one in page.get("/Annots", []) if "/Dest" in one
        ]
        numbers = {page.obj.objgen: place for place, page in enumerate(document.pages, start=1)}
        assert {numbers[one.Dest[0].objgen] for one in links} == {first, second}


def test_every_page_says_who_it_is_about(small: Small, printer: Printer) -> None:
    treated(small)
    for page in pages_of(printed(small, printer).content):
        assert "Jördis Falk" in page
        assert "29 Feb 1988" in page
        assert "R-1" in page


def test_headings_go_down_one_step_at_a_time(small: Small, printer: Printer) -> None:
    treated(small)
    with opened(printed(small, printer).content) as pdf:
        kinds = [str(one.S) for one in elements(pdf)]
    levels = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H\d", kind)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert "/TH" in kinds


def test_what_is_not_inside_is_named_with_the_reason(small: Small) -> None:
    treated(small)
    text = said(work(small, CHART, small.patient_id))
    assert (
        "Infusion 2 of 6, induction, IV, 23 Nov 2026: The dosing session note is a draft." in text
    )
    assert "Private process notes are kept apart" in text
    whole = " ".join(said(work(small, CHART, small.patient_id), place) for place in range(4))
    assert UNSIGNED not in whole


def test_the_front_says_alerts_consents_and_medicines(small: Small) -> None:
    second = treated(small)
    later = written(
        small,
        "preparation",
        second,
        **{
            "interactions": [Coded("lamotrigine")],
            "interactions-words": "Stopped",
            "medicines": "Lamotrigine 100 mg",
        },
    )
    sign(small, later, at=AT + timedelta(minutes=1))
    text = said(work(small, CHART, small.patient_id))
    assert "Medicine: lamotrigine. (to know; raised 23 Nov 2026, Thea)" in text
    assert "22 Nov 2026 2026-03 Thea, PhD Off-label use;" in text
    assert "in force, good until" in text
    assert "Lamotrigine 100 mg" in text
    view = alert.look(patient_id=small.patient_id, by=small.therapist, at=AT)
    alert.resolve(
        patient_id=small.patient_id,
        alert_id=view.standing[0].id,
        reason="Stopped two weeks ago",
        by=small.therapist,
        at=AT,
    )
    before = work(small, CHART, small.patient_id)
    text = said(before)
    assert "No alert stands." in text
    assert "resolved 23 Nov 2026: Stopped two weeks ago" in text
    found = consent.look(patient_id=small.patient_id, by=small.therapist, at=AT).consents[0]
    consent.withdraw(
        patient_id=small.patient_id,
        consent_id=found.id,
        withdrawn_on=AT.date(),
        reason="Changed her mind",
        by=small.therapist,
        at=AT,
    )
    after = work(small, CHART, small.patient_id)
    assert "withdrawn 23 Nov 2026" in said(after)
    assert before.content_digest != after.content_digest


def test_an_infusions_part_is_the_one_of_its_summary(small: Small) -> None:
    treated(small)
    summary = work(small, DocumentKind.INFUSION_SUMMARY, small.infusion_id)
    course = work(small, DocumentKind.COURSE_SUMMARY, small.course_id)
    kept = [one.kept for one in work(small, CHART, small.patient_id).sections]
    assert kept[2:] == [course.sections[0].kept, summary.sections[0].kept]
    assert kept[1] is None


def test_the_medical_edition_holds_no_integration_note(small: Small, printer: Printer) -> None:
    treated(small)
    text = "\n".join(pages_of(printed(small, printer, by=small.medical).content))
    assert "35.75" in text
    for words in ("Response holds", "Two hours less washing", "Door handle"):
        assert words not in text


def test_odd_words_break_no_page_and_letter_is_letter(small: Small, printer: Printer) -> None:
    letterhead.change(
        wanted=letterhead.Wanted("1 Quiet Street", "Letter", ""), by=small.administrator, at=AT
    )
    treated(small)
    signed(small, "preparation", plan=ODD, medicines=ODD)
    pdf = printed(small, printer)
    squeezed = "".join("".join(pages_of(pdf.content)).split())
    assert "</td><script>alert(1)</script>" in squeezed
    assert "Überlängenwort" * 3 in squeezed
    with opened(pdf.content) as document:
        for page in document.pages:
            assert [round(float(edge)) for edge in page.MediaBox] == [0, 0, 612, 792]


def test_no_process_note_stands_in_it(small: Small, printer: Printer) -> None:
    treated(small)
    note_id = signed(small, "preparation")
    process_note.save(
        note_id=note_id, base=0, text="canary-of-the-process", by=small.therapist, at=AT
    )
    assert b"canary-of-the-process" not in printed(small, printer).content
    assert "canary" not in "".join(pages_of(printed(small, printer).content))


def test_a_patient_without_a_course_has_a_front(small: Small) -> None:
    about = add_patient(small.therapist, family_name="Lund", record_number="R-2")
    found = work(small, CHART, about)
    assert found.is_final
    assert "No course has begun." in said(found)
    assert "There is no course to show yet." in said(found, 1)


def test_the_same_record_gives_the_same_digest_on_another_day(small: Small) -> None:
    treated(small)
    first = work(small, CHART, small.patient_id)
    later = work(small, CHART, small.patient_id, at=AT + timedelta(days=40))
    assert first.content_digest == later.content_digest


def test_who_does_not_reach_the_patient_gets_nothing(small: Small) -> None:
    with pytest.raises(OutOfReach):
        work(small, CHART, small.patient_id, by=small.other_therapist)
    order = Order(CHART, small.patient_id, edition_for(small.administrator))
    with pytest.raises(NotAllowed):
        hand_out(order=order, shop=workshop(Printer()), by=small.administrator, at=AT)
