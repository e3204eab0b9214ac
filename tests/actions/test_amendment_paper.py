"""What the patient asked for goes out with the record: request, answer and statement."""

from pathlib import Path
from uuid import UUID

import pytest

from kapnotes.actions.amendment_answer import Answer, deny, disagree
from kapnotes.clinic.document import DocumentKind
from kapnotes.paper.press import Printer
from tests.actions.charted_words import squeezed
from tests.actions.documents import said, treated, work
from tests.actions.test_charted_pdf import printed, printer  # noqa: F401 - a fixture
from tests.asked import WORDS, ask_for
from tests.builders import AT, Small, run_session, signed

DENIED = "The note says what you told us on the day"
STATEMENT = "I told you of my sister"


def refused(small: Small, note_id: UUID | None = None) -> None:
    made = ask_for(small, note_id)
    here = {"patient_id": small.patient_id, "amendment_id": made}
    deny(**here, answer=Answer(DENIED, "accurate"), by=small.therapist, at=AT)
    disagree(**here, answer=Answer(STATEMENT), by=small.therapist, at=AT)


def texts(page: str) -> list[str]:
    return [one for one in (WORDS, DENIED, STATEMENT, "accurate and complete") if one in page]


def test_it_stands_with_its_note_alone_and_in_the_summary(small: Small) -> None:
    run_session(small)
    note_id, other = signed(small, "preparation"), signed(small, "dosing")
    before = work(small, DocumentKind.NOTE, note_id).content_digest
    whole = work(small, DocumentKind.INFUSION_SUMMARY, small.infusion_id).content_digest
    beside = work(small, DocumentKind.NOTE, other).content_digest
    refused(small, note_id)
    alone = work(small, DocumentKind.NOTE, note_id)
    summary = work(small, DocumentKind.INFUSION_SUMMARY, small.infusion_id)
    for found in (alone, summary):
        assert "Amendments asked for by the patient" in said(found)
        assert len(texts(said(found))) == 4
    assert alone.content_digest != before
    assert summary.content_digest != whole
    assert work(small, DocumentKind.NOTE, other).content_digest == beside
    assert not texts(said(work(small, DocumentKind.NOTE, other)))


def test_about_the_record_it_stands_at_the_front_of_the_chart(small: Small) -> None:
    treated(small)
    before = work(small, DocumentKind.CHART, small.patient_id).content_digest
    refused(small)
    chart = work(small, DocumentKind.CHART, small.patient_id)
    assert len(texts(said(chart))) == 4
    assert chart.content_digest != before


def test_of_the_integration_note_the_medical_edition_says_nothing(small: Small) -> None:
    run_session(small)
    refused(small, signed(small, "integration"))
    for kind, about in (
        (DocumentKind.INFUSION_SUMMARY, small.infusion_id),
        (DocumentKind.CHART, small.patient_id),
    ):
        assert not texts(said(work(small, kind, about, by=small.medical)))


@pytest.mark.safety("ONC-d4/amendments")
def test_the_printed_pages_say_it(
    small: Small,
    printer: Printer,  # noqa: F811 - the fixture
    tmp_path: Path,
) -> None:
    run_session(small)
    note_id = signed(small, "preparation")
    refused(small, note_id)
    [section] = work(small, DocumentKind.NOTE, note_id).sections
    text = printed(section.draw((1,)), printer, tmp_path)
    for words in (WORDS, DENIED, STATEMENT, "Amendments asked for by the patient"):
        assert squeezed(words) in text
