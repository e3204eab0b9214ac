"""The summary PDF: its pages beside plain WeasyPrint, the whole sealed document, the kept one."""

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from uuid import UUID

import sqlalchemy as sa

from bench import patient, server
from bench.chart import chart_figures
from bench.clock import alternately, once
from bench.figure import Figure
from bench.plain import plain
from bench.practice import THERAPIST, opened
from bench.visitor import Visitor
from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.access.reach import Reach, Span
from kapnotes.actions.work import Order, Stamp, Work
from kapnotes.actions.works import work_of
from kapnotes.audit.seal import Anchor
from kapnotes.clinic.document import DocumentKind
from kapnotes.paper import certificate
from kapnotes.paper.binding import Attachment, Binding, Furniture
from kapnotes.paper.press import Printer
from kapnotes.paper.seal import Sealer, seal
from kapnotes.paper.summary import Edition
from kapnotes.records.course import Infusion
from kapnotes.records.practice import the_practice

PRINTS = 15
KEPT = 100
PAGES_GOAL = 0.85
SEALED_GOAL = 1.15
KEPT_GOAL = 10.0
SECONDS = 60
SHEETS = Path(__file__).parents[1] / "templates" / "paper"


@dataclass(frozen=True, slots=True)
class Sample:
    """A summary to be printed: its pages as HTML, what binds them, and what seals them."""

    html: str
    binding: Binding
    sealer: Sealer

    @property
    def standalone(self) -> str:
        """The same HTML with its stylesheet inside, for plain WeasyPrint."""
        css = (SHEETS / "sheet.css").read_text("utf-8")
        return self.html.replace("</head>", f"<style>{css}</style></head>", 1)


def figures(folder: Path) -> Iterator[Figure]:
    """Measure in the practice in that folder."""
    with opened(folder):
        works = sorted(_works(), key=lambda one: len(one.sections[0].draw(())))
        fullest, usual = _sample(works[-1]), _sample(works[len(works) // 2])
    with _printing() as printer:
        yield from _printed(fullest, printer)
        yield from chart_figures(usual.html, usual.binding, printer)
    with server.product(folder) as product:
        therapist = Visitor(product.port).sign_in(THERAPIST)
        yield from _handed_out(therapist, [one.order.about_id for one in works])


def _works() -> list[Work]:
    """The final summaries of the therapist's infusions in the open practice."""
    at = datetime.now(UTC)
    by = operator()
    reach = Reach(Span.PRACTICE, by.id, at.date())
    with db.current().reading() as session:
        practice = the_practice(session)
        if practice is None:
            raise LookupError("no practice in this folder")
        orders = [
            Order(DocumentKind.INFUSION_SUMMARY, one, Edition.FULL)
            for one in session.execute(
                sa.select(Infusion.id).where(patient.of(THERAPIST, Infusion.patient_id))
            ).scalars()
        ]
        found = [
            work_of(session, one, practice=practice, reach=reach, by=by, at=at) for one in orders
        ]
    return [one for one in found if one.is_final]


def _sample(work: Work) -> Sample:
    """The work as it would be printed now, with its data inside and a key of its own."""
    at = datetime.now(UTC)
    stamp = Stamp("0123456789AB-F1", "", Anchor(1, "0" * 64, "0" * 128))
    shares = tuple(one.data() for one in work.sections if one.data is not None)
    binding = Binding(
        parts=(),
        furniture=Furniture(
            practice=work.practice,
            number=stamp.number,
            content_digest=work.content_digest,
            trail_head=stamp.head.short,
            verify_url=f"https://notes.example.org/verify/{stamp.number}",
            paper=work.paper,
        ),
        title=work.title(),
        author=work.practice,
        description=work.description,
        language="en",
        bookmarks=(),
        attachments=_of_size(work.attach(stamp, shares)),
        at=at,
    )
    return Sample(work.sections[0].draw(()), binding, Sealer(certificate.make("Bench", at=at)))


def _of_size(attached: tuple[Attachment, ...], least: int = 40_000) -> tuple[Attachment, ...]:
    """What is attached, with as much white space behind it as makes the bench's size of data."""
    first, *others = attached
    return (replace(first, content=first.content.ljust(least)), *others)


@contextmanager
def _printing() -> Iterator[Printer]:
    printer = Printer(seconds=SECONDS)
    try:
        yield printer
    finally:
        printer.stop()


def _printed(sample: Sample, printer: Printer) -> Iterator[Figure]:
    """The warm child and plain WeasyPrint on the same document, in turn."""
    standalone = sample.standalone
    at = sample.binding.at

    def sealed() -> bytes:
        pressed = printer.part(sample.html, at=at)
        bound = printer.bind(replace(sample.binding, parts=(pressed.content,)))
        return seal(bound, sealer=sample.sealer, signer="Bench", reason="A measure", at=at)

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        acts: tuple[Callable[[], object], ...] = (
            lambda: printer.part(sample.html, at=at),
            sealed,
            lambda: other.submit(plain, standalone).result(),
        )
        pages, whole, floor = alternately(*acts, rounds=PRINTS, warm=2)
    yield Figure(
        "pages of a summary, warm child / write_pdf()", pages, floor=floor, goal=PAGES_GOAL
    )
    name = "tagged, attached, sealed summary / write_pdf()"
    yield Figure(name, whole, floor=floor, goal=SEALED_GOAL)


def _handed_out(therapist: Visitor, infusions: list[UUID]) -> Iterator[Figure]:
    paths = [f"/infusions/{one}/summary.pdf" for one in infusions]
    therapist.get(paths[0])  # warms the printer
    yield Figure(
        "first summary PDF, from the click to the kept file",
        median(once(partial(therapist.get, path)) for path in paths[1:]),
    )
    (kept,) = alternately(lambda: therapist.get(paths[0]), rounds=KEPT)
    yield Figure("kept summary PDF", kept, goal=KEPT_GOAL)
