"""What the infusion's page shows: its three parts, and its session's figures and chart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from kapnotes import forms
from kapnotes.access.actor import Actor
from kapnotes.actions import entry
from kapnotes.actions.infusion import InfusionView
from kapnotes.actions.session_check import clinical_vitals
from kapnotes.clinic import dose as doses
from kapnotes.clinic import vitals as vital_signs
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.timeliness import Due
from kapnotes.library import record_definition
from kapnotes.paper import words
from kapnotes.paper.chart import Flag, Reading, Span, vitals_chart
from kapnotes.paper.drawing import VitalsChart
from kapnotes.records.session import Row, Vitals, values_of
from kapnotes.web.note_row import NoteRow, row_of

PARTS = {
    NoteKind.PREPARATION: ("Preparation", "Due before the dose."),
    NoteKind.DOSING: ("Dosing session", "Due within a day of the infusion's completion."),
    NoteKind.INTEGRATION: ("Integration", "Due within three days of the dose."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three parts of an infusion: its notes, when one is due, whether one may begin."""

    kind: str
    title: str
    rule: str
    due: Due | None
    notes: Sequence[NoteRow]
    begins: bool

    @property
    def is_next(self) -> bool:
        """Whether this part is what waits for this person now."""
        if any(row.is_to_write for row in self.notes):
            return True
        return self.begins and self.due is not None and self.due.state in {"due", "overdue"}


@dataclass(frozen=True, slots=True)
class Struck:
    """A row of the history: what it said, line by line, and by whom, when and why it went."""

    verb: str
    by: str
    at: datetime
    why: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SessionPage:
    """The session's figures: total mg, mg/kg, each reading with what it asks for, the chart.

    `struck` holds what was struck out or corrected, by the noun of its record.
    """

    total_mg: Decimal | None
    mg_per_kg: Decimal | None
    per_dose: Sequence[Decimal]
    alerts: Sequence[tuple[Vitals, tuple[vital_signs.Alert, ...]]]
    chart: VitalsChart | None
    struck: Mapping[str, Sequence[Struck]]


def page_of(view: InfusionView, zone: str) -> SessionPage:
    """Work the session's figures out."""
    total = sum((one.mg for one in view.doses), Decimal(0)) if view.doses else None
    return SessionPage(
        total,
        doses.mg_per_kg(total, view.doses[0].weight_kg) if total is not None else None,
        [doses.mg_per_kg(one.mg, one.weight_kg) for one in view.doses],
        _alerts(view),
        _chart(view, ZoneInfo(zone)),
        _struck(view, zone),
    )


def parts_of(
    view: InfusionView, dues: Mapping[str, Due], actor: Actor, *, may_write: bool
) -> list[Part]:
    """The three parts in their order; a part with a note offers no other beside it."""
    parts = []
    for kind, (title, rule) in PARTS.items():
        rows = [row_of(one, actor) for one in view.notes if one.kind == kind]
        parts.append(Part(kind.value, title, rule, dues.get(kind), rows, may_write and not rows))
    return parts


def _alerts(view: InfusionView) -> list[tuple[Vitals, tuple[vital_signs.Alert, ...]]]:
    dosed_at = min((one.observed_at for one in view.doses), default=None)
    readings = [clinical_vitals(values_of(one)) for one in view.vitals]
    found = vital_signs.alerts(readings, dosed_at=dosed_at)
    return [(row, alerts) for row, (_, alerts) in zip(view.vitals, found, strict=True)]


def _struck(view: InfusionView, zone: str) -> dict[str, list[Struck]]:
    found: dict[str, list[Struck]] = {"dose": [], "vitals": [], "adverse_event": []}
    for one in view.struck:
        row = one.row
        if row.struck_at is not None:
            verb = "Corrected" if one.is_corrected else "Struck out"
            lines = _lines(row, zone)
            shown = Struck(verb, one.by, row.struck_at, row.struck_reason or "", lines)
            found[row.__tablename__].append(shown)
    return found


def _lines(row: Row, zone: str) -> list[tuple[str, str]]:
    """What a row said, as its form asks it; blanks left out."""
    noun = row.__tablename__
    answers = entry.answers_of(noun, values_of(row), zone=zone)
    tells = forms.tell(record_definition(noun), answers)
    lines = [(one.label, one.value or ", ".join(one.values)) for one in tells]
    if row.caution_reason:
        lines.append(("Stood because", row.caution_reason))
    return [*lines, ("Recorded by", f"{row.recorded_by.name}, {_moment(row.recorded_at, zone)}")]


def _moment(at: datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return f"{words.day(here)}, {words.clock(here)}"


def _chart(view: InfusionView, zone: ZoneInfo) -> VitalsChart | None:
    kinds = {
        one.code: one.display for one in record_definition("adverse_event").item("kind").options
    }
    return vitals_chart(
        [
            Reading(
                one.observed_at.astimezone(zone),
                one.systolic,
                one.diastolic,
                one.heart_rate,
                one.spo2,
            )
            for one in view.vitals
        ],
        doses=[
            Span(
                one.observed_at.astimezone(zone),
                one.stopped_at.astimezone(zone) if one.stopped_at else None,
                words.figure(one.mg, "mg"),
            )
            for one in view.doses
        ],
        events=[
            Flag(
                one.observed_at.astimezone(zone),
                chr(ord("A") + place % 26),
                kinds.get(one.kind, one.kind),
            )
            for place, one in enumerate(view.adverse_events)
        ],
    )
