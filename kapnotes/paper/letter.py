"""A letter on paper: to whom, the writer's words, the chosen parts of the record, the signature."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.letter import PART_WORDS, LetterPart
from kapnotes.clinic.screening import LEVELS, AlertLevel
from kapnotes.paper import words
from kapnotes.paper.about import course_facts
from kapnotes.paper.chart_front import Chapter, medicines
from kapnotes.paper.course_record import Around
from kapnotes.paper.draw import Sheet, fill, heading, notices
from kapnotes.paper.standing import alert_lines
from kapnotes.paper.summary import (
    Edition,
    Letterhead,
    Line,
    PaperSize,
    PatientIdentity,
    SignatureWords,
)

TITLE = "Letter"
NOTHING = "Nothing is signed of it yet."


@dataclass(frozen=True, slots=True)
class Block:
    """One chosen part, as labelled lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter; `signature` is None until its writer signs."""

    letterhead: Letterhead
    patient: PatientIdentity
    on: date
    recipient: str
    salutation: str
    words: str
    blocks: tuple[Block, ...]
    edition: Edition
    signature: SignatureWords | None = None
    draft_reason: str = ""


def draw_letter(told: Letter, *, paper: PaperSize) -> str:
    """The letter on its pages."""
    sheet = Sheet(
        head=told.letterhead,
        paper=paper,
        patient=told.patient,
        title=TITLE,
        subtitle=words.day(told.on),
        notices=notices(Edition.FULL, draft=told.draft_reason),
    )
    return fill("letter", sheet=sheet, m=told)


def blocks_of(
    parts: Sequence[LetterPart], chapters: Sequence[Chapter], near: Around, owner: PatientIdentity
) -> Iterator[Block]:
    """The chosen parts, in the order of the record."""
    newest = chapters[-1] if chapters else None
    for part in LetterPart:
        if part not in parts:
            continue
        if part is LetterPart.MEDICINES:
            lines = list(_medicines(chapters, owner))
        elif part is LetterPart.ALERTS:
            lines = list(_alerts(near))
        else:
            lines = list(_TELLS[part](newest)) if newest else []
        yield Block(PART_WORDS[part], tuple(lines) or (Line("", NOTHING, is_blank=True),))


def _course(one: Chapter) -> Iterator[Line]:
    told = one.course.tell()
    yield from (line for line in told.about if line.label != "Goals" and not line.is_blank)
    yield Line("Given", told.glance.treatment)
    if told.glance.safety:
        yield Line("Safety", told.glance.safety)


def _infusion(one: Chapter) -> Iterator[Line]:
    if not one.inside:
        return
    last = one.inside[-1]
    told = last.summary
    yield Line("Which", heading(told.course))
    yield Line("Dose", told.glance.dose, is_blank=not told.glance.dose)
    yield Line("Reaction", told.glance.reaction, is_blank=not told.glance.reaction)


def _scores(one: Chapter) -> Iterator[Line]:
    for row in one.course.tell().scores.rows:
        if row.total is None:
            continue
        said = f"{words.figure(row.total)} of {words.figure(row.highest)} on {words.day(row.on)}"
        said += f" ({row.since})" if row.since else ""
        if row.baseline is not None:
            said += f"; baseline {words.figure(row.baseline)}, change {words.change(row.change)}"
        yield Line(row.scale, words.sentences(said, row.meaning))


def _plan(one: Chapter) -> Iterator[Line]:
    told = one.course.tell()
    if told.edition is Edition.FULL and told.decisions:
        last = told.decisions[-1]
        yield Line(
            "Decided", words.sentences(f"{last.decision}, {words.day(last.on)}", last.reason)
        )
    record = one.record
    for infusion in record.infusions:
        if infusion.state == InfusionState.PLANNED:
            facts = course_facts(record.course, infusion, record.zone)
            yield Line("Planned", heading(facts))


def _medicines(chapters: Sequence[Chapter], owner: PatientIdentity) -> Iterator[Line]:
    yield Line("Allergies", owner.allergies, is_blank=not owner.allergies)
    yield from medicines(chapters)


def _alerts(near: Around) -> Iterator[Line]:
    standing = [one for one in near.alerts if one.stands]
    found = sorted(standing, key=lambda one: LEVELS.index(AlertLevel(one.level)))
    for one in alert_lines(found, None):
        yield Line(one.level.capitalize(), one.sentence)
    if not found:
        yield Line("Standing", "No alert stands.")


_TELLS: Mapping[LetterPart, Callable[[Chapter], Iterator[Line]]] = {
    LetterPart.COURSE: _course,
    LetterPart.INFUSION: _infusion,
    LetterPart.SCORES: _scores,
    LetterPart.PLAN: _plan,
}
