"""Checks of the care around a dose: consent, risk and its plan, measures, links to the goals."""

from collections.abc import Iterator
from datetime import datetime
from types import MappingProxyType

from kapnotes.clinic import consent
from kapnotes.clinic.check_facts import ChainFacts, NoteFact, RiskFact
from kapnotes.clinic.check_finding import CheckFinding
from kapnotes.clinic.check_notes import KIND_WORDS
from kapnotes.clinic.check_rule import CheckCode, CheckRule
from kapnotes.clinic.due_item import DueKind, Standing
from kapnotes.clinic.lasting import counted
from kapnotes.clinic.measure_list import MEASURES
from kapnotes.clinic.note import NoteKind
from kapnotes.clinic.risk import ORDER, RiskLevel, has_risen, triage
from kapnotes.clinic.timeliness import DueState, owed

CONSENT, MEASURE = "consent", "measure"
"""The records in which these are found."""
SAFETY_PLAN = ("risk", "safety-plan")
"""Where every note asks for the safety plan."""
GOALS = MappingProxyType(
    {
        NoteKind.PREPARATION: ("focus", "goals"),
        NoteKind.INTEGRATION: ("meaning", "goal-links"),
    }
)
"""Where a note of that kind says what the goals are, or how it bears on them."""
NEVER_EXPLAINED = frozenset({"consent_missing", "consent_withdrawn"})
OCCASIONS = MappingProxyType(
    {"baseline": "the baseline", "before": "the one before the dose", "every": "the one in turn"}
)


def consent_on_file(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield what a consent lacks on the day of the dose, or on the planned one once that is near.

    It is near when the preparation is called for.
    """
    del rule
    preparation = next(iter(owed(facts.times, (), at, facts.protocol.timeliness)), None)
    if preparation is None or (
        facts.dosed_on is None and (facts.is_over or preparation.state is DueState.NOT_YET)
    ):
        return
    on = facts.dosed_on or facts.day(facts.times.planned_for)
    reasons = any(one.reason.strip() for one in facts.doses)
    for caution in consent.missing(
        facts.consents, facts.rules.consent, valid_days=facts.protocol.consent_days, on=on
    ):
        yield CheckFinding(
            code=CheckCode.CONSENT,
            sentence=caution.sentence,
            section=CONSENT,
            about=caution.code,
            is_explained=reasons and caution.code not in NEVER_EXPLAINED,
        )


def risk_without_plan(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each look at risk that reaches the level by its answers or in judgement, without plan.

    A look outside of the notes is answered by the plan of a note as well: `has_plan` says so.
    """
    del at
    looks = [(note.risk, note) for note in facts.notes if note.risk is not None]
    for risk, note in (*looks, *((one, None) for one in facts.screened)):
        level = _level(risk)
        is_reached = level is not None and ORDER.index(level) >= ORDER.index(rule.plan_from)
        if not is_reached or risk.has_plan:
            continue
        section, link_id = SAFETY_PLAN if note else (MEASURE, "")
        where = f"the {KIND_WORDS[note.kind]}" if note else risk.words
        yield CheckFinding(
            code=CheckCode.RISK_WITHOUT_PLAN,
            sentence=f"{str(level).capitalize()} risk by {where}, and no safety plan is written.",
            note=note.key if note else "",
            row=risk.row,
            section=section,
            link_id=link_id,
        )


def measure_missing(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each measure that the protocol asks for and that is overdue, or can come no more."""
    del rule, at
    for item in facts.measures:
        missed = item.standing is Standing.MISSED
        if item.kind is not DueKind.MEASURE or not (missed or item.standing is Standing.OVERDUE):
            continue
        scale = MEASURES[item.about].short if item.about in MEASURES else item.about
        stands = "was missed" if missed else "is late"
        yield CheckFinding(
            code=CheckCode.MEASURE_MISSING,
            sentence=f"{scale}: {_occasion(item.occasion)} {stands}.",
            section=MEASURE,
            link_id=item.about,
            about=item.occasion,
        )


def goals_unlinked(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each note that says nothing, or a word, where it is asked about the goals."""
    del at
    for note in facts.notes:
        if note.kind not in GOALS:
            continue
        section, link_id = GOALS[note.kind]
        if len(note.text(link_id).split()) < rule.goal_words:
            yield CheckFinding(
                code=CheckCode.GOALS_UNLINKED,
                sentence=_goals_sentence(note),
                note=note.key,
                section=section,
                link_id=link_id,
            )


def _goals_sentence(note: NoteFact) -> str:
    what = (
        "name no goals" if note.kind is NoteKind.PREPARATION else "do not say how it bears on them"
    )
    return f"The {KIND_WORDS[note.kind]}: its words on the goals of treatment {what}."


def _level(risk: RiskFact) -> RiskLevel | None:
    """Return the higher of what the answers reach and what a clinician chose."""
    reached = triage(risk.screener).level
    if risk.level is None or has_risen(risk.level, reached):
        return reached
    return risk.level


def _occasion(occasion: str) -> str:
    """Return which rating of a scale is meant: `after_24h` is the one 24 hours after the dose."""
    if occasion in OCCASIONS:
        return OCCASIONS[occasion]
    hours = occasion.removeprefix("after_").removesuffix("h")
    if not hours.isdecimal():
        return "the rating"
    return f"the one {counted(int(hours), 'hour')} after the dose"
