"""A practice that sends documents to a folder and to a FHIR server, and what came of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions import delivery, disclosure
from kapnotes.audit.trail import Entry
from kapnotes.records.delivery import Delivery
from kapnotes.records.document import Document
from kapnotes.settings import Settings
from tests.builders import AT, Small, small_practice
from tests.conftest import KEY
from tests.plumbing.chart_server import ChartServer

FOLDER, SERVER = "chart_folder", "fhir_server"
TOKEN = "a-long-token"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "chart"
    made.mkdir(mode=0o750)
    return made


@pytest.fixture
def small(
    database_url: str, tmp_path: Path, folder: Path, chart_server: ChartServer
) -> Iterator[Small]:
    """A small practice that sends documents to a folder and to a FHIR server of this machine."""
    chart_server.token = TOKEN
    settings = Settings(
        data=tmp_path,
        database_url=database_url,
        key=KEY,
        chart_folder=str(folder),
        fhir_url=chart_server.url,
        fhir_token=TOKEN,
        fhir_seconds=5,
    )
    opened = db.use(db.Database(settings))
    yield small_practice()
    opened.close()


def hand_out(
    small: Small, found: Document, channel: str, *, by: Actor | None = None
) -> disclosure.Handed:
    return disclosure.hand_out(
        document_id=found.id,
        channel=channel,
        recipient="The town hospital",
        purpose="chart",
        by=by or small.therapist,
        at=AT,
    )


def send(minutes: float = 0) -> delivery.Outcome:
    at = AT + timedelta(minutes=minutes)
    return delivery.send_due(at=at, clock=lambda: at)


def the_delivery() -> Delivery:
    with db.current().reading() as session:
        found = session.execute(sa.select(Delivery)).scalar_one()
        session.expunge(found)
        return found


def count(table: type[db.Base]) -> int:
    with db.current().reading() as session:
        return session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def events(event: str) -> list[Entry]:
    with db.current().reading() as session:
        query = sa.select(Entry).where(Entry.event == event, Entry.outcome == "done")
        found = list(session.execute(query.order_by(Entry.position)).scalars())
        session.expunge_all()
        return found
