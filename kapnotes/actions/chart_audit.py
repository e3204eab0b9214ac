"""Planning an audit of charts, drawing its sample, and ending it."""

import secrets
from collections.abc import Collection
from datetime import datetime
from uuid import UUID, uuid4

from kapnotes import db
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import chart_frame
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import chart_sample, rubric
from kapnotes.clinic.audit_programme import Programme, check_programme
from kapnotes.clinic.audit_state import AuditMove, AuditState, check_audit, check_complete
from kapnotes.clinic.chart_sample import ALGORITHM, Chart, Sample, SampleBy
from kapnotes.clinic.refusals import Stale, WrongState
from kapnotes.records import audit_chart, chart_audit, person
from kapnotes.records.audit_chart import AuditChart, AuditChartPerson
from kapnotes.records.chart_audit import ChartAudit

NOTHING = (
    "There is no chart to draw: no session of these people's patients was held and completed in "
    "this period. Change the period, or whom it covers."
)
SEED_BYTES = 16


@does(Did.CHART_AUDIT_PLANNED)
def plan(deed: Deed, *, programme: Programme, by: Actor, at: datetime) -> UUID:
    """Plan an audit; its id. Raises BadInput, its errors named as the form's fields are."""
    check_role(by, Action.AUDIT_CHARTS)
    person.hold_links(deed.session, by.id)
    people = _check(deed, programme, by=by, at=at)
    made = ChartAudit(
        id=uuid4(),
        led_by_id=by.id,
        sampling=programme.by.value,
        how_many=programme.count,
        since=programme.since,
        until=programme.until,
        state=AuditState.PLANNED.value,
        revision=1,
        planned_at=at,
        drawn_at=None,
        drawn_by_id=None,
        seed="",
        algorithm="",
        frame_sealed=None,
        frame_digest="",
        frame_size=0,
        rubric=None,
        ended_at=None,
        ended_by_id=None,
    )
    db.current().new_owner(deed.session, made.id)
    made.name, made.aim = programme.name.strip(), programme.aim.strip() or None  # type: ignore[assignment] # sealed_text keeps None as None
    deed.session.add(made)
    deed.session.flush()
    chart_audit.cover(deed.session, made.id, people)
    deed.on(made, people=len(people), by=programme.by.value)
    return made.id


@does(Did.CHART_AUDIT_EDITED)
def edit(
    deed: Deed, *, audit_id: UUID, programme: Programme, base: int, by: Actor, at: datetime
) -> None:
    """Change the plan of an audit that is not drawn yet; `base` is the revision it was read in."""
    found = _hold(deed, audit_id, AuditMove.EDIT, by=by, at=at)
    if base != found.revision:
        raise Stale
    people = _check(deed, programme, by=by, at=at)
    found.name, found.aim = programme.name.strip(), programme.aim.strip() or None  # type: ignore[assignment] # sealed_text keeps None as None
    found.sampling, found.how_many = programme.by.value, programme.count
    found.since, found.until = programme.since, programme.until
    found.revision += 1
    chart_audit.cover(deed.session, found.id, people)
    deed.details.update(people=len(people), by=programme.by.value)


@does(Did.CHART_AUDIT_DROPPED)
def drop(deed: Deed, *, audit_id: UUID, by: Actor, at: datetime) -> None:
    """Give up an audit before anything was drawn for it."""
    found = _hold(deed, audit_id, AuditMove.DROP, by=by, at=at)
    found.state = AuditState.DROPPED.value


@does(Did.CHART_AUDIT_DRAWN)
def draw(deed: Deed, *, audit_id: UUID, by: Actor, at: datetime) -> int:
    """Draw the sample from the charts in the reader's reach; how many were drawn.

    The seed is made here, so that nobody knows it while the programme can still be changed.
    """
    found = _hold(deed, audit_id, AuditMove.DRAW, by=by, at=at)
    people = {one.id for one in chart_audit.covers(deed.session, [found.id])[found.id]}
    theirs = {one.id for one in chart_audit.supervised(deed.session, reach=by.reach(at))}
    patients, charts = chart_frame.frame_of(deed.session, found, people & theirs, by=by, at=at)
    if not charts:
        raise WrongState(NOTHING)
    seed = secrets.token_hex(SEED_BYTES)
    sample = chart_sample.draw(SampleBy(found.sampling), charts, count=found.how_many, seed=seed)
    frame = chart_frame.plain_of(charts)
    found.frame = frame
    found.frame_digest, found.frame_size = chart_frame.digest_of(frame), len(frame)
    found.seed, found.algorithm = seed, ALGORITHM
    found.rubric = rubric.to_plain(rules_at(deed.session, at).rubric)
    found.drawn_at, found.drawn_by_id = at, by.id
    found.state = AuditState.DRAWN.value
    deed.session.flush()
    _keep(deed, found, sample, {one.key: one for one in charts}, patients)
    deed.details.update(charts=len(sample.keys), of=len(charts), frame=found.frame_digest)
    return len(sample.keys)


@looks(Did.CHART_AUDIT_CHECKED)
def draw_again(deed: Deed, *, audit_id: UUID, by: Actor, at: datetime) -> bool:
    """Whether the kept frame is whole, and drawing from it again gives the very same charts."""
    check_role(by, Action.AUDIT_CHARTS)
    found = chart_audit.fetch(deed.session, audit_id, reach=by.reach(at))
    deed.on(found)
    if found.frame is None:
        raise WrongState("Nothing was drawn for this audit yet.")
    keys = audit_chart.keys(deed.session, found.id)
    charts = chart_frame.charts_of(found.frame)
    is_whole = chart_frame.digest_of(found.frame) == found.frame_digest
    is_same = is_whole and chart_sample.is_drawn_from(chart_frame.sample_of(found, keys), charts)
    deed.details["same"] = is_same
    return is_same


@does(Did.CHART_AUDIT_ENDED)
def end(deed: Deed, *, audit_id: UUID, by: Actor, at: datetime) -> None:
    """End an audit and lock its answers. Every chart that can still be read is answered by then.

    One that went out of reach meanwhile stays as it is, and the result says so.
    """
    found = _hold(deed, audit_id, AuditMove.END, by=by, at=at)
    charts = audit_chart.within_reach(deed.session, found.id, reach=by.reach(at))
    check_complete(sum(not one.is_answered for one in charts))
    audit_chart.lock(deed.session, found.id, at=at)
    found.state = AuditState.ENDED.value
    found.ended_at, found.ended_by_id = at, by.id


def _hold(deed: Deed, audit_id: UUID, move: AuditMove, *, by: Actor, at: datetime) -> ChartAudit:
    """The audit under lock, if the move is open in its state."""
    check_role(by, Action.AUDIT_CHARTS)
    person.hold_links(deed.session, by.id)
    found = chart_audit.fetch(deed.session, audit_id, reach=by.reach(at), lock=True)
    deed.on(found)
    check_audit(AuditState(found.state), move)
    return found


def _check(deed: Deed, programme: Programme, *, by: Actor, at: datetime) -> Collection[UUID]:
    """Whom it covers, all of them supervised today by whoever plans."""
    reach = by.reach(at)
    known = {str(one.id) for one in chart_audit.supervised(deed.session, reach=reach)}
    check_programme(programme, on=reach.on, known=frozenset(known))
    return {UUID(one) for one in programme.covers}


def _keep(
    deed: Deed,
    audit: ChartAudit,
    sample: Sample,
    charts: dict[str, Chart],
    patients: dict[UUID, UUID],
) -> None:
    """Keep the sample in the order of its drawing, and whose each chart is."""
    people: list[AuditChartPerson] = []
    for place, key in enumerate(sample.keys, 1):
        infusion_id, chart_id = UUID(key), uuid4()
        deed.session.add(
            AuditChart(
                id=chart_id,
                audit_id=audit.id,
                patient_id=patients[infusion_id],
                infusion_id=infusion_id,
                place=place,
                points=None,
                is_answered=False,
                locked_at=None,
            )
        )
        people += [
            AuditChartPerson(id=uuid4(), chart_id=chart_id, person_id=UUID(one))
            for one in sorted(charts[key].people)
        ]
    deed.session.flush()
    deed.session.add_all(people)
