"""The pages of a practice with 10,000 patients and 200,000 notes, beside those of the demo.

It has 66,000 infusions and 300,000 scores as well: what the lists of due things are timed on.

Two therapists are measured: one with 250 patients, and a lead who has all of them. They go from
patient to patient, so that what the database keeps in memory helps them no more than it should.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from time import perf_counter

import sqlalchemy as sa

from bench import due, pages, patient, server
from bench.clock import alternately
from bench.figure import Figure
from bench.practice import THERAPIST, demo_practice, opened
from bench.seed import LEAD, MEMBER, seed
from bench.visitor import Visitor
from kapnotes import db
from kapnotes.records.note import Note
from kapnotes.records.patient import Patient

PATIENTS = 10_000
NOTES = 200_000
SCORES = 300_000
VISITS = 60
ROUNDS = 120
GOAL = 1.5
PLACES = ("patient list", "search", "patient page", "infusion page")
REPOSITORY = Path(__file__).parents[1]
SHAPE = (
    *("bench/seed.py", "bench/story.py", "bench/scores.py", "bench/sample.py"),
    "migrations/versions",
)
"""What decides how a seeded practice is made."""


@dataclass(frozen=True, slots=True)
class Round:
    """Where someone goes: words to search for, patients and infusions to open."""

    words: Sequence[str]
    patients: Sequence[str]
    infusions: Sequence[str]


def figures() -> Iterator[Figure]:
    """Measure; the seeded practice is kept for the next run in the system's temporary folder."""
    begun = perf_counter()
    folder, is_new = _seeded()
    if is_new:
        yield Figure(f"seeding {PATIENTS} patients, {NOTES} notes", perf_counter() - begun, "s")
    with demo_practice() as demo:
        at_demo = _round(demo, THERAPIST)
        with server.product(demo) as small, server.product(folder) as large:
            yield from due.figures(large.port, {"250 patients": MEMBER, "all patients": LEAD})
            plain = _acts(Visitor(small.port).sign_in(THERAPIST), at_demo)
            for email, who in ((MEMBER, "250 patients"), (LEAD, "all patients")):
                acts = _acts(Visitor(large.port).sign_in(email), _round(folder, email))
                for place, act, floor in zip(PLACES, acts, plain, strict=True):
                    taken, known = alternately(act, floor, rounds=ROUNDS)
                    yield Figure(f"{place}, {who} / demo", taken, floor=known, goal=GOAL)


def _seeded() -> tuple[Path, bool]:
    """The seeded practice of today's shape, and whether it had to be made."""
    shape = sha256()
    for name in SHAPE:
        path = REPOSITORY / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else (path,):
            shape.update(file.read_bytes())
    folder = Path(gettempdir()) / f"kapnotes-bench-large-{shape.hexdigest()[:12]}"
    done = folder / "done"
    if done.exists():
        return folder, False
    rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    seed(folder, patients=PATIENTS, notes=NOTES, scores=SCORES)
    done.touch()
    return folder, True


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
