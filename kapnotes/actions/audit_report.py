"""The report of an audit of charts: a draft while it is under way, kept and sealed once it ended.

Who reaches every chart is handed the whole, anyone else the figures: the same bytes each time,
until a corrective action goes on; then a new report takes the place of the earlier one.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions.attempt import Workshop
from kapnotes.actions.audit_result import Result, result_of
from kapnotes.actions.audit_told import FIGURES, WHOLE, Told, edition_of, tell
from kapnotes.actions.document import Pdf
from kapnotes.actions.report import Report, printed
from kapnotes.actions.work import Stamp
from kapnotes.audit.events import Did
from kapnotes.audit.seal import signed_head
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.audit_state import AuditState
from kapnotes.clinic.refusals import OutOfReach, Stale, WrongState
from kapnotes.paper.audit_sheet import TITLE, draw_audit
from kapnotes.paper.gather import digest_of
from kapnotes.paper.letterhead import letterhead_of, paper_of
from kapnotes.records import audit_report, chart_audit, letterhead
from kapnotes.records.audit_report import AuditReport
from kapnotes.records.practice import the_practice

NOT_DRAWN = "Nothing was drawn for this audit yet, so there is nothing to report."
MEANWHILE = "Something went on while the report was printed. Please ask again."
LETTER = "A"
MARK = {WHOLE: "F", FIGURES: "N"}
"""What stands in a report's number for its kind and its edition."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What is needed to print a report: what it says, what came before, and the trail's head."""

    audit_id: UUID
    edition: str
    report: Report
    stamp: Stamp
    revision: int


def hand_out(*, audit_id: UUID, shop: Workshop, by: Actor, at: datetime) -> Pdf:
    """The report of an audit for this reader. Raises PrintFailed, SealFailed, Stale, WrongState."""
    found = _look(audit_id=audit_id, by=by, at=at)
    if isinstance(found, Pdf):
        return found
    content, pages = printed(
        found.report, found.stamp, printer=shop.printer, verify=shop.verify, by=by, at=at
    )
    if not found.report.is_final:
        _note_draft(audit_id=audit_id, by=by, at=at)
        return Pdf(content, "chart-audit-draft.pdf", is_kept=False)
    _keep(ready=found, content=content, pages=pages, by=by, at=at)
    return _handed(audit_id=audit_id, edition=found.edition, by=by, at=at)


@looks(Did.AUDIT_REPORT_HANDED_OUT)
def _look(deed: Deed, *, audit_id: UUID, by: Actor, at: datetime) -> Pdf | Ready:
    """The kept report, or what is needed to print one."""
    check_role(by, Action.AUDIT_CHARTS)
    session, reach = deed.session, by.reach(at)
    audit = chart_audit.fetch(session, audit_id, reach=reach)
    deed.on(audit)
    if audit.state == AuditState.PLANNED:
        raise WrongState(NOT_DRAWN)
    result = result_of(session, audit, reach=reach, words=True)
    told = tell(session, result, reach=reach, zone=by.zone)
    edition = edition_of(result)
    newest = audit_report.newest(session, audit.id, edition)
    report = _report(deed, result, told)
    if report.is_final and newest is not None and newest.content_digest == report.content_digest:
        deed.on(newest, number=newest.number)
        return _pdf(newest)
    deed.keep_silent()
    revision = newest.revision + 1 if newest else 1
    head = signed_head(session, db.current().ring)
    number = f"{audit.id.hex[:12].upper()}-{LETTER}{MARK[edition]}{revision}"
    replaces = newest.number if newest else ""
    stamp = Stamp(number, replaces, head) if report.is_final else Stamp("not kept", "", head)
    return Ready(audit.id, edition, report, stamp, revision)


@looks(Did.AUDIT_REPORT_PRINTED)
def _note_draft(deed: Deed, *, audit_id: UUID, by: Actor, at: datetime) -> None:
    deed.on(chart_audit.fetch(deed.session, audit_id, reach=by.reach(at)))


@does(Did.AUDIT_REPORT_KEPT)
def _keep(deed: Deed, *, ready: Ready, content: bytes, pages: int, by: Actor, at: datetime) -> None:
    """Keep what was made; of two who made the same at once, the first one's is kept."""
    session = deed.session
    chart_audit.fetch(session, ready.audit_id, reach=by.reach(at), lock=True)
    newest = audit_report.newest(session, ready.audit_id, ready.edition)
    if newest is not None and newest.content_digest == ready.report.content_digest:
        deed.keep_silent()
        return
    if (newest.revision if newest else 0) + 1 != ready.revision:
        raise Stale(MEANWHILE)
    made = AuditReport(
        id=uuid4(),
        audit_id=ready.audit_id,
        edition=ready.edition,
        number=ready.stamp.number,
        revision=ready.revision,
        content_digest=ready.report.content_digest,
        file_digest=sha256(content).hexdigest(),
        size=len(content),
        pages=pages,
        made_at=at,
        made_by_id=by.id,
        replaces=ready.stamp.replaces or None,
        content=content,
    )
    session.add(made)
    deed.on(made, number=made.number)


@looks(Did.AUDIT_REPORT_HANDED_OUT)
def _handed(deed: Deed, *, audit_id: UUID, edition: str, by: Actor, at: datetime) -> Pdf:
    """The report that was just made, as it is kept."""
    chart_audit.fetch(deed.session, audit_id, reach=by.reach(at))
    found = audit_report.newest(deed.session, audit_id, edition)
    if found is None:
        raise OutOfReach
    deed.on(found, number=found.number)
    return _pdf(found)


def _report(deed: Deed, result: Result, told: Told) -> Report:
    """What is to be printed. The digest is over all that it shows."""
    practice = the_practice(deed.session)
    if practice is None:
        raise OutOfReach
    row = letterhead.newest(deed.session)
    head, paper = letterhead_of(practice, row), paper_of(practice, row)
    sheet = told.sheet(head)
    return Report(
        practice=practice.name,
        paper=paper,
        title=f"{TITLE}: {sheet.name}",
        description="Report of a chart audit",
        content_digest=digest_of("chart audit", told.content(head.digest)),
        is_final=result.audit.state == AuditState.ENDED,
        draw=lambda: draw_audit(sheet, paper=paper),
    )


def _pdf(found: AuditReport) -> Pdf:
    return Pdf(found.content, f"{found.number}.pdf", is_kept=True)
