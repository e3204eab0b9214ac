"""Every rule that a practice can set for itself: its name, its default, and its plain form.

Plain is what JSON holds, under the names that the setting's form has; to plain and back gives the
same rule. A rule is read strictly: what is not understood is refused, nothing is guessed.
"""

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, TypeAlias, get_type_hints

from kapnotes.clinic import (
    arrival,
    check_rule,
    consent,
    discharge,
    measure_alert,
    misuse,
    outcome_rule,
    plain,
    rubric,
    unusual_rule,
    vitals,
    working_days,
)
from kapnotes.clinic.arrival import ArrivalRule
from kapnotes.clinic.check_rule import CheckRule
from kapnotes.clinic.consent import ConsentRule
from kapnotes.clinic.discharge import DischargeRule
from kapnotes.clinic.dose_limits import DEFAULT_LIMITS, DoseLimits
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.measure_alert import AlertRule
from kapnotes.clinic.misuse import MisuseRule
from kapnotes.clinic.outcome_rule import OutcomeChoice
from kapnotes.clinic.plain import Plain
from kapnotes.clinic.protocol import PROTOCOLS, Protocol
from kapnotes.clinic.refusals import BadInput
from kapnotes.clinic.rubric import DEFAULT_RUBRIC, Rubric
from kapnotes.clinic.schedule import SCHEDULES, Schedule
from kapnotes.clinic.tap import BUILT_IN, Tap, check_taps, complete, own_code
from kapnotes.clinic.unusual_rule import UnusualRule
from kapnotes.clinic.vitals import VitalsLimits
from kapnotes.clinic.working_days import WorkingDays

Rule: TypeAlias = (
    Schedule
    | DoseLimits
    | VitalsLimits
    | ArrivalRule
    | DischargeRule
    | Protocol
    | WorkingDays
    | ConsentRule
    | MisuseRule
    | AlertRule
    | OutcomeChoice
    | CheckRule
    | UnusualRule
)
Setting: TypeAlias = Rule | Rubric | tuple[Tap, ...]

DEFAULTS: Mapping[str, Setting] = MappingProxyType(
    {
        **{f"schedule.{route}": SCHEDULES[route] for route in Route},
        **{f"dose_limits.{route}": DEFAULT_LIMITS[route] for route in Route},
        "vitals_levels": vitals.DEFAULT_LIMITS,
        "taps": BUILT_IN,
        "arrival_rule": arrival.DEFAULT_RULE,
        "discharge_rule": discharge.DEFAULT_RULE,
        **{f"protocol.{key}": protocol for key, protocol in PROTOCOLS.items()},
        "working_days": working_days.DEFAULT_DAYS,
        "consent_rule": consent.DEFAULT_RULE,
        "misuse_rule": misuse.DEFAULT_RULE,
        "alert_rule": measure_alert.DEFAULT_RULE,
        "outcome_rule": outcome_rule.DEFAULT_CHOICE,
        "check_rule": check_rule.DEFAULT_RULE,
        "rubric": DEFAULT_RUBRIC,
        "unusual_rule": unusual_rule.DEFAULT_RULE,
    }
)
"""Each setting by its name, as it is until the practice makes its own."""
NAMES = tuple(DEFAULTS)


def to_plain(setting: Setting) -> Plain:
    """Return a setting as JSON can hold it; the key of a protocol stands in the setting's name."""
    if isinstance(setting, tuple):
        return {"taps": [_row(tap) for tap in setting]}
    if isinstance(setting, Rubric):
        return rubric.to_plain(setting)
    return plain.to_plain(setting, without=_given(setting))


def from_plain(name: str, plain_form: Any) -> Setting:
    """Return the setting of that name from its plain form, or raise `BadInput`.

    Errors are named as the entries are. A list of minutes may also be as a person types it:
    `0, 15, 30`. Taps that are left out come last and hidden; a tap without a code is given one.
    """
    if name not in DEFAULTS:
        raise BadInput({"name": "There is no such setting."})
    if not isinstance(plain_form, Mapping):
        raise BadInput({name: "This is no setting of that kind."})
    default = DEFAULTS[name]
    if isinstance(default, tuple):
        entries, errors = plain.entries_of(plain_form, to_plain(default))
        return _taps(entries.get("taps"), errors)
    if isinstance(default, Rubric):
        return rubric.from_plain(plain_form)
    return plain.from_plain(type(default), plain_form, default, **_given(default))


def _given(rule: Rule) -> dict[str, str]:
    """Return what of a rule its setting's name says already."""
    return {"key": rule.key} if isinstance(rule, Protocol) else {}


def _row(tap: Tap) -> Plain:
    return {field.name: getattr(tap, field.name) for field in fields(tap)}


_TAP: Mapping[str, type] = MappingProxyType(get_type_hints(Tap))


def _taps(rows: Any, errors: dict[str, str]) -> tuple[Tap, ...]:
    """Read the rows of the list of taps, and add those that it leaves out."""
    if not isinstance(rows, list | tuple) or any(not isinstance(row, Mapping) for row in rows):
        raise BadInput({**errors, "taps": "This is no list of taps."})
    taken = {row["code"] for row in rows if isinstance(row.get("code"), str)}
    taps = []
    for number, row in enumerate(rows):
        known = {"code": "", **{entry: one for entry, one in row.items() if one is not None}}
        wrong = [entry for entry, kind in _TAP.items() if not isinstance(known.get(entry), kind)]
        wrong += sorted(known.keys() - _TAP.keys())
        errors |= {f"taps.{number}.{entry}": "This cannot be read." for entry in wrong}
        if not wrong:
            code = known["code"] or own_code(known["label"], taken)
            taps.append(Tap(code, known["label"].strip(), known["is_shown"]))
            taken.add(code)
    if errors:
        raise BadInput(errors)
    check_taps(taps)
    return complete(taps)
