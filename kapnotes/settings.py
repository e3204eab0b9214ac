"""Every setting: one frozen dataclass, read once from the environment, is the manual.

A setting that would be unsafe is refused at start with a sentence that says what to change.
"""

import base64
import binascii
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

KEY_BYTES = 32
LONGEST_TITLE = 100
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsRefused(Exception):
    """A setting that this product does not start with; its text says what to change."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept, who is served and every limit; times in the unit of their name."""

    data: Path
    """Folder of everything kept: database, keys, documents, backups (KAPNOTES_DATA)."""
    database_url: str
    """`sqlite:///…`, opened through SQLCipher, or `postgresql+psycopg://…`."""
    key: bytes = field(repr=False)
    """The practice's root key, 32 bytes (KAPNOTES_KEY in base64, or KAPNOTES_KEY_FILE)."""
    base_url: str = "http://127.0.0.1:8000"
    """Public address, for links and cookies; https everywhere but on plain loopback."""
    demo_password: str = field(default="", repr=False)
    """Password of the demo accounts; made at load when empty."""
    zone: str = "UTC"
    """Zone of a practice that has not chosen its own (IANA name)."""
    idle_minutes: int = 15
    """A sitting ends after this long without input by a person; at most 15."""
    sitting_hours: int = 12
    """A sitting ends after this long whatever happens; at most 12."""
    sign_in_tries: int = 10
    """Refused passwords per account and address within the window before a wait is asked."""
    sign_in_window_minutes: int = 15
    """The window of `sign_in_tries`."""
    draft_copy_seconds: int = 60
    """An earlier draft is kept at most this often while one person writes."""
    body_bytes: int = 1_048_576
    """The largest request body."""
    print_seconds: int = 20
    """Wall-clock limit for one document in the printer's child process."""
    print_megabytes: int = 1024
    """Memory limit of the printer's child process."""
    paper_size: str = "A4"
    """`A4` or `Letter`."""
    calendar_title: str = "Appointment"
    """What every appointment of an exported calendar is called; it names no patient."""
    proxies: int = 0
    """How many proxies in front may set forwarded headers; 0 believes none."""
    smtp_url: str = field(default="", repr=False)
    """Where reminders are handed in, `smtps://user:password@host` or `smtp://…`; "" sends none.

    Over `smtp://` the line is encrypted first (STARTTLS), except on this machine itself.
    """
    mail_from: str = ""
    """The address that reminders come from."""

    @property
    def is_secure(self) -> bool:
        """Whether people reach the product over TLS."""
        return urlsplit(self.base_url).scheme == "https"

    @property
    def host(self) -> str:
        """The host name of the public address."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the embedded SQLCipher file."""
        return self.database_url.startswith("sqlite:")


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings, making the data folder and its key file at the first start.

    Raises SettingsRefused for a setting that is missing its sense or its safety.
    """
    env = os.environ if environ is None else environ
    data = Path(env.get("KAPNOTES_DATA", "data")).resolve()
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    port = env.get("PORT", "8000")
    settings = Settings(
        data=data,
        database_url=env.get("KAPNOTES_DATABASE_URL") or f"sqlite:///{data / 'practice.db'}",
        key=_key(env, data),
        base_url=env.get("KAPNOTES_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
        demo_password=env.get("KAPNOTES_DEMO_PASSWORD", ""),
        zone=env.get("KAPNOTES_ZONE", "UTC"),
        idle_minutes=_number(env, "KAPNOTES_IDLE_MINUTES", 15, most=15),
        sitting_hours=_number(env, "KAPNOTES_SITTING_HOURS", 12, most=12),
        sign_in_tries=_number(env, "KAPNOTES_SIGN_IN_TRIES", 10, most=50),
        sign_in_window_minutes=_number(env, "KAPNOTES_SIGN_IN_WINDOW_MINUTES", 15, most=1440),
        draft_copy_seconds=_number(env, "KAPNOTES_DRAFT_COPY_SECONDS", 60, most=3600),
        body_bytes=_number(env, "KAPNOTES_BODY_BYTES", 1_048_576, most=16_777_216),
        print_seconds=_number(env, "KAPNOTES_PRINT_SECONDS", 20, most=600),
        print_megabytes=_number(env, "KAPNOTES_PRINT_MEGABYTES", 1024, most=8192),
        paper_size=env.get("KAPNOTES_PAPER_SIZE", "A4"),
        calendar_title=env.get("KAPNOTES_CALENDAR_TITLE") or "Appointment",
        proxies=_number(env, "KAPNOTES_PROXIES", 0, least=0, most=5),
        smtp_url=env.get("KAPNOTES_SMTP_URL", ""),
        mail_from=env.get("KAPNOTES_MAIL_FROM", ""),
    )
    _refuse_unsafe(settings, env)
    return settings


def _number(env: Mapping[str, str], name: str, default: int, *, most: int, least: int = 1) -> int:
    raw = env.get(name, "")
    if not raw:
        return default
    if not raw.isascii() or not raw.isdigit() or not least <= int(raw) <= most:
        raise SettingsRefused(f"{name} must be a whole number from {least} to {most}.")
    return int(raw)


def _key(env: Mapping[str, str], data: Path) -> bytes:
    """The root key: from the environment, from the named file, or from a new 0600 file."""
    if given := env.get("KAPNOTES_KEY"):
        return _decoded(given, "KAPNOTES_KEY")
    path = Path(env.get("KAPNOTES_KEY_FILE") or data / "practice.key")
    if not path.exists():
        if env.get("KAPNOTES_KEY_FILE"):
            raise SettingsRefused("KAPNOTES_KEY_FILE names a file that does not exist.")
        if (data / "practice.db").exists():
            raise SettingsRefused(
                "The data folder holds a database but its key file is missing. Put the key file "
                "back, or set KAPNOTES_KEY; without the key the record cannot be read."
            )
        _write_private(path, base64.b64encode(os.urandom(KEY_BYTES)))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingsRefused(
            f"The key file {path.name} can be read by others. Run: chmod 600 on it."
        )
    return _decoded(path.read_text().strip(), path.name)


def _write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner reads; two starts at once leave one key."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _decoded(text: str, name: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES or len(set(key)) < KEY_BYTES // 4:
        raise SettingsRefused(f"{name} must hold 32 random bytes in base64.")
    return key


def _refuse_unsafe(settings: Settings, env: Mapping[str, str]) -> None:
    parts = urlsplit(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsRefused("KAPNOTES_BASE_URL must be an address such as https://notes.example.")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsRefused(
            "KAPNOTES_BASE_URL must start with https:// unless it is this machine's own address."
        )
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsRefused(
            "KAPNOTES_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://."
        )
    _refuse_open_database(settings)
    if settings.paper_size not in {"A4", "Letter"}:
        raise SettingsRefused("KAPNOTES_PAPER_SIZE must be A4 or Letter.")
    title = settings.calendar_title
    if not title.isprintable() or not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise SettingsRefused(
            f"KAPNOTES_CALENDAR_TITLE must be one line of at most {LONGEST_TITLE} characters."
        )
    _refuse_mail(settings)
    try:
        ZoneInfo(settings.zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingsRefused("KAPNOTES_ZONE must be a zone such as Europe/Berlin.") from None
    for name in ("FLASK_DEBUG", "FLASK_TESTING", "LOGIN_DISABLED", "FLASK_LOGIN_DISABLED"):
        if env.get(name, "").lower() not in {"", "0", "false"}:
            raise SettingsRefused(f"{name} opens what must stay closed. Unset it.")


def _refuse_mail(settings: Settings) -> None:
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


def _refuse_open_database(settings: Settings) -> None:
    """The embedded database and its log, where they are, can be read by their owner only."""
    if not settings.is_embedded:
        return
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    for path in (file, file.with_name(f"{file.name}-wal")):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsRefused(
                f"The database file {path.name} can be read by others. Run: chmod 600 on it."
            )
