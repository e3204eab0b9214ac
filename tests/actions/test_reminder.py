"""Reminders: counts over a real line, to whom something waits, and never a word about a patient."""

import socketserver
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import operator
from kapnotes.actions import reminder
from kapnotes.audit.trail import Entry
from kapnotes.clinic.refusals import NotAllowed
from kapnotes.exchange.mail import MailFailed
from kapnotes.settings import Settings, SettingsRefused, from_environment
from tests.builders import AT, Small, small_practice
from tests.conftest import KEY

REFUSED = "mina@test.example"


@dataclass(slots=True)
class Sink:
    """What a mail server on this machine took in."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A mail server on loopback that keeps what it gets, and refuses one address."""
    kept = Sink()

    class Line(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 sink")
            for line in self.rfile:
                verb, _, rest = line.decode().strip().partition(" ")
                if verb.upper() == "DATA":
                    self._say("354 go on")
                    self._take()
                elif verb.upper() == "RCPT" and REFUSED in rest:
                    self._say("550 nobody here")
                    continue
                self._say("221 bye" if verb.upper() == "QUIT" else "250 ok")

        def _take(self) -> None:
            lines = []
            for line in self.rfile:
                if line == b".\r\n":
                    break
                lines.append(line)
            made = message_from_bytes(b"".join(lines), policy=policy.default)
            kept.mails.append(made)

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line) as server:
        server.daemon_threads = True
        kept.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield kept
        server.shutdown()
        thread.join(5)


@pytest.fixture
def small(database_url: str, tmp_path: Path, sink: Sink) -> Iterator[Small]:
    """A small practice whose reminders go to the sink."""
    settings = Settings(
        data=tmp_path,
        database_url=database_url,
        key=KEY,
        smtp_url=sink.url,
        mail_from="notes@practice.example",
    )
    opened = db.use(db.Database(settings))
    yield small_practice()
    opened.close()


def test_a_reminder_holds_counts_and_the_way_to_today(small: Small, sink: Sink) -> None:
    told = reminder.send(by=operator(), at=AT)
    assert (told.sent, told.refused) == (1, 0)
    assert told.quiet == 3
    [mail] = sink.mails
    assert (mail["To"], mail["From"]) == ("thea@test.example", "notes@practice.example")
    text = mail.get_content()
    assert "due" in text
    assert "http://127.0.0.1:8000/" in text
    whole = mail.as_string()
    for secret in ("Falk", "Jördis", "R-1", "OCD", "ketamine", str(small.patient_id)):
        assert secret not in whole


def test_that_reminders_went_out_is_one_event_with_counts(small: Small, sink: Sink) -> None:
    del small, sink
    reminder.send(by=operator(), at=AT)
    with db.current().reading() as opened:
        query = sa.select(Entry.details).where(Entry.event == "reminders.sent")
        assert list(opened.execute(query).scalars()) == [{"sent": 1, "refused": 0, "quiet": 3}]


def test_an_address_that_is_refused_does_not_keep_mail_from_the_others(
    small: Small, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    del small
    found = [
        reminder.Waiting(REFUSED, 1, 0, 0),
        reminder.Waiting("sven@test.example", 0, 0, 0),
        reminder.Waiting("thea@test.example", 2, 3, 1),
    ]
    monkeypatch.setattr(reminder, "waiting", lambda **_: found)
    told = reminder.send(by=operator(), at=AT)
    assert (told.sent, told.refused, told.quiet) == (1, 1, 1)
    [mail] = sink.mails
    assert "Waiting for you: 2 overdue, 3 due, 1 asked of you." in mail.get_content()


def test_nobody_sends_reminders_from_a_browser(small: Small) -> None:
    for by in small.everyone:
        with pytest.raises(NotAllowed):
            reminder.send(by=by, at=AT)


def test_without_a_server_it_says_so_and_nothing_is_kept(database: db.Database) -> None:
    small_practice()
    del database
    with pytest.raises(MailFailed, match="KAPNOTES_SMTP_URL"):
        reminder.send(by=operator(), at=AT)
    with db.current().reading() as opened:
        query = sa.select(Entry.event).where(Entry.event == "reminders.sent")
        assert opened.execute(query).all() == []


@pytest.mark.parametrize(
    ("url", "sender", "sentence"),
    [
        ("http://mail.example", "a@b.example", "KAPNOTES_SMTP_URL"),
        ("smtp://", "a@b.example", "KAPNOTES_SMTP_URL"),
        ("smtp://mail.example:none", "a@b.example", "KAPNOTES_SMTP_URL"),
        ("smtps://mail.example", "", "KAPNOTES_MAIL_FROM"),
        ("smtps://mail.example", "a@b.example, c@d.example", "KAPNOTES_MAIL_FROM"),
        ("smtps://mail.example", "a@b.example\nBcc: c@d.example", "KAPNOTES_MAIL_FROM"),
    ],
)
def test_unsafe_mail_settings_are_refused_at_the_start(
    tmp_path: Path, url: str, sender: str, sentence: str
) -> None:
    env = {
        "KAPNOTES_DATA": str(tmp_path),
        "KAPNOTES_SMTP_URL": url,
        "KAPNOTES_MAIL_FROM": sender,
    }
    with pytest.raises(SettingsRefused, match=sentence):
        from_environment(env)
