"""Records from elsewhere: patients and past scores from a table, all of it or nothing.

What a table holds is checked in the same way for the preview and for keeping it, in one
transaction: one bad row, and nothing is changed. A recent answer calls for a look at risk as a
fresh one does; an old one, and a total alone, raise no alert, and the preview says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from kapnotes import db, forms
from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.rules import check_role
from kapnotes.actions import entry, past_risk, past_score, risk_call
from kapnotes.actions.past_risk import PastRisk
from kapnotes.actions.past_score import PastScore
from kapnotes.actions.rules import rules_at
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic.age import check_birth_date
from kapnotes.clinic.refusals import BadInput
from kapnotes.exchange import csv_table
from kapnotes.exchange.csv_table import Line, NoTable
from kapnotes.records import transfer as records
from kapnotes.records.care_team import CareTeam
from kapnotes.records.measure import Measure
from kapnotes.records.patient import Patient, search_name_of

PATIENT_COLUMNS = (
    *("family_name", "given_name", "birth_date", "record_number", "pronouns", "phone"),
    *("contact_name", "contact_phone", "allergies"),
)
SCORE_COLUMNS = ("record_number", "scale", "observed_at", "total")
"""The columns of past scores; the answers themselves may stand in q1, q2 and so on beside them."""


class Kind(StrEnum):
    """What a table holds."""

    PATIENTS = "patients"
    SCORES = "scores"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one row; `column` is "" where it is the row as a whole."""

    row: int
    column: str
    sentence: str


class BadTable(BadInput):
    """A table that cannot be taken: every row that is wrong, by its line in the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = {f"row-{one.row}-{one.column}": one.sentence for one in problems}
        super().__init__(errors, "Nothing was imported: some rows need another look.")


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be kept, as the table says it; of scores, what their answers call for."""

    kind: Kind
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    risk: PastRisk | None = None


@looks(Did.PATIENTS_SEARCHED)
def preview(deed: Deed, *, kind: Kind, text: bytes | str, by: Actor, at: datetime) -> Preview:
    """What keeping this table would write. Raises BadTable with every row that is wrong."""
    check_role(by, Action.IMPORT_RECORDS)
    lines = _lines(text)
    deed.details["found"] = len(lines)
    risk = None
    if kind is Kind.PATIENTS:
        _patients(deed, lines, by=by, at=at)
    else:
        found = _scores(deed, lines, by=by, at=at)
        risk = past_risk.risk_of(found, rules_at(deed.session, at).alerts, at=at)
    columns = tuple(dict.fromkeys(name for line in lines for name in line.cells))
    rows = tuple(tuple(line.cells.get(name, "") for name in columns) for line in lines)
    return Preview(kind, columns, rows, risk)


@does(Did.PATIENTS_IMPORTED)
def import_patients(deed: Deed, *, text: bytes | str, by: Actor, at: datetime) -> int:
    """Add every patient of the table, with whoever imports them on the care team from today."""
    check_role(by, Action.IMPORT_RECORDS)
    found = _patients(deed, _lines(text), by=by, at=at)
    today = by.reach(at).on
    for values in found:
        patient_id = uuid4()
        db.current().new_owner(deed.session, patient_id)
        known: dict[str, Any] = {"id": patient_id, "version": 1, "created_at": at}
        search = search_name_of(
            values["family_name"], values["given_name"], values["record_number"]
        )
        deed.session.add(Patient(**known, search_name=search, **values))
        deed.session.flush()
        deed.session.add(
            CareTeam(patient_id=patient_id, person_id=by.id, starts_on=today, ends_on=None)
        )
    deed.details["rows"] = len(found)
    return len(found)


@does(Did.SCORES_IMPORTED)
def import_scores(deed: Deed, *, text: bytes | str, by: Actor, at: datetime) -> int:
    """Keep every past score of the table, each for the course that ran then.

    What the newest of them call for, where they are recent, is raised with it.
    """
    check_role(by, Action.IMPORT_RECORDS)
    found = _scores(deed, _lines(text), by=by, at=at)
    rows = []
    for one in found:
        known: dict[str, Any] = {"id": uuid4(), "patient_id": one.patient_id}
        row = Measure(
            **known,
            course_id=one.course_id,
            infusion_id=None,
            key=one.rule.key,
            definition_version=one.definition.version,
            rule_version=one.rule.rule_version,
            occasion="",
            recall=one.rule.recall,
            source="imported",
            total=one.total,
            band=one.band,
            scores=one.scores,
            is_complete=True,
            answers=forms.store(one.definition, one.answers),
            observed_at=one.observed_at,
            recorded_at=at,
            recorded_by_id=by.id,
            corrects_id=None,
            struck_at=None,
            struck_by_id=None,
            struck_reason_sealed=None,
        )
        deed.session.add(row)
        rows.append(row)
    deed.session.flush()
    rule = rules_at(deed.session, at).alerts
    raised = 0
    for place, alerts in past_risk.newest_calls(found, rule, at=at).items():
        raised += len(risk_call.call(deed, rows[place], alerts, by_id=by.id, at=at))
    if raised:
        deed.details["risk_alerts"] = raised
    deed.details["rows"] = len(found)
    return len(found)


def _lines(text: bytes | str) -> list[Line]:
    try:
        return csv_table.read(text)
    except NoTable as error:
        raise BadTable([Problem(1, "", str(error))]) from None


def _columns(lines: Sequence[Line], known: Sequence[str], needed: Sequence[str]) -> list[Problem]:
    """What is wrong with the names of the columns."""
    given = {name for line in lines for name in line.cells}
    strange = sorted(given - set(known))
    missing = [name for name in needed if name not in given]
    found = [Problem(1, name, "There is no such column here.") for name in strange]
    return found + [Problem(1, name, "This column is missing.") for name in missing]


def _patients(
    deed: Deed, lines: Sequence[Line], *, by: Actor, at: datetime
) -> list[dict[str, Any]]:
    problems = _columns(lines, PATIENT_COLUMNS, PATIENT_COLUMNS[:4])
    if problems:
        raise BadTable(problems)
    today = by.reach(at).on
    numbers = [line.cells.get("record_number", "") for line in lines]
    taken = records.taken_numbers(deed.session, numbers)
    found = []
    for line, number in zip(lines, numbers, strict=True):
        try:
            raw = {name: [cell] for name, cell in line.cells.items()}
            values = entry.read("patient", raw, zone=by.zone)
            check_birth_date(values["birth_date"], today)
            if number in taken:
                raise BadInput({"record_number": "Another patient has this record number."})
            found.append({name: values[name] for name in PATIENT_COLUMNS})
            taken.add(number)
        except BadInput as refusal:
            problems += [Problem(line.number, *each) for each in refusal.errors.items()]
    if problems:
        raise BadTable(problems)
    return found


def _scores(deed: Deed, lines: Sequence[Line], *, by: Actor, at: datetime) -> list[PastScore]:
    questions = {name for line in lines for name in line.cells if past_score.is_question(name)}
    problems = _columns(lines, (*SCORE_COLUMNS, *questions), SCORE_COLUMNS[:3])
    if problems:
        raise BadTable(problems)
    numbers = {line.cells.get("record_number", "") for line in lines}
    known = records.by_number(deed.session, numbers, reach=by.reach(at))
    ids = {one.id for one in known.values()}
    spans = records.courses(deed.session, ids, reach=by.reach(at))
    taken = records.rated(deed.session, ids, reach=by.reach(at))
    found = []
    for line in lines:
        try:
            one = past_score.read(line, known, spans, zone=by.zone, at=at)
            if (one.patient_id, one.rule.key, one.observed_at) in taken:
                raise BadInput({"observed_at": "This scale has a rating at that time already."})
            taken.add((one.patient_id, one.rule.key, one.observed_at))
            found.append(one)
        except BadInput as refusal:
            problems += [Problem(line.number, *each) for each in refusal.errors.items()]
    if problems:
        raise BadTable(problems)
    return found
