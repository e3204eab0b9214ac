"""An unsafe setting is refused at start, with the sentence that says what to change."""

import base64
import stat
from pathlib import Path

import pytest

from kapnotes import db
from kapnotes.settings import SettingsRefused, from_environment
from tests.builders import small_practice
from tests.house.plan import REPOSITORY

KEY = base64.b64encode(bytes(range(32))).decode()

STATIC = REPOSITORY / "kapnotes/web/static"
FHIR = {"KAPNOTES_FHIR_URL": "https://chart.example/fhir"}


def env(folder: Path, **more: str) -> dict[str, str]:
    return {"KAPNOTES_DATA": str(folder), **more}


def test_the_first_start_makes_a_folder_and_a_key_that_only_the_owner_reads(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = from_environment(env(data))
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "practice.key").stat().st_mode) == 0o600
    assert from_environment(env(data)).key == first.key
    assert first.base_url == "http://127.0.0.1:8000"
    assert KEY not in repr(first)


@pytest.mark.safety("ASVS-13.4/refuses-to-start")
@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"KAPNOTES_KEY": "short"}, "32 random bytes"),
        ({"KAPNOTES_KEY": base64.b64encode(bytes(32)).decode()}, "32 random bytes"),
        ({"KAPNOTES_KEY_FILE": "/nowhere/key"}, "does not exist"),
        ({"KAPNOTES_BASE_URL": "http://notes.example"}, "https://"),
        ({"KAPNOTES_BASE_URL": "notes"}, "must be an address"),
        ({"KAPNOTES_DATABASE_URL": "mysql://x"}, "must start with"),
        ({"KAPNOTES_IDLE_MINUTES": "16"}, "from 1 to 15"),
        ({"KAPNOTES_IDLE_MINUTES": "ten"}, "from 1 to 15"),
        ({"KAPNOTES_PAPER_SIZE": "A5"}, "A4 or Letter"),
        ({"KAPNOTES_CALENDAR_TITLE": "x" * 101}, "one line of at most 100"),
        ({"KAPNOTES_CALENDAR_TITLE": "Visit\nDESCRIPTION:x"}, "one line of at most 100"),
        ({"KAPNOTES_ZONE": "Mars/Base"}, "zone"),
        ({"KAPNOTES_CHART_FOLDER": "chart"}, "whole path"),
        ({"KAPNOTES_CHART_FOLDER": str(STATIC / "chart")}, "a folder of its own"),
        ({"KAPNOTES_CHART_FOLDER": "/"}, "a folder of its own"),
        ({"KAPNOTES_CHART_FOLDER": "/etc/passwd"}, "is no folder"),
        ({"KAPNOTES_FHIR_URL": "http://chart.example/fhir"}, "https://"),
        ({"KAPNOTES_FHIR_URL": "chart.example"}, "must be an address"),
        ({"KAPNOTES_FHIR_URL": "https://chart.example:none/fhir"}, "must be an address"),
        ({"KAPNOTES_FHIR_URL": "https://chart.example/fhir?_format=xml"}, "must be an address"),
        ({"KAPNOTES_FHIR_URL": "https://me:secret@chart.example"}, "hold no password"),
        ({"KAPNOTES_FHIR_TOKEN": "a-token"}, "no KAPNOTES_FHIR_URL"),
        ({**FHIR, "KAPNOTES_FHIR_TOKEN": "a token"}, "one word"),
        ({**FHIR, "KAPNOTES_FHIR_TOKEN": "a\r\nHost: b"}, "one word"),
        ({**FHIR, "KAPNOTES_FHIR_TOKEN_FILE": "/nowhere/token"}, "does not exist"),
        ({**FHIR, "KAPNOTES_FHIR_SECONDS": "0"}, "from 1 to 600"),
        ({"FLASK_DEBUG": "1"}, "Unset it"),
        ({"LOGIN_DISABLED": "true"}, "Unset it"),
    ],
)
def test_unsafe_settings_are_refused(tmp_path: Path, more: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsRefused, match=said):
        from_environment(env(tmp_path, **more))


@pytest.mark.safety("ASVS-13.4/refuses-to-start")
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    from_environment(env(tmp_path))
    (tmp_path / "practice.key").chmod(0o640)
    with pytest.raises(SettingsRefused, match="chmod 600"):
        from_environment(env(tmp_path))


def test_a_database_without_its_key_is_not_given_a_new_one(tmp_path: Path) -> None:
    from_environment(env(tmp_path))
    (tmp_path / "practice.db").touch()
    (tmp_path / "practice.key").unlink()
    with pytest.raises(SettingsRefused, match="key file is missing"):
        from_environment(env(tmp_path))


def test_a_key_that_does_not_open_the_practice_is_said(
    database: db.Database, database_url: str, tmp_path: Path
) -> None:
    small_practice()
    database.check_key()
    other = base64.b64encode(bytes(range(1, 33))).decode()
    wrong = db.Database(
        from_environment(
            env(tmp_path / "other", KAPNOTES_KEY=other, KAPNOTES_DATABASE_URL=database_url)
        )
    )
    with pytest.raises(SettingsRefused, match="does not open this practice"):
        wrong.check_key()
    wrong.close()


def test_a_chart_folder_is_taken_while_it_is_its_owners_and_may_come_later(tmp_path: Path) -> None:
    folder = tmp_path / "chart"
    asked = env(tmp_path / "data", KAPNOTES_CHART_FOLDER=str(folder))
    assert from_environment(asked).chart_folder == str(folder)
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    with pytest.raises(SettingsRefused, match="chmod o-rwx"):
        from_environment(asked)
    folder.chmod(0o750)
    assert from_environment(asked).chart_folder == str(folder)
    with pytest.raises(SettingsRefused, match="a folder of its own"):
        from_environment(env(folder, KAPNOTES_CHART_FOLDER=str(folder)))
    link = tmp_path / "link"
    link.symlink_to(STATIC)
    with pytest.raises(SettingsRefused, match="a folder of its own"):
        from_environment({**asked, "KAPNOTES_CHART_FOLDER": str(link)})


def test_the_token_of_the_charts_server_comes_from_a_file_that_nobody_else_reads(
    tmp_path: Path,
) -> None:
    file = tmp_path / "token"
    file.write_text("a-long-token\n")
    file.chmod(0o600)
    asked = env(tmp_path, **FHIR, KAPNOTES_FHIR_TOKEN_FILE=str(file))
    settings = from_environment(asked)
    assert settings.fhir_token == "a-long-token"
    assert "a-long-token" not in repr(settings)
    file.chmod(0o644)
    with pytest.raises(SettingsRefused, match="can be read by others"):
        from_environment(asked)
