"""An unsafe setting is refused at start, with the sentence that says what to change."""

import base64
import stat
from pathlib import Path

import pytest

from kapnotes import db
from kapnotes.settings import SettingsRefused, from_environment
from tests.builders import small_practice

KEY = base64.b64encode(bytes(range(32))).decode()


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
        ({"FLASK_DEBUG": "1"}, "Unset it"),
        ({"LOGIN_DISABLED": "true"}, "Unset it"),
    ],
)
def test_unsafe_settings_are_refused(tmp_path: Path, more: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsRefused, match=said):
        from_environment(env(tmp_path, **more))


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
