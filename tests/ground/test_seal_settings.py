"""What the environment says of the seal: a file that nobody else reads, and its password."""

from pathlib import Path

import pytest

from kapnotes.settings import SettingsRefused, from_environment


def env(folder: Path, **more: str) -> dict[str, str]:
    return {"KAPNOTES_DATA": str(folder), **more}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"KAPNOTES_SEAL_FILE": "/nowhere/seal.p12"}, "does not exist"),
        ({"KAPNOTES_SEAL_PASSWORD": "secret"}, "no KAPNOTES_SEAL_FILE"),
        ({"KAPNOTES_SEAL_PASSWORD_FILE": "/nowhere/password"}, "does not exist"),
        ({"KAPNOTES_TSA_URL": "stamp.example"}, "must be an address"),
        ({"KAPNOTES_TSA_URL": "file:///etc/passwd"}, "must be an address"),
        ({"KAPNOTES_TSA_URL": "https://me:secret@stamp.example"}, "must be an address"),
        ({"KAPNOTES_TSA_URL": "https://stamp.example:none/"}, "must be an address"),
        ({"KAPNOTES_TSA_SECONDS": "0"}, "from 1 to 60"),
        ({"KAPNOTES_VERIFY_MEGABYTES": "1000"}, "from 1 to 200"),
        ({"KAPNOTES_VERIFY_TRIES": "0"}, "from 1 to 10000"),
    ],
)
def test_an_unsafe_setting_is_refused(tmp_path: Path, more: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsRefused, match=said):
        from_environment(env(tmp_path, **more))


def test_nothing_is_asked_of_anyone_unless_it_is_set(tmp_path: Path) -> None:
    settings = from_environment(env(tmp_path))
    assert (settings.seal_file, settings.tsa_url) == ("", "")
    assert (settings.verify_megabytes, settings.verify_tries) == (20, 60)


def test_the_file_and_its_password_are_read_by_their_owner_only(tmp_path: Path) -> None:
    file, password = tmp_path / "seal.p12", tmp_path / "password"
    file.write_bytes(b"any")
    password.write_text("a long secret\r\n")
    asked = env(
        tmp_path / "data",
        KAPNOTES_SEAL_FILE=str(file),
        KAPNOTES_SEAL_PASSWORD_FILE=str(password),
    )
    for path, other in ((file, password), (password, file)):
        path.chmod(0o640)
        other.chmod(0o600)
        with pytest.raises(SettingsRefused, match="can be read by others"):
            from_environment(asked)
    password.chmod(0o600)
    file.chmod(0o600)
    settings = from_environment(asked)
    assert settings.seal_password == "a long secret"
    assert "a long secret" not in repr(settings)
