"""The live dosing session: its page, what is new in it, what is sent to it; and the board."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request

from kapnotes.access.actions import Action
from kapnotes.access.door import needs
from kapnotes.actions import entry as entries
from kapnotes.actions import live, session, sign_in
from kapnotes.actions.session_write import Values, Written
from kapnotes.clinic import infusion as clinic
from kapnotes.clinic.course_state import CourseState, against_run, may_run
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.refusals import (
    BadInput,
    CautionOpen,
    NotAllowed,
    OutOfReach,
    ReasonNeeded,
    Refusal,
)
from kapnotes.records.session_row import TABLES
from kapnotes.web import entry
from kapnotes.web.errors import status_of as http_status
from kapnotes.web.live_entry import NotAnInstant, entries_of, instant, moments_in, to_wall
from kapnotes.web.live_page import board_rows, chart_of, forms_of, glance_of
from kapnotes.web.live_status import status_of
from kapnotes.web.session import keep_sitting, me, me_about, now

place = Blueprint("live", __name__)
OLD = "This page is out of date. Write down what waits, and load it again."
AHEAD = timedelta(seconds=5)
"""How far a page's clock, set by the server's, may be ahead of it: such a time is now."""


@place.get("/infusions/<uuid:infusion_id>/session")
@needs(Action.SEE_PATIENT)
def page(infusion_id: UUID) -> str:
    """Show the session; its scripts go on from there."""
    view = live.look(infusion_id=infusion_id, by=me(), at=now())
    before = live.look_before(infusion_id=infusion_id, by=me(), at=now())
    risk = live.Risk(view.infusion.patient_id, tuple(one for one in before.alerts if one.calls))
    state = InfusionState(view.infusion.state)
    course = CourseState(view.infusion.course.state)
    dosed = view.standing.dosed_at is not None
    mine = me_about(view.infusion.patient_id)
    runs = mine.can(Action.RUN_INFUSION)
    may = {
        "record": mine.can(Action.RECORD_SESSION)
        and not view.is_locked
        and state is not InfusionState.CANCELLED,
        "run": runs,
        "start": runs and clinic.may_start(state) and may_run(course),
        "complete": runs and clinic.may_complete(state, dosed=dosed),
        "write": mine.can(Action.WRITE_NOTE) and state is not InfusionState.CANCELLED,
    }
    return render_template(
        "live/page.html",
        view=view,
        may=may,
        against=against_run(course) if state is InfusionState.PLANNED else "",
        live={
            "now": instant(now()),
            "zone": me().zone,
            "me": me().name,
            "email": sign_in.email_of(me()),
            "cursor": view.cursor,
            "status": status_of(view),
            "entries": entries_of(view, me()),
            "taps": [
                {"code": one.code, "label": one.label} for one in view.rules.taps if one.is_shown
            ],
            "forms": forms_of(view),
            "route": view.infusion.route,
            "glance": glance_of(before),
            "safety": before,
            "people": sorted({*view.names.values(), me().name}),
        },
        risk=risk,
        infusion_id=infusion_id,
        may_note=mine.can(Action.RESOLVE_ALERT),
        chart=chart_of(view, me().zone),
    )


@place.get("/infusions/<uuid:infusion_id>/session/entries")
@needs(Action.SEE_PATIENT)
def news(infusion_id: UUID) -> Response:
    """Answer what is new after an entry; a page asks every second or two."""
    text = request.args.get("after", "")
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - digits of a count
    found = live.news(infusion_id=infusion_id, after=after, by=me(), at=now())
    view = found.view
    if request.args.get("input") == "1":
        keep_sitting()
    if view is None:
        return jsonify(now=instant(now()), cursor=after, entries=[], status=None, risk=found.risk)
    return jsonify(
        risk=found.risk,
        now=instant(now()),
        cursor=view.cursor,
        entries=entries_of(view, me()),
        status=status_of(view),
    )


@place.post("/infusions/<uuid:infusion_id>/session/entries")
@needs(Action.RECORD_SESSION)
def send(infusion_id: UUID) -> Response:
    """Take one entry: written once for its key, answered only once it is committed."""
    try:
        written = _act(infusion_id)
    except (OutOfReach, NotAllowed):
        raise
    except NotAnInstant:
        return _refused(BadInput({"observed_at": "Check the time."}))
    except Refusal as refusal:
        return _refused(refusal)
    view = live.since(infusion_id=infusion_id, after=written.seq - 1, by=me(), at=now())
    if view is None:
        raise OutOfReach
    keep_sitting()
    found = entries_of(view, me())
    answer = jsonify(
        now=instant(now()),
        entry=next((one for one in found if one["seq"] == written.seq), None),
        status=status_of(view),
    )
    answer.status_code = 201 if written.is_new else 200
    return answer


@place.get("/infusions/<uuid:infusion_id>/session/chart")
@needs(Action.SEE_PATIENT)
def chart(infusion_id: UUID) -> str:
    """Draw the vitals anew."""
    view = live.since(infusion_id=infusion_id, after=-1, by=me(), at=now())
    if view is None:
        raise OutOfReach
    return render_template("live/chart.html", view=view, chart=chart_of(view, me().zone))


@place.get("/infusions/<uuid:infusion_id>/session/risk")
@needs(Action.SEE_PATIENT)
def risk_block(infusion_id: UUID) -> str:
    """Answer the block that stands while an answer about risk waits for its note."""
    found = live.risk(infusion_id=infusion_id, by=me(), at=now())
    may_note = me().can(Action.RESOLVE_ALERT)
    return render_template("live/risk.html", risk=found, infusion_id=infusion_id, may_note=may_note)


@place.get("/sessions")
@needs(Action.SEE_PATIENT)
def board() -> str:
    """Show every session that runs now."""
    running = live.running(by=me(), at=now())
    return render_template("live/board.html", rows=board_rows(running, me(), now()))


@place.get("/sessions/rows")
@needs(Action.SEE_PATIENT)
def rows() -> str:
    """Answer the board's rows as they stand now; a board that stays open asks for them."""
    running = live.running(by=me(), at=now(), is_asked_again=True)
    return render_template("live/board_rows.html", rows=board_rows(running, me(), now()))


def _act(infusion_id: UUID) -> Written:
    """Do what was posted, by its act."""
    noun, act = request.form.get("noun", ""), request.form.get("act", "")
    row, key = _id("row"), _id("key")
    live.check_reach(infusion_id=infusion_id, noun=noun, row_id=row, by=me(), at=now())
    is_known = noun in TABLES and act in _ACTS and (act != "stop" or noun == "dose")
    if not is_known or key is None or (act != "record" and row is None):
        raise BadInput({"": OLD})
    return _ACTS[act](infusion_id, noun, row, {"key": key, "by": me(), "at": now()})


def _record(infusion_id: UUID, noun: str, _row: UUID | None, rest: dict[str, Any]) -> Written:
    act = session.RECORD[noun]
    return act(infusion_id=infusion_id, values=_values(noun), reason=entry.reason(), **rest)


def _correct(_infusion_id: UUID, noun: str, row: UUID, rest: dict[str, Any]) -> Written:
    act = session.CORRECT[noun]
    values, why = _values(noun), entry.why()
    return act(row_id=row, values=values, why=why, reason=entry.reason(), **rest)


def _strike(_infusion_id: UUID, noun: str, row: UUID, rest: dict[str, Any]) -> Written:
    return session.STRIKE[noun](row_id=row, why=entry.why(), **rest)


def _stop(_infusion_id: UUID, noun: str, row: UUID, rest: dict[str, Any]) -> Written:
    return session.stop_dose(row_id=row, values=_values(noun), reason=entry.reason(), **rest)


_ACTS: dict[str, Callable[..., Written]] = {
    "record": _record,
    "correct": _correct,
    "strike": _strike,
    "stop": _stop,
}


def _values(noun: str) -> Values:
    """The posted row, read and checked, its times as the instants that they are."""
    raw = entry.posted()
    moments = moments_in(noun, raw)
    values: Values = {
        **entries.read(noun, to_wall(noun, raw, me().zone), zone=me().zone),
        **moments,
    }
    if now() < values["observed_at"] <= now() + AHEAD:
        values["observed_at"] = now()
    if noun == "session_event":
        values["about_id"] = _id("about_id")
    if noun == "dose":
        values["is_running"] = request.form.get("is_running") == "true"
    return values


def _id(name: str) -> UUID | None:
    try:
        return UUID(request.form.get(name, ""))
    except ValueError:
        return None


def _refused(refusal: Refusal) -> Response:
    """What stands in the way, as JSON: beside fields, as cautions to answer, or as a sentence."""
    errors = dict(refusal.errors) if isinstance(refusal, BadInput) else {}
    sentence = errors.pop("", "") if errors else ""
    cautions = refusal.cautions if isinstance(refusal, CautionOpen) else ()
    if isinstance(refusal, ReasonNeeded) and not cautions:
        errors[f"_{refusal.about or 'reason'}"] = refusal.sentence
    answer = jsonify(
        now=instant(now()),
        errors=errors,
        cautions=[one.sentence for one in refusal.cautions]
        if isinstance(refusal, CautionOpen)
        else [],
        sentence=sentence or ("" if errors or cautions else refusal.sentence),
        code=refusal.code,
    )
    answer.status_code = http_status(refusal)
    return answer
