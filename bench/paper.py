"""The summary PDF: printed for the first time beside plain WeasyPrint, and the kept one."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import UUID

import sqlalchemy as sa

from bench import patient, server
from bench.clock import alternately, once
from bench.figure import Figure
from bench.plain import plain
from bench.practice import THERAPIST, opened
from bench.visitor import Visitor
from kapnotes import db
from kapnotes.access.actor import OPERATOR_ID
from kapnotes.access.reach import Reach, Span
from kapnotes.actions.summary import infusion_summary
from kapnotes.paper.draw import draw, standalone
from kapnotes.paper.gather import Gathered
from kapnotes.paper.press import Printer
from kapnotes.paper.summary import Edition, Proof
from kapnotes.records.course import Infusion
from kapnotes.records.practice import the_practice

PRINTS = 15
KEPT = 100
FIRST_GOAL = 0.85
KEPT_GOAL = 10.0


def figures(folder: Path) -> Iterator[Figure]:
    """Measure in the practice in that folder."""
    with opened(folder):
        final = [one for one in _gathered() if one.is_final]
    fullest = max(final, key=lambda one: len(one.summary.vitals))
    first, floor = _printed(fullest)
    name = "first summary PDF, warm child / plain write_pdf()"
    yield Figure(name, first, floor=floor, goal=FIRST_GOAL)
    with server.product(folder) as product:
        therapist = Visitor(product.port).sign_in(THERAPIST)
        yield from _handed_out(therapist, [one.infusion.id for one in final])


def _gathered() -> list[Gathered]:
    """The summaries of the therapist's infusions in the open practice."""
    at = datetime.now(UTC)
    reach = Reach(Span.PRACTICE, OPERATOR_ID, at.date())
    with db.current().reading() as session:
        practice = the_practice(session)
        if practice is None:
            raise LookupError("no practice in this folder")
        return [
            infusion_summary(
                session, one, practice=practice, edition=Edition.FULL, reach=reach, at=at
            )
            for one in session.execute(
                sa.select(Infusion.id).where(patient.of(THERAPIST, Infusion.patient_id))
            ).scalars()
        ]


def _printed(gathered: Gathered) -> list[float]:
    """The warm child and plain WeasyPrint on the same document, in turn."""
    proof = Proof("0000-F1", gathered.content_digest, "0" * 64)
    filled = replace(gathered.summary, proof=proof)
    ours, theirs = draw(filled), standalone(filled)
    printer = Printer(seconds=60)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        try:
            return alternately(
                lambda: printer.print(ours, at=filled.made_at),
                lambda: other.submit(plain, theirs).result(),
                rounds=PRINTS,
                warm=2,
            )
        finally:
            printer.stop()


def _handed_out(therapist: Visitor, infusions: list[UUID]) -> Iterator[Figure]:
    paths = [f"/infusions/{one}/summary.pdf" for one in infusions]
    therapist.get(paths[0])  # warms the printer
    yield Figure(
        "first summary PDF, from the click to the kept file",
        median(once(lambda path=path: therapist.get(path)) for path in paths[1:]),
    )
    (kept,) = alternately(lambda: therapist.get(paths[0]), rounds=KEPT)
    yield Figure("kept summary PDF", kept, goal=KEPT_GOAL)
