"""One warm printer for all tests of paper, and the sample printed once."""

from collections.abc import Callable, Iterator

import pytest

from kapnotes.paper.draw import draw
from kapnotes.paper.press import Printer
from tests.paper.sample import DRAFT, MADE_AT, SAMPLE


@pytest.fixture(scope="session")
def printer() -> Iterator[Printer]:
    printer = Printer()
    printer.start()
    yield printer
    printer.stop()


@pytest.fixture(scope="session")
def printed(printer: Printer) -> Callable[[str], bytes]:
    return lambda html: printer.print(html, at=MADE_AT)


@pytest.fixture(scope="session")
def sample_pdf(printed: Callable[[str], bytes]) -> bytes:
    return printed(draw(SAMPLE))


@pytest.fixture(scope="session")
def draft_pdf(printed: Callable[[str], bytes]) -> bytes:
    return printed(draw(DRAFT))
