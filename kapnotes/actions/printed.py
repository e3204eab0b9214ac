"""What the command line prints, in the patient's list of disclosures like all that leaves."""

from datetime import datetime
from uuid import UUID

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import disclosure
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.document import Channel
from kapnotes.records import document

OPERATOR = "A file of the command line"
PRINTED = "Printed by the command line; what for was not asked"


@does(Did.DOCUMENT_DISCLOSED)
def keep(
    deed: Deed, *, document_id: UUID, recipient: str, purpose: str, by: Actor, at: datetime
) -> None:
    """Add the row of a kept document that the command line printed into a file."""
    check_role(by, Action.PRINT_SUMMARY)
    found = document.fetch(deed.session, document_id, reach=by.reach(at))
    deed.on(found, kind=found.kind, edition=found.edition, number=found.number)
    deed.details["channel"] = Channel.PRINT.value
    disclosure.write(
        deed.session,
        patient_id=found.patient_id,
        document_id=found.id,
        what=found.kind,
        number=found.number,
        channel=Channel.PRINT,
        recipient=recipient or OPERATOR,
        purpose=disclosure.words_of(purpose) if purpose else PRINTED,
        by=by,
        at=at,
    )
