"""Measures: what was taken of a patient, filling a scale in, correcting and striking out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from kapnotes import forms
from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import entry as entries
from kapnotes.actions import hand_over, measure, measure_view
from kapnotes.actions.measure import Sheet
from kapnotes.actions.measure_view import MeasureView
from kapnotes.actions.measure_write import OCCASIONS
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.refusals import BadInput, OutOfReach, ReasonNeeded, Refusal
from kapnotes.forms import Ask, Definition, ItemType, Raw
from kapnotes.web import entry
from kapnotes.web.errors import status_of
from kapnotes.web.hand_over import lock_away
from kapnotes.web.scale_form import plainly
from kapnotes.web.session import me, now

place = Blueprint("measures", __name__)
AT = "_at"
"""The name of the time at which a scale was filled in; no question of a scale begins so."""


@dataclass(frozen=True, slots=True)
class Filling:
    """A scale's form as the page shows it."""

    at: Ask
    asks: tuple[Ask, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    sentence: str = ""
    why: str = ""
    why_error: str = ""
    id: str = ""


@place.get("/patients/<uuid:patient_id>/measures")
@needs(Action.SEE_PATIENT)
def page(patient_id: UUID) -> str:
    """Show what was taken, and what can be."""
    view = measure_view.look(patient_id=patient_id, by=me(), at=now())
    return render_template(
        "measures/page.html",
        view=view,
        at=now(),
        infusion_id=_infusion_id(),
        scales=MEASURES,
        may=me().can,
        Action=Action,
    )


@place.get("/patients/<uuid:patient_id>/measures/<key>/new")
@needs(Action.RECORD_MEASURE)
def new(patient_id: UUID, key: str) -> str:
    """Show the scale, blank."""
    sheet = _sheet(patient_id, key)
    filling = _filling(sheet.definition, {}, at=_wall(now()), id=str(uuid4()))
    return _form(sheet, filling)


@place.post("/patients/<uuid:patient_id>/measures/<key>/new")
@needs(Action.RECORD_MEASURE)
def record(patient_id: UUID, key: str) -> tuple[str, int] | Response:
    """Keep the scale as it was filled in."""
    raw = entry.posted()
    try:
        saved = measure.record(
            patient_id=patient_id,
            key=key,
            raw=raw,
            observed_at=_observed_at(raw),
            version=_one(raw, "_definition") or None,
            infusion_id=_infusion_id(),
            occasion=_one(raw, "_occasion"),
            delivery=_id(_one(raw, "_id")),
            by=me(),
            at=now(),
        )
    except OutOfReach:
        raise
    except Refusal as refusal:
        sheet = _sheet(patient_id, key)
        filling = _again(sheet.definition, raw, refusal)
        return _form(sheet, filling), status_of(refusal)
    return redirect(f"/measures/{saved.measure_id}")


@place.post("/patients/<uuid:patient_id>/measures/<key>/hand-over")
@needs(Action.RECORD_MEASURE)
def give(patient_id: UUID, key: str) -> Response:
    """Hand the scale over: this browser is signed out, and shows nothing else from here on."""
    token = hand_over.begin(
        patient_id=patient_id,
        key=key,
        infusion_id=_infusion_id(),
        occasion=_one(entry.posted(), "_occasion"),
        by=me(),
        at=now(),
    )
    return lock_away(redirect(f"/hand-over/{token}"))


@place.post("/hand-overs/<uuid:hand_over_id>/end")
@needs(Action.RECORD_MEASURE)
def take_back(hand_over_id: UUID) -> Response:
    """Close the patient's page and keep what was answered."""
    made = hand_over.end(hand_over_id=hand_over_id, by=me(), at=now())
    if made is not None:
        flash("Taken back. What was answered is kept.", "success")
        return redirect(f"/measures/{made}")
    flash("Taken back. Nothing had been answered.", "info")
    patient_id = _id(request.form.get("_patient", ""))
    return redirect(f"/patients/{patient_id}/measures" if patient_id else "/patients")


@place.get("/measures/<uuid:measure_id>")
@needs(Action.SEE_PATIENT)
def read(measure_id: UUID) -> str:
    """Show one measure with its answers, and what it calls for."""
    view = measure_view.open_one(measure_id=measure_id, by=me(), at=now())
    return render_template(
        "measures/read.html",
        view=view,
        lines=forms.tell(view.definition, view.answers),
        scale=MEASURES.get(view.row.key),
        may=me().can,
        Action=Action,
    )


@place.get("/measures/<uuid:measure_id>/correct")
@needs(Action.RECORD_MEASURE)
def change(measure_id: UUID) -> str:
    """Show a measure to correct, or to strike out."""
    view = measure_view.open_one(measure_id=measure_id, by=me(), at=now(), corrects=True)
    raw = forms.to_raw(view.definition, view.answers)
    return _correction(view, _filling(view.definition, raw, at=_wall(view.row.observed_at)))


@place.post("/measures/<uuid:measure_id>/correct")
@needs(Action.RECORD_MEASURE)
def correct(measure_id: UUID) -> tuple[str, int] | Response:
    """Correct a measure, or strike it out."""
    raw, why = entry.posted(), entry.why()
    try:
        if "_strike" in raw:
            patient_id = measure.strike(measure_id=measure_id, why=why, by=me(), at=now())
            flash("The measure is struck out. It stays in the history.", "success")
            return redirect(f"/patients/{patient_id}/measures")
        saved = measure.correct(
            measure_id=measure_id,
            raw=raw,
            observed_at=_observed_at(raw),
            why=why,
            by=me(),
            at=now(),
        )
    except (BadInput, ReasonNeeded) as refusal:
        view = measure_view.open_one(measure_id=measure_id, by=me(), at=now(), corrects=True)
        return _correction(view, _again(view.definition, raw, refusal)), 422
    return redirect(f"/measures/{saved.measure_id}")


def _sheet(patient_id: UUID, key: str) -> Sheet:
    return measure.open_blank(
        patient_id=patient_id, key=key, infusion_id=_infusion_id(), by=me(), at=now()
    )


def _form(sheet: Sheet, filling: Filling) -> str:
    occasion = request.values.get("occasion", request.form.get("_occasion", ""))
    return render_template(
        "measures/form.html",
        sheet=sheet,
        filling=filling,
        occasion=occasion if occasion in OCCASIONS else "",
        may_hand_over=sheet.scale.key not in hand_over.RATED_BY_OBSERVER,
    )


def _correction(view: MeasureView, filling: Filling) -> str:
    return render_template("measures/correct.html", view=view, filling=filling)


def _filling(asks: Definition, raw: Raw, *, at: str, id: str = "") -> Filling:  # noqa: A002 - the field's name
    return Filling(_time(at), plainly(asks, forms.ask(asks, raw)), id=id)


def _again(asks: Definition, raw: Raw, refusal: Refusal) -> Filling:
    """The form as it was posted, with what is wrong beside it."""
    errors = dict(refusal.errors) if isinstance(refusal, BadInput) else {}
    about_why = isinstance(refusal, ReasonNeeded)
    names = set(asks.index) | {AT} | {name for name in errors if "." in name}
    beside = {name: text for name, text in errors.items() if name in names}
    rest = " ".join(text for name, text in errors.items() if name not in names)
    if not errors and not about_why:
        rest = refusal.sentence
    return Filling(
        _time(_one(raw, AT), beside.get(AT, "")),
        plainly(asks, forms.ask(asks, raw, errors=beside)),
        beside,
        rest,
        why=_one(raw, "_why"),
        why_error=refusal.sentence if about_why else "",
        id=_one(raw, "_id"),
    )


def _time(raw: str, error: str = "") -> Ask:
    return Ask(
        link_id=AT,
        name=AT,
        type=ItemType.DATETIME,
        label="Filled in at",
        raw=(raw,),
        error=error,
    )


def _observed_at(raw: Raw) -> datetime:
    """When the scale was filled in. Raises BadInput."""
    text = _one(raw, AT)
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput({AT: "Write a day and a time, such as 2026-11-23T14:05."}) from None
    if wall.tzinfo is not None:
        return wall.astimezone(UTC)
    try:
        return entries.local(wall, ZoneInfo(me().zone))
    except BadInput as refusal:
        raise BadInput({AT: refusal.errors[""]}) from None


def _wall(at: datetime) -> str:
    return f"{entries.wall(at, me().zone):%Y-%m-%dT%H:%M}"


def _one(raw: Raw, name: str) -> str:
    values = raw.get(name, ())
    return values[0] if values else ""


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _infusion_id() -> UUID | None:
    """The infusion that the page was opened from. Raises OutOfReach for what is no id."""
    text = request.args.get("infusion", "") or request.form.get("_infusion", "")
    found = _id(text)
    if text and found is None:
        raise OutOfReach
    return found
