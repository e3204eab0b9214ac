"""Plain mail over SMTP: one text to one address, never anything of a patient in it."""

import smtplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from kapnotes.settings import LOOPBACK, Settings

SECONDS = 20
SMTP, SMTPS = 587, 465


class MailFailed(Exception):
    """No mail can be handed in; its text says why, without the password."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail."""

    to: str
    subject: str
    text: str


def send(mails: Iterable[Mail], settings: Settings, *, at: datetime) -> list[str]:
    """Hand in each mail, over one connection; return the addresses that were refused.

    Raises MailFailed if the server cannot be reached, asks for what it does not get, or goes away.
    """
    refused = []
    with _line(settings) as line:
        for mail in mails:
            try:
                line.send_message(_message(mail, settings, at))
            except smtplib.SMTPRecipientsRefused:
                refused.append(mail.to)
    return refused


def _message(mail: Mail, settings: Settings, at: datetime) -> EmailMessage:
    made = EmailMessage()
    made["From"] = settings.mail_from
    made["To"] = mail.to
    made["Subject"] = mail.subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = make_msgid(domain=settings.host or None)
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(mail.text)
    return made


@contextmanager
def _line(settings: Settings) -> Iterator[smtplib.SMTP]:
    """An open line to the server, encrypted unless it ends on this machine."""
    parts = urlsplit(settings.smtp_url)
    if not parts.hostname:
        raise MailFailed("No mail server is set. Set KAPNOTES_SMTP_URL and KAPNOTES_MAIL_FROM.")
    try:
        with _connected(parts, parts.hostname) as line:
            if parts.username:
                line.login(unquote(parts.username), unquote(parts.password or ""))
            yield line
    except smtplib.SMTPAuthenticationError:
        raise MailFailed("The mail server does not take the user and password.") from None
    except smtplib.SMTPNotSupportedError:
        raise MailFailed("The mail server offers no encrypted line, or no sign-in.") from None
    except (OSError, smtplib.SMTPException) as error:
        raise MailFailed(f"The mail server failed: {type(error).__name__}.") from None


def _connected(parts: SplitResult, host: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        return smtplib.SMTP_SSL(host, parts.port or SMTPS, timeout=SECONDS, context=context)
    line = smtplib.SMTP(host, parts.port or SMTP, timeout=SECONDS)
    if host not in LOOPBACK:
        line.starttls(context=context)
    return line
