"""The infusion page and the autosave at the real server, beside a bare page and a bare PUT."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from bench import floor, patient, server
from bench.clock import alternately
from bench.figure import Figure
from bench.practice import THERAPIST, opened
from bench.sample import samples
from bench.visitor import Visitor
from kapnotes import db
from kapnotes.records.course import Infusion
from kapnotes.records.person import Person
from kapnotes.records.session_row import Vitals

BARE = "/topics/1"
KIND = "integration"
ROUNDS = 300
GOAL = 2.0


def figures(folder: Path) -> Iterator[Figure]:
    """Measure both in the practice in that folder."""
    floor.make(folder)
    with opened(folder):
        infusion, raw = fullest_infusion(), samples()[KIND][0].raw
    with server.product(folder) as product, server.floor(folder) as plain:
        therapist, stranger = Visitor(product.port).sign_in(THERAPIST), Visitor(plain.port)
        path = f"/infusions/{infusion}"
        acts = (lambda: therapist.get(path), lambda: stranger.get(BARE))
        page, bare = alternately(*acts, rounds=ROUNDS)
        yield Figure("infusion page / bare page, 5 queries, 30 fields", page, floor=bare, goal=GOAL)
        with opened(folder):
            anew, bare = alternately(*acts, rounds=ROUNDS, before=_renamer(infusion))
        yield Figure("infusion page after a change, all drawn anew / bare", anew, floor=bare)
        draft = begin(therapist, infusion, raw)
        save, put = alternately(draft.save, lambda: stranger.put(BARE, draft.form()), rounds=ROUNDS)
        yield Figure("autosave / bare PUT with one commit", save, floor=put, goal=GOAL)


def _renamer(infusion: UUID) -> Callable[[], None]:
    """Give those who recorded the session another name each time, so that all is drawn anew.

    It is the change that leaves the page as long as it was.
    """
    recorders = sa.select(Vitals.recorded_by_id).where(Vitals.infusion_id == infusion)
    names = count(1)

    def rename() -> None:
        with db.current().writing() as session:
            name = f"Name {next(names):05}"
            session.execute(sa.update(Person).where(Person.id.in_(recorders)).values(name=name))

    return rename


def fullest_infusion(email: str = THERAPIST) -> UUID:
    """The completed infusion with the most readings of this person's patients."""
    query = (
        sa.select(Infusion.id)
        .join(Vitals, Vitals.infusion_id == Infusion.id)
        .where(Infusion.state == "completed", patient.of(email, Infusion.patient_id))
        .group_by(Infusion.id)
        .order_by(sa.func.count().desc(), Infusion.id)
        .limit(1)
    )
    with db.current().reading() as session:
        return session.execute(query).scalar_one()


@dataclass(slots=True)
class Draft:
    """A complete note under way, as its page saves it."""

    author: Visitor
    path: str
    raw: Mapping[str, Sequence[str]]
    version: int = 1

    def form(self) -> dict[str, object]:
        """The whole form, with words that were not there before."""
        words = " ".join(secrets.token_hex(4) for _ in range(40))
        return {**self.raw, "focus-today": [words], "_version": str(self.version)}

    def save(self) -> None:
        """Save by the page's own script."""
        self.version = self.author.put(self.path, self.form())["version"]


def begin(author: Visitor, infusion: UUID, raw: Mapping[str, Sequence[str]]) -> Draft:
    """Begin a note of the infusion."""
    answer = author.post(f"/infusions/{infusion}/notes", {"kind": KIND})
    return Draft(author, answer.location.replace("/edit", "/draft"), raw)
