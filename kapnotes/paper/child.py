"""The printer's child process: warm, narrow, and worth nothing to anyone who breaks it.

It imports WeasyPrint once, parses each stylesheet once, and keeps both for every document after.
It holds no key and no connection; it is handed HTML and hands back bytes. Its own limit of memory
is set before anything is read; its limit of time is kept by the parent.
"""

import gc
import logging
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError, fromstring

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from kapnotes.paper.claims import claims, finish
from kapnotes.paper.errand import Unprintable, Warmth
from kapnotes.paper.fetcher import RefusingFetcher

SHEETS = Path(__file__).parents[2] / "templates" / "paper"
VARIANT = "pdf/a-3a"
_DAY_ONE = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """What is kept between documents."""

    fonts: FontConfiguration
    sheets: dict[str, CSS]
    fetcher: RefusingFetcher


class Page(HTML):  # type: ignore[misc]  # WeasyPrint carries no types
    """A document read by the XML parser, at a tenth of the time that the HTML parser takes.

    Our templates are written so that they are both; what is not well-formed is not ours.
    """

    def __init__(self, html: str, fetcher: RefusingFetcher) -> None:
        try:
            root = fromstring(html)  # noqa: S314 - the page is of our own making, its entities escaped
        except ParseError as error:
            raise Unprintable(f"Its page is not well-formed: {error}.") from None
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


_shop: list[Shop] = []


def limit(megabytes: int) -> None:
    """Cap the address space of this process (where the system can); run before any work."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def warm() -> Warmth:
    """Open the shop with a first print of one of everything, so that nobody waits for it later.

    The fixed day goes into fonts that are rebuilt for a document (emoji), which would otherwise
    carry the second of their making, and no two prints would be the same.
    """
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    if not _shop:
        fonts, fetcher = FontConfiguration(), RefusingFetcher()
        sheets = {
            sheet.stem: CSS(string=sheet.read_text("utf-8"), font_config=fonts, url_fetcher=fetcher)
            for sheet in sorted(SHEETS.glob("*.css"))
        }
        _shop.append(Shop(fonts, sheets, fetcher))
    used = _render((SHEETS / "warm.html").read_text("utf-8"), at=_DAY_ONE)[1]
    tidy()
    gc.freeze()
    return Warmth(fonts=used, has_subsetter=harfbuzz_subset is not None)


def tidy() -> None:
    """Collect what a print left behind; asked for when its answer has gone out."""
    gc.collect()


def press(html: str, *, at: datetime) -> bytes:
    """Print one document: the same HTML and moment give the same bytes.

    Raises Unprintable where another try would not help.
    """
    if not _shop:
        warm()
    try:
        return _render(html, at=at)[0]
    except FatalURLFetchingError as error:
        raise Unprintable(str(error.__cause__ or error)) from None
    except MemoryError:
        raise Unprintable("The document needs more memory than a print may use.") from None


def _render(html: str, *, at: datetime) -> tuple[bytes, tuple[str, ...]]:
    """The PDF, and the font families that it used."""
    shop = _shop[0]
    with _collected_later():
        source = Page(html, shop.fetcher)
        name = source.etree_element.get("data-sheet", "")
        if name not in shop.sheets:
            raise Unprintable(f"There is no stylesheet called {name[:40]!r}.")
        document = source.render(
            font_config=shop.fonts, stylesheets=[shop.sheets[name]], pdf_variant=VARIANT
        )
        document.metadata = claims(document.metadata, at=at)
        pdf: bytes = document.write_pdf(finisher=finish, pdf_variant=VARIANT)
        return pdf, tuple(sorted({font.family for font in document.fonts.values()}))


@contextmanager
def _collected_later() -> Iterator[None]:
    """No garbage collection during a print, a quarter of its time; `tidy` comes after it."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
