"""The practice's key: made with the practice, kept wrapped, or in a file; every one stays known."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import sealing
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import NotAllowed, WrongState
from kapnotes.keys import KeyRing, SealBroken
from kapnotes.paper.certificate import to_pem
from kapnotes.paper.seal import SealFailed
from kapnotes.records import sealing_key
from kapnotes.records.sealing_key import SealingKey
from kapnotes.settings import SettingsRefused
from kapnotes.web.app import create_app
from tests.builders import AT, Small
from tests.paper.authority import PASSWORD, YEAR, authority, file_of, issue
from tests.plumbing.role import as_owner

BY = operator()
KEY = generate_private_key(SECP256R1())


def rows() -> list[SealingKey]:
    with db.current().reading() as session:
        return sealing_key.every(session)


def events() -> list[Entry]:
    with db.current().reading() as session:
        query = sa.select(Entry).where(Entry.event == "sealing_key.set").order_by(Entry.position)
        return list(session.execute(query).scalars())


def forget() -> None:
    """What a practice has that was set up before there were seals: no key."""
    database = db.current()
    with database.engine.begin() as connection:
        as_owner(connection)
        if database.settings.is_embedded:
            connection.execute(sa.text("DROP TRIGGER sealing_key_no_delete"))
        else:
            connection.execute(sa.text("DROP TRIGGER sealing_key_no_delete ON sealing_key"))
        connection.execute(sa.text("DELETE FROM sealing_key"))
    sealing._open.clear()  # noqa: SLF001 - as after a new start


@pytest.fixture
def by_file(database: db.Database, tmp_path: Path) -> Callable[[], bytes]:
    """Return what puts a certificate file of the practice in place, and gives its certificate."""

    def put() -> bytes:
        own = issue("Lindenhof GmbH", KEY)
        path = tmp_path / "seal.p12"
        path.write_bytes(file_of(own, KEY, more=(authority(),)))
        settings = replace(database.settings, seal_file=str(path), seal_password=PASSWORD)
        database.settings = settings
        sealing._open.clear()  # noqa: SLF001 - as after a new start
        return own.tbs_certificate_bytes

    return put


def test_a_practice_is_set_up_with_a_key_of_its_own(small: Small) -> None:
    del small
    [row] = rows()
    [event] = events()
    assert (row.source, row.name, row.made_by_id) == ("own", "Test practice", BY.id)
    assert (event.object_id, event.category) == (row.id, "practice")
    assert event.details == {"source": "own", "fingerprint": row.fingerprint}
    sealer = sealing.the_sealer(by=BY, at=AT)
    assert sealer.pair.fingerprint == row.fingerprint
    assert to_pem(sealer.pair.certificates) == row.certificates
    assert len(rows()) == 1


def test_the_key_is_wrapped_and_bound_to_its_row(small: Small) -> None:
    del small
    [row] = rows()
    secret = sealing.the_sealer(by=BY, at=AT).pair.secret()
    ring = db.current().ring
    assert row.secret_sealed is not None
    assert secret not in row.secret_sealed
    place = f"sealing_key|{row.id}|{row.fingerprint}"
    assert ring.open_secret(row.secret_sealed, place) == secret
    with pytest.raises(SealBroken):
        ring.open_secret(row.secret_sealed, f"sealing_key|{BY.id}|{row.fingerprint}")
    with pytest.raises(SealBroken):
        KeyRing(bytes(range(1, 33))).open_secret(row.secret_sealed, place)


def test_a_practice_from_before_gets_its_key_at_the_first_need_and_once(small: Small) -> None:
    del small
    forget()
    first = sealing.the_sealer(by=BY, at=AT)
    sealing._open.clear()  # noqa: SLF001 - as in another process
    again = sealing.the_sealer(by=BY, at=AT + timedelta(days=40))
    assert first.pair.fingerprint == again.pair.fingerprint
    assert len(rows()) == 1
    assert len(events()) == 2  # with the practice, and now


def test_two_who_need_the_first_key_in_one_moment_get_the_same(small: Small) -> None:
    del small
    forget()
    barrier, found = Barrier(4), []

    def need() -> None:
        barrier.wait()
        found.append(sealing.set_own(by=BY, at=AT).fingerprint)

    threads = [Thread(target=need) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(set(found)) == 1
    assert len(found) == 4
    assert len(rows()) == 1


def test_a_key_that_has_ended_makes_way_for_a_new_one_and_stays_known(small: Small) -> None:
    del small
    first = sealing.the_sealer(by=BY, at=AT)
    later = AT + timedelta(days=31 * 365)
    second = sealing.the_sealer(by=BY, at=later)
    second.pair.check(later)
    with db.current().reading() as session:
        known = sealing.certificates(session)
    assert known == (first.pair.certificates[0], second.pair.certificates[0])


def test_a_stolen_key_makes_way_at_once_and_in_every_process(small: Small) -> None:
    first = sealing.the_sealer(by=BY, at=AT)
    made = sealing.renew(by=BY, at=AT + timedelta(minutes=1))
    second = sealing.the_sealer(by=BY, at=AT + timedelta(minutes=2))
    assert (made, made != first.pair.fingerprint) == (second.pair.fingerprint, True)
    assert sealing.the_sealer(by=BY, at=AT + timedelta(minutes=2)).pair is second.pair
    with db.current().reading() as session:
        assert len(sealing.certificates(session)) == 2
    with pytest.raises(NotAllowed):
        sealing.renew(by=small.administrator, at=AT)


def test_a_key_that_another_root_key_wrapped_is_said_with_what_to_do(small: Small) -> None:
    del small
    with db.current().writing() as session:
        [row] = session.execute(sa.select(SealingKey)).scalars()
        other = KeyRing(bytes(range(1, 33)))
        row.secret_sealed = other.wrap_secret(b"a key", row.secret_place)
    with pytest.raises(SealFailed, match=r"cannot be opened .* `paper rekey`"):
        sealing.the_sealer(by=BY, at=AT)
    sealing.renew(by=BY, at=AT + timedelta(minutes=1))
    sealing.the_sealer(by=BY, at=AT + timedelta(minutes=2))


def test_a_file_of_the_practice_seals_and_its_key_is_not_kept(
    small: Small, by_file: Callable[[], bytes]
) -> None:
    del small
    own = sealing.the_sealer(by=BY, at=AT)
    certificate = by_file()
    sealer = sealing.the_sealer(by=BY, at=AT + timedelta(minutes=1))
    assert sealer.pair.own.tbs_certificate_bytes == certificate
    sealing._open.clear()  # noqa: SLF001 - as after a new start
    sealing.the_sealer(by=BY, at=AT)
    first, second = rows()
    assert (first.source, second.source, second.name) == ("own", "pkcs12", "Lindenhof GmbH")
    assert second.secret_sealed is None
    with db.current().reading() as session:
        known = sealing.certificates(session)
    assert known == (own.pair.certificates[0], b"".join(sealer.pair.certificates))


def test_without_the_setting_the_own_key_seals_again(
    small: Small, by_file: Callable[[], bytes]
) -> None:
    del small
    before = db.current().settings
    own = sealing.the_sealer(by=BY, at=AT)
    by_file()
    sealing.the_sealer(by=BY, at=AT)
    db.current().settings = before
    sealing._open.clear()  # noqa: SLF001 - as after a new start
    assert sealing.the_sealer(by=BY, at=AT).pair.fingerprint == own.pair.fingerprint


def test_a_file_that_ends_while_the_server_runs_seals_nothing_more(
    small: Small, by_file: Callable[[], bytes]
) -> None:
    del small
    by_file()
    sealing.the_sealer(by=BY, at=AT)
    with pytest.raises(SealFailed, match="Lindenhof GmbH ended on"):
        sealing.the_sealer(by=BY, at=AT + 2 * YEAR)


def test_there_is_no_key_without_a_practice(database: db.Database) -> None:
    del database
    with pytest.raises(WrongState):
        sealing.the_sealer(by=BY, at=AT)


@pytest.mark.parametrize(
    ("content", "password", "words"),
    [
        (file_of(issue("A", KEY), KEY), "wrong", "the password is not its own"),
        (file_of(issue("A", KEY, ends=AT - YEAR), KEY), PASSWORD, "ended on"),
        (file_of(issue("A", KEY, ends=AT + 9 * YEAR), KEY), PASSWORD, "holds only from"),
        (file_of(issue("A", KEY), None), PASSWORD, "holds no private key"),
        (b"", PASSWORD, "no PKCS#12 file"),
    ],
)
def test_the_server_does_not_start_with_a_file_that_cannot_seal(
    database: db.Database, tmp_path: Path, content: bytes, password: str, words: str
) -> None:
    path = tmp_path / "seal.p12"
    path.write_bytes(content)
    settings = replace(database.settings, seal_file=str(path), seal_password=password)
    with pytest.raises(SettingsRefused, match=f"KAPNOTES_SEAL_FILE cannot seal .*{words}"):
        create_app(settings)
    with pytest.raises(SettingsRefused, match="cannot be read"):
        create_app(replace(settings, seal_file=str(tmp_path / "gone.p12")))
