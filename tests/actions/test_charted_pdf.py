"""What lies inside of a document is what a person reads on its printed pages."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kapnotes.access.actor import Actor
from kapnotes.paper.draw import draw
from kapnotes.paper.press import Printer
from kapnotes.paper.summary import Edition
from tests.actions import charted_words as said
from tests.actions.test_charted import BERLIN, THEMES, told, whole
from tests.builders import AT, Small
from tests.exchange.r4b import resources


@pytest.fixture(scope="module")
def printer() -> Iterator[Printer]:
    made = Printer(seconds=60)
    made.start()
    yield made
    made.stop()


def printed(html: str, printer: Printer, folder: Path) -> str:
    """All words of the pages, squeezed."""
    path = folder / "part.pdf"
    path.write_bytes(printer.part(html, at=AT).content)
    done = subprocess.run(  # noqa: S603 - a tool of Debian's, on a file of ours
        ["/usr/bin/pdftotext", "-raw", str(path), "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    return said.squeezed(done.stdout)


@pytest.mark.parametrize("edition", Edition)
def test_the_pages_say_what_the_bundle_says(
    small: Small, printer: Printer, edition: Edition, tmp_path: Path
) -> None:
    whole(small)
    by: Actor = small.medical if edition is Edition.MEDICAL else small.therapist
    page, _, bundle = told(small, by=by)
    text = printed(draw(page), printer, tmp_path)
    for reading in said.readings(bundle, BERLIN):
        assert all(value in text for value in reading), reading
    for dose in said.doses(bundle, BERLIN):
        assert all(said.squeezed(value) in text for value in dose), dose
    for scale, _, total in said.scores(bundle):
        assert said.squeezed(scale) in text
        assert total in text
    for event in resources(bundle, "AdverseEvent"):
        assert event["event"]["text"] in text
    notes = said.notes(bundle)
    assert ("integration" in notes) is (edition is Edition.FULL)
    assert (said.squeezed(THEMES) in text) is (edition is Edition.FULL)
    for kind, tells in notes.items():
        for words in said.typed(tells):
            assert words in text or not words.isascii(), (kind, words)
