"""Making a report: a document of no one patient, printed, bound and sealed as the others are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kapnotes import db
from kapnotes.access.actor import Actor
from kapnotes.actions.sealing import the_sealer
from kapnotes.actions.work import Stamp
from kapnotes.audit.seal import testimony
from kapnotes.paper.binding import Attachment, Binding, Bookmark, Furniture
from kapnotes.paper.press import Printer
from kapnotes.paper.seal import seal
from kapnotes.paper.summary import PaperSize

LANGUAGE = "en"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it is to be printed. `draw` gives its pages; a draft is neither sealed nor kept.

    `attachments` lie in the file beside the pages.
    """

    practice: str
    paper: PaperSize
    title: str
    description: str
    content_digest: str
    is_final: bool
    draw: Callable[[], str]
    attachments: tuple[Attachment, ...] = ()


def printed(
    report: Report, stamp: Stamp, *, printer: Printer, verify: str, by: Actor, at: datetime
) -> tuple[bytes, int]:
    """The report and its pages, sealed where it is final. Raises PrintFailed or SealFailed.

    `verify` is the address under which its number can be looked up, "" for one that is not kept.
    """
    part = printer.part(report.draw(), at=at)
    content = printer.bind(
        Binding(
            parts=(part.content,),
            furniture=Furniture(
                practice=report.practice,
                number=stamp.number,
                content_digest=report.content_digest,
                trail_head=stamp.head.short,
                verify_url=f"{verify}/{stamp.number}" if report.is_final and verify else "",
                replaces=stamp.replaces,
                draft=not report.is_final,
                paper=report.paper,
            ),
            title=report.title,
            author=report.practice,
            description=report.description,
            language=LANGUAGE,
            bookmarks=(Bookmark(report.title, 0),),
            attachments=_attachments(report, stamp) if report.is_final else (),
            at=at,
        )
    )
    if report.is_final:
        reason = f"{report.description}, document {stamp.number}"
        sealer = the_sealer(by=by, at=at)
        content = seal(content, sealer=sealer, signer=report.practice, reason=reason, at=at)
    return content, part.pages


def _attachments(report: Report, stamp: Stamp) -> tuple[Attachment, ...]:
    """What lies in the file, and the signed head of the trail as it stood."""
    head = testimony(db.current().ring, stamp.head)
    words = "The head of the audit trail when this document was made, signed"
    return (
        *report.attachments,
        Attachment("trail-head.json", JSON, head, words, "Supplement"),
    )
