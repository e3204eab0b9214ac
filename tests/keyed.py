"""A practice whose root key lies in a file, and all that a key opens in it."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID, uuid4

import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import key, patient, process_note, recovery
from kapnotes.actions.key import Step
from kapnotes.audit import seal
from kapnotes.audit.seal import Anchor
from kapnotes.ground.key_file import NAME, KeyFile, encoded
from kapnotes.keys.private_file import write_private
from kapnotes.records.draft import NoteDraft
from kapnotes.records.factor import Totp
from kapnotes.records.patient import Patient
from kapnotes.records.sealing_key import SealingKey
from kapnotes.settings import from_environment
from tests.builders import AT, Small, add_patient, small_practice, written
from tests.conftest import KEY

SEED = b"the seed of an authenticator app"
PRIVATE = "What stays with the author"


@dataclass(frozen=True, slots=True)
class Keyed:
    """The practice, and what must be the same under every root key."""

    env: dict[str, str]
    small: Small
    note_id: UUID
    paper: str
    """The recovery key."""
    head: Anchor
    sitting: str
    cookie: bytes

    @property
    def file(self) -> KeyFile:
        """Where its root key lies."""
        return KeyFile(Path(self.env["KAPNOTES_DATA"]) / NAME)

    @property
    def embedded(self) -> Path | None:
        """The embedded file, if it is one."""
        url = self.env["KAPNOTES_DATABASE_URL"]
        return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:") else None

    def open(self) -> db.Database:
        """Open it as a server does, with the keys that lie there now."""
        opened = db.use(db.Database(from_environment(self.env)))
        opened.check_key()
        return opened

    def check(self) -> None:
        """Everything opens, and another patient can be added."""
        database = self.open()
        by = self.small.therapist
        add_patient(by, family_name="More", record_number=uuid4().hex)
        with database.reading() as session:
            ids = session.execute(sa.select(Patient.id)).scalars().all()
            assert all(one.raw for one in session.execute(sa.select(NoteDraft)).scalars())
            for row in session.execute(sa.select(SealingKey)).scalars():
                assert database.ring.open_secret(row.secret_sealed or b"", row.secret_place)
            apps = session.execute(sa.select(Totp)).scalars().all()
            assert SEED in {database.ring.open_secret(a.seed_sealed, a.seed_place) for a in apps}
        for patient_id in ids:
            seen = patient.look(patient_id=patient_id, by=by, at=AT).patient
            assert seen.allergies == "Penicillin"
        assert process_note.look(note_id=self.note_id, by=by, at=AT).text == PRIVATE
        assert database.ring.lookup_hash("sitting x") == self.sitting
        assert database.ring.cookie_key() == self.cookie
        assert seal.is_genuine(database.ring, self.head)

    def killed(self, when: Callable[[Step], bool], *, after: float = 0.0) -> int:
        """Rotate in another process that is killed at such a step, or so many seconds on.

        Return the signal that ended it; 0 for a rotation that came to its end before.
        """
        db.current().close()
        child = os.fork()
        if child == 0:
            if after:
                signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
                signal.setitimer(signal.ITIMER_REAL, after)
            with suppress(BaseException):
                self.rotate(lambda step: when(step) and os.kill(os.getpid(), signal.SIGKILL))
                os._exit(0)
            os._exit(1)
        return os.waitpid(child, 0)[1]

    def rotate(self, after: Callable[[Step], object] = lambda _: None) -> None:
        """Open it and rotate its key."""
        self.open()
        key.rotate(by=operator(), at=AT, after=lambda step: after(step) and None)


def keyed(database_url: str, data: Path) -> Keyed:
    """Fill an empty database whose root key is put into a file first."""
    write_private(data / NAME, encoded(KEY), is_new=True)
    env = {"KAPNOTES_DATA": str(data), "KAPNOTES_DATABASE_URL": database_url}
    database = db.use(db.Database(from_environment(env)))
    small = small_practice()
    note_id = written(small, "preparation")
    process_note.save(note_id=note_id, base=0, text=PRIVATE, by=small.therapist, at=AT)
    with database.writing() as session:
        app = Totp(id=uuid4(), person_id=small.therapist.id, last_step=0, made_at=AT)
        app.seed_sealed = database.ring.wrap_secret(SEED, app.seed_place)
        app.confirmed_at = None
        session.add(app)
    with database.reading() as session:
        head = seal.signed_head(session, database.ring)
    paper = recovery.renew(by=operator(), at=AT)
    ring = database.ring
    return Keyed(env, small, note_id, paper, head, ring.lookup_hash("sitting x"), ring.cookie_key())


def play_keys() -> None:
    """Make a recovery key in the open practice, try it, and rotate its root key."""
    paper = recovery.renew(by=operator(), at=AT)
    recovery.drill(typed=paper, by=operator(), at=AT)
    settings = db.current().settings
    file = KeyFile(settings.data / NAME)
    write_private(file.path, encoded(settings.key), is_new=True)
    db.use(db.Database(replace(settings, key_file=file)))
    key.rotate(by=operator(), at=AT)
