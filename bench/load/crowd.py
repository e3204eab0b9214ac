"""The practice that is at work: its people, what each of them has before them, and their sittings.

Everybody signs in before anything is measured: a day begins with it, a save does not.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from bench import sessions
from bench.pages import begin
from bench.practice import ELSEWHERE, KEY, PASSWORD, load_demo, opened
from bench.sample import samples
from bench.visitor import Visitor
from kapnotes import db
from kapnotes.access.actor import Actor, operator
from kapnotes.access.roles import role_of
from kapnotes.actions import consent, course, infusion, patient, people
from kapnotes.actions.sign_in import hashed
from kapnotes.clinic.consent import POINTS
from kapnotes.settings import Settings
from tests.plumbing import postgres
from tests.plumbing.role import owner_of, served

THERAPISTS = 50
SESSIONS = 5
PRINTERS = 5
SUPERVISOR = "supervisor@demo.example"
KIND = "integration"
POSTGRES = ("shared_buffers=256MB", "autovacuum=on", "max_wal_size=2GB")


@dataclass(frozen=True, slots=True)
class Seat:
    """One person at one page: how they are known to the server, and where they are."""

    cookies: dict[str, str]
    token: str
    path: str
    enters: bool = False


@dataclass(frozen=True, slots=True)
class Crowd:
    """Everybody at work; `raw` is the form of a complete note."""

    raw: dict[str, list[str]]
    writers: list[Seat]
    sitters: list[Seat]
    printers: list[Seat]
    searchers: list[Seat]

    def write(self, path: Path) -> None:
        """Write it for the processes that play it."""
        path.write_text(json.dumps(asdict(self)))


@contextmanager
def practice(database: str) -> Iterator[Path]:
    """The folder of a demo practice on that database, until the end of the block.

    On PostgreSQL a commit survives a crash, and people are served by the role that owns no table.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="kapnotes-load-")))
        if database == "postgresql":
            server = stack.enter_context(postgres.running(durable=True, settings=POSTGRES))
            url = served(stack.enter_context(server.empty()))
            (folder / ELSEWHERE).write_text(url)
            asked = Settings(data=folder, database_url=url, owner_url=owner_of(url), key=KEY)
            owned = db.use(db.Database(asked))
            db.migrate()
            owned.close()
        load_demo(folder)
        yield folder


@dataclass(frozen=True, slots=True)
class Work:
    """What there is to do: an infusion for each therapist, and sessions that run."""

    infusions: list[UUID]
    sessions: list[UUID]
    raw: dict[str, list[str]]


def prepare(folder: Path) -> Work:
    """Add the therapists, a patient and an infusion for each, and the sessions."""
    with opened(folder):
        secret = hashed(PASSWORD)
        infusions = [_therapist(number, secret) for number in range(THERAPISTS)]
        running = [sessions.begin(number) for number in range(SESSIONS)]
        raw = {name: list(words) for name, words in samples()[KIND][0].raw.items()}
    return Work(infusions, running, raw)


def _email(number: int) -> str:
    return f"writer-{number:02}@demo.example"


def _therapist(number: int, secret: str) -> UUID:
    at, name = datetime.now(UTC), f"Writer {number:02}"
    person_id = people.add(
        email=_email(number),
        name=name,
        credentials="PhD",
        role="therapist",
        password_hash=secret,
        by=operator(),
        at=at,
    )
    by = Actor(person_id, name, role_of("therapist"), "PhD")
    patient_id = patient.add(
        family_name=f"Load{number:02}",
        given_name="Ada",
        birth_date=date(1980, 1, 1),
        record_number=f"LOAD-{number:02}",
        allergies="",
        by=by,
        at=at,
    )
    consent.record(
        patient_id=patient_id,
        points=tuple(POINTS),
        signed_on=at.date(),
        held_by=by.signature,
        form_version="2026-03",
        by=by,
        at=at,
    )
    course_id = course.start(
        patient_id=patient_id,
        indication="ocd",
        indication_detail="",
        protocol="iv_induction_six",
        started_on=at.date(),
        by=by,
        at=at,
    )
    return infusion.plan(
        course_id=course_id,
        planned_for=at,
        route="iv",
        phase="induction",
        reason="Whatever the day",
        by=by,
        at=at,
    )


def sit_down(port: int, work: Work) -> Crowd:
    """Sign everybody in, and open what each of them works on."""
    writers = [_enter(port, _email(number)) for number in range(THERAPISTS)]
    paths = [
        begin(writer, about, work.raw).path
        for writer, about in zip(writers, work.infusions, strict=True)
    ]
    sitters = [
        _seat(_enter(port, email), f"/infusions/{one}/session", enters=place == 1)
        for one in work.sessions
        for place, email in enumerate(sessions.PEOPLE)
    ]
    printers = [
        _seat(_enter(port, _email(number)), f"/infusions/{about}/summary.pdf")
        for number, about in enumerate(work.infusions[:PRINTERS])
    ]
    return Crowd(
        raw=work.raw,
        writers=[_seat(one, path) for one, path in zip(writers, paths, strict=True)],
        sitters=sitters,
        printers=printers,
        searchers=[_seat(_enter(port, SUPERVISOR), "/audit")],
    )


def _enter(port: int, email: str) -> Visitor:
    """Sign in, and let go of the connection: the others take their time."""
    visitor = Visitor(port).sign_in(email)
    visitor.leave()
    return visitor


def _seat(visitor: Visitor, path: str, *, enters: bool = False) -> Seat:
    visitor.leave()
    return Seat(dict(visitor.cookies), visitor.token, path, enters)
