"""The list of disclosures of a patient as a document: six years, and everything that there is."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from kapnotes.access.actor import Actor
from kapnotes.access.reach import Reach
from kapnotes.actions.course_reading import Desk, desk
from kapnotes.actions.work import Order, Section, Work
from kapnotes.clinic.document import CHANNEL_WORDS, Channel, what_words
from kapnotes.db import Session
from kapnotes.paper import words
from kapnotes.paper.about import identity_of
from kapnotes.paper.disclosure_sheet import (
    TITLE,
    Cells,
    DisclosureList,
    draw_disclosures,
)
from kapnotes.paper.gather import digest_of
from kapnotes.records import disclosure, patient
from kapnotes.records.disclosure import Disclosure
from kapnotes.records.patient import Patient
from kapnotes.records.practice import Practice


def disclosures_work(
    session: Session,
    order: Order,
    *,
    practice: Practice,
    reach: Reach,
    by: Actor,
    at: datetime,
) -> Work:
    """The list of a patient as it is to be printed; or OutOfReach. It is always final."""
    del by
    owner = patient.fetch(session, order.about_id, reach=reach)
    table = desk(session, practice, order.edition, reach=reach, at=at)
    rows = disclosure.of_patient(session, owner.id, reach=reach)
    content = {
        "practice": [practice.name, practice.zone, table.head.digest],
        "edition": order.edition.value,
        "patient": [str(owner.id), owner.version],
        "rows": [str(one.id) for one in rows],
    }
    digest = digest_of("disclosures", content)
    told = partial(_tell, owner, rows, table)
    return Work(
        order=order,
        patient_id=owner.id,
        practice=practice.name,
        paper=table.paper,
        title=lambda: f"{TITLE}: {owner.name}",
        description=f"record {owner.record_number}",
        filename="disclosures",
        content_digest=digest,
        reasons=(),
        sections=(Section(TITLE, lambda _: draw_disclosures(told(), paper=table.paper)),),
        attach=lambda *_: (),
    )


def _tell(owner: Patient, rows: list[Disclosure], table: Desk) -> DisclosureList:
    zone = ZoneInfo(table.practice.zone)
    today = table.at.astimezone(zone).date()
    first = rows[0].at.astimezone(zone).date() if rows else today
    return DisclosureList(
        letterhead=table.head,
        patient=identity_of(owner),
        period=f"{words.day(first)} to {words.day(today)}",
        on=today,
        rows=[_cells(one, zone) for one in rows],
    )


def _cells(one: Disclosure, zone: ZoneInfo) -> Cells:
    what = what_words(one.what)
    return (
        words.moment(one.at.astimezone(zone)),
        f"{what}, document {one.number}" if one.number else what,
        one.recipient,
        one.purpose,
        f"{CHANNEL_WORDS[Channel(one.channel)]}, {one.by_name}",
    )
