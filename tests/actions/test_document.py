"""The infusion summary: a draft while anything is unsigned, then one kept document for good."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import addendum, process_note, summary
from kapnotes.actions.document import Pdf
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import NotAllowed, OutOfReach
from kapnotes.paper.press import Printer
from kapnotes.paper.summary import Edition
from kapnotes.records.document import Document
from kapnotes.records.practice import the_practice
from tests.actions.shop import made
from tests.builders import AT, HERE, PASSWORD, Small, run_session, sign, signed, written
from tests.whole_session import run_whole_session

WORDS = "Über Brücken 🙂 </textarea><script>alert(1)</script> and then שלום"


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    made = Printer(seconds=60)
    made.start()
    yield made
    made.stop()


def text_of(pdf: Pdf, folder: Path) -> str:
    path = folder / "summary.pdf"
    path.write_bytes(pdf.content)
    done = subprocess.run(  # noqa: S603 - a tool of Debian's, on a file of ours
        ["/usr/bin/pdftotext", str(path), "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def kept_documents() -> int:
    with db.current().reading() as session:
        return session.execute(sa.select(sa.func.count(Document.id))).scalar_one()


def events(event: str) -> int:
    with db.current().reading() as session:
        query = sa.select(sa.func.count()).where(Entry.event == event, Entry.outcome == "done")
        return session.execute(query).scalar_one()


def test_what_is_unsigned_prints_as_a_draft_and_is_not_kept(
    small: Small, printer: Printer, tmp_path: Path
) -> None:
    run_session(small)
    written(small, "dosing")
    pdf = made(small, printer)
    text = text_of(pdf, tmp_path)
    assert not pdf.is_kept
    assert "DRAFT" in text
    assert kept_documents() == 0
    assert events("document.printed") == 1


def test_the_whole_session_stands_on_paper_in_the_practices_time(small: Small) -> None:
    run_whole_session(small)
    with db.current().reading() as session:
        about = the_practice(session)
        assert about is not None
        about.zone = "Europe/Berlin"
        found = summary.infusion_summary(
            session,
            small.infusion_id,
            practice=about,
            edition=Edition.FULL,
            reach=small.therapist.reach(AT),
            at=AT,
        )
        told = found.summary
        session.rollback()
    assert told.arrival is not None
    assert told.discharge is not None
    assert f"{told.arrival.at:%H:%M} {told.discharge.at:%H:%M}" == "08:45 09:52"
    assert [step.minute for step in told.doses[0].steps] == ["16", "18"]
    assert told.doses[0].how == "Left forearm, 22 G"
    assert [event.what for event in told.events] == ["Onset", "Tears", "Touch as agreed", "Words"]
    assert told.schedule[1] == "15 min: taken 6 minutes late, at 09:21."
    assert "Left at 09:53." in told.glance.reaction


def test_what_is_signed_is_printed_once_and_handed_out_as_the_same_bytes(
    small: Small, printer: Printer, tmp_path: Path
) -> None:
    run_session(small)
    signed(small, "preparation", plan=WORDS)
    sign(small, written(small, "dosing"))
    first = made(small, printer)
    text = text_of(first, tmp_path)
    assert first.is_kept
    assert "DRAFT" not in text
    flat = "".join(text.split())
    for said in (
        "Jördis Falk",
        "29 Feb 1988",
        "R-1",
        "35.75",
        "0.5",
        "L7",
        "124",
        "Nausea",
        "Ginger, slower breathing",
        "Thea",
        "Über Brücken",
        "</textarea><script>alert(1)</script>",
        "שלום",
        "Integration note",
    ):
        assert "".join(said.split()) in flat, said
    assert re.search(r"(?i)not(yet)?written;(itwas)?due", flat)
    assert made(small, printer, minutes=3).content == first.content
    assert kept_documents() == 1
    assert (events("document.kept"), events("document.handed_out")) == (1, 2)


def test_an_addendum_makes_a_new_document_that_names_the_one_it_replaces(
    small: Small, printer: Printer, tmp_path: Path
) -> None:
    run_session(small)
    signed(small, "preparation")
    note_id = signed(small, "dosing")
    first = made(small, printer)
    addendum.add(
        note_id=note_id,
        reason="Late result",
        text="Pressure at home 122/78",
        password=PASSWORD,
        address=HERE,
        by=small.therapist,
        at=AT,
    )
    second = made(small, printer)
    assert second.content != first.content
    text = " ".join(text_of(second, tmp_path).split())
    assert "Pressure at home 122/78" in text
    assert first.filename.removesuffix(".pdf") in text


@pytest.mark.safety("KAP/medical-edition")
def test_the_medical_edition_holds_no_integration_note(
    small: Small, printer: Printer, tmp_path: Path
) -> None:
    run_session(small)
    signed(small, "preparation")
    signed(small, "dosing")
    signed(small, "integration", themes="An empty house by the sea")
    whole = text_of(made(small, printer), tmp_path)
    medical = text_of(made(small, printer, by=small.medical), tmp_path)
    assert "An empty house by the sea" in whole
    assert "An empty house by the sea" not in medical
    assert "medical edition" in medical


@pytest.mark.safety("HIP-501/process-notes")
def test_no_process_note_stands_in_any_document(
    small: Small, printer: Printer, tmp_path: Path
) -> None:
    run_session(small)
    note_id = signed(small, "preparation")
    process_note.save(
        note_id=note_id, base=0, text="canary-of-the-process", by=small.therapist, at=AT
    )
    assert "canary" not in text_of(made(small, printer), tmp_path)


def test_who_does_not_reach_the_infusion_gets_no_document(small: Small, printer: Printer) -> None:
    with pytest.raises(OutOfReach):
        made(small, printer, by=small.other_therapist)
    with pytest.raises(NotAllowed):
        made(small, printer, by=small.administrator)
