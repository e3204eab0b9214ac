"""Every setting: one frozen dataclass, read once from the environment, is the manual.

A setting that would be unsafe is refused at start with a sentence that says what to change.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kapnotes.ground.database_address import LOOPBACK
from kapnotes.ground.key_file import KEY_BYTES, KeyFile, KeyMissing, decoded, encoded, key_file_of
from kapnotes.ground.unsafe import SettingsRefused, refuse_open, refuse_unsafe
from kapnotes.keys.private_file import write_private
from kapnotes.keys.recovery_key import FILE as RECOVERY

__all__ = ["LOOPBACK", "Settings", "SettingsRefused", "from_environment"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are kept, who is served and every limit; times in the unit of their name."""

    data: Path
    """Folder of everything kept: database, keys, documents, backups (KAPNOTES_DATA)."""
    database_url: str = field(repr=False)
    """`sqlite:///…`, opened through SQLCipher, or `postgresql+psycopg://…`."""
    key: bytes = field(repr=False)
    """The practice's root key, 32 bytes (KAPNOTES_KEY in base64, or KAPNOTES_KEY_FILE)."""
    next_key: bytes = field(default=b"", repr=False)
    """The root key of a rotation that is not over; it lies beside the key file."""
    key_file: KeyFile | None = None
    """Where the root key lies; None where KAPNOTES_KEY holds it."""
    owner_url: str = field(default="", repr=False)
    """Where the tables are changed, as the role that owns them; "" as whoever serves.

    For PostgreSQL, and for the commands that migrate: what serves people needs no such right.
    """
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
    backup_folder: str = ""
    """Where the backups of the plan are kept (KAPNOTES_BACKUP_FOLDER); "" in the data folder.

    A folder on another disk, or of another machine, survives what the data folder does not.
    """
    backup_hours: int = 24
    """A backup is made so often by the worker; 0 makes none. A demo practice has no plan."""
    backup_days: int = 7
    """Of so many days the newest backup is kept, besides all of the last 24 hours."""
    backup_weeks: int = 8
    """Of so many weeks the newest backup is kept."""
    drill_days: int = 7
    """So often the worker restores the newest backup into a place of its own; 0 never."""
    postgres_bin: str = ""
    """The folder of pg_dump and pg_restore; "" looks on the PATH and beside the server."""
    verify_tries: int = 60
    """Documents that may be looked up from one address within `sign_in_window_minutes`."""
    metrics_token: str = field(default="", repr=False)
    """What a watcher shows at /metrics (KAPNOTES_METRICS_TOKEN, or …_FILE); "" closes it."""

    @property
    def recovery_file(self) -> Path:
        """Where the root keys lie that are sealed for the recovery key."""
        return self.data / RECOVERY

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
    database_url = env.get("KAPNOTES_DATABASE_URL") or f"sqlite:///{data / 'practice.db'}"
    settings = Settings(
        data=data,
        database_url=database_url,
        key=_key(env, data, database_url),
        next_key=_next_key(env, data),
        key_file=key_file_of(env, data),
        owner_url=env.get("KAPNOTES_OWNER_URL", ""),
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
        chart_folder=_folder(env.get("KAPNOTES_CHART_FOLDER", ""), "KAPNOTES_CHART_FOLDER"),
        fhir_url=env.get("KAPNOTES_FHIR_URL", "").rstrip("/"),
        fhir_token=_password(env, "KAPNOTES_FHIR_TOKEN"),
        fhir_seconds=_number(env, "KAPNOTES_FHIR_SECONDS", 30, most=600),
        proof_days=_number(env, "KAPNOTES_PROOF_DAYS", 7, most=90),
        backup_folder=_folder(env.get("KAPNOTES_BACKUP_FOLDER", ""), "KAPNOTES_BACKUP_FOLDER"),
        backup_hours=_number(env, "KAPNOTES_BACKUP_HOURS", 24, least=0, most=744),
        backup_days=_number(env, "KAPNOTES_BACKUP_DAYS", 7, most=366),
        backup_weeks=_number(env, "KAPNOTES_BACKUP_WEEKS", 8, least=0, most=520),
        drill_days=_number(env, "KAPNOTES_DRILL_DAYS", 7, least=0, most=366),
        postgres_bin=_folder(env.get("KAPNOTES_POSTGRES_BIN", ""), "KAPNOTES_POSTGRES_BIN"),
        verify_tries=_number(env, "KAPNOTES_VERIFY_TRIES", 60, most=10_000),
        metrics_token=_password(env, "KAPNOTES_METRICS_TOKEN"),
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


def _key(env: Mapping[str, str], data: Path, database_url: str) -> bytes:
    """The root key: from the environment, from the named file, or from a new 0600 file."""
    file = key_file_of(env, data)
    if file is None:
        return decoded(env["KAPNOTES_KEY"], "KAPNOTES_KEY")
    if not file.path.exists():
        if env.get("KAPNOTES_KEY_FILE"):
            raise KeyMissing("KAPNOTES_KEY_FILE names a file that does not exist.")
        embedded = database_url.removeprefix("sqlite:///")
        if embedded != database_url and Path(embedded).exists():
            raise KeyMissing(
                "The data folder holds a database but its key file is missing. Put the key file "
                "back, or set KAPNOTES_KEY; without the key the record cannot be read. With the "
                "recovery key it is made again: key recover."
            )
        write_private(file.path, encoded(os.urandom(KEY_BYTES)), is_new=True)
    return file.read()


def _next_key(env: Mapping[str, str], data: Path) -> bytes:
    """The root key of a rotation that is not over; b"" without one."""
    file = key_file_of(env, data)
    return file.read_next() if file else b""


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


def _folder(named: str, setting: str) -> str:
    """The folder itself, whatever leads to it; what is no whole path is refused."""
    if not named:
        return ""
    if not Path(named).is_absolute():
        raise SettingsRefused(f"{setting} must be a whole path that begins with /.")
    return str(Path(named).resolve())
