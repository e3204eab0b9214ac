"""Handing a scale to the patient on a tablet, and taking it back.

Whoever holds the token sees one scale without a name, for half an hour, and nothing else. Only a
digest of the token is kept. What is done with it stands under the person who handed it over, and
only while that person may still see the patient.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from kapnotes import db, forms
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.reach import MachineReach
from kapnotes.access.rules import check_role
from kapnotes.actions import measure_score, measure_write, own_measure, risk_call
from kapnotes.actions.people import actor_of
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.refusals import BadInput, OutOfReach, WrongState
from kapnotes.db import Session
from kapnotes.forms import Answers, Definition, Raw
from kapnotes.records import measure as measures
from kapnotes.records import patient
from kapnotes.records import person as people
from kapnotes.records.measure import HandOver, Measure

TIME = timedelta(minutes=30)
TOKEN_BYTES = 32
MOST_CHARACTERS = 40_000
RATED_BY_OBSERVER = frozenset({"moaa-s", "rass", "aldrete"})
"""Nobody rates their own sedation or recovery."""
_HANDED = MachineReach("a scale handed to the patient")


@dataclass(frozen=True, slots=True)
class Held:
    """A scale in the patient's hands. `by` is who handed it over; `raw` what was answered so far.

    Nothing in it says whose it is.
    """

    by: Actor
    title: str
    recall: str
    definition: Definition
    raw: Raw
    is_own: bool


def token_hash(token: str) -> str:
    """Under what a token's hand-over is found; the token itself is kept nowhere."""
    return db.current().ring.lookup_hash(f"hand-over {token}")


@does(Did.HAND_OVER_BEGUN)
def begin(
    deed: Deed,
    *,
    patient_id: UUID,
    key: str,
    infusion_id: UUID | None = None,
    occasion: str = "",
    by: Actor,
    at: datetime,
) -> str:
    """Hand a scale over and return the token of its page.

    One that the patient has already ends with it, and its answers go on in the new one.
    """
    check_role(by, Action.RECORD_MEASURE)
    reach = by.reach(at)
    patient.fetch(deed.session, patient_id, reach=reach, lock=True)
    scale = own_measure.scale(deed.session, key)
    if key in RATED_BY_OBSERVER:
        raise WrongState("This scale is rated by whoever observes the patient: fill it in here.")
    infusion = measure_write.infusion_for(deed.session, patient_id, infusion_id, reach=reach)
    before = measures.handed_over(deed.session, patient_id, reach=reach, key=key, lock=True)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    carried = _cleared(deed, before, scale.version, by=by, at=at)
    made = HandOver(
        id=uuid4(),
        patient_id=patient_id,
        course_id=measure_write.course_of(deed.session, patient_id, infusion, reach=reach),
        infusion_id=infusion.id if infusion else None,
        key=key,
        definition_version=scale.version,
        occasion=occasion if occasion in measure_write.OCCASIONS else "",
        token_hash=token_hash(token),
        handed_at=at,
        handed_by_id=by.id,
        ends_at=at + TIME,
        ended_at=None,
        measure_id=None,
        answers=carried,
    )
    deed.session.add(made)
    deed.on(made)
    deed.details["scale"] = key
    return token


def _cleared(
    deed: Deed, before: Sequence[HandOver], version: str, *, by: Actor, at: datetime
) -> Any:
    """End what was handed over before; return the answers that go on, if there are any.

    What ran out of time, or asks something else by now, is kept as a measure of its own.
    """
    carried = None
    for one in before:
        if one.ends_at > at and one.definition_version == version:
            carried = one.answers
            one.ended_at = at
        else:
            asks = own_measure.definition(deed.session, one.key, one.definition_version)
            _close(deed, one, asks, by=by, at=at)
    return carried


def held(*, token: str, at: datetime) -> Held:
    """What stands behind a token. Raises OutOfReach for one that is unknown, over or given back."""
    with db.current().reading() as session:
        found, by = _found(session, token, at=at)
        asks = own_measure.definition(session, found.key, found.definition_version)
        return Held(
            by,
            own_measure.title(session, found.key),
            measure_write.recall(session, found.patient_id, found.key, at, reach=by.reach(at)),
            asks,
            found.answers or {},
            found.key not in MEASURES,
        )


@does(Did.HAND_OVER_SAVED)
def save(deed: Deed, *, token: str, raw: Raw, by: Actor, at: datetime) -> None:
    """Keep the answers so far; what they call for is raised at once.

    Raises OutOfReach once it is over. The same answers again write nothing.
    """
    found, asks = _writable(deed, token, by=by, at=at)
    kept = _kept(asks, raw)
    if kept == (found.answers or {}):
        deed.keep_silent()
        return
    found.answers = kept
    _raise_alerts(deed, found, asks, kept, at=at)


@does(Did.HAND_OVER_GIVEN_BACK)
def give_back(deed: Deed, *, token: str, raw: Raw, by: Actor, at: datetime) -> UUID | None:
    """End it and keep the measure; return its id, None where nothing was answered.

    What cannot be read is left blank: the patient is asked nothing twice.
    """
    found, asks = _writable(deed, token, by=by, at=at)
    found.answers = _kept(asks, raw)
    _raise_alerts(deed, found, asks, found.answers, at=at)
    return _close(deed, found, asks, by=by, at=at)


@does(Did.HAND_OVER_ENDED)
def end(deed: Deed, *, hand_over_id: UUID, by: Actor, at: datetime) -> UUID | None:
    """Take it back before, or after, its time: the page closes, what was answered is kept.

    Returns the id of the measure, None where nothing was answered.
    """
    check_role(by, Action.RECORD_MEASURE)
    found = measures.fetch_hand_over(deed.session, hand_over_id, reach=by.reach(at))
    deed.on(found)
    if found.ended_at is not None:
        raise WrongState("This was taken back already.")
    asks = own_measure.definition(deed.session, found.key, found.definition_version)
    return _close(deed, found, asks, by=by, at=at)


def missing(held: Held, raw: Raw) -> tuple[str, ...]:
    """The names of the questions that are asked and have no answer yet."""
    asks = held.definition
    named = {one.name for one in forms.check_signing(asks, _read(asks, raw), {})}
    return tuple(item.link_id for item in asks.walk() if item.link_id in named)


def _found(
    session: Session, token: str, *, at: datetime, lock: bool = False
) -> tuple[HandOver, Actor]:
    found = measures.with_token(session, token_hash(token), reach=_HANDED, lock=lock)
    if found is None or found.ended_at is not None or found.ends_at <= at:
        raise OutOfReach
    person = people.by_id(session, found.handed_by_id, reach=_HANDED)
    if person is None or not person.is_active:
        raise OutOfReach
    by = actor_of(person)
    if not by.can(Action.RECORD_MEASURE):
        raise OutOfReach
    patient.fetch(session, found.patient_id, reach=by.reach(at))
    return found, by


def _writable(deed: Deed, token: str, *, by: Actor, at: datetime) -> tuple[HandOver, Definition]:
    found, who = _found(deed.session, token, at=at, lock=True)
    if who.id != by.id:
        raise OutOfReach
    deed.on(found)
    deed.details |= {"scale": found.key, "by_patient": True}
    return found, own_measure.definition(deed.session, found.key, found.definition_version)


def _kept(asks: Definition, raw: Raw) -> dict[str, list[str]]:
    """What is kept of what was posted: the names that the scale has, nothing over long."""
    kept = forms.tidy(asks, raw)
    if sum(len(text) for values in kept.values() for text in values) > MOST_CHARACTERS:
        raise BadInput({"": "This is longer than can be kept."})
    return kept


def _read(asks: Definition, raw: Raw) -> Answers:
    """The answers that can be read and fit; others are blanks."""
    answers = forms.read(asks, raw).answers
    unfit = {one.name for one in forms.check_draft(asks, answers)}
    return {name: value for name, value in answers.items() if name not in unfit}


def _raise_alerts(deed: Deed, found: HandOver, asks: Definition, raw: Raw, *, at: datetime) -> None:
    rule = rules_at(deed.session, at).alerts
    alerts = measure_score.alerts_of(found.key, asks, _read(asks, raw), rule=rule)
    risk_call.call(deed, found, alerts, by_id=found.handed_by_id, at=at)


def _close(
    deed: Deed, found: HandOver, asks: Definition, *, by: Actor, at: datetime
) -> UUID | None:
    """End it, and put its answers down as a measure."""
    answers = _read(asks, found.answers or {})
    row: Measure | None = None
    if answers:
        row = measure_write.write(
            deed,
            asks,
            answers,
            row_id=uuid4(),
            patient_id=found.patient_id,
            key=found.key,
            infusion=measure_write.infusion_for(
                deed.session, found.patient_id, found.infusion_id, reach=by.reach(at)
            ),
            course_id=found.course_id,
            occasion=found.occasion,
            source=measure_write.HANDED_OVER,
            observed_at=min(at, found.ends_at),
            by=by,
            at=at,
        )
        rule = rules_at(deed.session, at).alerts
        alerts = measure_score.alerts_of(found.key, asks, answers, rule=rule)
        risk_call.call(deed, row, alerts, earlier=(found.id,), by_id=by.id, at=at)
    found.ended_at = at
    found.measure_id = row.id if row else None
    deed.on(found)
    return found.measure_id
