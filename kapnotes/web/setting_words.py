"""The practice's rules in words: what each is called, what it says, and what a change changed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from kapnotes import forms
from kapnotes.actions import entry
from kapnotes.clinic import arrival
from kapnotes.clinic.arrival import ArrivalRule
from kapnotes.clinic.check_rule import CheckRule
from kapnotes.clinic.discharge import DischargeRule, criteria
from kapnotes.clinic.dose_limits import DoseLimits
from kapnotes.clinic.infusion import Route
from kapnotes.clinic.rubric import Rubric
from kapnotes.clinic.schedule import Schedule
from kapnotes.clinic.setting import NAMES, Setting, to_plain
from kapnotes.clinic.tap import BUILT_IN, Tap
from kapnotes.clinic.unusual_rule import UnusualRule
from kapnotes.clinic.vitals import VitalsLimits
from kapnotes.forms import Answers, Change, ChangeKind, Coded, Item, ItemType
from kapnotes.library import record_definition
from kapnotes.paper.parts import ROUTES
from kapnotes.paper.words import figure
from kapnotes.web import check_words, course_words, rubric_words, unusual_words

PARTS = (
    ("Courses", (*(name for name in NAMES if name.startswith("protocol")), "working_days")),
    ("Consent", ("consent_rule",)),
    ("Before the dose", ("arrival_rule",)),
    ("The dose", tuple(name for name in NAMES if name.startswith("dose_limits"))),
    ("Vitals", (*(name for name in NAMES if name.startswith("schedule")), "vitals_levels")),
    ("During the session", ("taps",)),
    ("Before going home", ("discharge_rule",)),
    ("Between the sessions", ("misuse_rule",)),
    ("Scales", ("alert_rule", "outcome_rule")),
    ("Supervision", ("check_rule", "rubric", "unusual_rule")),
)
"""The rules in the order of a course and of its sessions."""

_TITLES = {
    "arrival_rule": "Arrival check",
    "dose_limits": "Dose limits",
    "schedule": "Vitals schedule",
    "vitals_levels": "Vitals levels",
    "taps": "Taps on the session page",
    "discharge_rule": "Discharge check",
    "working_days": "Working days",
    "consent_rule": "Consent",
    "misuse_rule": "Misuse watch",
    "alert_rule": "Answers about risk",
    "outcome_rule": "What counts as a response",
    "check_rule": "Documentation checks",
    "unusual_rule": "Unusual access",
    "rubric": "Rubric of chart audits",
}
_PROTOCOLS = {
    "iv_induction_six": "Protocol, six IV infusions",
    "im_two_dose": "Protocol, two IM doses",
    "sublingual": "Protocol, sublingual in the clinic",
    "other": "Protocol of the practice's own",
}
_AT_ONCE = frozenset(
    {
        *("working_days", "misuse_rule", "alert_rule", "outcome_rule", "check_rule"),
        "unusual_rule",
    }
)
"""Rules that no session and no course keeps."""
_BUILT_IN = {tap.code: tap.label for tap in BUILT_IN}


def noun_of(name: str) -> str:
    """The record definition that asks for a rule: `schedule` for `schedule.iv`."""
    return name.partition(".")[0]


def title(name: str) -> str:
    """What a rule is called: `Vitals schedule, IV`."""
    noun, _, kind = name.partition(".")
    if noun == "protocol":
        return _PROTOCOLS[kind]
    return f"{_TITLES[noun]}, {_route(Route(kind))}" if kind else _TITLES[noun]


def keeps(name: str) -> str:
    """From when on a rule that is changed counts, in a sentence."""
    if noun_of(name) == "protocol":
        return "Courses already begun keep the protocol that they began with."
    if name == "rubric":
        return "Audits whose charts are drawn keep the rows of their drawing."
    if noun_of(name) in _AT_ONCE:
        return "A change counts at once."
    return "Sessions already begun keep the rules that they began with."


def entries(name: str, value: Setting) -> dict[str, Any]:
    """A rule's entries as its record form takes them: minutes as typed, amounts as numbers."""
    typed = dict(to_plain(value))
    for item in record_definition(noun_of(name)).leaves:
        plain = typed.get(item.link_id)
        if item.type is ItemType.STRING and isinstance(plain, list):
            typed[item.link_id] = ", ".join(map(str, plain))
        elif item.repeats and plain is not None:
            codes = [one.code for one in item.options]
            own = [one for one in plain if one not in codes and item.type is ItemType.OPEN_CHOICE]
            typed[item.link_id] = [*(code for code in codes if code in plain), *own]
        elif item.type is ItemType.DECIMAL and plain is not None:
            typed[item.link_id] = Decimal(plain)
    return typed


def sentences(value: Setting) -> tuple[str, ...]:
    """What a rule says, in a sentence or a few."""
    said: Iterable[str]
    match value:
        case Schedule():
            said = _schedule(value)
        case DoseLimits():
            said = _dose_limits(value)
        case VitalsLimits():
            said = _levels(value)
        case ArrivalRule():
            said = _arrival(value)
        case DischargeRule():
            said = _discharge(value)
        case tuple():
            said = _taps(value)
        case Rubric():
            said = rubric_words.sentences(value)
        case CheckRule():
            said = check_words.sentences(value)
        case UnusualRule():
            said = unusual_words.sentences(value)
        case _:
            said = course_words.sentences(value)
    return tuple(said)


def changes(name: str, before: Setting, after: Setting) -> tuple[Change, ...]:
    """What is different in a rule, entry by entry; of taps, tap by tap."""
    if isinstance(before, tuple) and isinstance(after, tuple):
        return tuple(_tap_changes(before, after))
    if isinstance(before, Rubric) and isinstance(after, Rubric):
        return tuple(rubric_words.changes(before, after))
    noun = noun_of(name)
    definition = record_definition(noun)
    old, new = (
        entry.answers_of(noun, entries(name, value), zone="UTC") for value in (before, after)
    )
    return tuple(
        _choices_changed(change, definition.item(change.link_id), old, new)
        if definition.item(change.link_id).repeats
        else replace(change, words=())
        for change in forms.difference(definition, old, new)
    )


def _choices_changed(change: Change, item: Item, old: Answers, new: Answers) -> Change:
    """What is no longer chosen and what is now, instead of the two lists."""
    before, after = (
        {
            one.code if isinstance(one, Coded) else one
            for one in cast("list[Coded | str]", answers.get(item.link_id, []))
        }
        for answers in (old, new)
    )
    shown = {option.code: option.display for option in item.options}
    gone, come = (
        ", ".join(
            [
                *(words for code, words in shown.items() if code in codes),
                *sorted(codes - shown.keys()),
            ]
        )
        for codes in (before - after, after - before)
    )
    return replace(change, kind=ChangeKind.CHANGED, before=gone, after=come, words=())


def _schedule(rule: Schedule) -> Iterator[str]:
    last = ", and at discharge" if rule.has_discharge else ""
    if len(rule.minutes) > 1:
        later = _listed(map(str, rule.minutes[1:]))
        yield f"Before the dose, then {later} min after its start{last}."
    else:
        yield f"Before the dose{last}."
    yield f"In time when at most {rule.grace_minutes} min late."


def _dose_limits(rule: DoseLimits) -> Iterator[str]:
    least, most = figure(rule.caution_mg_per_kg), figure(rule.refusal_mg_per_kg, "mg/kg")
    yield f"Asks for a reason above {least}, refuses above {most} in one session."
    fixed = [
        f"{verb} above {figure(amount, 'mg')}"
        for verb, amount in (("asks", rule.caution_mg), ("refuses", rule.refusal_mg))
        if amount is not None
    ]
    if fixed:
        yield f"Whatever the weight, {' and '.join(fixed)}."
    yield (
        f"Asks for a reason for a weight older than {_count(rule.weight_days, 'day')}, "
        f"a dose more than {rule.plan_percent}% off its plan, "
        f"and one that takes longer than {_count(rule.longest_hours, 'hour')}."
    )


def _levels(rule: VitalsLimits) -> Iterator[str]:
    lasting = f"for {rule.sustained_minutes} min"
    yield (
        f"Warns above {rule.warn_above} mmHg, and below a heart rate of "
        f"{rule.warn_heart_rate_below}, SpO₂ {rule.warn_spo2_below}% or a respiratory rate of "
        f"{rule.warn_respiratory_rate_below}."
    )
    yield f"Before the dose, holds it at {rule.hold_at} mmHg or above."
    yield (
        f"Urgent above {rule.urgent_repeated_above} mmHg {lasting}, {rule.urgent_above} mmHg at "
        f"once, or a heart rate of {rule.urgent_heart_rate_above} {lasting}; below SpO₂ "
        f"{rule.urgent_spo2_below}% or a respiratory rate of {rule.urgent_respiratory_rate_below}; "
        f"and at sedation (MOAA/S) {rule.urgent_sedation_at_most} or deeper."
    )


def _arrival(rule: ArrivalRule) -> Iterator[str]:
    yield _asked("arrival_rule", arrival.criteria(), rule.needed)
    yield (
        f"No food for {_count(rule.food_hours, 'hour')}, no drink for "
        f"{_count(rule.drink_hours, 'hour')}; a weight at most {_count(rule.weight_days, 'day')} "
        "old."
    )


def _discharge(rule: DischargeRule) -> Iterator[str]:
    yield _asked("discharge_rule", criteria(), rule.needed)
    if "aldrete" in rule.needed:
        yield f"An Aldrete score of at least {rule.least_aldrete}."
    times = (f"{_route(route)} {rule.least_minutes[route]} min" for route in Route)
    yield f"Observed for at least: {', '.join(times)}."


def _taps(taps: Sequence[Tap]) -> Iterator[str]:
    shown = [tap.label for tap in taps if tap.is_shown]
    hidden = [tap.label for tap in taps if not tap.is_shown]
    yield f"{len(shown)} shown: {', '.join(shown)}." if shown else "None is shown."
    if hidden:
        yield f"{len(hidden)} hidden: {', '.join(hidden)}."


def _asked(noun: str, names: Iterable[str], needed: frozenset[str]) -> str:
    """What is asked for, by the labels of the rule's form."""
    labels = {
        option.code: option.display for option in record_definition(noun).item("needed").options
    }
    asked = [labels[name] for name in names if name in needed]
    return f"Asks for: {'; '.join(asked)}." if asked else "Asks for nothing."


def _tap_changes(before: Sequence[Tap], after: Sequence[Tap]) -> Iterator[Change]:
    old, new = ({tap.code: tap for tap in taps} for taps in (before, after))
    for code, tap in new.items():
        earlier = old.get(code)
        if earlier is None:
            shown = "" if tap.is_shown else ", hidden"
            yield _change("Own tap", ChangeKind.ADDED, "", tap.label + shown)
            continue
        if earlier.label != tap.label:
            label = f"Label of “{_BUILT_IN.get(code, earlier.label)}”"
            yield _change(label, ChangeKind.CHANGED, earlier.label, tap.label)
        if earlier.is_shown != tap.is_shown:
            words = ("shown", "hidden") if earlier.is_shown else ("hidden", "shown")
            yield _change(tap.label, ChangeKind.CHANGED, *words)
    if [code for code in old if code in new] != [code for code in new if code in old]:
        order = ", ".join(tap.label for tap in after if tap.is_shown)
        yield _change("Order", ChangeKind.CHANGED, "", order)


def _change(label: str, kind: ChangeKind, before: str, after: str) -> Change:
    return Change(section="", label=label, kind=kind, before=before, after=after)


def _route(route: Route) -> str:
    """The route inside a sentence: IV, IM, sublingual."""
    label = ROUTES[route]
    return label if label.isupper() else label.lower()


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
