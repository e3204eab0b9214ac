"""Which settings are unsafe: each is refused at start, with a sentence that says what to change."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kapnotes.ground.database_address import LOOPBACK, fault

if TYPE_CHECKING:
    from kapnotes.settings import Settings

LONGEST_TITLE = 100
SHORTEST_TOKEN = 16
PACKAGE = Path(__file__).resolve().parents[1]
POSTGRESQL = "postgresql+psycopg://"


class SettingsRefused(Exception):
    """A setting that this product does not start with; its text says what to change."""


def refuse_unsafe(settings: "Settings", env: Mapping[str, str]) -> None:
    """Raise SettingsRefused for the first setting that is unsafe."""
    parts = urlsplit(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsRefused("KAPNOTES_BASE_URL must be an address such as https://notes.example.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsRefused(
            "KAPNOTES_BASE_URL must start with https:// unless it is this machine's own address."
        )
    if not settings.database_url.startswith(("sqlite:///", POSTGRESQL)):
        raise SettingsRefused(
            "KAPNOTES_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://."
        )
    _refuse_server(settings, env)
    _refuse_open_database(settings)
    if settings.paper_size not in {"A4", "Letter"}:
        raise SettingsRefused("KAPNOTES_PAPER_SIZE must be A4 or Letter.")
    title = settings.calendar_title
    if not title.isprintable() or not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise SettingsRefused(
            f"KAPNOTES_CALENDAR_TITLE must be one line of at most {LONGEST_TITLE} characters."
        )
    _refuse_mail(settings)
    _refuse_seal(settings)
    _refuse_chart_folder(settings)
    _refuse_backup_folder(settings)
    _refuse_fhir(settings)
    _refuse_watcher(settings)
    _refuse_read_only(settings)
    try:
        ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsRefused("KAPNOTES_ZONE must be a zone such as Europe/Berlin.") from None
    for name in ("FLASK_DEBUG", "FLASK_TESTING", "LOGIN_DISABLED", "FLASK_LOGIN_DISABLED"):
        if env.get(name, "").lower() not in {"", "0", "false"}:
            raise SettingsRefused(f"{name} opens what must stay closed. Unset it.")


def _refuse_mail(settings: "Settings") -> None:
    """Reminders need a server that can be named and an address that they come from."""
    if not settings.smtp_url:
        return
    parts = urlsplit(settings.smtp_url)
    try:
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        has_port = False
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or not has_port:
        raise SettingsRefused(
            "KAPNOTES_SMTP_URL must be an address such as smtps://user:password@mail.example:465."
        )
    name, _, host = settings.mail_from.partition("@")
    is_plain = settings.mail_from.isascii() and settings.mail_from.isprintable()
    if not name or not host or not is_plain or set(settings.mail_from) & set(' ,;<>"'):
        raise SettingsRefused(
            "KAPNOTES_MAIL_FROM must be an address such as notes@practice.example."
        )


def _refuse_seal(settings: "Settings") -> None:
    """A sealing file is there and private; what it holds is looked at when the app is made."""
    if settings.seal_file:
        path = Path(settings.seal_file)
        if not path.is_file():
            raise SettingsRefused("KAPNOTES_SEAL_FILE names a file that does not exist.")
        refuse_open(path)
    elif settings.seal_password:
        raise SettingsRefused("KAPNOTES_SEAL_PASSWORD is set, but no KAPNOTES_SEAL_FILE.")
    parts = urlsplit(settings.tsa_url)
    try:
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        has_port = False
    is_address = parts.scheme in {"http", "https"} and parts.hostname and has_port
    if settings.tsa_url and (not is_address or "@" in parts.netloc):
        raise SettingsRefused(
            "KAPNOTES_TSA_URL must be an address such as https://stamp.example/tsr."
        )


def _refuse_chart_folder(settings: "Settings") -> None:
    """Documents lie in it as they are: only its owner and its group open it.

    One that is not there yet is no reason not to start: it may be a share that comes later.
    """
    if not settings.chart_folder:
        return
    path = Path(settings.chart_folder)
    if path == settings.data or path.is_relative_to(PACKAGE) or PACKAGE.is_relative_to(path):
        raise SettingsRefused("KAPNOTES_CHART_FOLDER must be a folder of its own.")
    if path.exists() and not path.is_dir():
        raise SettingsRefused("KAPNOTES_CHART_FOLDER is no folder.")
    if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o007:
        raise SettingsRefused(
            "Everybody on this machine can open KAPNOTES_CHART_FOLDER. Run: chmod o-rwx on it."
        )


def _refuse_backup_folder(settings: "Settings") -> None:
    """Backups are kept where nothing is served from, and not among the program's own files."""
    if not settings.backup_folder:
        return
    path = Path(settings.backup_folder)
    if path == settings.data or path.is_relative_to(PACKAGE) or PACKAGE.is_relative_to(path):
        raise SettingsRefused("KAPNOTES_BACKUP_FOLDER must be a folder of its own.")


def _refuse_fhir(settings: "Settings") -> None:
    """Documents travel encrypted, except to this machine itself; the token is a token."""
    if not settings.fhir_url:
        if settings.fhir_token:
            raise SettingsRefused("KAPNOTES_FHIR_TOKEN is set, but no KAPNOTES_FHIR_URL.")
        return
    url = settings.fhir_url
    parts = urlsplit(url)
    try:
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        has_port = False
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' "<>?#')
    if not (parts.scheme in {"http", "https"} and parts.hostname and has_port and is_plain):
        raise SettingsRefused(
            "KAPNOTES_FHIR_URL must be an address such as https://chart.example/fhir."
        )
    if "@" in parts.netloc:
        raise SettingsRefused("KAPNOTES_FHIR_URL must hold no password. Set KAPNOTES_FHIR_TOKEN.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsRefused(
            "KAPNOTES_FHIR_URL must start with https:// unless the server is on this machine."
        )
    token = settings.fhir_token
    if not token.isascii() or any(not one.isprintable() or one == " " for one in token):
        raise SettingsRefused("KAPNOTES_FHIR_TOKEN must be one word of plain letters and signs.")


def _refuse_server(settings: "Settings", env: Mapping[str, str]) -> None:
    """A PostgreSQL server is called safely by whoever serves and by the owner of its tables."""
    if settings.owner_url and (
        settings.is_embedded or not settings.owner_url.startswith(POSTGRESQL)
    ):
        raise SettingsRefused(
            "KAPNOTES_OWNER_URL is for PostgreSQL and must start with postgresql+psycopg://."
        )
    if settings.is_embedded:
        return
    for name, url in (
        ("KAPNOTES_DATABASE_URL", settings.database_url),
        ("KAPNOTES_OWNER_URL", settings.owner_url),
    ):
        if url and (sentence := fault(name, url, env)):
            raise SettingsRefused(sentence)


def _refuse_watcher(settings: "Settings") -> None:
    """The token that opens the figures cannot be guessed."""
    token = settings.metrics_token
    if token and (len(token) < SHORTEST_TOKEN or not token.isascii() or not token.isprintable()):
        raise SettingsRefused(
            f"KAPNOTES_METRICS_TOKEN must be at least {SHORTEST_TOKEN} plain letters and signs. "
            "Take 32 random ones."
        )


def _refuse_read_only(settings: "Settings") -> None:
    """What is kept can be written: a folder that came back from a backup may be somebody else's."""
    paths = [settings.data]
    if settings.is_embedded:
        file = Path(settings.database_url.removeprefix("sqlite:///"))
        paths += [file.parent, file, file.with_name(f"{file.name}-wal")]
    for path in paths:
        if path.exists() and not os.access(path, os.W_OK):
            what = "folder" if path.is_dir() else "file"
            raise SettingsRefused(
                f"The {what} {path.name} cannot be written. Give it back to the account that runs "
                "the practice, or make its disk writable again."
            )


def _refuse_open_database(settings: "Settings") -> None:
    """The embedded database and its log, where they are, can be read by their owner only."""
    if not settings.is_embedded:
        return
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    for path in (file, file.with_name(f"{file.name}-wal")):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsRefused(
                f"The database file {path.name} can be read by others. Run: chmod 600 on it."
            )


def refuse_open(path: Path) -> None:
    """Refuse a file with a secret in it that others can read."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsRefused(f"The file {path.name} can be read by others. Run: chmod 600 on it.")
