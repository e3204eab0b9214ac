"""The totals of scales that signed notes have, as ratings beside those of the measures.

A note is read once, and only when something is told from it: a document that is kept already is
handed out without opening a single note.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from kapnotes.clinic.measure import band_of
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.note import NoteKind, NoteState, is_final
from kapnotes.forms import Answers, Coded
from kapnotes.library.rules.scales import HIGHEST
from kapnotes.records.content import answers_of
from kapnotes.records.course import Infusion
from kapnotes.records.note import Note, NoteVersion
from kapnotes.records.outcome import Taken
from kapnotes.records.scale_standing import Named

SOURCE = "note"
"""The source of a rating that a note has, beside those of `records.measure`."""
ASKED = ("scales", "session-date", "session-start", "session-end")
NAMED: Mapping[str, Named] = {
    key: Named(title, Decimal(highest)) for key, (title, highest) in HIGHEST.items()
}
"""The scales that a note can name, for those that are not built in."""


class Noted:
    """The ratings of a course's signed notes, worked out at the first call."""

    def __init__(
        self,
        infusions: Sequence[Infusion],
        notes: Sequence[Note],
        versions: Mapping[UUID, NoteVersion],
        zone: ZoneInfo,
    ) -> None:
        self._numbers = {one.id: one.number for one in infusions}
        self._notes = notes
        self._versions = versions
        self._zone = zone
        self._rows: list[tuple[int, UUID, Taken]] | None = None

    def rows(self) -> list[tuple[int, UUID, Taken]]:
        """Each rating with the number of its infusion and the id of its note, by time."""
        if self._rows is None:
            found = [row for one in self._notes for row in self._read(one)]
            self._rows = sorted(found, key=lambda row: row[2].observed_at)
        return self._rows

    def _read(self, one: Note) -> Iterator[tuple[int, UUID, Taken]]:
        version = self._versions.get(one.id)
        if version is None or not is_final(NoteState(one.state)):
            return
        answers = answers_of(one.kind, version, only=ASKED)
        at = _moment(one.kind, answers, version, self._zone)
        rows = answers.get("scales")
        for place, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, dict) and (found := _taken(row, one, place, at, version)):
                yield self._numbers[one.infusion_id], one.id, found


def _taken(row: Answers, one: Note, place: int, at: datetime, version: NoteVersion) -> Taken | None:
    """A row of the note's table as a rating; a scale that nobody knows is none."""
    scale, total = row.get("scale"), row.get("score")
    if not (isinstance(scale, Coded) and scale.code in HIGHEST and isinstance(total, Decimal)):
        return None
    measure = MEASURES.get(scale.code)
    return Taken(
        id=uuid5(one.id, f"{scale.code} {place}"),
        course_id=None,
        infusion_id=one.infusion_id,
        key=scale.code,
        total=total,
        band=(band_of(measure, total) or "") if measure else "",
        scores={},
        occasion="",
        recall="",
        source=SOURCE,
        is_complete=True,
        rule_version="",
        observed_at=at,
        recorded_at=version.signed_at,
    )


def _moment(kind: str, answers: Answers, version: NoteVersion, zone: ZoneInfo) -> datetime:
    """When it was rated: at the start of the session, of a dosing session at its end."""
    day, name = answers.get("session-date"), "session-start"
    if kind == NoteKind.DOSING:
        name = "session-end"
    clock = answers.get(name)
    if not isinstance(day, date):
        return version.signed_at
    wall = clock if isinstance(clock, time) else time(12)
    return datetime.combine(day, wall, zone).astimezone(UTC)


def beside(taken: Sequence[Taken], noted: Sequence[Taken], zone: ZoneInfo) -> list[Taken]:
    """Ratings and what notes say, by time; what a note says again of the day is said once."""
    known = {(one.key, _day(one, zone), one.total) for one in taken}
    fresh = [one for one in noted if (one.key, _day(one, zone), one.total) not in known]
    return sorted([*taken, *fresh], key=lambda one: (one.observed_at, one.recorded_at))


def _day(one: Taken, zone: ZoneInfo) -> date:
    return one.observed_at.astimezone(zone).date()
