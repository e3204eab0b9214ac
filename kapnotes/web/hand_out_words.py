"""Handing out in words: the ways a document leaves, how far it is, and what stands in the list."""

from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlsplit

from kapnotes import db
from kapnotes.actions.disclosure import SETTING, Handed, Way
from kapnotes.actions.document_list import Way as Delivered
from kapnotes.clinic.document import CHANNEL_WORDS, Channel, what_words
from kapnotes.paper.summary import Edition
from kapnotes.records import delivery
from kapnotes.records.delivery import Delivery
from kapnotes.records.document import Document
from kapnotes.web import filters

KILOBYTE = 1024
PLACES = MappingProxyType(
    {Channel.CHART_FOLDER: "the chart folder", Channel.FHIR_SERVER: "the chart's server"}
)
LABELS = MappingProxyType(
    {
        Channel.DOWNLOAD: ("Download", "A file on this computer, called by the document's number."),
        Channel.PRINT: ("Print", "Opens the document, to be printed here."),
        Channel.CHART_FOLDER: (
            "Send to the chart folder",
            "From there another system takes it up.",
        ),
        Channel.FHIR_SERVER: ("Send to the chart's server", "Kept there as a FHIR document."),
    }
)

ARRIVED = MappingProxyType(
    {
        delivery.SENT: ", arrived",
        delivery.WAITING: ", on its way",
        delivery.FAILED: ", did not arrive",
    }
)


@dataclass(frozen=True, slots=True)
class WayShown:
    """A way as the form offers it; `help` says where it leads, or why it cannot be chosen."""

    key: str
    label: str
    help: str
    is_open: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery as its document shows it: a badge, a sentence, and what its button says or ""."""

    state: str
    sentence: str
    again: str = ""


def way(found: Way, *, chosen: str) -> WayShown:
    """A way with its words."""
    label, help_words = LABELS[found.channel]
    if found.known is not None:
        help_words = line(Delivered(found.known, is_late=False)).sentence
    elif not found.is_set_up:
        help_words = f"Not set up. The operator of the machine sets {SETTING[found.channel]}."
    elif found.channel is Channel.FHIR_SERVER:
        help_words = f"Kept at {_server()} as a FHIR document."
    is_chosen = found.channel.value == chosen and found.is_open
    return WayShown(found.channel.value, label, help_words, found.is_open, is_chosen)


def line(found: Delivered) -> Line:
    """How a delivery goes."""
    one = found.delivery
    where = PLACES[Channel(one.channel)]
    if one.state == delivery.SENT:
        return Line("sent", f"Sent to {where} {filters.moment(one.sent_at)}. {_receipt(one)}")
    if one.state == delivery.FAILED:
        return Line("failed", f"Not sent to {where}. {one.failure}", "Try again")
    if found.is_late:
        since = filters.moment(one.next_try_at)
        return Line("waiting", f"To {where}: waits for the background worker since {since}.")
    if one.failure:
        next_try = filters.moment(one.next_try_at)
        return Line("waiting", f"To {where}: {one.failure} Next try {next_try}.", "Try now")
    return Line("waiting", f"On its way to {where}.")


def asked(handed: Handed) -> str:
    """What is said once a document was put on its way."""
    where = PLACES[handed.channel]
    if handed.disclosure_id is None:
        return f"{handed.number} is at {where} or on its way there already. Nothing was added."
    return f"{handed.number} is on its way to {where}. It stands in the list below."


def size(found: Document) -> str:
    """How large the file is, in kB or MB."""
    kilobytes = max(1, round(found.size / KILOBYTE))
    return f"{kilobytes} kB" if kilobytes < KILOBYTE else f"{kilobytes / KILOBYTE:.1f} MB"


def about(found: Document) -> str:
    """Version, pages and size; the edition where it is not the whole."""
    pages = f"{found.pages} page{'' if found.pages == 1 else 's'}" if found.pages else ""
    edition = "medical edition" if found.edition == Edition.MEDICAL else ""
    return " · ".join(filter(None, (f"version {found.revision}", edition, pages, size(found))))


def what(stored: str) -> str:
    """What was handed out."""
    return what_words(stored)


def how(channel: str, state: str = "") -> str:
    """By which way, as the list says it; what is sent, and did not arrive, says so."""
    way = CHANNEL_WORDS[Channel(channel)]
    return f"{way[:1].upper()}{way[1:]}{ARRIVED.get(state, '')}"


def _receipt(one: Delivery) -> str:
    """What the other side answered, as far as it helps to find the document there."""
    if one.channel == Channel.CHART_FOLDER:
        return f"Its file there is {one.receipt}."
    return f"The server at {_host(one.receipt)} keeps it as {_resource(one.receipt)}."


def _resource(address: str) -> str:
    """`DocumentReference/7` of the address of a resource."""
    return "/".join(urlsplit(address).path.split("/")[-2:])


def _host(address: str) -> str:
    return urlsplit(address).hostname or ""


def _server() -> str:
    return _host(db.current().settings.fhir_url)
