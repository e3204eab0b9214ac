"""Handing a document out: by which way, to whom and what for, kept in the patient's list for good.

Every hand-out is a row of its own, written with its event before anything leaves. What goes to a
chart folder or to a chart's server is put on its way in the same transaction, once for each
document and place, however often it is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import OPERATOR_ID, Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.document import Pdf
from kapnotes.actions.document_title import titles_of
from kapnotes.actions.work import edition_for
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.document import Channel, Export
from kapnotes.clinic.refusals import BadInput, OutOfReach
from kapnotes.db import Session
from kapnotes.library import record_definition
from kapnotes.records import delivery, disclosure, document, patient
from kapnotes.records.delivery import Delivery
from kapnotes.records.disclosure import Disclosure
from kapnotes.records.document import Document
from kapnotes.records.patient import Patient
from kapnotes.settings import Settings

WAYS = (Channel.DOWNLOAD, Channel.PRINT, Channel.CHART_FOLDER, Channel.FHIR_SERVER)
"""How a person hands a document out."""
SENT = frozenset({Channel.CHART_FOLDER, Channel.FHIR_SERVER})
"""The ways by which it is sent, and may have to be sent again."""
EXPORTED = "Taken out by hand as a file; what for was not asked"
SETTING = MappingProxyType(
    {Channel.CHART_FOLDER: "KAPNOTES_CHART_FOLDER", Channel.FHIR_SERVER: "KAPNOTES_FHIR_URL"}
)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to hand a document out: whether it is set up, and its delivery, if it went that way."""

    channel: Channel
    is_set_up: bool
    known: Delivery | None = None

    @property
    def is_open(self) -> bool:
        """Whether the document can go this way now."""
        return self.is_set_up and self.known is None


@dataclass(frozen=True, slots=True)
class HandOut:
    """What the form shows: the document, whose it is, what replaced it, and the ways."""

    document: Document
    title: str
    patient: Patient
    replaced_by: str
    ways: Sequence[Way]


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of it. `disclosure_id` is None where the document was on its way there already."""

    patient_id: UUID
    document_id: UUID
    number: str
    channel: Channel
    disclosure_id: UUID | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A hand-out that was recorded, as it is shown to whoever made it."""

    disclosure: Disclosure
    document: Document
    title: str
    patient: Patient


def is_set_up(channel: Channel, settings: Settings) -> bool:
    """Whether this practice hands documents out in that way."""
    if channel is Channel.CHART_FOLDER:
        return bool(settings.chart_folder)
    if channel is Channel.FHIR_SERVER:
        return bool(settings.fhir_url)
    return channel in WAYS


def kept_for(session: Session, document_id: UUID, *, by: Actor, at: datetime) -> Document:
    """The kept document, in the edition that this person reads; or OutOfReach."""
    found = document.fetch(session, document_id, reach=by.reach(at))
    if found.edition != edition_for(by).value:
        raise OutOfReach
    return found


@looks(Did.DOCUMENTS_LISTED)
def open_form(deed: Deed, *, document_id: UUID, by: Actor, at: datetime) -> HandOut:
    """A kept document that is about to be handed out, and the ways it can go."""
    check_role(by, Action.PRINT_SUMMARY)
    reach = by.reach(at)
    found = kept_for(deed.session, document_id, by=by, at=at)
    deed.on(found, kind=found.kind, edition=found.edition, number=found.number)
    known = {one.channel: one for one in delivery.of_document(deed.session, found.id, reach=reach)}
    settings = db.current().settings
    everything = document.of_patient(deed.session, found.patient_id, reach=reach)
    return HandOut(
        found,
        _title(deed.session, found, by=by, at=at),
        patient.fetch(deed.session, found.patient_id, reach=reach),
        next((one.number for one in everything if one.replaces == found.number), ""),
        [Way(one, is_set_up(one, settings), known.get(one.value)) for one in WAYS],
    )


@does(Did.DOCUMENT_DISCLOSED)
def hand_out(
    deed: Deed,
    *,
    document_id: UUID,
    channel: str,
    recipient: str,
    purpose: str,
    by: Actor,
    at: datetime,
) -> Handed:
    """Write down that a document leaves, and put it on its way where it is sent.

    Raises BadInput, NotAllowed or OutOfReach. What is on its way there already is not sent twice,
    and leaves no second entry.
    """
    check_role(by, Action.PRINT_SUMMARY)
    reach = by.reach(at)
    found = kept_for(deed.session, document_id, by=by, at=at)
    deed.on(found, kind=found.kind, edition=found.edition, number=found.number)
    way = _way(channel)
    patient.hold(deed.session, found.patient_id)
    if way in SENT and delivery.on_the_way(deed.session, found.id, way.value, reach=reach):
        deed.keep_silent()
        return Handed(found.patient_id, found.id, found.number, way, None)
    made = write(
        deed.session,
        patient_id=found.patient_id,
        document_id=found.id,
        what=found.kind,
        number=found.number,
        channel=way,
        recipient=recipient,
        purpose=words_of(purpose),
        by=by,
        at=at,
    )
    deed.session.flush()
    if way in SENT:
        deed.session.add(
            Delivery(
                id=uuid4(),
                patient_id=found.patient_id,
                document_id=found.id,
                disclosure_id=made.id,
                channel=way.value,
                state=delivery.WAITING,
                tries=0,
                next_try_at=at,
                sent_at=None,
                receipt="",
                failure="",
                asked_at=at,
                asked_by_id=by.id,
            )
        )
    deed.details["channel"] = way.value
    return Handed(found.patient_id, found.id, found.number, way, made.id)


def write(
    session: Session,
    *,
    patient_id: UUID,
    what: str,
    channel: Channel,
    recipient: str,
    purpose: str,
    document_id: UUID | None = None,
    number: str = "",
    by: Actor,
    at: datetime,
) -> Disclosure:
    """Add a row to a patient's list, in the caller's transaction and under its event."""
    made = Disclosure(
        id=uuid4(),
        patient_id=patient_id,
        document_id=document_id,
        what=what,
        number=number,
        channel=channel.value,
        recipient=recipient.strip(),
        purpose=purpose.strip(),
        at=at,
        by_id=None if by.id == OPERATOR_ID else by.id,
    )
    session.add(made)
    return made


def export(session: Session, *, patient_id: UUID, what: Export, by: Actor, at: datetime) -> None:
    """Add the row of data that somebody took out of the product; they are its recipient."""
    write(
        session,
        patient_id=patient_id,
        what=what.value,
        channel=Channel.EXPORT,
        recipient=by.signature,
        purpose=EXPORTED,
        by=by,
        at=at,
    )


def words_of(purpose: str) -> str:
    """What a chosen purpose says; a person's own words as they are."""
    item = record_definition("disclosure").item("purpose")
    chosen = item.option(purpose)
    return chosen.display if chosen is not None else purpose


@looks(Did.DOCUMENTS_LISTED)
def receipt(deed: Deed, *, disclosure_id: UUID, by: Actor, at: datetime) -> Receipt:
    """A hand-out of this person's own, to be shown once more."""
    row, found = _own(deed, disclosure_id, by=by, at=at)
    return Receipt(
        row,
        found,
        _title(deed.session, found, by=by, at=at),
        patient.fetch(deed.session, found.patient_id, reach=by.reach(at)),
    )


@looks(Did.DOCUMENT_HANDED_OUT)
def fetch(deed: Deed, *, disclosure_id: UUID, by: Actor, at: datetime) -> Pdf:
    """The file of a hand-out of this person's own: the very bytes that are kept."""
    row, found = _own(deed, disclosure_id, by=by, at=at)
    if row.channel != Channel.DOWNLOAD:
        raise OutOfReach
    return Pdf(found.content, f"{found.number}.pdf", is_kept=True, id=found.id)


def _own(
    deed: Deed, disclosure_id: UUID, *, by: Actor, at: datetime
) -> tuple[Disclosure, Document]:
    check_role(by, Action.PRINT_SUMMARY)
    row = disclosure.fetch(deed.session, disclosure_id, reach=by.reach(at))
    if row.document_id is None or row.by_id != by.id:
        raise OutOfReach
    found = kept_for(deed.session, row.document_id, by=by, at=at)
    deed.on(found, kind=found.kind, edition=found.edition, number=found.number)
    return row, found


def _way(channel: str) -> Channel:
    """The way that was chosen, if this practice has it."""
    try:
        way = Channel(channel)
    except ValueError:
        raise BadInput({"channel": "Choose one of the ways."}) from None
    if not is_set_up(way, db.current().settings):
        raise BadInput({"channel": "This way is not set up. Choose another one."})
    return way


def _title(session: Session, found: Document, *, by: Actor, at: datetime) -> str:
    about = [(found.kind, found.about_id)]
    titles = titles_of(session, found.patient_id, about, reach=by.reach(at))
    return titles.of(found.kind, found.about_id)
