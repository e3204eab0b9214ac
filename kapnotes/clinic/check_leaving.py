"""Checks of how a session ended: adverse events, discharge, leaving early, and the escort home."""

from collections.abc import Iterator
from datetime import datetime

from kapnotes.clinic import adverse_event, arrival, discharge, observation
from kapnotes.clinic.adverse_event import EventOutcome, Severity
from kapnotes.clinic.check_facts import ChainFacts, EventFact, Leaving
from kapnotes.clinic.check_finding import CheckFinding, clock
from kapnotes.clinic.check_rule import CheckCode, CheckRule
from kapnotes.clinic.refusals import Caution

ARRIVAL, DISCHARGE, ADVERSE_EVENT = "arrival", "discharge", "adverse_event"
"""The records in which these are found."""
ESCORT_CODES = ("escort_confirmed", "escort_present")
SEVERITIES = tuple(Severity)


def adverse_event_open(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield each event that is not over, or was grave, and of which nothing says what followed.

    While the session goes on, its events do.
    """
    del at
    for one in facts.events if facts.is_over else ():
        event = one.event
        is_grave = bool(event.serious) or event.severity is Severity.SEVERE
        is_weighed = SEVERITIES.index(event.severity) >= SEVERITIES.index(Severity(rule.event_from))
        is_open = event.outcome is not EventOutcome.RESOLVED
        if one.is_followed_up or not (is_grave or (is_open and is_weighed)):
            continue
        stands = "is not over" if is_open else "was grave"
        yield CheckFinding(
            code=CheckCode.ADVERSE_EVENT_OPEN,
            sentence=(
                f"{_event_at(facts, one)} {stands}, and nothing says who was told and what follows."
            ),
            row=one.key,
            section=ADVERSE_EVENT,
            link_id="outcome" if is_open else "action",
        )


def adverse_event_partly(
    facts: ChainFacts, rule: CheckRule, at: datetime
) -> Iterator[CheckFinding]:
    """Yield what an event leaves unsaid: its end, whether it was serious, what was done."""
    del rule
    for one in facts.events if facts.is_over else ():
        for concern in adverse_event.check_event(one.event, at=at):
            yield CheckFinding(
                code=CheckCode.ADVERSE_EVENT_PARTLY,
                sentence=f"{_event_at(facts, one)}: {concern.sentence}",
                row=one.key,
                section=ADVERSE_EVENT,
                link_id=concern.about,
                about=concern.code,
            )


def discharge_incomplete(
    facts: ChainFacts, rule: CheckRule, at: datetime
) -> Iterator[CheckFinding]:
    """Yield each criterion of discharge that was not met or is not recorded, the escort aside."""
    del rule, at
    if not _was_dosed(facts):
        return
    if facts.leaving is None:
        if facts.rules.discharge.needed:
            sentence = "Nothing is recorded about recovery and discharge."
            yield CheckFinding(
                code=CheckCode.DISCHARGE_INCOMPLETE, sentence=sentence, section=DISCHARGE
            )
        return
    for caution in _unmet(facts, facts.leaving):
        if caution.about not in ESCORT_CODES:
            yield _of_leaving(CheckCode.DISCHARGE_INCOMPLETE, facts.leaving, caution)


def left_early(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield a patient who left before the least time of observation after any of the doses."""
    del rule, at
    leaving = facts.leaving
    if leaving is None or leaving.left_at is None or not leaving.goes_home:
        return
    early = [
        caution
        for one in facts.doses
        if (
            caution := observation.too_early(
                one.dose.route or facts.route,
                one.dose.stopped_at or one.dose.observed_at,
                leaving.left_at,
                facts.rules.discharge,
            )
        )
    ]
    for caution in early[-1:]:
        yield _of_leaving(CheckCode.LEFT_EARLY, leaving, caution)


def escort(facts: ChainFacts, rule: CheckRule, at: datetime) -> Iterator[CheckFinding]:
    """Yield an escort who was not there, or of whom nothing is recorded.

    Before the patient leaves it is the one who was to come.
    """
    del rule
    if _was_dosed(facts) and facts.leaving is not None:
        for caution in _unmet(facts, facts.leaving):
            if caution.about in ESCORT_CODES:
                yield _of_leaving(CheckCode.ESCORT, facts.leaving, caution)
    elif facts.arrival is not None and facts.times.dosed_at is not None and not facts.is_over:
        for caution in arrival.missing(facts.arrival, facts.rules.arrival, at=at):
            if caution.about in ESCORT_CODES:
                yield CheckFinding(
                    code=CheckCode.ESCORT,
                    sentence=caution.sentence,
                    section=ARRIVAL,
                    link_id=caution.about,
                )


def _was_dosed(facts: ChainFacts) -> bool:
    return facts.is_over and bool(facts.doses or facts.times.dosed_at)


def _unmet(facts: ChainFacts, leaving: Leaving) -> tuple[Caution, ...]:
    """Return what a patient who went home should have had; a hospital asks for its own."""
    return discharge.missing(leaving.facts, facts.rules.discharge) if leaving.goes_home else ()


def _of_leaving(code: CheckCode, leaving: Leaving, caution: Caution) -> CheckFinding:
    return CheckFinding(
        code=code,
        sentence=caution.sentence,
        row=leaving.key,
        section=DISCHARGE,
        link_id=caution.about,
        about=caution.code,
        is_explained=bool(leaving.reason.strip()),
    )


def _event_at(facts: ChainFacts, one: EventFact) -> str:
    words = one.event.kind.replace("_", " ")
    return f"Adverse event of {clock(one.event.observed_at, facts.zone)} ({words})"
