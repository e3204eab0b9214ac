"""`backup FILE`, `backup now|list|drill` and `restore FILE`: a line each; 1 failure, 2 usage."""

import json
import os
from pathlib import Path

import click
import pytest

from kapnotes import cli, db
from kapnotes.actions import backup_folder
from tests.plumbing.postgres import programs
from tests.web.served import Served


@pytest.fixture(autouse=True)
def _commands(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{programs()}{os.pathsep}{os.environ['PATH']}")
    if not isinstance(served.app.cli.commands.get("backup"), click.Group):
        cli.fit(served.app)


def run(served: Served, *words: str) -> tuple[int, str, str]:
    found = served.app.test_cli_runner().invoke(args=list(words))
    return found.exit_code, found.stdout, found.stderr


def test_a_backup_is_made_as_that_file_and_never_over_another(
    served: Served, tmp_path: Path
) -> None:
    file = tmp_path / "kept.backup"
    status, out, err = run(served, "backup", str(file))
    assert (status, err) == (0, "")
    assert out.startswith(f"{file}: ")
    assert " of the trail.\n" in out
    status, out, err = run(served, "backup", str(file))
    assert (status, out) == (1, "")
    assert err == (
        "kapnotes: No backup was made. kept.backup exists already; a backup overwrites nothing.\n"
    )
    assert run(served, "backup", "now", "more")[0] == 2
    assert run(served, "backup", "list", "--jsn")[0] == 2
    status, _, err = run(served, "restore", str(file))
    assert status == 1
    assert err.startswith("kapnotes: There is a practice here already.")
    assert err.count("\n") == 1


@pytest.mark.safety("HIP-308.a7/backup")
def test_the_folder_of_the_plan_and_the_drill_in_one_line(served: Served) -> None:
    folder = backup_folder.folder_of(db.current().settings)
    for old in backup_folder.backups(folder):
        old.path.unlink()
    status, _, err = run(served, "backup", "drill")
    assert status == 1
    assert "There is no backup in the folder of the plan yet" in err
    assert run(served, "backup", "now")[0] == 0
    (row,) = json.loads(run(served, "backup", "list", "--json")[1])
    assert set(row) == {"name", "made_at", "bytes"}
    status, out, err = run(served, "backup", "drill")
    if not served.database.settings.is_embedded:  # who serves may make no database
        assert status == 1
        assert "ALTER ROLE" in err
        return
    assert (status, err) == (0, "")
    assert out.startswith(f"{row['name']} comes back whole: ")
    assert "The trail is whole: " in out
    assert out.endswith("Nothing was written since.\n")
    assert out.count("\n") == 1


def test_the_page_tells_administrators_how_backups_stand(served: Served) -> None:
    run(served, "backup", "now")
    page = served.visitor("administrator").get("/backups").text
    assert "Last made" in page
    assert "kapnotes-" in page
    assert "/backups" in served.visitor("administrator").get("/").text
    assert "/backups" not in served.visitor("supervisor").get("/").text
