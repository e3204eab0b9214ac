"""The report of an audit: a draft before its end, then sealed and kept, with no patient's name."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from kapnotes.actions import audit_report, corrective_action, document_check, people, supervision
from kapnotes.actions.document import Pdf
from kapnotes.clinic.refusals import NotAllowed, WrongState
from kapnotes.paper.checker import Checker
from kapnotes.paper.press import Printer
from kapnotes.paper.seal_check import State
from tests import audited
from tests.actions.shop import workshop
from tests.audited import NOT_MET, drawn, ended, given, held, planned
from tests.builders import AT, HERE, Small
from tests.paper.reading import words_of


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    made = Printer(seconds=60)
    made.start()
    yield made
    made.stop()


def text_of(pdf: bytes) -> str:
    """Everything on its pages, on one line."""
    return " ".join(word for page in words_of(pdf) for word in page)


def report(small: Small, audit_id: UUID, printer: Printer, *, minutes: int = 0) -> Pdf:
    """The report as the supervisor is handed it."""
    return audit_report.hand_out(
        audit_id=audit_id,
        shop=workshop(printer),
        by=small.supervisor,
        at=AT + timedelta(minutes=minutes),
    )


def test_before_its_end_it_is_a_draft(small: Small, printer: Printer) -> None:
    held(small)
    made = planned(small)
    with pytest.raises(WrongState):
        report(small, made, printer)
    found = report(small, drawn(small), printer)
    assert not found.is_kept
    text = text_of(found.content)
    assert "DRAFT" in text
    assert "0 of 1 charts are answered" in text


def test_it_is_kept_sealed_and_handed_out_as_the_same_bytes(small: Small, printer: Printer) -> None:
    held(small, 2)
    made = ended(small)
    found = report(small, made, printer)
    assert found.is_kept
    assert report(small, made, printer, minutes=9).content == found.content
    text = text_of(found.content)
    for words in ("96.5 of 100", "R-1", "Linked to the goals", NOT_MET[1], "Thea", "Seed"):
        assert words in text
    for name in ("Falk", "Jördis", "1988"):
        assert name not in text
    answer = document_check.of_file(
        content=found.content, checker=Checker(), address=HERE, by=small.therapist, at=AT
    )
    assert answer.state is State.UNCHANGED
    assert answer.known is not None
    assert (answer.known.kind, answer.known.id) == ("Report of a chart audit", None)


def test_what_follows_makes_a_new_report_that_replaces_the_earlier(
    small: Small, printer: Printer
) -> None:
    held(small)
    made = ended(small)
    first = report(small, made, printer)
    action = given(small, made)
    corrective_action.close(action_id=action, words="Done", by=small.therapist, at=AT)
    second = report(small, made, printer)
    assert second.filename != first.filename
    number = first.filename.removesuffix(".pdf")
    assert f"Replaces document {number}" in text_of(second.content)
    known = document_check.of_number(number=number, address=HERE, by=small.therapist, at=AT)
    assert known is not None
    assert f"{known.replaced_by}.pdf" == second.filename


def test_who_no_longer_reaches_the_charts_is_handed_the_figures(
    small: Small, printer: Printer
) -> None:
    held(small)
    made = ended(small)
    given(small, made)
    whole = report(small, made, printer)
    [link] = people.look(by=small.administrator, at=AT).links
    supervision.end_link(link_id=link.id, on=AT.date(), by=small.administrator, at=AT)
    found = report(small, made, printer)
    assert found.content != whole.content
    text = text_of(found.content)
    assert "Figures only" in text
    assert "93.0" in text
    for words in ("R-1", NOT_MET[1], "addendum"):
        assert words not in text


def test_only_who_audits_is_handed_a_report(small: Small, printer: Printer) -> None:
    held(small)
    made = ended(small)
    for by in (small.therapist, small.medical, small.administrator):
        with pytest.raises(NotAllowed):
            audit_report.hand_out(audit_id=made, shop=workshop(printer), by=by, at=AT)
    assert audited.result(small, made).answered == 1
