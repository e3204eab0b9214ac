"""The totals of scales that notes have, each with its change where the page says it."""

from collections.abc import Collection
from uuid import UUID

from kapnotes.exchange import coding
from kapnotes.exchange.charted import Infusion, Score
from kapnotes.exchange.coding import Resource, concept, moment, reference, terminology
from kapnotes.exchange.observation import SURVEY, TOTAL, scale
from kapnotes.exchange.section import Section
from kapnotes.forms import Code
from kapnotes.library import MEASURES, measure_definition

TITLE = "Scales"


def section(infusion: Infusion, *, patient_id: UUID, here: Collection[UUID]) -> Section:
    """The totals of the course so far, as the page of an infusion lists and draws them.

    `here` are the ids of the notes that the document holds.
    """
    if not infusion.scores:
        said = ("No scale is recorded for this infusion.",) if infusion.is_whole else ()
        return Section(title=TITLE, words=said, empty="unavailable")
    made = tuple(_observation(one, patient_id, here) for one in infusion.scores)
    return Section(title=TITLE, words=tuple(map(_told, infusion.scores)), resources=made)


def _observation(one: Score, patient_id: UUID, here: Collection[UUID]) -> Resource:
    top = f"possible totals 0 to {one.highest:f}" if one.highest is not None else ""
    missing = terminology("data-absent-reason", "unknown", "Unknown")
    value = (
        {"valueQuantity": coding.score(one.total)}
        if one.total is not None
        else {"dataAbsentReason": concept(missing, text="incomplete")}
    )
    return {
        "resourceType": "Observation",
        "id": str(one.id),
        "status": "final",
        "category": [concept(SURVEY)],
        "code": concept(*scale(one.key, *_codes(one.key)), text=one.scale),
        "subject": reference(patient_id),
        "effectiveDateTime": moment(one.at) if one.at else one.on.isoformat(),
        **value,
        "interpretation": [{"text": one.band}] if one.band else [],
        "note": [{"text": _change(one)}],
        "referenceRange": [{"text": top}] if top else [],
        "derivedFrom": [reference(one.note_id)] if one.note_id and one.note_id in here else [],
    }


def _codes(key: str) -> tuple[Code, ...]:
    """The codes of a scale's total in systems of others, where a built-in scale knows them."""
    if key not in MEASURES:
        return ()
    scored = measure_definition(key).scored
    return next((item.codes for item in scored if item.link_id == TOTAL), ())


def _change(one: Score) -> str:
    """`-12 since baseline (31): Response (-39 %)`."""
    if one.change is None or one.baseline is None:
        return one.meaning
    said = f"{one.change:+f} since baseline ({one.baseline:f})"
    return f"{said}: {one.meaning}" if one.meaning else said


def _told(one: Score) -> str:
    total = f"{one.total:f}" if one.total is not None else "incomplete"
    said = f"{one.scale}, {one.on.isoformat()}: {total}"
    return ", ".join(filter(None, (said, one.band, _change(one))))
