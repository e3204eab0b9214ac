"""A practice that somebody sets up: from an empty folder to the one account that it has."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import sqlcipher3

from kapnotes.settings import from_environment
from tests.house.plan import REPOSITORY

NAME = "Haus am Wacholder"
CREATE = ("practice", "create", "--name", NAME, "--zone", "Europe/Berlin")
CREATE += ("--administrator", "ada@wacholder.example", "--administrator-name", "Ada Wacholder")


def flask(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAPNOTES_")}
    return subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "flask", "--app", "wsgi", *words],
        cwd=REPOSITORY,
        env={**kept, "KAPNOTES_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.safety("HIP-312.a2i/own-account", "ONC-d7/whole-file")
def test_it_has_the_one_account_that_was_asked_for_and_nobody_else_can_read_it(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    made = flask(data, *CREATE)
    assert (made.returncode, made.stderr) == (0, "")
    assert "ada@wacholder.example" in made.stdout
    assert "The recovery key. It is shown this once" in made.stdout
    people = flask(data, "people", "list").stdout
    assert people.count("@") == 1
    assert "Ada Wacholder" in people
    again = flask(data, *CREATE)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.count("\n") == 1
    files = [path for path in data.rglob("*") if path.is_file()]
    for path in files:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path.name
        assert b"Wacholder" not in path.read_bytes(), path.name
    database = data / "practice.db"
    assert not database.read_bytes().startswith(b"SQLite format 3")
    with pytest.raises(sqlcipher3.dbapi2.DatabaseError, match="not a database"):
        sqlcipher3.connect(str(database)).execute("SELECT * FROM person")
    assert from_environment({"KAPNOTES_DATA": str(data)}).is_embedded
