"""A patient's documents: kept, being made, sent to which place, and handed out to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import job as jobs
from kapnotes.actions.document_title import Titles, titles_of
from kapnotes.actions.job import Standing
from kapnotes.actions.work import edition_for
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, looks
from kapnotes.records import delivery, disclosure, document, job, patient
from kapnotes.records.delivery import Delivery
from kapnotes.records.disclosure import Disclosure
from kapnotes.records.document import Document
from kapnotes.records.patient import Patient

LATE = timedelta(minutes=1)
"""What waits for so long after its time waits for a worker that is not there."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a delivery of a document goes; `is_late` when nobody took it up in time."""

    delivery: Delivery
    is_late: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept document, its deliveries, the one that replaced it (or ""), and the versions before.

    `earlier` are the newest first; they have no earlier ones themselves.
    """

    document: Document
    title: str
    ways: Sequence[Way]
    replaced_by: str = ""
    earlier: Sequence["Kept"] = ()


@dataclass(frozen=True, slots=True)
class Making:
    """A document that is being made, or could not be."""

    title: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class DocumentsView:
    """What the page of a patient's documents shows; disclosures with the newest first.

    `digests` are those of the files, by document; `states` how far what is sent is, by disclosure.
    """

    patient: Patient
    making: Sequence[Making]
    kept: Sequence[Kept]
    disclosures: Sequence[Disclosure]
    digests: Mapping[UUID, str]
    states: Mapping[UUID, str]

    @property
    def is_late(self) -> bool:
        """Whether something waits for a worker that does not come."""
        everything = [way for one in self.kept for way in one.ways]
        everything += [way for one in self.kept for old in one.earlier for way in old.ways]
        return any(one.is_late for one in everything)


@looks(Did.DOCUMENTS_LISTED)
def look(deed: Deed, *, patient_id: UUID, by: Actor, at: datetime) -> DocumentsView:
    """The documents of a patient in the edition that this person reads, and the patient's list."""
    check_role(by, Action.PRINT_SUMMARY)
    session, reach, edition = deed.session, by.reach(at), edition_for(by).value
    owner = patient.fetch(session, patient_id, reach=reach)
    deed.on(owner)
    rows = [
        one
        for one in document.of_patient(session, patient_id, reach=reach)
        if one.edition == edition
    ]
    open_jobs = job.unfinished(session, patient_id, edition, reach=reach)
    about = [(one.kind, one.about_id) for one in rows]
    about += [(one.kind, one.about_id) for one in open_jobs]
    titles = titles_of(session, patient_id, about, reach=reach)
    sent = delivery.of_patient(session, patient_id, reach=reach)
    return DocumentsView(
        owner,
        [Making(titles.of(one.kind, one.about_id), jobs.standing(one)) for one in open_jobs],
        _grouped(rows, sent, titles, at=at),
        list(reversed(disclosure.of_patient(session, patient_id, reach=reach))),
        {one.id: one.file_digest for one in rows},
        {one.disclosure_id: one.state for one in sent},
    )


def _grouped(
    rows: Sequence[Document], sent: Sequence[Delivery], titles: Titles, *, at: datetime
) -> list[Kept]:
    """Each document with the versions before it, the newest made first."""
    replaced_by = {one.replaces: one.number for one in rows if one.replaces}
    groups: dict[tuple[str, UUID, str], list[Kept]] = {}
    for one in rows:
        shown = Kept(
            one,
            titles.of(one.kind, one.about_id),
            [Way(each, _is_late(each, at)) for each in sent if each.document_id == one.id],
            replaced_by.get(one.number, ""),
        )
        groups.setdefault((one.kind, one.about_id, one.choice_digest), []).append(shown)
    for versions in groups.values():
        versions.sort(key=lambda one: one.document.revision, reverse=True)
    return [
        Kept(first.document, first.title, first.ways, first.replaced_by, rest)
        for first, *rest in groups.values()
    ]


def _is_late(one: Delivery, at: datetime) -> bool:
    """Whether its time has come and nobody took it up."""
    is_waiting = one.state == delivery.WAITING
    return is_waiting and one.next_try_at is not None and one.next_try_at + LATE < at
