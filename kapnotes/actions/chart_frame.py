"""The frame of a sample: every chart that could be drawn, as it stood at the drawing.

The frame is kept whole, sealed, with the digest of its canonical text. With it, the seed and the
version of the drawing anyone draws the same charts again, whatever became of the record since.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from kapnotes.access.actor import Actor
from kapnotes.clinic.chart_sample import Chart, Sample, SampleBy
from kapnotes.clinic.measure_alert import CALLING
from kapnotes.clinic.risk import ORDER, RiskLevel
from kapnotes.db import Session
from kapnotes.records import chart_frame
from kapnotes.records.chart_audit import ChartAudit
from kapnotes.records.chart_frame import Held

DOMAIN = b"kapnotes chart frame v1\x00"
UNGRADED = RiskLevel.MODERATE
"""What an answer about risk counts for that has no level of its own: a look at once [B]."""


def frame_of(
    session: Session, audit: ChartAudit, people: Collection[UUID], *, by: Actor, at: datetime
) -> tuple[dict[UUID, UUID], tuple[Chart, ...]]:
    """The patients by infusion, and the charts of these people in the period, within reach."""
    reach, zone = by.reach(at), ZoneInfo(by.zone)
    since = datetime.combine(audit.since, time(), zone)
    until = datetime.combine(audit.until + timedelta(days=1), time(), zone)
    held = chart_frame.took_place(session, since, until, reach=reach)
    theirs = _whose(session, held, people, (since, until))
    grave = chart_frame.grave(session, since, until)
    musts = chart_frame.musts(session, since, until)
    risks = _risks(chart_frame.alerts(session, since, until, CALLING, reach=reach))
    charts = tuple(
        Chart(
            key=str(one.id),
            people=frozenset(map(str, theirs[one.id])),
            risk=risks.get(one.patient_id),
            is_grave=one.id in grave,
            musts=musts.get(one.id, 0),
        )
        for one in held
        if theirs[one.id]
    )
    return {one.id: one.patient_id for one in held}, charts


def _whose(
    session: Session,
    held: Sequence[Held],
    people: Collection[UUID],
    span: tuple[datetime, datetime],
) -> dict[UUID, set[UUID]]:
    """Whose each chart is, of these people; the days are those of the span's zone."""
    wrote = chart_frame.authors(session, *span, people)
    written = chart_frame.written(session, *span)
    teams = chart_frame.therapists(session, *span, people)
    found = {}
    for one in held:
        day = one.started_at.astimezone(span[0].tzinfo).date()
        found[one.id] = (
            wrote.get(one.id, set())
            if one.id in written
            else {on.person_id for on in teams.get(one.patient_id, ()) if on.is_on(day)}
        )
    return found


def _risks(alerts: Iterable[tuple[UUID, str]]) -> dict[UUID, RiskLevel]:
    """The highest level of risk that was raised of each patient."""
    found: dict[UUID, RiskLevel] = {}
    for patient_id, code in alerts:
        level = next((one for one in RiskLevel if code.endswith(f"_{one}")), UNGRADED)
        found[patient_id] = max(found.get(patient_id, level), level, key=ORDER.index)
    return found


def plain_of(charts: Iterable[Chart]) -> list[dict[str, Any]]:
    """A frame as JSON can hold it, in the order of its keys."""
    return [
        {
            "key": one.key,
            "people": sorted(one.people),
            "risk": one.risk and one.risk.value,
            "grave": one.is_grave,
            "musts": one.musts,
        }
        for one in sorted(charts, key=lambda one: one.key)
    ]


def charts_of(plain: Iterable[Mapping[str, Any]]) -> tuple[Chart, ...]:
    """The charts of a frame in its plain form."""
    return tuple(
        Chart(
            key=one["key"],
            people=frozenset(one["people"]),
            risk=None if one["risk"] is None else RiskLevel(one["risk"]),
            is_grave=one["grave"],
            musts=one["musts"],
        )
        for one in plain
    )


def digest_of(plain: Sequence[Mapping[str, Any]]) -> str:
    """The SHA-256 of a frame's canonical text."""
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(DOMAIN + text.encode()).hexdigest()


def sample_of(audit: ChartAudit, keys: Iterable[UUID]) -> Sample:
    """What was drawn for an audit, as the drawing says it."""
    return Sample(
        by=SampleBy(audit.sampling),
        seed=audit.seed,
        count=audit.how_many,
        keys=tuple(map(str, keys)),
        algorithm=audit.algorithm,
    )
