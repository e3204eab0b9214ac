"""The letterhead: versions that stay, a logo that is checked, documents that change with it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.actions import letterhead
from kapnotes.actions.letterhead import Wanted
from kapnotes.clinic.document import DocumentKind
from kapnotes.clinic.refusals import BadInput, NotAllowed, Stale
from kapnotes.paper.summary import PaperSize
from kapnotes.records.letterhead import Letterhead
from tests.actions.documents import said, work
from tests.builders import AT, Small
from tests.paper.logos import ATTACKS, TWIG, png

LINES = "2 Quiet Street\n\n  Tel. 555 0200  "


def change(small: Small, wanted: Wanted, *, minutes: int = 0, base: str | None = None) -> bool:
    at = AT + timedelta(minutes=minutes)
    return letterhead.change(wanted=wanted, base=base, by=small.administrator, at=at)


def look(small: Small) -> letterhead.LetterheadView:
    return letterhead.look(by=small.administrator, at=AT)


def versions() -> int:
    with db.current().reading() as session:
        return session.execute(sa.select(sa.func.count(Letterhead.id))).scalar_one()


def page(small: Small) -> str:
    found = work(small, DocumentKind.DISCLOSURES, small.patient_id)
    return found.sections[0].draw(())


def test_until_it_is_set_documents_carry_that_of_the_set_up(small: Small) -> None:
    view = look(small)
    assert (view.version, view.lines, view.paper_size) == (
        "",
        "1 Quiet Street\nTel. 555 0100",
        "A4",
    )
    assert "1 Quiet Street" in page(small)


def test_the_newest_stands_on_the_next_document(small: Small) -> None:
    before = work(small, DocumentKind.DISCLOSURES, small.patient_id)
    assert change(small, Wanted(LINES, "Letter", "Two hills", logo=TWIG))
    assert change(small, Wanted("3 Quiet Street", "Letter", "Two hills"), minutes=1)
    after = work(small, DocumentKind.DISCLOSURES, small.patient_id)
    assert after.paper is PaperSize.LETTER
    assert before.content_digest != after.content_digest
    text = page(small)
    assert "3 Quiet Street" in text
    assert '<title id="logo-words">Two hills</title>' in text
    assert 'class="letter"' in text
    assert versions() == 2


def test_the_same_again_makes_no_version(small: Small) -> None:
    assert not change(small, Wanted("1 Quiet Street\nTel. 555 0100", "A4", ""))
    assert change(small, Wanted(LINES, "A4", "Hill", logo=png()))
    assert not change(small, Wanted(LINES, "A4", "Hill", logo=png()), minutes=1)
    assert not change(small, Wanted(LINES, "A4", "Hill"), minutes=2)
    assert look(small).lines == "2 Quiet Street\nTel. 555 0200"
    assert versions() == 1


def test_a_logo_goes_when_it_is_removed_and_comes_with_the_practices_name(small: Small) -> None:
    change(small, Wanted(LINES, "A4", "", logo=png()))
    found = look(small)
    assert found.logo is not None
    assert found.logo.words == "Test practice"
    change(small, Wanted(LINES, "A4", "", removes_logo=True), minutes=1)
    assert look(small).logo is None


@pytest.mark.parametrize("name", ["script", "half a PNG", "entity from a file", "a bomb"])
def test_a_bad_logo_is_refused_and_everything_stays(small: Small, name: str) -> None:
    change(small, Wanted(LINES, "A4", "", logo=TWIG))
    before = look(small)
    with pytest.raises(BadInput):
        change(small, Wanted("other lines", "Letter", "", logo=ATTACKS[name]), minutes=1)
    assert look(small) == before


def test_it_says_in_which_language_the_practice_writes(small: Small) -> None:
    assert look(small).language == "en"
    assert not change(small, Wanted("1 Quiet Street\nTel. 555 0100", "A4", "", "en"))
    assert change(small, Wanted("1 Quiet Street\nTel. 555 0100", "A4", "", "de"))
    assert look(small).language == "de"
    html, _ = letterhead.sample(wanted=Wanted(LINES, "A4", "", "he"), by=small.administrator, at=AT)
    assert 'data-language="he"' in html


def test_who_opened_an_older_one_is_told(small: Small) -> None:
    base = look(small).version
    change(small, Wanted(LINES, "A4", ""), base=base)
    with pytest.raises(Stale):
        change(small, Wanted("4 Quiet Street", "A4", ""), base=base, minutes=1)


def test_a_sample_shows_it_before_it_stands(small: Small) -> None:
    wanted = Wanted(LINES, "Letter", "Hill", logo=png())
    html, paper = letterhead.sample(wanted=wanted, by=small.administrator, at=AT)
    assert paper is PaperSize.LETTER
    assert "2 Quiet Street" in html
    assert "Nobody is on it" in html
    assert "Falk" not in html
    assert versions() == 0


def test_only_the_administrator_sets_it(small: Small) -> None:
    for by in (small.therapist, small.medical, small.supervisor):
        with pytest.raises(NotAllowed):
            letterhead.change(wanted=Wanted(LINES, "A4", ""), by=by, at=AT)
        with pytest.raises(NotAllowed):
            letterhead.look(by=by, at=AT)
        with pytest.raises(NotAllowed):
            letterhead.sample(wanted=Wanted(LINES, "A4", ""), by=by, at=AT)
    assert said(work(small, DocumentKind.DISCLOSURES, small.patient_id))
