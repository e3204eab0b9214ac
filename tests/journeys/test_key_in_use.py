"""The key is not rotated while the practice is served; once everything has stopped, it is."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kapnotes import db
from tests.conftest import KEY
from tests.keyed import keyed
from tests.plumbing.server import REPOSITORY, serving

pytestmark = pytest.mark.safety("ASVS-11.1/rotation")


def flask(env: dict[str, str], *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """A command as the operator gives it."""
    command = [str(Path(sys.executable).with_name("flask")), "--app", "wsgi", *words]
    given = {k: v for k, v in os.environ.items() if not k.startswith("KAPNOTES_")} | env
    return subprocess.run(  # noqa: S603 - our own command
        command, env=given, cwd=REPOSITORY, input=typed, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_two_processes_serve_and_the_key_stays(
    kind: str, lend_database: Callable[[str], AbstractContextManager[str]], tmp_path: Path
) -> None:
    with lend_database(kind) as url:
        practice = keyed(url, tmp_path)
        db.current().close()
        with serving(practice.env, log=tmp_path / "server.log", processes=2):
            said = flask(practice.env, "key", "rotate")
            assert (said.returncode, "open somewhere" in said.stderr) == (1, True), said.stderr
            assert practice.file.read() == KEY
            assert not practice.file.next_path.exists()
        practice.check()
        db.current().close()
        said = flask(practice.env, "key", "rotate")
        assert (said.returncode, said.stderr) == (0, "")
        assert practice.file.read() != KEY
        assert flask(practice.env, "key", "drill", typed=practice.paper).returncode == 0
        practice.file.path.unlink()
        assert flask(practice.env, "key", "recover", typed=practice.paper).returncode == 0
        with serving(practice.env, log=tmp_path / "server.log", processes=2):
            practice.check()
        db.current().close()
