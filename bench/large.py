"""The pages of a practice with 10,000 patients and 200,000 notes, beside those of the demo.

It has 70,000 infusions and 300,000 scores as well: what the lists of due things are timed on.

Two therapists are measured: one with 250 patients, and a lead who has all of them. They go from
patient to patient, so that what the database keeps in memory helps them no more than it should.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import sqlalchemy as sa

from bench import due, pages, patient, server
from bench.clock import alternately
from bench.figure import Figure
from bench.practice import THERAPIST, demo_practice, opened
from bench.seed import LEAD, MEMBER
from bench.seeded import LARGE, seeded
from bench.visitor import Visitor
from kapnotes import db
from kapnotes.records.note import Note
from kapnotes.records.patient import Patient

VISITS = 60
ROUNDS = 120
GOAL = 1.5
PLACES = ("patient list", "search", "patient page", "infusion page")


@dataclass(frozen=True, slots=True)
class Round:
    """Where someone goes: words to search for, patients and infusions to open."""

    words: Sequence[str]
    patients: Sequence[str]
    infusions: Sequence[str]


def figures(databases: Sequence[str]) -> Iterator[Figure]:
    """Measure the lists of due things on those databases, and the pages on the embedded one."""
    for database in databases:
        yield from due.figures(LARGE, database)
    if "embedded" not in databases:
        return
    with seeded(LARGE, "embedded") as practice, demo_practice() as demo:
        folder = practice.folder
        at_demo = _round(demo, THERAPIST)
        with server.product(demo) as small, server.product(folder) as large:
            plain = _acts(Visitor(small.port).sign_in(THERAPIST), at_demo)
            for email, who in ((MEMBER, "250 patients"), (LEAD, "all patients")):
                acts = _acts(Visitor(large.port).sign_in(email), _round(folder, email))
                for place, act, floor in zip(PLACES, acts, plain, strict=True):
                    taken, known = alternately(act, floor, rounds=ROUNDS)
                    yield Figure(f"{place}, {who} / demo", taken, floor=known, goal=GOAL)


def _round(folder: Path, email: str) -> Round:
    """The patients of this person with the most notes, and their newest completed infusions."""
    notes = sa.func.count()
    query = (
        sa.select(Patient.id, Patient.search_name, sa.func.max(Note.infusion_id))
        .join(Note, Note.patient_id == Patient.id)
        .where(patient.of(email, Patient.id), Note.kind == "dosing")
        .group_by(Patient.id)
        .order_by(notes.desc(), Patient.id)
        .limit(VISITS)
    )
    with opened(folder), db.current().reading() as session:
        rows = session.execute(query).all()
        fullest = pages.fullest_infusion(email)
    if len(rows) < VISITS:  # the demo: its fullest patient and infusion stand for all
        only = rows[0]
        return Round([only.search_name[:4]], [f"/patients/{only.id}"], [f"/infusions/{fullest}"])
    return Round(
        [one.search_name[:4] for one in rows],
        [f"/patients/{one.id}" for one in rows],
        [f"/infusions/{one[2]}" for one in rows],
    )


def _acts(visitor: Visitor, where: Round) -> list[Callable[[], object]]:
    """What is measured, in the order of `PLACES`."""
    words, patients, infusions = cycle(where.words), cycle(where.patients), cycle(where.infusions)
    return [
        lambda: visitor.get("/patients"),
        lambda: visitor.post("/patients", {"text": next(words)}),
        lambda: visitor.get(next(patients)),
        lambda: visitor.get(next(infusions)),
    ]
