"""What the documentation checks found in notes that wait, and for which patients a risk stands."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kapnotes.clinic.measure_alert import CALLING
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.review_queue import OF_CHAIN, OF_WAITING
from kapnotes.clinic.screening import AlertLevel
from kapnotes.records.alert import PatientAlert
from kapnotes.records.kept_finding import Counts, KeptFinding
from kapnotes.records.queued_note import Queued
from kapnotes.records.waiting_note import WaitingNote


def found_in(session: Session, notes: Sequence[Queued]) -> dict[UUID, Counts]:
    """What was found in notes that were read within reach, and still is; one query for any number.

    As `clinic.review_queue.found_in` says it.
    """
    if not notes:
        return {}
    query = (
        sa.select(
            *(KeptFinding.infusion_id, KeptFinding.note_id, KeptFinding.code, KeptFinding.level),
            sa.func.count().label("number"),
        )
        .where(
            KeptFinding.infusion_id.in_([one.infusion_id for one in notes]),
            KeptFinding.gone_at.is_(None),
            KeptFinding.code.not_in(sorted(OF_WAITING)),
        )
        .group_by(
            *(KeptFinding.infusion_id, KeptFinding.note_id, KeptFinding.code, KeptFinding.level)
        )
    )
    rows: dict[UUID, list[Any]] = {}
    for row in session.connection().execute(query):
        rows.setdefault(row.infusion_id, []).append(row)
    return {one.note_id: _counts(one, rows.get(one.infusion_id, ())) for one in notes}


def _counts(note: Queued, rows: Iterable[Any]) -> Counts:
    """What counts for the note, of all that was found in its chain."""
    codes = OF_CHAIN[NoteKind(note.kind)]
    levels: Counter[str] = Counter()
    for row in rows:
        if row.note_id == note.note_id or (row.note_id is None and row.code in codes):
            levels[row.level] += row.number
    return Counts(**levels)


def has_risk() -> sa.ColumnElement[bool]:
    """An alert stands on the patient that holds a dose back, or calls for a risk note."""
    weighs = PatientAlert.level == AlertLevel.HOLD.value
    return (
        sa.select(PatientAlert.id)
        .where(
            PatientAlert.patient_id == WaitingNote.patient_id,
            PatientAlert.resolved_at.is_(None),
            sa.or_(weighs, PatientAlert.code.in_(sorted(CALLING))),
        )
        .exists()
    )


def has_findings() -> sa.ColumnElement[bool]:
    """Something was found in the note, as `clinic.review_queue.found_in` says it, and still is."""
    beside = (
        sa.and_(WaitingNote.kind == kind.value, KeptFinding.code.in_(sorted(codes)))
        for kind, codes in OF_CHAIN.items()
    )
    of_note = sa.select(KeptFinding.id).where(
        KeptFinding.note_id == WaitingNote.note_id,
        KeptFinding.gone_at.is_(None),
        KeptFinding.code.not_in(sorted(OF_WAITING)),
    )
    of_chain = sa.select(KeptFinding.id).where(
        KeptFinding.infusion_id == WaitingNote.infusion_id,
        KeptFinding.gone_at.is_(None),
        KeptFinding.note_id.is_(None),
        sa.or_(*beside),
    )
    return sa.or_(of_note.exists(), of_chain.exists())
