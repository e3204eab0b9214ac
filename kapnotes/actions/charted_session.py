"""What a session recorded, for the bundle of a document: the rows behind the lines of its page."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kapnotes.actions.entry import answers_of
from kapnotes.clinic.adverse_event import AdverseEventKind, EventOutcome, Severity
from kapnotes.clinic.dose import DrugForm
from kapnotes.clinic.infusion import Route
from kapnotes.exchange import charted_session as exchange
from kapnotes.exchange.charted_note import Filled
from kapnotes.exchange.person import Person
from kapnotes.library import record_definition
from kapnotes.paper.parts import Parts
from kapnotes.paper.summary import AdverseRow, DoseRow, EventRow
from kapnotes.records.session_row import Arrival, Discharge, Row, SessionEvent, Vitals, values_of


def by(row: Row) -> Person:
    """Who recorded a row."""
    who = row.recorded_by
    return Person(id=who.id, name=who.name, credentials=who.credentials)


def arrival_of(parts: Parts) -> Filled | None:
    """The last arrival check, which is the one on the page."""
    rows = parts.session.of(Arrival)
    return _check(rows[-1], "arrival", parts) if rows else None


def discharge_of(parts: Parts) -> Filled | None:
    """Recovery and discharge as it was recorded last."""
    rows = parts.session.of(Discharge)
    return _check(rows[-1], "discharge", parts) if rows else None


def _check(row: Arrival | Discharge, noun: str, parts: Parts) -> Filled:
    """A check as answers to what its record asks."""
    values: dict[str, Any] = values_of(row)
    return Filled(
        id=row.id,
        definition=record_definition(noun),
        answers=answers_of(noun, values, zone=parts.zone.key),
        at=row.observed_at.astimezone(parts.zone),
        zone=parts.zone,
        by=by(row),
        words=f"Why it stands: {row.caution_reason}" if row.caution_reason else "",
    )


def doses_of(parts: Parts, told: Sequence[DoseRow]) -> tuple[exchange.Dose, ...]:
    """Each dose with the steps it was given in."""
    return tuple(
        exchange.Dose(
            id=row.id,
            started_at=said.started_at,
            drug_form=DrugForm(row.drug_form),
            drug=said.drug,
            route=Route(row.route),
            mg=said.mg,
            by=by(row),
            stopped_at=said.stopped_at,
            mg_per_kg=said.mg_per_kg,
            planned_mg_per_kg=said.planned_mg_per_kg,
            rate_mg_per_h=said.rate_mg_per_h,
            concentration_mg_per_ml=said.concentration_mg_per_ml,
            lot=said.lot,
            weight_kg=said.weight_kg,
            weighed_on=said.weighed_on,
            drawn_mg=said.drawn_mg,
            wasted_mg=said.wasted_mg,
            wasted_by=said.wasted_by,
            witnessed_by=said.witnessed_by,
            changes=said.changes,
            how=said.how,
            is_running=said.is_running,
            why=said.why,
            steps=events_of(parts, said.steps),
        )
        for row, said in zip(parts.doses, told, strict=True)
    )


def readings_of(parts: Parts) -> tuple[exchange.Reading, ...]:
    """The rows of vitals, by time."""
    return tuple(
        exchange.Reading(
            id=row.id,
            at=row.observed_at.astimezone(parts.zone),
            recorded_at=row.recorded_at.astimezone(parts.zone),
            by=by(row),
            systolic=row.systolic,
            diastolic=row.diastolic,
            heart_rate=row.heart_rate,
            spo2=row.spo2,
            respiratory_rate=row.respiratory_rate,
            sedation=row.sedation,
            distress=row.distress,
            nausea=row.nausea,
            comment=row.comment or "",
        )
        for row in parts.vitals
    )


def events_of(parts: Parts, told: Sequence[EventRow]) -> tuple[exchange.Event, ...]:
    """The events behind these lines, in the order of the page."""
    rows = {str(row.id): row for row in parts.session.of(SessionEvent)}
    readings = {row.id for row in parts.session.of(Vitals)}
    return tuple(_event(rows[said.id], said, readings) for said in told)


def _event(row: SessionEvent, said: EventRow, readings: set[UUID]) -> exchange.Event:
    return exchange.Event(
        id=row.id,
        at=said.at,
        kind=row.kind,
        what=said.what,
        by=by(row),
        words=row.words or "",
        why=row.caution_reason or "",
        rate_mg_per_h=row.rate_mg_per_h,
        about_id=row.about_id if row.about_id in readings else None,
    )


def adverse_of(parts: Parts, told: Sequence[AdverseRow]) -> tuple[exchange.AdverseEvent, ...]:
    """The adverse events, by time."""
    return tuple(
        exchange.AdverseEvent(
            id=row.id,
            at=said.observed_at,
            recorded_at=row.recorded_at.astimezone(parts.zone),
            kind=AdverseEventKind(row.kind),
            what=said.kind,
            severity=Severity(row.severity),
            by=by(row),
            is_serious=row.serious,
            action=said.action,
            outcome=EventOutcome(row.outcome) if row.outcome else None,
            ended=said.outcome,
            resolved_at=said.resolved_at,
            words=said.words,
        )
        for row, said in zip(parts.adverse, told, strict=True)
    )
