"""A document as a FHIR R4B Bundle: the data behind its pages, attached to them.

The same values give the same bytes: every id follows from the record's own or from the document's
number, every time was given, and no clock is asked.
"""

import re
from collections.abc import Iterator, Sequence
from uuid import uuid5

from kapnotes.exchange import alert, consent, course, observation
from kapnotes.exchange.charted import Charted
from kapnotes.exchange.coding import Resource, moment, reference
from kapnotes.exchange.composition import composition, composition_id, numbered
from kapnotes.exchange.people import allergies, beside, organization, patient, practitioner
from kapnotes.exchange.section import Section
from kapnotes.exchange.share import check, read, share, with_entries, written

_REFERENCE = re.compile(r'"reference":"(urn:uuid:[^"]*)"')


def document_bundle(charted: Charted, *, shares: Sequence[str] | None = None) -> str:
    """The Bundle as JSON text. Raises ValueError if it is no valid R4B document.

    Or if it speaks of something that is not in it: a document stands alone. `shares` are those of
    its infusions where they were kept (see `share`); `charted.infusions` is then not looked at.
    Whatever is in the bundle was checked once: a share when it was written, the rest here.
    """
    if shares is None:
        shares = [share(one, patient_id=charted.patient.id) for one in charted.infusions]
    parts = [read(one) for one in shares]
    sections = [one for one in _sections(charted) if not one.is_blank]
    first = composition(charted, [one.written() for one in sections], parts)
    entries = written((first, *_resources(charted, sections)))
    head = _head(charted)
    check(with_entries(head, entries))
    for part in parts:
        for address, entry in part.entries.items():
            entries.setdefault(address, entry)
    text = with_entries(head, entries)
    if missing := set(_REFERENCE.findall(text)) - entries.keys():
        raise ValueError(f"Not in the bundle: {', '.join(sorted(missing))}")
    return text


def _head(charted: Charted) -> Resource:
    return {
        "resourceType": "Bundle",
        "id": str(uuid5(composition_id(charted), "bundle")),
        "language": charted.language,
        "identifier": numbered(charted.number),
        "type": "document",
        "timestamp": moment(charted.made_at),
    }


def _resources(charted: Charted, sections: Sequence[Section]) -> Iterator[Resource]:
    """What is not of one infusion: the practice, the patient, people, what the sections hold."""
    yield organization(charted.practice)
    yield patient(charted.patient, charted.practice)
    yield from map(practitioner, beside(charted))
    for one in sections:
        yield from one.walk()


def _sections(charted: Charted) -> Iterator[Section]:
    """What stands before the infusions, and the scales as they were taken."""
    owner = charted.patient.id
    yield allergies(charted.patient)
    yield alert.section(charted.alerts, patient_id=owner)
    yield consent.section(charted.consents, patient_id=owner)
    for one in charted.courses:
        yield course.section(one, charted.practice, patient_id=owner)
    yield _measures(charted)


def _measures(charted: Charted) -> Section:
    """The scales that the document shows as they were taken."""
    subject = reference(charted.patient.id)
    made = (
        each
        for one in charted.measures
        for each in observation.resources(
            one, subject, author=reference(one.author.id, one.author.words)
        )
    )
    words = tuple(
        f"{one.title}, {moment(one.observed_at)}: {_total(one)}" for one in charted.measures
    )
    return Section(title="Measures", words=words, resources=tuple(made))


def _total(one: observation.Rated) -> str:
    if not one.is_complete:
        return "not complete"
    said = [f"{one.total:f}" if one.total is not None else "", one.band]
    return ", ".join(filter(None, said))
