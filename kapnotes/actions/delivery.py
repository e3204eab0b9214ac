"""Deliveries: documents sent to a chart folder or a chart's server, until they arrive.

Whoever sends takes the delivery first, in a statement of its own, so that of many one does it; no
transaction is open while something is sent. Both places take the same document twice without harm,
so what a crash left half done is simply sent again. It is sent in the name of whoever handed the
document out, as far as they still reach it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor, operator
from kapnotes.access.rules import check_role
from kapnotes.actions import people
from kapnotes.actions.charted import patient_of
from kapnotes.actions.disclosure import SETTING, kept_for
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.document import KIND_WORDS, Channel, DocumentKind
from kapnotes.clinic.refusals import Refusal, WrongState
from kapnotes.exchange import chart_folder, fhir_server
from kapnotes.exchange.charted import Practice
from kapnotes.exchange.document_reference import Sent
from kapnotes.exchange.fhir_server import Server
from kapnotes.exchange.parcel import NotDelivered, Parcel
from kapnotes.paper.summary import Edition
from kapnotes.records import delivery, patient
from kapnotes.records.delivery import Delivery
from kapnotes.records.practice import the_practice
from kapnotes.settings import Settings

BACK_OFF = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 180, 720, 1440))
"""How long it rests after each try that failed; after the last of them it is given up."""
LEASE = timedelta(minutes=5)
"""Whoever took a delivery and is not heard of for so long is gone."""
MOST_REQUESTS = 5
"""More than one document takes: the lease outlasts as many that are slow."""
NOBODY = "The account of whoever handed it out is closed."
NOT_REACHED = "Whoever handed it out does not reach this patient any more."
BROKEN = "Something went wrong while it was sent."


@dataclass(frozen=True, slots=True)
class Taken:
    """A delivery that was taken up: which try it is, and in whose name."""

    id: UUID
    document_id: UUID
    channel: Channel
    tries: int
    by_id: UUID


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of those that were due."""

    sent: int = 0
    failed: int = 0


def due(*, at: datetime) -> list[UUID]:
    """The deliveries whose next try has come, oldest first."""
    with db.current().reading() as session:
        return list(delivery.to_try(session, at=at))


def send_due(
    *,
    at: datetime,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    is_over: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Send what is due, one after the other, until all is tried once or it is over."""
    return _counted(
        send(delivery_id=one, at=at, clock=clock) for one in due(at=at) if not is_over()
    )


def _counted(results: Iterable[bool | None]) -> Outcome:
    sent = failed = 0
    for one in results:
        sent += one is True
        failed += one is False
    return Outcome(sent, failed)


def send(*, delivery_id: UUID, at: datetime, clock: Callable[[], datetime]) -> bool | None:
    """Try one delivery: whether it arrived; None when somebody else has it."""
    taken = _take(delivery_id, at)
    if taken is None:
        return None
    by = people.actor_now(taken.by_id)
    machine = operator(db.current().settings.zone)
    try:
        if by is None:
            raise NotDelivered(NOBODY, code="no_account", is_final=True)
        settings = db.current().settings
        receipt = _send(taken.channel, parcel_of(taken.document_id, by=by, at=at), settings)
    except NotDelivered as error:
        fail(taken=taken, why=error, by=by or machine, at=clock())
        return False
    except Refusal:
        why = NotDelivered(NOT_REACHED, code="out_of_reach", is_final=True)
        fail(taken=taken, why=why, by=by or machine, at=clock())
        return False
    except Exception as error:  # noqa: BLE001 - the others go on, and it stands on the page
        why = NotDelivered(BROKEN, code=type(error).__name__)
        fail(taken=taken, why=why, by=by or machine, at=clock())
        return False
    arrive(taken=taken, receipt=receipt, by=by, at=clock())
    return True


def _take(delivery_id: UUID, at: datetime) -> Taken | None:
    """Take it up. Who has it is no part of the record, so it leaves no event."""
    slow = timedelta(seconds=db.current().settings.fhir_seconds * MOST_REQUESTS)
    with db.current().writing() as session:
        if not delivery.claim(session, delivery_id, at=at, until=at + max(LEASE, slow)):
            return None
        found = session.get_one(Delivery, delivery_id)
        return Taken(
            found.id, found.document_id, Channel(found.channel), found.tries, found.asked_by_id
        )


def parcel_of(document_id: UUID, *, by: Actor, at: datetime) -> Parcel:
    """The document as it is sent, from the record as this person reaches it; or OutOfReach."""
    check_role(by, Action.PRINT_SUMMARY)
    with db.current().reading() as session:
        found = kept_for(session, document_id, by=by, at=at)
        owner = patient.fetch(session, found.patient_id, reach=by.reach(at))
        practice = the_practice(session)
        title = KIND_WORDS[DocumentKind(found.kind)]
        sent = Sent(
            kind=DocumentKind(found.kind),
            number=found.number,
            title=f"{title}, medical edition" if found.edition == Edition.MEDICAL else title,
            made_at=found.made_at,
            content=found.content,
            practice=Practice(name=practice.name if practice else ""),
            patient=patient_of(owner),
            replaces=found.replaces or "",
        )
        return Parcel(
            document_id=found.id,
            sent=sent,
            revision=found.revision,
            edition=found.edition,
            file_digest=found.file_digest,
            pages=found.pages,
        )


def _send(channel: Channel, parcel: Parcel, settings: Settings) -> str:
    """Send it there; return what the other side answered."""
    if channel is Channel.CHART_FOLDER and settings.chart_folder:
        return chart_folder.put(parcel, folder=settings.chart_folder)
    if channel is Channel.FHIR_SERVER and settings.fhir_url:
        server = Server(settings.fhir_url, settings.fhir_token, settings.fhir_seconds)
        return fhir_server.post(parcel, server=server)
    raise NotDelivered(
        f"This way is not set up any more ({SETTING[channel]}).", code="not_set_up", is_final=True
    )


@does(Did.DELIVERY_SENT)
def arrive(deed: Deed, *, taken: Taken, receipt: str, by: Actor, at: datetime) -> None:
    """Write down that it arrived, and what the other side answered."""
    found = _held(deed, taken)
    if found is None:
        return
    found.state = delivery.SENT
    found.sent_at = at
    found.next_try_at = None
    found.receipt = receipt[:300]
    found.failure = ""


@does(Did.DELIVERY_FAILED)
def fail(deed: Deed, *, taken: Taken, why: NotDelivered, by: Actor, at: datetime) -> None:
    """Write down that a try failed and why; it is tried again later, or given up."""
    found = _held(deed, taken)
    if found is None:
        return
    rests = None if why.is_final or taken.tries > len(BACK_OFF) else BACK_OFF[taken.tries - 1]
    found.state = delivery.FAILED if rests is None else delivery.WAITING
    found.next_try_at = None if rests is None else at + rests
    found.failure = why.sentence[:300]
    deed.details |= {"why": why.code, "given_up": rests is None}


def _held(deed: Deed, taken: Taken) -> Delivery | None:
    """The delivery, if it is still with whoever took it; else there is nothing to write down."""
    found = deed.session.get_one(Delivery, taken.id, with_for_update=True)
    if found.state != delivery.WAITING or found.tries != taken.tries:
        deed.keep_silent()
        return None
    deed.on(found, channel=found.channel, tries=found.tries)
    return found


@does(Did.DELIVERY_ASKED)
def try_again(deed: Deed, *, delivery_id: UUID, by: Actor, at: datetime) -> UUID:
    """Have a delivery that failed, or that rests, tried now; return whose document it is.

    From then on it is sent in the name of whoever asks for it. Raises WrongState if it arrived.
    """
    check_role(by, Action.PRINT_SUMMARY)
    found = delivery.fetch(deed.session, delivery_id, reach=by.reach(at), lock=True)
    deed.on(found, channel=found.channel)
    kept_for(deed.session, found.document_id, by=by, at=at)
    if found.state == delivery.SENT:
        raise WrongState("This document has arrived. Nothing was sent again.")
    if found.state == delivery.WAITING and found.failure == "":
        deed.keep_silent()
        return found.patient_id
    found.state = delivery.WAITING
    found.tries = 0
    found.next_try_at = at
    found.asked_by_id = by.id
    return found.patient_id
