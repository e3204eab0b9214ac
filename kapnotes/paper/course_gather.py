"""From the record to the plain values of a course summary, within the reader's reach."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from kapnotes.clinic.course_state import STATE_WORDS, CourseState
from kapnotes.clinic.infusion import InfusionState
from kapnotes.clinic.note import NoteKind, NoteState, is_final
from kapnotes.clinic.outcome_rule import OutcomeChoice
from kapnotes.paper import words
from kapnotes.paper.about import identity_of, indication_of
from kapnotes.paper.course_infusions import (
    adverse_cells,
    deviations,
    infusion_lines,
    signed_session,
)
from kapnotes.paper.course_record import CourseRecord
from kapnotes.paper.course_signatures import signature_lines, unsigned
from kapnotes.paper.course_summary import (
    Cells,
    CourseGlance,
    CourseSummary,
    DecisionLine,
    InfusionLine,
)
from kapnotes.paper.course_therapy import (
    decision_lines,
    homework_lines,
    integrated,
    step_lines,
)
from kapnotes.paper.gather import digest_of
from kapnotes.paper.note_parts import NOT_MEDICAL
from kapnotes.paper.outcome_effects import POINTS, effects_of
from kapnotes.paper.score import RatingRow
from kapnotes.paper.scores import judged, scores_of, standing_now
from kapnotes.paper.summary import Edition, Letterhead, Line, PaperSize
from kapnotes.records.kept_protocol import protocol_of_course
from kapnotes.records.practice import Practice
from kapnotes.records.scale_standing import Scale, Standing

LEFT_OUT = (
    "Notes of authors whose notes whoever printed this does not read are left out of this course."
)


@dataclass(frozen=True, slots=True)
class CourseGathered:
    """What a course summary is made of, and the digest of what it shows.

    A course is final whatever is not signed yet, for that is left out; `reasons` say where notes
    are missing that the reader may not read.
    """

    content_digest: str
    reasons: tuple[str, ...]
    record: CourseRecord
    paper: PaperSize
    tell: Callable[[], CourseSummary]


def gather_course(
    record: CourseRecord,
    *,
    practice: Practice,
    head: Letterhead,
    paper: PaperSize,
    choice: OutcomeChoice,
) -> CourseGathered:
    """Gather a course; the medical edition tells nothing of its integration notes."""
    reasons = (LEFT_OUT,) if record.hidden else ()
    digest = _digest(record, practice, head, choice)
    tell = partial(_tell, record, head, choice, reasons)
    return CourseGathered(digest, reasons, record, paper, tell)


def title_of(number: int) -> str:
    """What a course is called on its pages."""
    return f"Course {number}"


def _tell(
    record: CourseRecord,
    head: Letterhead,
    choice: OutcomeChoice,
    reasons: Sequence[str],
) -> CourseSummary:
    found, standing = record.course, standing_now(record, choice)
    notes = integrated(record)
    lines, on = infusion_lines(record), last_day(record)
    decisions = tuple(decision_lines(notes))
    adverse = tuple(adverse_cells(record))
    main = standing.main
    scores = scores_of(standing, record)
    heads, effects = _effects(main) if main else ((), ())
    return CourseSummary(
        letterhead=head,
        patient=identity_of(record.patient),
        title=title_of(found.number),
        on=on,
        made_at=record.at.astimezone(record.zone),
        state=STATE_WORDS[CourseState(found.state)].capitalize(),
        about=tuple(_about(record)),
        glance=CourseGlance(
            _treatment(record, lines),
            scores.verdict,
            _safety(record, adverse),
            NOT_MEDICAL if record.edition is Edition.MEDICAL else _decided(decisions),
        ),
        infusions=lines,
        adverse=adverse,
        scores=scores,
        by_infusion=tuple(_by_infusion(standing, record)),
        effects=effects,
        effect_heads=heads,
        effects_of=main.short if main else "",
        decisions=decisions,
        steps=tuple(step_lines(notes)),
        homework=homework_lines(notes, on=max((one.on for one in notes), default=on)),
        deviations=tuple(deviations(record)),
        unsigned=tuple(unsigned(record)),
        signatures=tuple(signature_lines(record)),
        draft_reason=" ".join(reasons),
        edition=record.edition,
    )


def last_day(record: CourseRecord) -> date:
    """The day of the last infusion that took place, or on which the course began."""
    days = [
        one.started_at.astimezone(record.zone).date()
        for one in record.infusions
        if one.started_at is not None
    ]
    return max(days, default=record.course.started_on)


def _about(record: CourseRecord) -> Iterator[Line]:
    found = record.course
    state = STATE_WORDS[CourseState(found.state)]
    yield Line("Indication", indication_of(found))
    yield Line("Diagnosis", found.diagnosis_code or "", is_blank=not found.diagnosis_code)
    yield Line("Protocol", protocol_of_course(found).title)
    yield Line("Began", words.day(found.started_on))
    if found.ended_on is not None:
        yield Line("Ended", words.day(found.ended_on))
    elif found.state_at is not None:
        when = words.day(found.state_at.astimezone(record.zone).date())
        yield Line("State", f"{state} since {when}")
    if found.state_reason:
        yield Line("Why", found.state_reason)
    yield Line("Goals", found.goals or "", is_blank=not found.goals)


def _treatment(record: CourseRecord, lines: Sequence[InfusionLine]) -> str:
    """How many were given of how many that are planned, and the last dose that is signed for."""
    done = sum(one.state == InfusionState.COMPLETED for one in record.infusions)
    wanted = protocol_of_course(record.course).induction_count
    said = f"{done} infusion{'' if done == 1 else 's'} given"
    said += f"; the induction has {wanted}" if wanted else ""
    last = next((one for one in reversed(lines) if one.dose), None)
    if last is not None:
        said += f". Last signed dose: {last.dose}, {words.day(last.on)}"
    return f"{said}."


def _safety(record: CourseRecord, adverse: Sequence[Cells]) -> str:
    """How many adverse events, and how grave, in what is signed."""
    if not any(signed_session(record, one) for one in record.infusions):
        return ""
    if not adverse:
        return "No adverse event in what is signed."
    serious = sum("serious" in one[3] for one in adverse)
    count = f"{len(adverse)} adverse event{'' if len(adverse) == 1 else 's'}"
    return f"{count}, {serious or 'none'} serious."


def _decided(decisions: Sequence[DecisionLine]) -> str:
    if not decisions:
        return ""
    last = decisions[-1]
    return f"{last.decision} (after infusion {last.infusion}). Risk: {last.risk.lower()}."


def _by_infusion(standing: Standing, record: CourseRecord) -> Iterator[RatingRow]:
    """The baseline, then the last rating after each dose with its change since baseline."""
    scales = judged(standing)
    bases = [one.baseline for one in scales]
    if any(bases):
        days = [one.observed_at for one in bases if one]
        cells = tuple(words.figure(one.total) if one else "" for one in bases)
        yield RatingRow(min(days).astimezone(record.zone).date(), "Baseline", cells)
    for place, dose in enumerate(standing.doses, 1):
        cells = tuple(_after(scale, place) for scale in scales)
        if any(cells):
            on = dose.at.astimezone(record.zone).date()
            yield RatingRow(on, f"After infusion {dose.number}", cells)


def _after(scale: Scale, place: int) -> str:
    """The last complete total after the dose of that place and before the next."""
    found = [
        one
        for one in scale.points
        if one.since is not None
        and one.since.number == place
        and one.taken.is_complete
        and one.taken.total is not None
    ]
    if not found:
        return ""
    total = words.figure(found[-1].taken.total)
    change = words.change(found[-1].change)
    return f"{total} ({change})" if change else total


def _effects(scale: Scale) -> tuple[tuple[str, ...], tuple[Cells, ...]]:
    """The main scale before each dose and at points after it; points never rated are left out."""
    lines = effects_of(scale)
    places = [place for place in range(len(POINTS)) if any(one.totals[place] for one in lines)]
    heads = ("Infusion", "Before", *(POINTS[place] for place in places))
    cells = [
        (str(dose.number), one.before, *(one.totals[place] for place in places))
        for one, dose in zip(lines, scale.doses, strict=False)
    ]
    return heads, tuple(cells)


def _digest(
    record: CourseRecord, practice: Practice, head: Letterhead, choice: OutcomeChoice
) -> str:
    """SHA-256 of what the course shows: the same content gives the same digest."""
    final = [
        one for one in record.notes if is_final(NoteState(one.state)) and one.id in record.versions
    ]
    content = {
        "practice": [practice.name, practice.zone, head.digest],
        "edition": record.edition.value,
        "patient": [str(record.patient.id), record.patient.version],
        "course": [str(record.course.id), record.course.version],
        "infusions": [[str(one.id), one.version] for one in record.infusions],
        "notes": [[str(one.id), one.state] for one in record.notes],
        "versions": [record.versions[one.id].digest for one in final],
        "cosignatures": [str(one.id) for one in record.cosignatures],
        "addenda": [one.digest for one in record.addenda],
        "dosed": [
            str(one.id) for one in record.infusions if record.signed(one.id, NoteKind.DOSING)
        ],
        "measures": [str(one.id) for one in record.taken],
        "doses": [str(one.infusion_id) for one in record.begun],
        "rules": [choice.y_bocs, choice.pcl_5],
        "hidden": [str(one.id) for one in record.hidden],
    }
    return digest_of("course", content)
