"""A recovery key, shown once, brings a lost root key back."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import recovery
from kapnotes.actions.key import Step
from kapnotes.clinic.refusals import NotAllowed, WrongState
from kapnotes.ground.key_file import KeyFile, encoded
from kapnotes.keys.recovery_key import (
    SECRET_BYTES,
    BadRecoveryKey,
    RecoveryKey,
    read_roots,
    seal_root,
)
from kapnotes.settings import Settings, SettingsRefused, from_environment
from tests.actions.test_key import events
from tests.builders import AT
from tests.conftest import KEY
from tests.keyed import Keyed, keyed

pytestmark = pytest.mark.safety("HIP-312.a2ii/recovery-key")
OTHER = RecoveryKey(bytes(range(SECRET_BYTES)))


@pytest.fixture
def practice(database_url: str, tmp_path: Path) -> Iterator[Keyed]:
    yield keyed(database_url, tmp_path)
    db.current().close()


def without_key(practice: Keyed) -> Settings:
    """The settings of the practice after its key file was lost."""
    env = practice.env | {"KAPNOTES_KEY": encoded(os.urandom(32)).decode()}
    return replace(from_environment(env), key_file=practice.file)


def recover(practice: Keyed, typed: str, *, carried: bytes = b"") -> None:
    db.current().close()
    recovery.recover(
        typed=typed, settings=without_key(practice), carried=carried, by=operator(), at=AT
    )


@given(st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES), st.data())
def test_what_is_typed_from_paper_is_the_key_and_a_slip_is_none(
    secret: bytes, data: st.DataObject
) -> None:
    told = RecoveryKey(secret).told()
    assert RecoveryKey.typed(f"  {told.lower().replace(' ', '-')} ").secret == secret
    signs = told.replace(" ", "")
    at = data.draw(st.integers(0, len(signs) - 1))
    wrong = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".replace(signs[at], "")))
    with pytest.raises(BadRecoveryKey, match="missing or wrong"):
        RecoveryKey.typed(signs[:at] + wrong + signs[at + 1 :])


def test_a_root_is_sealed_for_one_recovery_key_alone() -> None:
    made = RecoveryKey.made()
    sealed = seal_root(made.public, KEY)
    assert made.open(sealed) == KEY
    assert KEY not in sealed
    assert seal_root(made.public, KEY) != sealed
    for bad in (sealed[:-1], bytes([sealed[0] ^ 1]) + sealed[1:], b"", KEY):
        with pytest.raises(BadRecoveryKey):
            made.open(bad)
    with pytest.raises(BadRecoveryKey, match="does not open"):
        OTHER.open(sealed)


def test_a_drill_says_whether_the_paper_would_do(practice: Keyed) -> None:
    recovery.drill(typed=practice.paper, by=operator(), at=AT)
    for typed, said in ((OTHER.told(), "does not open"), ("ABCD", "missing or wrong")):
        with pytest.raises(WrongState, match=said):
            recovery.drill(typed=typed, by=operator(), at=AT)
    assert events("recovery_key.tried") == ["done", "refused", "refused"]
    with pytest.raises(NotAllowed):
        recovery.drill(typed=practice.paper, by=practice.small.administrator, at=AT)


def test_a_drill_puts_back_the_file_that_a_recovery_needs(practice: Keyed) -> None:
    path = db.current().settings.recovery_file
    for content in (None, b"{", b'{"public": 1, "roots": []}'):
        path.unlink()
        if content:
            path.write_bytes(content)
            assert read_roots(path) is None
        recovery.drill(typed=practice.paper, by=operator(), at=AT)
        assert read_roots(path)


def test_a_lost_key_comes_back(practice: Keyed) -> None:
    practice.file.path.unlink()
    if practice.embedded:
        practice.embedded.with_name("practice.db").touch()
        with pytest.raises(SettingsRefused, match="key recover"):
            from_environment(practice.env)
    with pytest.raises(WrongState, match="does not open"):
        recover(practice, OTHER.told())
    assert not practice.file.path.exists()
    recover(practice, practice.paper)
    assert practice.file.read() == KEY
    assert events("key.recovered") == ["done"]
    practice.check()


def test_the_paper_of_before_a_rotation_opens_what_is_there_after_it(practice: Keyed) -> None:
    practice.rotate()
    practice.rotate()
    recovery.drill(typed=practice.paper, by=operator(), at=AT)
    now = practice.file.read()
    practice.file.path.write_bytes(encoded(bytes(range(7, 39))))
    recover(practice, practice.paper)
    assert practice.file.read() == now
    practice.check()


@pytest.mark.parametrize("step", [Step.STAGED, Step.SEALED, Step.REWRAPPED, Step.REKEYED])
def test_a_key_lost_in_the_middle_of_a_rotation_comes_back(practice: Keyed, step: Step) -> None:
    practice.killed(lambda done: done is step)
    practice.file.path.unlink()
    practice.file.next_path.unlink()
    recover(practice, practice.paper)
    practice.check()
    practice.rotate()
    practice.check()


def test_without_the_file_beside_it_the_database_or_a_backup_has_to_help(practice: Keyed) -> None:
    practice.open().settings.recovery_file.unlink()
    practice.file.path.unlink()
    if practice.embedded:
        with pytest.raises(WrongState, match="Take it from a backup"):
            recover(practice, practice.paper)
        carried = seal_root(RecoveryKey.typed(practice.paper).public, KEY)
        recover(practice, practice.paper, carried=carried)
    else:
        recover(practice, practice.paper)
    assert practice.file.read() == KEY
    practice.check()


def test_another_recovery_key_takes_the_place_of_the_former(practice: Keyed) -> None:
    newer = recovery.renew(by=operator(), at=AT)
    assert newer != practice.paper
    with pytest.raises(WrongState, match="does not open"):
        recovery.drill(typed=practice.paper, by=operator(), at=AT)
    recovery.drill(typed=newer, by=operator(), at=AT)
    assert events("recovery_key.set") == ["done", "done"]


def test_the_key_is_not_written_over_one_in_the_environment(practice: Keyed) -> None:
    settings = replace(without_key(practice), key_file=None)
    with pytest.raises(WrongState, match="Unset KAPNOTES_KEY"):
        recovery.recover(typed=practice.paper, settings=settings, by=operator(), at=AT)


def test_what_lies_beside_the_database_says_nothing_of_the_key(practice: Keyed) -> None:
    content = practice.open().settings.recovery_file.read_bytes()
    assert KEY.hex().encode() not in content
    assert encoded(KEY) not in content
    assert KeyFile(practice.file.path).former() == []
