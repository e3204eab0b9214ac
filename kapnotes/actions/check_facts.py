"""The facts of a chain, filled from the database, as the documentation checks ask for them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from kapnotes import db, forms
from kapnotes.access.reach import MachineReach
from kapnotes.actions.check_note import NoteSeen, seen, until_of
from kapnotes.actions.course_reading import RulesThen
from kapnotes.actions.decision import SUPERSEDED
from kapnotes.actions.rules import Rules
from kapnotes.actions.session_check import (
    clinical_adverse_event,
    clinical_arrival,
    clinical_discharge,
    clinical_dose,
    clinical_vitals,
)
from kapnotes.clinic import tap
from kapnotes.clinic.check_facts import (
    ChainFacts,
    ChainRules,
    DoseFact,
    EventFact,
    Leaving,
    ReadingFact,
    RiskFact,
)
from kapnotes.clinic.check_finding import local
from kapnotes.clinic.check_rule import CheckCode, CheckRule
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.risk import screener_of
from kapnotes.clinic.working_days import said
from kapnotes.library import measure_definition
from kapnotes.records import check_facts as records
from kapnotes.records import setting
from kapnotes.records.check_facts import ChainRows
from kapnotes.records.consent import clinical
from kapnotes.records.measure import Measure
from kapnotes.records.note import NoteVersion
from kapnotes.records.session_row import (
    AdverseEvent,
    Arrival,
    Discharge,
    Dose,
    R,
    SessionEvent,
    Vitals,
    values_of,
)

READING = MachineReach("the documentation checks")


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain as the rules see it, the rule that is asked, and whose words were not read.

    `texts` names the signed texts: the same name stands for the same texts.
    """

    rows: ChainRows
    notes: tuple[NoteSeen, ...]
    facts: ChainFacts
    rule: CheckRule
    texts: str

    @property
    def unread(self) -> frozenset[str]:
        """The keys of notes of which no word was read: drafts in other hands."""
        return frozenset(one.key for one in self.notes if not one.is_read)


def chains(
    session: db.Session,
    ids: Collection[UUID],
    *,
    author_id: UUID | None = None,
    known: Collection[str] = (),
    at: datetime,
) -> list[Chain]:
    """The chains of these infusions, which were fetched within reach, in a fixed number of queries.

    `author_id` is who reads the drafts of their own. `known` are names of texts that were compared
    with earlier ones before: that is not done again.
    """
    if not ids:
        return []
    rules = RulesThen(setting.every(session))
    rule = rules.at(at).checks
    found = records.of_infusions(session, ids, at=at, reach=READING)
    read = {
        one.infusion.id: tuple(seen(note, author_id=author_id) for note in one.notes)
        for one in found
    }
    compared = [
        note
        for notes in read.values()
        if CheckCode.TEXT_CLONED not in rule.off and texts_of(notes) not in known
        for note in notes
        if note.is_read and note.is_long(rule.clone_words)
    ]
    about = {note.rows.note.id: (note.rows.note.author_id, until_of(note, at)) for note in compared}
    earlier = records.earlier(session, about, reach=READING)
    return [_chain(one, read[one.infusion.id], earlier, rules, rule, at=at) for one in found]


def texts_of(notes: Iterable[NoteSeen]) -> str:
    """A name for the signed texts of a chain."""
    names = sorted(f"{one.key}:{one.rows.note.signed_versions}" for one in notes)
    return sha256("|".join(names).encode()).hexdigest()[:16]


def _chain(
    rows: ChainRows,
    notes: tuple[NoteSeen, ...],
    earlier: Mapping[UUID, Sequence[NoteVersion]],
    rules: RulesThen,
    rule: CheckRule,
    *,
    at: datetime,
) -> Chain:
    infusion, course = rows.infusion, rows.course.facts
    then = rules.at(infusion.started_at or at)
    route = Route(infusion.route)
    events = _of(rows, SessionEvent)
    answered = {one.about_id for one in events if one.kind == tap.LEVEL_ANSWERED}
    is_followed_up = any(one.follows_up for one in notes)
    facts = ChainFacts(
        number=rows.number,
        route=route,
        times=rows.facts.times,
        protocol=course.protocol,
        notes=tuple(one.fact(earlier.get(one.rows.note.id, ())) for one in notes),
        doses=tuple(
            DoseFact(
                key=str(one.id),
                dose=clinical_dose(values_of(one)),
                reason=one.caution_reason or "",
            )
            for one in _of(rows, Dose)
        ),
        dose_reason=_dose_reason(rows, at),
        arrival=next((clinical_arrival(values_of(one)) for one in _of(rows, Arrival)), None),
        readings=tuple(
            ReadingFact(
                key=str(one.id),
                reading=clinical_vitals(values_of(one)),
                is_answered=one.id in answered,
            )
            for one in _of(rows, Vitals)
        ),
        events=tuple(
            EventFact(
                key=str(one.id),
                event=clinical_adverse_event(values_of(one)),
                is_followed_up=is_followed_up,
            )
            for one in _of(rows, AdverseEvent)
        ),
        leaving=_leaving(rows, notes),
        consents=tuple(clinical(one) for one in rows.consents),
        measures=tuple(rows.measures),
        screened=tuple(_screened(one, notes, course.zone) for one in rows.screened),
        rules=_rules(then, route),
        zone=course.zone,
    )
    return Chain(rows, notes, facts, rule, texts_of(notes))


def _of(rows: ChainRows, table: type[R]) -> list[R]:
    return [one for one in rows.rows if isinstance(one, table)]


def _rules(then: Rules, route: Route) -> ChainRules:
    return ChainRules(
        schedule=then.schedule(route),
        levels=then.vitals_levels,
        dose_limits={one: then.dose_limits(one) for one in Route},
        arrival=then.arrival,
        discharge=then.discharge,
        consent=then.consent,
    )


def _leaving(rows: ChainRows, notes: Sequence[NoteSeen]) -> Leaving | None:
    """Recovery and discharge as recorded last; how the patient left is said in the note."""
    found = _of(rows, Discharge)
    if not found:
        return None
    row = found[-1]
    home = [one.goes_home for one in notes if one.goes_home is not None]
    return Leaving(
        key=str(row.id),
        facts=clinical_discharge(values_of(row)),
        left_at=row.left_at,
        goes_home=home[-1] if home else True,
        reason=row.caution_reason or "",
    )


def _dose_reason(rows: ChainRows, at: datetime) -> str:
    """What the medical professional answered last to a request from an earlier infusion."""
    numbers = {one.key: one.number for one in rows.course.facts.infusions}
    until = rows.facts.times.dosed_at or at
    for one in rows.requests:
        number = numbers.get(str(one.infusion_id))
        is_before = number is not None and number < rows.facts.number
        answered_at, answer = one.answered_at, one.answer
        if is_before and answered_at and answered_at <= until and answer != SUPERSEDED:
            return answer
    return ""


def _screened(row: Measure, notes: Iterable[NoteSeen], zone: str) -> RiskFact:
    """A look at risk outside of the notes; the plan of a note of that day, or later, answers it."""
    definition = measure_definition(row.key, row.definition_version)
    answers = forms.restore(definition, row.answers)
    on = local(row.observed_at, zone).date()
    return RiskFact(
        screener=screener_of(forms.ordinals(definition, answers)),
        has_plan=any(
            one.is_read and one.has_plan and (one.session_on is None or one.session_on >= on)
            for one in notes
        ),
        words=f"C-SSRS of {said(on)}",
        row=str(row.id),
    )
