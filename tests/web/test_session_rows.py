"""A signed session reads as it was signed, in whichever format; a queue says how long it is."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kapnotes.clinic.schedule import SlotState
from kapnotes.records.session_row import FIELDS
from kapnotes.records.signed_session import session_of
from kapnotes.web.session_rows import SessionRows, shown

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OLD_DOSE = {
    "record": "dose",
    "observed_at": "2026-11-23T09:00:00+00:00",
    "stopped_at": None,
    "weighed_on": "2026-11-20",
    "weight_kg": "71.5",
    "drug_form": "racemic",
    "mg": "35.75",
    "changes": "2026-11-20",
}


def content(*rows: dict[str, Any], **more: Any) -> str:
    return json.dumps({"session": rows, **more})


def a_row(record: str, minutes: int = 0, **values: Any) -> dict[str, Any]:
    at = (AT + timedelta(minutes=minutes)).isoformat()
    blank = {**dict.fromkeys(FIELDS[record]), "record": record, "id": f"{record} {minutes}"}
    known = {"caution_reason": None, "recorded_by_name": "Mina", "observed_at": at}
    return {**blank, **known, **values}


def test_what_was_signed_in_the_first_format_comes_back_with_days_times_and_figures() -> None:
    kept = session_of(
        content(OLD_DOSE, {"record": "adverse_event", "observed_at": "2026-11-23T09:30:00+00:00"})
    )
    [dose] = kept.of("dose")
    assert dose["observed_at"] == AT
    assert dose["stopped_at"] is None
    assert dose["weighed_on"] == date(2026, 11, 20)
    assert dose["mg"] == Decimal("35.75")
    assert dose["changes"] == "2026-11-20", "a text is never taken for a day"
    assert dose["site"] is None, "what that format did not know is blank"
    assert kept.of("vitals") == ()
    assert kept.of("adverse_event")[0]["observed_at"] == AT + timedelta(minutes=30)
    assert kept.slots == ()


def test_what_was_signed_in_the_first_format_is_still_shown() -> None:
    rows = shown(session_of(content(OLD_DOSE)), "Europe/Berlin")
    tiles = dict(rows.doses[0].tiles)
    assert tiles["Given"] == "35.75\N{NO-BREAK SPACE}mg"
    assert tiles["Per kg"] == "0.5\N{NO-BREAK SPACE}mg/kg"
    assert "Site" not in tiles
    assert rows.schedule == ()


def test_the_schedule_comes_back_as_it_was_met() -> None:
    slot = {
        "minutes": 15,
        "label": "15 min",
        "due_at": "2026-11-23T09:15:00+00:00",
        "state": "late",
        "taken_at": "2026-11-23T09:26:00+00:00",
    }
    kept = session_of(content(schedule=[slot, {**slot, "state": "missed", "taken_at": None}]))
    assert [one.state for one in kept.slots] == [SlotState.LATE, SlotState.MISSED]
    assert shown(kept, "Europe/Berlin").schedule == (
        "In time: 0 of 2 readings of the schedule.",
        "15 min: taken 11 minutes late, at 10:26.",
        "15 min: missed.",
    )


def test_steps_stand_with_their_dose_and_other_events_by_themselves() -> None:
    first = a_row("dose", 0, mg="20", weight_kg="70", route="iv", stopped_at=_at(30))
    second = a_row("dose", 40, mg="10", weight_kg="70", route="iv")
    events = [
        _event(-5, "dose_paused"),
        _event(10, "dose_paused", words="Nausea"),
        _event(12, "dose_resumed", rate_mg_per_h="30"),
        _event(14, "tears"),
        _event(45, "rate_changed", rate_mg_per_h="20"),
    ]
    rows = shown(session_of(content(first, second, *events)), "UTC")
    assert [[step.minute for step in dose.steps] for dose in rows.doses] == [["10", "12"], ["45"]]
    assert rows.doses[0].steps[1].words == "Now 30\N{NO-BREAK SPACE}mg/h"
    assert [one.minute for one in rows.events] == ["\N{MINUS SIGN}5", "14"], "one fits no dose"


def test_what_was_done_about_a_reading_names_it() -> None:
    reading = a_row("vitals", 20, systolic=190)
    done = _event(22, "level_answered", about_id="vitals 20", words="Lay flat, measured again")
    [row] = shown(session_of(content(reading, done)), "Europe/Berlin").events
    assert row.words == "Reading of 10:20. Lay flat, measured again"
    assert row.minute == "", "without a dose nothing is counted from it"


@pytest.mark.parametrize(
    ("route", "here", "not_here"),
    [
        ("iv", {"Until", "Rate", "Site"}, {"Held", "Then", "Sprays"}),
        ("im", {"Site"}, {"Until", "Rate", "Held", "Sprays"}),
        ("sublingual", {"Held", "Then"}, {"Until", "Rate", "Site", "Sprays"}),
        ("intranasal", {"Until", "Sprays"}, {"Rate", "Site", "Held"}),
        ("oral", {"Given", "Per kg"}, {"Until", "Rate", "Site", "Held", "Sprays"}),
    ],
)
def test_a_dose_is_asked_for_what_belongs_to_its_route(
    route: str, here: set[str], not_here: set[str]
) -> None:
    dose = a_row("dose", mg="20", weight_kg="70", route=route)
    tiles = dict(shown(session_of(content(dose)), "UTC").doses[0].tiles)
    assert here <= set(tiles)
    assert not not_here & set(tiles)
    assert not {"Wasted by", "Witnessed by"} & set(tiles), "nothing was wasted"


def test_a_value_that_does_not_belong_to_the_route_is_shown_all_the_same() -> None:
    dose = a_row("dose", mg="20", weight_kg="70", route="oral", site="left arm", wasted_mg="3")
    tiles = dict(shown(session_of(content(dose)), "UTC").doses[0].tiles)
    assert tiles["Site"] == "left arm"
    assert (tiles["Wasted by"], tiles["Witnessed by"]) == ("", "")


def test_no_rows_are_nothing_to_show() -> None:
    assert not SessionRows()
    assert not shown(session_of(content()), "UTC")
    assert shown(session_of(content(a_row("arrival"))), "UTC")


def _at(minutes: int) -> str:
    return (AT + timedelta(minutes=minutes)).isoformat()


def _event(minutes: int, kind: str, **values: Any) -> dict[str, Any]:
    return a_row("session_event", minutes, kind=kind, label=kind, **values)
