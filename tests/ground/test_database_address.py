"""A database elsewhere is reached over an encrypted line to a known server, or not at all."""

import base64
from pathlib import Path

import pytest

from kapnotes.settings import SettingsRefused, from_environment

KEY = base64.b64encode(bytes(range(32))).decode()
AWAY = "postgresql+psycopg://kapnotes@db.example/kapnotes"
pytestmark = pytest.mark.safety("ASVS-12.3/database-tls")


def started(folder: Path, url: str, **more: str) -> str:
    given = {"KAPNOTES_DATA": str(folder), "KAPNOTES_KEY": KEY, "KAPNOTES_DATABASE_URL": url}
    return from_environment({**given, **more}).database_url


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://kapnotes@/kapnotes?host=/run/postgresql",
        "postgresql+psycopg:///kapnotes",
        "postgresql+psycopg://kapnotes@localhost/kapnotes",
        "postgresql+psycopg://kapnotes@127.0.0.1:5433/kapnotes",
        "postgresql+psycopg://kapnotes@[::1]/kapnotes",
        f"{AWAY}?sslmode=verify-full",
        f"{AWAY}?sslmode=verify-full&sslrootcert=system",
    ],
)
def test_this_machine_and_a_known_server_are_called(tmp_path: Path, url: str) -> None:
    assert started(tmp_path, url) == url


@pytest.mark.parametrize(
    "url",
    [
        AWAY,
        f"{AWAY}?sslmode=require",
        f"{AWAY}?sslmode=verify-ca",
        f"{AWAY}?sslmode=prefer&sslmode=verify-full",
        "postgresql+psycopg://kapnotes@/kapnotes?host=db.example",
        "postgresql+psycopg://kapnotes@/kapnotes?host=/run/postgresql&host=db.example:5432",
        "postgresql+psycopg://kapnotes@/kapnotes?host=localhost,db.example",
        "postgresql+psycopg://kapnotes@localhost/kapnotes?hostaddr=192.0.2.7",
        "postgresql+psycopg://kapnotes@localhost.example/kapnotes",
    ],
)
def test_any_other_way_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsRefused, match="sslmode=verify-full"):
        started(tmp_path, url)


@pytest.mark.parametrize("name", ["PGHOST", "PGHOSTADDR"])
def test_the_environment_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsRefused, match="sslmode=verify-full"):
        started(tmp_path, "postgresql+psycopg:///kapnotes", **{name: "192.0.2.7"})


def test_a_service_file_names_no_host(tmp_path: Path) -> None:
    with pytest.raises(SettingsRefused, match="name its host itself"):
        started(tmp_path, "postgresql+psycopg:///kapnotes?service=practice")
    with pytest.raises(SettingsRefused, match="Unset PGSERVICE"):
        started(tmp_path, "postgresql+psycopg:///kapnotes", PGSERVICE="practice")


def test_the_owner_is_called_as_safely(tmp_path: Path) -> None:
    local = "postgresql+psycopg:///kapnotes"
    with pytest.raises(SettingsRefused, match="KAPNOTES_OWNER_URL leads to another machine"):
        started(tmp_path, local, KAPNOTES_OWNER_URL=AWAY)
    with pytest.raises(SettingsRefused, match="KAPNOTES_OWNER_URL is for PostgreSQL"):
        started(tmp_path, local, KAPNOTES_OWNER_URL="sqlite:///x")
    with pytest.raises(SettingsRefused, match="KAPNOTES_OWNER_URL is for PostgreSQL"):
        started(tmp_path, "", KAPNOTES_OWNER_URL=local)


def test_no_password_of_a_database_is_shown_with_the_settings(tmp_path: Path) -> None:
    given = {
        "KAPNOTES_DATA": str(tmp_path),
        "KAPNOTES_DATABASE_URL": "postgresql+psycopg://kapnotes:opensesame@localhost/kapnotes",
        "KAPNOTES_OWNER_URL": "postgresql+psycopg://owner:opensesame@localhost/kapnotes",
    }
    assert "opensesame" not in repr(from_environment(given))
