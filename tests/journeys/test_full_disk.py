"""A disk that takes nothing more: said, kept in the window, and saved as soon as there is room."""

import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import pytest

from tests.journeys.conftest import settings_of
from tests.journeys.fault import begin, health, refused, signed_in, texts
from tests.journeys.power import powered
from tests.plumbing.server import serving
from tests.plumbing.small_disk import small_disk

pytestmark = [pytest.mark.safety("KAP/disk-full"), pytest.mark.safety("KAP/ready")]
LONG = "And the tide came in slowly. " * 500


def limit(processes: list[int], most: str) -> None:
    """Let these write no byte beyond so many into any file, their logs included.

    Asked for by the account that each runs as: it needs no rights that way.
    """
    for one in processes:
        with suppress(FileNotFoundError):
            account = Path(f"/proc/{one}").stat()
            other = {"user": account.st_uid, "group": account.st_gid, "extra_groups": []}
            subprocess.run(  # noqa: S603 - our own words
                ["/usr/bin/prlimit", f"--pid={one}", f"--fsize={most}:"],
                check=True,
                capture_output=True,
                **(other if account.st_uid != os.geteuid() else {}),
            )


def test_a_full_disk_is_said_and_keeps_what_was_saved(
    lend_database: Callable[[str], AbstractContextManager[str]], tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    with lend_database("embedded") as url, small_disk(folder, megabytes=150) as disk:
        file = Path(url.removeprefix("sqlite:///"))
        begun = begin(tmp_path, url)
        shutil.copyfile(file, disk.seen / "practice.db")
        (disk.seen / "practice.db").chmod(0o600)
        inside = f"sqlite:///{disk.folder / 'practice.db'}"
        env = settings_of(disk.folder, inside)
        with serving(env, log=tmp_path / "log", within=disk.within) as server:
            window = signed_in(server.base_url)
            version = window.save(begun.note_id, 1, "kept")
            assert health(server.base_url)[1]["disk"] == "ok"
            disk.fill()
            reason = refused(window, begun.note_id, version, LONG)
            assert reason == "the server's disk is full"
            status, said = health(server.base_url)
            assert status == 503
            assert said["disk"].startswith("The disk is full")
            status, page = window.ask("GET", "/")
            assert status == 503
            assert "disk is full. Nothing was changed" in page
            disk.make_room()
            version = window.save(begun.note_id, version, LONG + "the end")
            window.save(begun.note_id, version, LONG + "the very end")
        found = tmp_path / "found"
        shutil.copytree(disk.seen, found)
    assert texts(found, f"sqlite:///{found / 'practice.db'}", begun) == (
        LONG + "the very end",
        True,
    )


@pytest.mark.parametrize("kind", ["embedded", "postgresql"])
def test_a_file_that_may_not_grow_loses_nothing(
    kind: str, prepare: Callable[[str], None], tmp_path: Path
) -> None:
    """PostgreSQL ends itself when it cannot write its log; both go on once they can write."""
    with powered(kind, tmp_path, prepare) as practice:
        begun = begin(practice.data, practice.url)
        server = practice.serve()
        window = signed_in(server.base_url)
        version = window.save(begun.note_id, 1, "kept")
        full = practice.postgres.processes() if practice.postgres else server.processes()
        limit(full, "0")
        reason = refused(window, begun.note_id, version, LONG)
        assert reason in {
            "the server cannot read or write its disk",
            "the database cannot be reached",
        }
        status, said = health(server.base_url)
        assert status == 503
        assert said["database"] != "ok"
        assert window.ask("GET", f"/notes/{begun.note_id}/edit")[0] == 503
        if practice.postgres:
            practice.postgres.crash()
            practice.start_database()
        else:
            limit(full, "unlimited")
        window.save(begun.note_id, version, LONG)
        practice.stop_server()
        assert texts(practice.data, practice.url, begun) == (LONG, True)
