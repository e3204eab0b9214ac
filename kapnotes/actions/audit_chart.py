"""One chart of an audit: what it is judged by, what the checks suggest, and answering its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from kapnotes.access.actions import Action
from kapnotes.access.actor import Actor
from kapnotes.access.roles import Medical, Therapist
from kapnotes.access.rules import check_role
from kapnotes.audit.events import Did
from kapnotes.audit.trail import Deed, does, looks
from kapnotes.clinic import rubric_score
from kapnotes.clinic.audit_state import AuditMove, AuditState, check_audit
from kapnotes.clinic.check_finding import CheckFinding, in_order
from kapnotes.clinic.check_rule import CheckCode, CheckLevel
from kapnotes.clinic.refusals import BadInput, Stale
from kapnotes.clinic.rubric import Rubric, from_plain
from kapnotes.clinic.rubric_score import Answer, Score
from kapnotes.records import audit_chart, chart_audit, chart_frame, corrective_action, note, person
from kapnotes.records.audit_chart import AuditAnswer, AuditChart
from kapnotes.records.chart_audit import ChartAudit
from kapnotes.records.corrective_action import CorrectiveAction
from kapnotes.records.kept_finding import KeptFinding
from kapnotes.records.note import Note
from kapnotes.records.person import Person


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was posted, and the version that its form was opened on; 0 for none."""

    answer: str
    words: str
    base: int


class StaleAnswers(Stale):
    """Somebody else answered some of these rows meanwhile; `codes` says which."""

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(codes)
        super().__init__(
            "Somebody else answered here since you opened this page. Nothing was overwritten. "
            "Their answer stands beside yours; saving once more puts yours in its place."
        )


@dataclass(frozen=True, slots=True)
class ChartView:
    """A chart as its page shows it. `suggested` is by the row's code, `names` by a person's id."""

    audit: ChartAudit
    chart: AuditChart
    rubric: Rubric
    answers: Mapping[str, AuditAnswer]
    score: Score
    findings: Sequence[CheckFinding]
    suggested: Mapping[str, Answer]
    notes: Sequence[Note]
    people: Sequence[str]
    names: Mapping[UUID, str]
    actions: Sequence[CorrectiveAction]
    owners: Sequence[Person]
    others: Sequence[AuditChart]


@looks(Did.AUDIT_CHART_VIEWED)
def look(deed: Deed, *, audit_id: UUID, chart_id: UUID, by: Actor, at: datetime) -> ChartView:
    """A chart in reach, with what is at hand to judge it."""
    check_role(by, Action.AUDIT_CHARTS)
    session, reach = deed.session, by.reach(at)
    audit = chart_audit.fetch(session, audit_id, reach=reach)
    chart = audit_chart.fetch(session, audit_id, chart_id, reach=reach)
    deed.on(chart)
    rubric = rubric_of(audit)
    answers = {one.code: one for one in audit_chart.answers(session, [chart.id])}
    found = in_order(map(_finding, chart_frame.found_in(session, chart.infusion_id, reach=reach)))
    wrote = audit_chart.wrote(session, [audit.id]).get(chart.id, ())
    actions = corrective_action.of_chart(session, chart.id, reach=reach)
    known = person.named(session, {*wrote, *(one.answered_by_id for one in answers.values())})
    return ChartView(
        audit=audit,
        chart=chart,
        rubric=rubric,
        answers=answers,
        score=rubric_score.score(rubric, _plain(answers)),
        findings=found,
        suggested=rubric_score.suggestions(rubric, found),
        notes=note.of_infusions(session, [chart.infusion_id], reach=reach),
        people=[known[one].name for one in wrote],
        names={one.id: one.name for one in known.values()},
        actions=actions,
        owners=owners_of(deed, chart, by=by, at=at),
        others=audit_chart.within_reach(session, audit.id, reach=reach),
    )


@does(Did.AUDIT_CHART_ANSWERED)
def answer(
    deed: Deed,
    *,
    audit_id: UUID,
    chart_id: UUID,
    given: Mapping[str, Given],
    by: Actor,
    at: datetime,
) -> int:
    """Answer rows of a chart, all of these or none; how many were new or changed.

    Raises BadInput, its errors named `code.answer` or `code.words`, StaleAnswers for rows that
    somebody else answered since, Locked once the audit is ended.
    """
    check_role(by, Action.AUDIT_CHARTS)
    session, reach = deed.session, by.reach(at)
    person.hold_links(session, by.id)
    audit = chart_audit.fetch(session, audit_id, reach=reach, lock=True)
    chart = audit_chart.fetch(session, audit_id, chart_id, reach=reach)
    deed.on(chart)
    check_audit(AuditState(audit.state), AuditMove.ANSWER)
    rubric = rubric_of(audit)
    read = _read(rubric, given)
    standing = {one.code: one for one in audit_chart.answers(session, [chart.id])}
    new = {code: said for code, said in read.items() if _says(standing.get(code)) != said}
    stale = [
        code
        for code in new
        if given[code].base != (standing[code].version if code in standing else 0)
    ]
    if stale:
        raise StaleAnswers(stale)
    if not new:
        deed.keep_silent()
        return 0
    for code, (said, words) in new.items():
        row = standing[code] if code in standing else _begin(deed, chart, code)
        row.version += 1
        row.answer, row.answered_at, row.answered_by_id = said.value, at, by.id
        row.words = words or None  # type: ignore[assignment] # sealed_text keeps None as None
        standing[code] = row
    score = rubric_score.score(rubric, _plain(standing))
    chart.points, chart.is_answered = score.points, score.is_final
    deed.details["rows"] = len(new)
    return len(new)


def rubric_of(audit: ChartAudit) -> Rubric:
    """The rows of an audit: those that stood when its charts were drawn."""
    return from_plain(audit.rubric) if audit.rubric else Rubric()


def owners_of(deed: Deed, chart: AuditChart, *, by: Actor, at: datetime) -> list[Person]:
    """To whom an action about this chart can be given: who cares for the patient, never oneself."""
    roles = {Therapist.key, Medical.key}
    team = chart_frame.caring(deed.session, chart.patient_id, roles, on=by.reach(at).on)
    return [one for one in team if one.id != by.id]


def _finding(row: KeptFinding) -> CheckFinding:
    """What the checks found, as it was kept."""
    return CheckFinding(
        code=CheckCode(row.code),
        sentence=row.sentence,
        note=str(row.note_id or ""),
        section=row.section,
        link_id=row.link_id,
        is_explained=row.level == CheckLevel.HINT,
    )


def _read(rubric: Rubric, given: Mapping[str, Given]) -> dict[str, tuple[Answer, str]]:
    """The posted answers, read; blank rows are left out."""
    asked = {row.code for row in rubric.shown}
    errors = {f"{code}.answer": "This row is not asked." for code in given.keys() - asked}
    read = {}
    for code, one in given.items():
        if not one.answer and not one.words.strip():
            continue
        try:
            read[code] = rubric_score.check_given(one.answer, one.words)
        except BadInput as refusal:
            errors |= {f"{code}.{name}": sentence for name, sentence in refusal.errors.items()}
    if errors:
        raise BadInput(errors)
    return read


def _says(row: AuditAnswer | None) -> tuple[Answer, str] | None:
    return None if row is None else (Answer(row.answer), row.words or "")


def _plain(answers: Mapping[str, AuditAnswer]) -> dict[str, Answer]:
    return {code: Answer(one.answer) for code, one in answers.items()}


def _begin(deed: Deed, chart: AuditChart, code: str) -> AuditAnswer:
    """A row of a chart that nobody answered before."""
    row = AuditAnswer(
        id=uuid4(),
        chart_id=chart.id,
        patient_id=chart.patient_id,
        code=code,
        version=0,
        words_sealed=None,
        locked_at=None,
    )
    deed.session.add(row)
    return row
