"""Whose seal stands on the documents: the practice's own key, or that of its certificate file.

Every key that ever sealed stays known by its certificate, so that an old document can be checked
for as long as it is kept. An own key is wrapped under the root key, bound to its row; a key that
lies in a file of the practice is never kept.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from uuid import uuid4
from weakref import WeakKeyDictionary

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.access.roles import Operator
from kapnotes.audit import trail
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.refusals import NotAllowed, WrongState
from kapnotes.db import Session
from kapnotes.keys import SealBroken
from kapnotes.paper import certificate
from kapnotes.paper.certificate import BadCertificate, KeyPair
from kapnotes.paper.seal import Sealer, SealFailed
from kapnotes.records import sealing_key
from kapnotes.records.practice import Practice, the_practice
from kapnotes.records.sealing_key import SealingKey
from kapnotes.settings import Settings, SettingsRefused

LONGEST_NAME = 120


class Source(StrEnum):
    """Where a key is: with us, or in a PKCS#12 file of the practice. Stored words."""

    OWN = "own"
    PKCS12 = "pkcs12"


_open: WeakKeyDictionary[db.Database, KeyPair] = WeakKeyDictionary()
"""The key of each open practice, once it was needed: a file's password costs a moment to try."""


def check_setting(settings: Settings, *, at: datetime) -> None:
    """Raise SettingsRefused when the certificate file of the practice cannot seal documents."""
    if settings.seal_file:
        try:
            _of_file(settings).check(at)
        except BadCertificate as error:
            raise SettingsRefused(f"KAPNOTES_SEAL_FILE cannot seal documents. {error}") from None


def _of_file(settings: Settings) -> KeyPair:
    try:
        content = Path(settings.seal_file).read_bytes()
    except OSError:
        raise BadCertificate("It cannot be read.") from None
    return certificate.read_file(content, settings.seal_password)


def the_sealer(*, by: Actor, at: datetime) -> Sealer:
    """What seals a document now. Raises SealFailed with a sentence.

    Practices that were set up before there were seals get their key here.
    """
    database = db.current()
    settings = database.settings
    try:
        pair = _from_file(settings, by=by, at=at) if settings.seal_file else _own(by=by, at=at)
    except BadCertificate as error:
        raise SealFailed(f"The document could not be sealed. {error}") from None
    except SealBroken:
        raise SealFailed(
            "The document could not be sealed: the practice's key cannot be opened with this root "
            "key. Make a new one with `paper rekey`."
        ) from None
    _open[database] = pair
    return Sealer(pair, settings.tsa_url, settings.tsa_seconds)


def _holds(pair: KeyPair, at: datetime) -> bool:
    try:
        pair.check(at)
    except BadCertificate:
        return False
    return True


def _from_file(settings: Settings, *, by: Actor, at: datetime) -> KeyPair:
    pair = _open.get(db.current())
    if pair is None or not _holds(pair, at):
        pair = _of_file(settings)
        pair.check(at)
        set_file(pair=pair, by=by, at=at)
    return pair


def _own(*, by: Actor, at: datetime) -> KeyPair:
    with db.current().reading() as session:
        found = _newest_own(session, at)
    return found or set_own(by=by, at=at)


def _newest_own(session: Session, at: datetime) -> KeyPair | None:
    """The newest key of our own, if it holds at that moment."""
    row = sealing_key.newest(session, Source.OWN.value)
    if row is None or row.secret_sealed is None:
        return None
    pair = _open.get(db.current())
    if pair is None or pair.fingerprint != row.fingerprint:
        secret = db.current().ring.open_secret(row.secret_sealed, row.secret_place)
        pair = certificate.kept(secret, row.certificates)
    return pair if _holds(pair, at) else None


@does(Did.SEALING_KEY_SET)
def set_own(deed: Deed, *, by: Actor, at: datetime) -> KeyPair:
    """Make the practice's own key, unless somebody did in this moment."""
    practice = the_practice(deed.session)
    if practice is None:
        raise WrongState("There is no practice in this database yet.")
    deed.session.refresh(practice, with_for_update=True)
    found = _newest_own(deed.session, at)
    if found is not None:
        deed.keep_silent()
        return found
    pair, row = _make(deed.session, practice, by=by, at=at)
    _tell(deed, row)
    return pair


@does(Did.SEALING_KEY_SET)
def renew(deed: Deed, *, by: Actor, at: datetime) -> str:
    """Make a new key in place of one that was stolen or lost; return its fingerprint.

    Every process seals with it from its next document on. The old certificate stays known: what it
    sealed and the practice keeps is still unchanged.
    """
    if by.role is not Operator:
        raise NotAllowed("A new key is made by the operator of the machine.")
    practice = the_practice(deed.session)
    if practice is None:
        raise WrongState("There is no practice in this database yet.")
    pair, row = _make(deed.session, practice, by=by, at=at)
    _tell(deed, row)
    return pair.fingerprint


def make_within(deed: Deed, practice: Practice, *, by: Actor, at: datetime) -> None:
    """Make the key of a practice that is being set up, in the caller's transaction."""
    _, row = _make(deed.session, practice, by=by, at=at)
    made = Deed(deed.session)
    _tell(made, row)
    trail.append(made, Did.SEALING_KEY_SET, by=by, at=at)


@does(Did.SEALING_KEY_SET)
def set_file(deed: Deed, *, pair: KeyPair, by: Actor, at: datetime) -> None:
    """Keep the certificate of the practice's file, so that what it seals can be checked for ever.

    Its key stays in the file. A certificate that is known already leaves nothing.
    """
    if any(row.fingerprint == pair.fingerprint for row in sealing_key.every(deed.session)):
        deed.keep_silent()
        return
    _tell(deed, _add(deed.session, pair, Source.PKCS12, by=by, at=at))


def _make(
    session: Session, practice: Practice, *, by: Actor, at: datetime
) -> tuple[KeyPair, SealingKey]:
    pair = certificate.make(practice.name, at=at)
    return pair, _add(session, pair, Source.OWN, by=by, at=at)


def _add(session: Session, pair: KeyPair, source: Source, *, by: Actor, at: datetime) -> SealingKey:
    row = SealingKey(
        id=uuid4(),
        source=source.value,
        name=pair.name[:LONGEST_NAME],
        fingerprint=pair.fingerprint,
        certificates=certificate.to_pem(pair.certificates),
        secret_sealed=None,
        made_at=at,
        made_by_id=by.id,
    )
    if source is Source.OWN:
        row.secret_sealed = db.current().ring.wrap_secret(pair.secret(), row.secret_place)
    session.add(row)
    session.flush()
    return row


def _tell(deed: Deed, row: SealingKey) -> None:
    deed.on(row, source=row.source, fingerprint=row.fingerprint)


def certificates(session: Session) -> tuple[bytes, ...]:
    """The certificates of every key that ever sealed: each its own, and those behind it (DER)."""
    return tuple(
        b"".join(certificate.from_pem(row.certificates)) for row in sealing_key.every(session)
    )
