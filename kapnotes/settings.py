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

from kapnotes.unsafe import LOOPBACK, SettingsRefused, refuse_open, refuse_unsafe

KEY_BYTES = 32

__all__ = ["LOOPBACK", "Settings", "SettingsRefused", "from_environment"]


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
    seal_file: str = ""
    """A PKCS#12 file under whose key documents are sealed; "" seals with the practice's own."""
    seal_password: str = field(default="", repr=False)
    """Its password (KAPNOTES_SEAL_PASSWORD, or KAPNOTES_SEAL_PASSWORD_FILE)."""
    tsa_url: str = ""
    """A time stamp authority (RFC 3161) that confirms when a document was sealed; "" asks none."""
    tsa_seconds: int = 10
    """How long the authority may take to answer."""
    verify_megabytes: int = 20
    """The largest file that the verify page takes."""
    chart_folder: str = ""
    """A folder that another system takes documents up from; "" sends none (KAPNOTES_CHART_FOLDER).

    People on that machine who are neither its owner nor in its group cannot open it.
    """
    fhir_url: str = ""
    """Where documents are stored as FHIR resources (https://chart.example/fhir); "" nowhere."""
    fhir_token: str = field(default="", repr=False)
    """The bearer token for it (KAPNOTES_FHIR_TOKEN, or KAPNOTES_FHIR_TOKEN_FILE)."""
    fhir_seconds: int = 30
    """How long that server may take for one request."""
    proof_days: int = 7
    """Within so many days the worker works the whole trail and all that is signed out again."""
    verify_tries: int = 60
    """Documents that may be looked up from one address within `sign_in_window_minutes`."""

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
        seal_file=env.get("KAPNOTES_SEAL_FILE", ""),
        seal_password=_password(env, "KAPNOTES_SEAL_PASSWORD"),
        tsa_url=env.get("KAPNOTES_TSA_URL", ""),
        tsa_seconds=_number(env, "KAPNOTES_TSA_SECONDS", 10, most=60),
        verify_megabytes=_number(env, "KAPNOTES_VERIFY_MEGABYTES", 20, most=200),
        chart_folder=_folder(env.get("KAPNOTES_CHART_FOLDER", "")),
        fhir_url=env.get("KAPNOTES_FHIR_URL", "").rstrip("/"),
        fhir_token=_password(env, "KAPNOTES_FHIR_TOKEN"),
        fhir_seconds=_number(env, "KAPNOTES_FHIR_SECONDS", 30, most=600),
        proof_days=_number(env, "KAPNOTES_PROOF_DAYS", 7, most=90),
        verify_tries=_number(env, "KAPNOTES_VERIFY_TRIES", 60, most=10_000),
    )
    refuse_unsafe(settings, env)
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


def _password(env: Mapping[str, str], name: str) -> str:
    """A password: from the environment, or the first line of a file that others cannot read."""
    named = env.get(f"{name}_FILE")
    if not named:
        return env.get(name, "")
    path = Path(named)
    if not path.is_file():
        raise SettingsRefused(f"{name}_FILE names a file that does not exist.")
    refuse_open(path)
    return path.read_text().partition("\n")[0].rstrip("\r")


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


def _folder(named: str) -> str:
    """The folder itself, whatever leads to it; what is no whole path is refused."""
    if not named:
        return ""
    if not Path(named).is_absolute():
        raise SettingsRefused("KAPNOTES_CHART_FOLDER must be a whole path that begins with /.")
    return str(Path(named).resolve())
