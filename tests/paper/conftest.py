"""One warm printer for all tests of paper, and the samples printed and bound once."""

from collections.abc import Callable, Iterator

import pytest

from kapnotes.paper.binding import Pressed
from kapnotes.paper.draw import draw
from kapnotes.paper.press import Printer
from tests.paper.sample import DRAFT, SAMPLE
from tests.paper.sample_binding import DRAFT_BINDING, whole
from tests.paper.sample_told import MADE_AT


@pytest.fixture(scope="session")
def printer() -> Iterator[Printer]:
    printer = Printer()
    printer.start()
    yield printer
    printer.stop()


@pytest.fixture(scope="session")
def pressed(printer: Printer) -> Callable[[str], Pressed]:
    return lambda html: printer.part(html, at=MADE_AT)


@pytest.fixture(scope="session")
def printed(printer: Printer) -> Callable[[str], bytes]:
    """A whole document of one part, bound as the sample is."""
    return lambda html: whole(printer, html)


@pytest.fixture(scope="session")
def sample_part(pressed: Callable[[str], Pressed]) -> Pressed:
    return pressed(draw(SAMPLE))


@pytest.fixture(scope="session")
def sample_pdf(printed: Callable[[str], bytes]) -> bytes:
    return printed(draw(SAMPLE))


@pytest.fixture(scope="session")
def draft_pdf(printer: Printer) -> bytes:
    return whole(printer, draw(DRAFT), DRAFT_BINDING)
