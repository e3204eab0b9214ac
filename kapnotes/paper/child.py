"""The printer's child process: warm, narrow, and worth nothing to anyone who breaks it.

It imports WeasyPrint once, parses each stylesheet once, and keeps both for every document after.
It holds no key and no connection; it is handed HTML and parts and hands back bytes. Its own limit
of memory is set before anything is read; its limit of time is kept by the parent.
"""

import ctypes
import gc
import logging
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from xml.etree.ElementTree import ParseError, fromstring

from cssselect2 import ElementWrapper
from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from kapnotes.paper import furniture
from kapnotes.paper.binding import Binding, Furniture, Pressed
from kapnotes.paper.claims import claims
from kapnotes.paper.errand import Unprintable, Warmth
from kapnotes.paper.fetcher import RefusingFetcher
from kapnotes.paper.finish import POINTS, finish, settle
from kapnotes.paper.fonts import USUAL, Face, Fonts, UsualFont, faces
from kapnotes.paper.furniture import Sheets
from kapnotes.paper.join import join
from kapnotes.paper.join_links import adopt
from kapnotes.paper.language import say
from kapnotes.paper.logo_markup import lifted
from kapnotes.paper.template import fill

SHEETS = Path(__file__).parents[2] / "templates" / "paper"
VARIANT = "pdf/a-3a"
REGULAR = 400
NICENESS = 5
"""Enough to let a save go first, and little enough that a busy machine prints in time."""
_DAY_ONE = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """What is kept between documents."""

    fonts: FontConfiguration
    sheets: dict[str, CSS]
    fetcher: RefusingFetcher
    faces: dict[int, Face]


class Page(HTML):  # type: ignore[misc]  # WeasyPrint carries no types
    """A document read by the XML parser, at a tenth of the time that the HTML parser takes.

    Our templates are written so that they are both; what is not well-formed is not ours.
    """

    def __init__(self, html: str, fetcher: RefusingFetcher) -> None:
        try:
            root = fromstring(html)  # noqa: S314 - the page is of our own making, its entities escaped
        except ParseError as error:
            raise Unprintable(f"Its page is not well-formed: {error}.") from None
        adopt(root)
        say(root)
        pictures = lifted(root)
        self.base_url = None
        self.url_fetcher = RefusingFetcher(pictures) if pictures else fetcher
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


_shop: list[Shop] = []


def limit(megabytes: int) -> None:
    """Cap the address space of this process, and let everybody else go first; run before any work.

    A page or a save that is ready to run goes before a processor's next turn of printing.
    """
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    with suppress(OSError):
        os.nice(NICENESS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def warm() -> Warmth:
    """Open the shop with a first print of one of everything, so that nobody waits for it later.

    The fixed day goes into fonts that are rebuilt for a document (emoji), which would otherwise
    carry the second of their making, and no two prints would be the same.
    """
    os.environ["SOURCE_DATE_EPOCH"] = "0"
    if not _shop:
        _open()
    shop = _shop[0]
    with _collected_later():
        document = _lay_out(fill("warm", usual=USUAL))
        sample = _press(document, key="warm", at=_DAY_ONE)
        shop.faces.update(faces(document.fonts))
        bind(_warm_binding(sample))
    tidy()
    gc.freeze()
    used = {font.family for font in document.fonts.values()}
    return Warmth(fonts=tuple(sorted(used)), has_subsetter=harfbuzz_subset is not None)


def tidy() -> None:
    """Collect what a print left behind, and give its memory back to the machine.

    Asked for when its answer has gone out. Only some systems take memory back when told.
    """
    gc.collect()
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def part(html: str, *, at: datetime) -> Pressed:
    """Press one part: the same HTML and moment give the same bytes.

    Raises Unprintable where another try would not help.
    """
    with _at_work():
        document = _lay_out(html)
        key = sha256(html.encode()).hexdigest()[:16]
        return Pressed(_press(document, key=key, at=at), len(document.pages))


def bind(binding: Binding) -> bytes:
    """Make the whole document of its parts. Raises Unprintable where it cannot be made."""
    with _at_work():
        return join(binding, _sheets(binding.furniture))


def _open() -> None:
    fonts, fetcher = FontConfiguration(), RefusingFetcher()
    sheets = {
        sheet.stem: CSS(string=sheet.read_text("utf-8"), font_config=fonts, url_fetcher=fetcher)
        for sheet in sorted(SHEETS.glob("*.css"))
    }
    _shop.append(Shop(fonts, sheets, fetcher, {}))


def _lay_out(html: str) -> Document:
    """The document in pages, not yet written."""
    shop = _shop[0]
    source = Page(html, shop.fetcher)
    name = source.etree_element.get("data-sheet", "")
    if name not in shop.sheets:
        raise Unprintable(f"There is no stylesheet called {name[:40]!r}.")
    document = source.render(
        font_config=shop.fonts, stylesheets=[shop.sheets[name]], pdf_variant=VARIANT
    )
    document.fonts = Fonts(shop.faces)
    return document


def _press(document: Document, *, key: str, at: datetime) -> bytes:
    """The tagged PDF of a document; `key` sets its element ids apart from other parts'."""
    document.metadata = claims(document.metadata, at=at)
    pdf: bytes = document.write_pdf(finisher=partial(finish, key=key), pdf_variant=VARIANT)
    return pdf


def _sheets(said: Furniture) -> Sheets:
    """The furniture, drawn; untagged, for it is there for the eye only."""
    document = _lay_out(furniture.draw(said))
    pdf = document.write_pdf(finisher=settle)
    usual = (one for one in document.fonts.values() if isinstance(one, UsualFont))
    font = next((one for one in usual if one.weight == REGULAR), None)
    if font is None:
        raise Unprintable("There is no font for its page numbers.")
    places = {
        name: (x * POINTS, (page.height - y) * POINTS)
        for page in document.pages
        for name, (x, y, *_) in page.anchors.items()
    }
    return Sheets(pdf, places, font.face, font.hash)


def _warm_binding(sample: bytes) -> Binding:
    said = Furniture("Warm", "0", "0", "0", "https://example.org/", replaces="0", draft=True)
    return Binding((sample,), said, "Warm", "Warm", "", "en", (), (), _DAY_ONE)


@contextmanager
def _at_work() -> Iterator[None]:
    """In a warm shop, without collections, and with accidents said in words."""
    try:
        if not _shop:
            warm()
        with _collected_later():
            yield
    except FatalURLFetchingError as error:
        raise Unprintable(str(error.__cause__ or error)) from None
    except MemoryError:
        raise Unprintable("The document needs more memory than a print may use.") from None


@contextmanager
def _collected_later() -> Iterator[None]:
    """No garbage collection during a print, a quarter of its time; `tidy` comes after it."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
