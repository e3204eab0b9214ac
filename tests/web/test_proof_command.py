"""`audit verify`, `audit anchor` and `notes verify`: one line, 1 for a failure, 2 for usage."""

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import click
import pytest
import sqlalchemy as sa

from bench.chain import Chain
from kapnotes import cli, db
from kapnotes.access.actor import OPERATOR_ID
from kapnotes.actions import patient
from kapnotes.audit import memory
from kapnotes.audit.events import Did
from kapnotes.audit.trail import head_of
from tests.audit.unlocked import unlock
from tests.builders import AT
from tests.conftest import KEY
from tests.plumbing.server import OURS, REPOSITORY
from tests.web.served import Served

MANY = 60_000


@pytest.fixture(autouse=True)
def _commands(served: Served) -> None:
    if not isinstance(served.app.cli.commands.get("notes"), click.Group):
        cli.fit(served.app)
    _forget()


def _forget() -> None:
    for path in db.current().settings.data.glob("*-anchor.json"):
        path.unlink()


def run(served: Served, *words: str) -> tuple[int, str, str]:
    found = served.app.test_cli_runner().invoke(args=list(words))
    return found.exit_code, found.stdout, found.stderr


def length() -> int:
    with db.current().reading() as session:
        return head_of(session)[0]


def look(served: Served) -> None:
    """One more entry."""
    patient.look(patient_id=served.small.patient_id, by=served.small.therapist, at=AT)


def test_whole_is_said_in_one_line_and_only_what_is_new_too(served: Served) -> None:
    entries = length()
    said = (0, f"The trail is whole: {entries} entries.\n", "")
    assert run(served, "audit", "verify") == said
    assert run(served, "audit", "verify", "--new")[0] == 0
    status, out, err = run(served, "notes", "verify")
    assert (status, err) == (0, "")
    assert out.startswith("The signed record is whole: ")
    assert run(served, "audit", "verify", "--anchor", "no such file")[0] == 2


def test_an_anchor_kept_elsewhere_shows_a_trail_that_was_cut(
    served: Served, tmp_path: Path
) -> None:
    look(served)
    anchor = tmp_path / "kept.json"
    assert run(served, "audit", "anchor", "-o", str(anchor)) == (0, "", "")
    told = json.loads(anchor.read_bytes())
    assert told["position"] == length()
    assert run(served, "audit", "verify", "--anchor", str(anchor), "--anchor", str(anchor))[0] == 0
    _forget()
    cut = length() - told["position"] + 2
    last = length() - cut
    with db.current().writing() as session:
        unlock(session, "trail", "trail_head")
        session.execute(sa.text(f"DELETE FROM trail WHERE position > {last}"))
        session.execute(
            sa.text(
                f"UPDATE trail_head SET position = {last}, "
                f"hash = (SELECT hash FROM trail WHERE position = {last})"
            )
        )
    _, out, _ = run(served, "audit", "verify", "--anew")
    assert out == f"The trail is whole: {last} entries.\n"
    _forget()
    status, out, err = run(served, "audit", "verify", "--anchor", str(anchor))
    assert (status, out) == (1, "")
    assert err.startswith("kapnotes: The trail is not whole: entry ")
    assert err.count("\n") == 1


def test_a_forged_anchor_is_told(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    run(served, "audit", "anchor", "-o", str(file))
    told = json.loads(file.read_bytes())
    file.write_text(json.dumps({**told, "position": 3}))
    status, _, err = run(served, "audit", "verify", "--anchor", str(file))
    assert status == 1
    assert err.endswith("cannot be compared: kept.json was not signed here.\n")


def test_a_checkpoint_that_was_not_signed_here_is_none(served: Served) -> None:
    folder = db.current().settings.data
    ring, at = db.current().ring, datetime.now(UTC)
    made = memory.Checkpoint("trail", at, 3, "0" * 64)
    memory.save_checkpoint(folder, ring, made)
    assert memory.checkpoint_of(folder, ring, "trail", at=at) == made
    assert memory.checkpoint_of(folder, ring, "notes", at=at) is None
    assert memory.checkpoint_of(folder, ring, "trail", at=at + timedelta(days=1)) is None
    file = folder / "trail-checkpoint.json"
    file.write_text(file.read_text().replace('"position": 3', '"position": 4'))
    assert memory.checkpoint_of(folder, ring, "trail", at=at) is None
    assert run(served, "audit", "verify")[0] == 0
    assert not file.exists()


@pytest.fixture(params=["embedded", "postgresql"])
def long_trail(request: pytest.FixtureRequest, lend_database: object, tmp_path: Path) -> object:
    """Yield the environment of a practice with a trail that takes a while to verify."""
    with lend_database(request.param) as url:  # type: ignore[operator]
        opened = db.use(db.Database(db.Settings(data=tmp_path, database_url=url, key=KEY)))
        chain = Chain(0, "0" * 64)
        row = {"id": UUID(int=5), "patient_id": UUID(int=6)}
        with opened.engine.execution_options(writes=True).begin() as connection:
            for number in range(MANY):
                chain.add(Did.NOTE_VIEWED, row, table="note", at=AT, by=OPERATOR_ID, number=number)
            chain.write(connection)
        opened.close()
        yield {
            "KAPNOTES_DATA": str(tmp_path),
            "KAPNOTES_DATABASE_URL": url,
            "KAPNOTES_KEY": b64encode(KEY).decode(),
        }


def test_a_verification_that_is_killed_goes_on_where_it_was(
    long_trail: dict[str, str], tmp_path: Path
) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "audit", "verify"]
    env = {**inherited, **long_trail}
    checkpoint = tmp_path / "trail-checkpoint.json"
    process = subprocess.Popen(command, cwd=REPOSITORY, env=env)  # noqa: S603 - our own command
    until = time.monotonic() + 60
    while not checkpoint.exists() and time.monotonic() < until:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    reached = json.loads(checkpoint.read_bytes())["position"]
    assert 0 < reached < MANY
    again = subprocess.run(  # noqa: S603 - our own command
        command, cwd=REPOSITORY, env=env, capture_output=True, text=True, check=True
    )
    assert again.stdout == (
        f"The trail is whole: {MANY} entries. The first {reached} were verified before the break.\n"
    )
    assert not checkpoint.exists()
    assert (tmp_path / memory.PRINTS).stat().st_size == 8 * MANY
