"""The rules of a course in words: its protocol, working days, consent, misuse watch, its scales."""

from collections.abc import Iterable, Iterator

from kapnotes.clinic import consent, misuse
from kapnotes.clinic.consent import ConsentRule
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.measure_alert import AlertRule
from kapnotes.clinic.misuse import MisuseRule
from kapnotes.clinic.outcome_rule import OutcomeChoice
from kapnotes.clinic.protocol import AT_HOME, Protocol
from kapnotes.clinic.scale import HOURS_OF_A_WEEK, MAIN
from kapnotes.clinic.working_days import WEEKDAYS, WorkingDays, said
from kapnotes.forms import Item
from kapnotes.library import record_definition
from kapnotes.paper.parts import ROUTES
from kapnotes.paper.words import figure

CLOSED_SHOWN = 5
"""So many closed days are named; of more only the number."""


def sentences(
    rule: Protocol | WorkingDays | ConsentRule | MisuseRule | AlertRule | OutcomeChoice,
) -> tuple[str, ...]:
    """What a rule says, in a sentence or a few."""
    match rule:
        case Protocol():
            return (*_plan(rule), *_measures(rule), *_times(rule))
        case WorkingDays():
            return tuple(_working_days(rule))
        case ConsentRule():
            return tuple(_consent(rule))
        case MisuseRule():
            return tuple(_misuse(rule))
        case AlertRule():
            return tuple(_alerts(rule))
        case _:
            return tuple(_outcomes(rule))


def _plan(rule: Protocol) -> Iterator[str]:
    route = f" Route: {ROUTES[rule.route]}." if rule.route else ""
    yield f"{rule.title}.{route}"
    if rule.route is Route.SUBLINGUAL:
        yield AT_HOME
    if rule.induction_count is not None:
        window = f" in {_span(rule.window_days)} days" if rule.window_days else ""
        usual = f", as a rule {rule.usual_gap_days}" if rule.usual_gap_days else ""
        gap = f"at least {_count(rule.least_gap_days, 'day')} from one to the next{usual}"
        yield f"Induction: {_count(rule.induction_count, 'infusion')}{window}, {gap}."
    if rule.starting_mg_per_kg:
        doses = ", then ".join(figure(dose) for dose in rule.starting_mg_per_kg)
        over = f" over {rule.minutes} min" if rule.minutes else ""
        yield f"Planned dose: {doses} mg/kg{over}."
    if rule.maintenance_months:
        yield f"Maintenance every {_span(rule.maintenance_months)} months."
    after = [
        _count(number, noun)
        for number, noun in (
            (rule.review_after_infusions, "infusion"),
            (rule.review_after_months, "month"),
        )
        if number is not None
    ]
    if after:
        within = _count(rule.review_within_days, "day")
        yield f"The whole course is looked at after {' or '.join(after)}, within {within}."


def _measures(rule: Protocol) -> Iterator[str]:
    occasions = (
        ("before the first dose", rule.measures_baseline),
        ("before each dose", rule.measures_before),
        *((f"{hours} h after a dose", keys) for hours, keys in rule.measures_after.items()),
        (f"every {_count(rule.every_weeks or 0, 'week')}", rule.measures_every),
    )
    titles = _shown(record_definition("protocol").item("measures_baseline"))
    titles[MAIN] = "the scale of the indication"
    said_so = (
        f"{when}: {', '.join(titles.get(key, key) for key in keys)}"
        for when, keys in occasions
        if keys
    )
    words = "; ".join(said_so)
    yield f"Measures {words}." if words else "No measures are planned."
    if any(MAIN in keys for hours, keys in rule.measures_after.items() if hours < HOURS_OF_A_WEEK):
        yield (
            "Sooner than a week after a dose the scale of the indication is asked for where it can "
            "be rated that often: the Y-BOCS, and pain."
        )


def _times(rule: Protocol) -> Iterator[str]:
    yield (
        f"Due: the dosing note within {rule.dosing_hours} h of the session, the integration note "
        f"within {rule.integration_hours} h of the dose, a co-signature within "
        f"{rule.cosignature_hours} h of the signature. Preparation is called for "
        f"{rule.preparation_ahead_hours} h before the dose."
    )
    if rule.consent_days is None:
        yield "A consent has no end."
    else:
        yield f"A consent is good for {_count(rule.consent_days, 'day')}."
    if rule.asks_misuse:
        yield "Misuse is asked about before maintenance, as it is at every integration."


def _working_days(rule: WorkingDays) -> Iterator[str]:
    yield f"{', '.join(name for key, name in WEEKDAYS.items() if key in rule.weekdays)}."
    closed = sorted(rule.closed)
    if len(closed) > CLOSED_SHOWN:
        yield f"Closed on {len(closed)} days, {said(closed[0])} to {said(closed[-1])}."
    elif closed:
        yield f"Closed on {', '.join(map(said, closed))}."


def _consent(rule: ConsentRule) -> Iterator[str]:
    points = [words for key, words in consent.POINTS.items() if key in rule.needed]
    yield f"Covers: {'; '.join(points)}."
    if rule.form_version:
        yield f"Form in force: {rule.form_version}."


def _misuse(rule: MisuseRule) -> Iterator[str]:
    words = _shown(record_definition("misuse_rule").item("at_once"))
    enough = [words[key] for key in misuse.signals() if key in rule.at_once]
    if enough:
        yield f"Somebody looks at it for any of these: {'; '.join(enough)}."
    signals, days = _count(rule.signals, "signal"), _count(rule.within_days, "day")
    yield (
        f"{'Otherwise for' if enough else 'Somebody looks at'} {signals} of any kind within "
        f"{days}. Craving counts from {rule.craving_from} of 10, AUDIT-C from {rule.audit_c_from} "
        "of 12."
    )


def _alerts(rule: AlertRule) -> Iterator[str]:
    level = _shown(record_definition("alert_rule").item("screener_from"))[rule.screener_from]
    yield (
        f"Asks for a risk note from {rule.phq9_item9_from} in item 9 of the PHQ-9, from "
        f"{rule.qids_item12_from} in item 12 of the QIDS-SR16, and from the level "
        f"“{level.lower()}” of the C-SSRS screener. Until it is written, a dose asks for a reason."
    )
    days = _count(rule.imported_days, "day")
    yield f"Answers that are brought in from elsewhere count while they are at most {days} old."


def _outcomes(rule: OutcomeChoice) -> Iterator[str]:
    definition = record_definition("outcome_rule")
    for item in definition.leaves:
        yield f"{item.text}: {_shown(item)[getattr(rule, item.link_id)]}."


def _shown(item: Item) -> dict[str, str]:
    return {option.code: option.display for option in item.options}


def _span(ends: Iterable[int]) -> str:
    return " to ".join(str(end) for end in dict.fromkeys(ends))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
